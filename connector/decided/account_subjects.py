"""How questions, decisions, intents and entries name a customer's account in one currency."""

from __future__ import annotations

ACCOUNT = "customer"
FORMAL = "formal"
ORDER = "order"
KINDS = (ACCOUNT, FORMAL)
"""Of questions about an account."""


def subject_of(customer_id: str, currency: str) -> str:
    """Of the account; without a currency, how those of all of them begin."""
    return f"{ACCOUNT}:{customer_id}/{currency}"


def formal_subject_of(customer_id: str, currency: str) -> str:
    """Of a question about a formal step, which stands beside what is asked and sent about the rest
    of the account. What was decided, and what comes of it, is the account's."""
    return f"{FORMAL}:{customer_id}/{currency}"


def order_subject_of(customer_id: str, currency: str) -> str:
    """Of telling that a formal step which a person ordered was not taken."""
    return f"{ORDER}:{customer_id}/{currency}"


def customer_of(subject: str) -> str:
    """The customer whose account a question is about, or what is told of an order; empty for any
    other subject."""
    kind, _, account = subject.partition(":")
    return account.rpartition("/")[0] if kind in (*KINDS, ORDER) else ""


def account_of(subject: str) -> str:
    """The subject of the account that a question is about; any other subject as it is."""
    kind, _, id_ = subject.partition(":")
    return f"{ACCOUNT}:{id_}" if kind == FORMAL else subject

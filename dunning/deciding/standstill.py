"""What holds every message to a customer: people, answers that nobody read, money on its way."""

from __future__ import annotations

from datetime import date

from dunning.customer.account import Account
from dunning.rules.policy import DunningPolicy

NOT_BOOKED = "money may be at the bank and not booked"


def held(account: Account) -> str:
    """Why nothing is sent until something changes; empty where nothing stands in the way."""
    if account.paused_reason:
        return account.paused_reason
    if account.unread_reply:
        return "the customer answered; a person reads it first"
    if account.waiting_cash:
        return "money or news of this customer came in and is worked on first"
    return ""


def paused(policy: DunningPolicy, today: date) -> str:
    """Why nobody is written to before a day, by the policy of everybody, a segment or a customer;
    empty where nothing is paused, or not any more."""
    if policy.paused_until is None or today >= policy.paused_until:
        return ""
    because = f": {policy.paused_because}" if policy.paused_because else ""
    return f"paused until {policy.paused_until}{because}"


def disputed(account: Account, step: str) -> str:
    """Why a final notice, or a step as formal, is a person's: whoever disputes an invoice, in
    whatever currency, is not pressed for another; empty where nothing is disputed."""
    if any(invoice.disputed for invoice in account.invoices):
        return f"a dispute is open, and {step!r} is a final notice"
    found = (
        f"a dispute about {invoice.number}, in {one.currency}, is open, and {step!r} is a final"
        " notice"
        for one in account.beside
        for invoice in one.invoices
        if invoice.disputed
    )
    return next(found, "")


def bank_lag(account: Account, policy: DunningPolicy, today: date) -> str:
    """Why the books may be too far behind the bank for a message today; empty if they are not."""
    booked = account.booked_until
    if booked is None or not policy.books_lag(booked, today):
        return ""
    return f"{account.booked_by} is of {booked}, {(today - booked).days} days ago: {NOT_BOOKED}"

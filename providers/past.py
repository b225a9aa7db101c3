"""Words for what is over: money that came in long ago, and what it was set against in the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from providers.money import Money


@dataclass(frozen=True, slots=True)
class Taken:
    """What was set against one document, and on which day. Below zero for a credit note, which
    gives what an invoice takes."""

    document_id: str
    amount: Money
    on: date


@dataclass(frozen=True, slots=True)
class PaidBy:
    """A payment as an invoice shows it: what it took of it, and the day on which it came."""

    payment_id: str
    amount: Money
    received: date


@dataclass(frozen=True, slots=True)
class PastReceipt:
    """Money that came in, or with a total of zero a credit that was used; below zero one that was
    paid out.

    `kind` and `id` name the ledger's record. `text` is what was written with it, by whomever.
    `line` is the same for receipts that were one line at the bank; empty where the ledger does not
    tell. `ended` ones were voided or deleted since, and have taken nothing.
    """

    kind: str
    id: str
    customer_id: str
    received: date
    total: Money
    text: str
    taken: tuple[Taken, ...]
    line: str = ""
    ended: bool = False

"""Reports from the mirror: the aging of what is owed, and who owes most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from connector.db import Tx
from connector.mirroring import mirror
from connector.mirroring.mirror_rows import money
from dunning.statements.aging import BUCKETS, bucket
from providers.ledger import (
    RECEIVED,
    CreditNote,
    Kind,
    Payment,
    Record,
)
from providers.money import Money

TOP_MAX = 20
CREDITS = (Kind.CREDIT_NOTE, *RECEIVED)


@dataclass(frozen=True, slots=True)
class Aging:
    """What is open in one currency, by days past due; no due date counts as current.

    `buckets` are open invoices, `credits` open credit notes and money not yet applied, which have
    the age of their own day. QuickBooks shows `owed` in its report, Xero both apart.
    """

    currency: str
    buckets: dict[str, Money]
    credits: dict[str, Money]

    @property
    def total(self) -> Money:
        return Money.total(self.buckets.values(), self.currency)

    @property
    def owed(self) -> Mapping[str, Money]:
        return {name: open_ - self.credits[name] for name, open_ in self.buckets.items()}

    @property
    def owed_total(self) -> Money:
        return Money.total(self.owed.values(), self.currency)


@dataclass(frozen=True, slots=True)
class Debtor:
    """What a customer owes in one currency, credits and unapplied money taken off."""

    customer_id: str
    name: str
    owed: Money


def aging(tx: Tx, connection_id: int, today: date) -> list[Aging]:
    """The open invoices and credits by age on a day, one line for each currency."""
    found: dict[str, Aging] = {}
    for row in mirror.open_by_due_date(tx, connection_id):
        line = found.setdefault(row.currency, _line(row.currency))
        _put(line.buckets, row.due, money(int(row.open_minor), row.currency), today=today)
    for record in mirror.open_records(tx, connection_id, CREDITS):
        day, rest = _credit(record)
        line = found.setdefault(rest.currency, _line(rest.currency))
        _put(line.credits, day, rest, today=today)
    return [found[currency] for currency in sorted(found)]


def top_debtors(tx: Tx, connection_id: int) -> list[Debtor]:
    """Who owes most, at most 20 for each currency, the largest first."""
    owed = sorted(
        mirror.owed(tx, connection_id).items(), key=lambda row: (row[0][1], -row[1].amount)
    )
    found: list[tuple[str, Money]] = []
    for _, rows in groupby(owed, key=lambda row: row[0][1]):
        top = [row for row in rows if row[1].amount > 0][:TOP_MAX]
        found += [(customer_id, amount) for (customer_id, _), amount in top]
    names = mirror.names(tx, connection_id, {customer_id for customer_id, _ in found})
    return [Debtor(id_, names.get(id_) or id_, amount) for id_, amount in found]


def _line(currency: str) -> Aging:
    zero = Money.zero(currency)
    return Aging(currency, dict.fromkeys(BUCKETS, zero), dict.fromkeys(BUCKETS, zero))


def _credit(record: Record) -> tuple[date, Money]:
    if isinstance(record, Payment):
        return record.received, record.unapplied
    assert isinstance(record, CreditNote)
    return record.issued, record.open


def _put(sums: dict[str, Money], day: date | None, amount: Money, *, today: date) -> None:
    name = bucket(day, today)
    sums[name] = sums[name] + amount

"""Reports from the mirror: the aging of what is owed, and that no cent was made or lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from connector import cash, intents, mirror
from connector.db import Tx
from connector.intents import Intent
from connector.mirror import money
from providers.ledger import RECEIVED, ApplyUnapplied, Kind, Payment, RecordPayment
from providers.money import Money

BUCKETS = ("current", "1-30", "31-60", "61-90", "over 90")
BUCKET_DAYS = 30
TOP_MAX = 20


@dataclass(frozen=True, slots=True)
class Aging:
    """What is open in one currency, by days past due; no due date counts as current."""

    currency: str
    buckets: Mapping[str, Money]
    total: Money


@dataclass(frozen=True, slots=True)
class Debtor:
    """What a customer owes in one currency, credits and unapplied money taken off."""

    customer_id: str
    name: str
    owed: Money


@dataclass(frozen=True, slots=True)
class Conservation:
    """One currency: what came in, what of it we set against invoices, what others did, and what is
    left. `faults` name every place where that does not add up; there must be none."""

    currency: str
    received: Money
    applied: Money
    placed_by_others: Money
    left: Money
    faults: tuple[str, ...]


def aging(tx: Tx, connection_id: int, today: date) -> list[Aging]:
    """The open invoices by age on a day, one line for each currency."""
    found = []
    rows = mirror.open_by_due_date(tx, connection_id)
    for currency, of_currency in groupby(rows, key=lambda row: str(row.currency)):
        buckets = dict.fromkeys(BUCKETS, Money.zero(currency))
        for row in of_currency:
            name = _bucket(row.due, today)
            buckets[name] = buckets[name] + money(int(row.open_minor), currency)
        found.append(Aging(currency, buckets, Money.total(buckets.values(), currency)))
    return found


def top_debtors(tx: Tx, connection_id: int) -> list[Debtor]:
    """Who owes most, at most 20 for each currency, the largest first."""
    owed = sorted(
        mirror.owed(tx, connection_id).items(), key=lambda row: (row[0][1], -row[1].amount)
    )
    names = {customer.id: customer.name for customer in mirror.customers(tx, connection_id)}
    found: list[Debtor] = []
    for _, rows in groupby(owed, key=lambda row: row[0][1]):
        top = [row for row in rows if row[1].amount > 0][:TOP_MAX]
        found += [Debtor(id_, names.get(id_, id_), amount) for (id_, _), amount in top]
    return found


def conservation(tx: Tx, connection_id: int) -> list[Conservation]:
    """Received = applied + placed by others + left, for all money that was ever ours to place."""
    ours = _applied_by_subject(tx, connection_id)
    lines: dict[str, dict[str, Any]] = {}
    for item in cash.listed(tx, connection_id, tuple(cash.Standing), limit=cash.EVERY):
        currency = item.total.currency
        zero = Money.zero(currency)
        line = lines.setdefault(
            currency,
            {"received": zero, "applied": zero, "others": zero, "left": zero, "faults": []},
        )
        applied = ours.get(item.subject, zero)
        others = item.total - applied - item.left
        line["received"] += item.total
        line["applied"] += applied
        line["left"] += item.left
        line["others"] += others
        if others.amount < 0 or item.left.amount < 0:
            line["faults"].append(f"{item.subject}: {applied} applied and {item.left} left of"
                                  f" {item.total}")  # fmt: skip
    for payment in _payments(tx, connection_id):
        placed = Money.total((a.amount for a in payment.allocations), payment.total.currency)
        if placed + payment.unapplied > payment.total:
            line = lines[payment.total.currency]
            line["faults"].append(f"{payment.kind}:{payment.id}: more was placed than came in")
    return [
        Conservation(
            currency, line["received"], line["applied"], line["others"], line["left"],
            tuple(line["faults"]),
        )
        for currency, line in sorted(lines.items())
    ]  # fmt: skip


def _applied_by_subject(tx: Tx, connection_id: int) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for intent in intents.confirmed_cash(tx, connection_id):
        for amount in _amounts(intent):
            before = found.get(intent.subject, Money.zero(amount.currency))
            found[intent.subject] = before + amount
    return found


def _amounts(intent: Intent) -> list[Money]:
    effect = intent.effect
    if not isinstance(effect, (ApplyUnapplied, RecordPayment)):
        return []
    return [allocation.amount for allocation in effect.allocations]


def _payments(tx: Tx, connection_id: int) -> list[Payment]:
    return [
        record
        for kind in RECEIVED
        for record in mirror.everything(tx, connection_id, Kind(kind))
        if isinstance(record, Payment)
    ]


def _bucket(due: date | None, today: date) -> str:
    days = (today - due).days if due else 0
    if days <= 0:
        return BUCKETS[0]
    return BUCKETS[min((days - 1) // BUCKET_DAYS + 1, len(BUCKETS) - 1)]

"""Money that others entered into the ledger and that stands for nothing else: which of it may be
what a line of the bank or a processor's payout tells of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from connector.db import Tx
from connector.decided import decisions
from connector.local_days import moved
from connector.mirroring import documents, mirror
from connector.money import ledger_money, set_aside
from connector.money.cash import Item
from connector.money.ledger_money import Days
from connector.money.twin_questions import ALIKE, WINDOW, is_named, references
from connector.outgoing import intents
from connector.outgoing.intention import OPEN
from providers.bank.identity import plain
from providers.ledger import Payment
from providers.money import Money

RECORDS_MAX, SUMS_MAX = 10_000, 200
"""In one query."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Money of one of these sums about a day. `customers` are those whom it may be of, None where
    that is not known; `references` stand in a record that is it, whoever sent it."""

    subject: str
    sums: frozenset[Money]
    day: date
    customers: frozenset[str] | None = None
    references: tuple[str, ...] = ()


def days_about(first: date, last: date) -> Days:
    """When what may be the money of these days came: also what waited in the ledger since long."""
    return Days(moved(first, -ALIKE), moved(last, WINDOW), moved(first, -WINDOW))


def subject_of(record: Payment) -> str:
    return f"{record.kind}:{record.id}"


def sums_of(item: Item) -> frozenset[Money]:
    """How much it is, and how much was sent, where the bank converted that."""
    return frozenset({item.total} | ({item.original} if item.original else set()))


@dataclass(frozen=True, slots=True)
class Records:
    """Those of some sums about some days, read once for all that may be one of them."""

    tx: Tx
    connection_id: int
    found: Sequence[Payment]
    owners: Mapping[str, set[str]]

    @classmethod
    def read(
        cls, tx: Tx, connection_id: int, sums: Collection[Money], about: Collection[date]
    ) -> Self:
        days, wanted = days_about(min(about), max(about)), list(sums)
        some = (wanted[n : n + SUMS_MAX] for n in range(0, len(wanted), SUMS_MAX))
        held = [
            it for totals in some
            for it in ledger_money.received(tx, connection_id, totals, days, limit=RECORDS_MAX)
        ]  # fmt: skip
        free = unclaimed(tx, connection_id, held)
        return cls(tx, connection_id, free, ledger_money.owners(tx, connection_id, free))

    def of(self, one: Sought) -> list[Payment]:
        """What may be this money, the nearest day first; not what a person said is other money."""
        near = [it for it in self.found if _may_be(it, one, self.owners[subject_of(it)])]
        if not near:
            return []
        denied = set_aside.denied(self.tx, self.connection_id, one.subject)
        left = [it for it in near if subject_of(it) not in denied]
        return sorted(left, key=lambda it: abs(it.received - one.day))

    def of_line(self, line: Item) -> list[Payment]:
        """What may be the money of a line of the bank: of whom it was decided to be, or whose name
        is the payer's. Where it was not decided whose it is, or nobody knows, it may be
        anybody's."""
        if not self.found:
            return []
        ids = [line.decision_id] if line.decision_id else []
        whose = decisions.customers(self.tx, self.connection_id, ids)
        told = {it for some in whose.values() for it in some}
        if told:
            owners = {it for some in self.owners.values() for it in some}
            names = mirror.names(self.tx, self.connection_id, owners)
            told |= {id_ for id_, name in names.items() if is_named(line, [name])}
        references_ = tuple(references(line))
        return self.of(
            Sought(line.subject, sums_of(line), line.received, frozenset(told) or None, references_)
        )


def of_line(tx: Tx, connection_id: int, line: Item) -> list[Payment]:
    """The records that may be the money of a line of the bank, the nearest day first."""
    return Records.read(tx, connection_id, sums_of(line), [line.received]).of_line(line)


def unclaimed(tx: Tx, connection_id: int, found: Sequence[Payment]) -> list[Payment]:
    """Those of these records that we did not enter, and that stand for no other money."""
    if not found:
        return []
    ours = {it.receipt for it in intents.brought(tx, connection_id, [it.id for it in found])}
    on_the_way = intents.in_states(tx, connection_id, *OPEN, names=("record_payment",))
    markers = [intent.marker for intent in on_the_way]
    asides = set_aside.about(tx, connection_id, [subject_of(it) for it in found])
    taken = {name for it in asides for name in (it.subject, it.of)}
    return [
        record
        for record in found
        if record.id not in ours and subject_of(record) not in taken
        and not any(marker in f"{record.reference} {record.memo}" for marker in markers)
    ]  # fmt: skip


def words(tx: Tx, connection_id: int, records: Collection[Payment]) -> dict[str, str]:
    """By record, what it is, for people to read."""
    paid = {part.invoice_id for it in records for part in it.allocations}
    numbers = {it.id: it.number for it in documents.of_ids(tx, connection_id, paid)}
    return {subject_of(it): _said(it, numbers) for it in records}


def _may_be(record: Payment, one: Sought, owners: Collection[str]) -> bool:
    days = days_about(one.day, one.day)
    is_near = days.placed_since <= record.received <= days.last or (
        bool(record.unapplied) and days.first <= record.received <= days.last
    )
    if not is_near or record.total not in one.sums:
        return False
    if one.customers is None or not owners or one.customers & set(owners):
        return True
    told = plain(f"{record.reference} {record.memo}")
    return any(it in told for it in one.references)


def _said(record: Payment, numbers: Mapping[str, str]) -> str:
    paid = ", ".join(numbers.get(it.invoice_id) or it.invoice_id for it in record.allocations)
    where = f"set against {paid}" if paid else "not applied"
    kind = str(record.kind).replace("_", " ")
    return f"{kind} {record.id} of {record.received:%d %b %Y}, {where}"

"""What else in the ledger may be the money of a receipt of which nothing of ours stands there:
payments that it shows on invoices alone, and those of the documents that the receipt names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.evidence.cash_case import Case, assemble
from connector.local_days import moved
from connector.money import ledger_money, other_records, shown_payments
from connector.money.cash import Item
from connector.money.ledger_money import Days
from connector.money.other_records import sums_of
from connector.money.twin_questions import ALIKE, WINDOW
from connector.rules import policy as policies
from matching.references.explanations import desk_of
from matching.references.named import named
from providers.ledger import Invoice, Kind, Payment
from providers.money import Money

READ_MAX, NAMED_MAX, SUMMED_MAX = 100, 20, 12
"""How many records are looked at, how many of them a person is shown, and of how many sums are
made."""


@dataclass(frozen=True, slots=True)
class StillHeld:
    """Why a person looks before the receipt is closed; the records that it may be, in words, by
    what they are called; and those of them that are to be read first."""

    why: str
    records: Mapping[str, str]
    unread: Sequence[tuple[Kind, str]] = ()


def find(tx: Tx, connection: Connection, line: Item, *, at: datetime) -> StillHeld | None:
    """None where nothing of the kind is there. Only reads."""
    shown = shown_payments.unread(tx, connection.id, sums_of(line), [line.received])
    if shown:
        words = {it.subject: it.words for it in shown}
        why = (f"the ledger shows {shown[0].paid.amount} as {', '.join(words.values())}, which was"
               " not read yet: it may be that money")  # fmt: skip
        return StillHeld(why, words, [it.place for it in shown])
    rules = policies.current(tx, connection.client_id).policy
    case = assemble(tx, connection, line, rules, now=at)
    paid, meant = _named(case)
    return _of_documents(tx, case, paid, meant) if meant else None


def _named(case: Case) -> tuple[list[str], set[str]]:
    """The numbers of the documents that the text names and that are paid, and the ids of all that
    it may name."""
    said = named(desk_of(case.matched))
    paid = {it.invoice_id: it.number for it in said.settled}
    meant = {entry.item.invoice_id for entry in said.entries}
    meant |= {it.add.item.invoice_id for it in said.open_to if it.add}
    return [*islice(paid.values(), NAMED_MAX)], {*paid, *meant}


def _of_documents(
    tx: Tx, case: Case, paid: Sequence[str], meant: Collection[str]
) -> StillHeld | None:  # fmt: skip
    """What others set against documents that the receipt names: where one of these is paid, or some
    of the payments about its day come to its sum."""
    line, connection_id = case.item, case.connection.id
    days = Days(*(moved(line.received, by) for by in (-ALIKE, ALIKE, -ALIKE)))
    found = ledger_money.set_against(tx, connection_id, meant, days, limit=READ_MAX)
    read = other_records.unclaimed(tx, connection_id, found)
    read = sorted(read, key=lambda it: abs(it.received - line.received))[:NAMED_MAX]
    invoices = [it for it in case.records if isinstance(it, Invoice) and it.id in meant]
    on_them = shown_payments.on(invoices, [line.received])
    shown = shown_payments.new(tx, connection_id, on_them)[:NAMED_MAX]
    parts = [
        *(_laid_on(it, meant) for it in read if abs(it.received - line.received) <= WINDOW),
        *(it.paid.amount for it in shown),
    ]
    if not paid and not _come_to(parts[:SUMMED_MAX], sums_of(line)):
        return None
    words = other_records.words(tx, connection_id, read) | {it.subject: it.words for it in shown}
    return StillHeld(_why(paid, words), words, [it.place for it in shown])


def _laid_on(record: Payment, documents: Collection[str]) -> Money:
    parts = [it.amount for it in record.allocations if it.invoice_id in documents]
    return Money.total(parts, record.total.currency)


def _come_to(parts: Iterable[Money], sums: Collection[Money]) -> bool:
    """Whether some of these add up to one of the sums."""
    reached: set[Money] = set()
    for part in parts:
        more = {it + part for it in reached if it.currency == part.currency}
        reached |= more | {part}
    return not reached.isdisjoint(sums)


def _why(paid: Sequence[str], words: Mapping[str, str]) -> str:
    held = " and ".join(words.values())
    may_be = "may be the money that the bank took back"
    undo_it = "delete or void that there if it is"
    if not paid:
        return f"the ledger holds {held}, which come to its sum and {may_be}; {undo_it}"
    numbers = (
        f"{', '.join(paid)}, which the receipt names, {'is' if len(paid) == 1 else 'are'} paid"
    )
    if not words:
        return f"{numbers}: what paid that {may_be}; look at it"
    return f"{numbers}: the ledger holds {held}, which {may_be}; {undo_it}"

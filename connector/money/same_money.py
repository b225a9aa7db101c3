"""Which records may be said to be the same money, and why others may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from connector.db import Tx
from connector.local_days import moved
from connector.money import cash, ledger_money
from connector.money.cash import BANK, Item, Standing
from connector.money.ledger_money import ENDED, KINDS
from connector.outgoing import intents
from connector.outgoing.intention import STANDING
from providers.bank.identity import is_reference
from providers.money import Money

ENTERED = (Standing.APPLYING, Standing.APPLIED)
"""Where a line of the bank stands that is in the ledger, or on its way there."""

APART = timedelta(days=7)
"""How far the days lie apart at most under which a bank tells of one booking twice."""
SUBJECT_MAX = 120


class Booking(NamedTuple):
    """What a bank booked in one sum, by the reference under which it tells of that and of the
    payments in it."""

    account: str
    currency: str
    reference: str

    def subject(self, day: date) -> str:
        """What a person is asked about, for the sum of a day: a bank may use a reference again."""
        return f"batch:{self.account}:{day}:{self.reference}"[:SUBJECT_MAX]

    def subjects_near(self, day: date) -> list[str]:
        """The same for each day that is near enough for the line of a day to be told of twice."""
        days = range(-APART.days, APART.days + 1)
        return [self.subject(moved(day, timedelta(days=n))) for n in days]


def booking_of(item: Item) -> Booking | None:
    """The booking that a line of the bank is, or is a part of; None where the bank names none."""
    reference = item.part_of or item.bank_reference
    if item.kind != BANK or not is_reference(reference):
        return None
    return Booking(item.id.rpartition(":")[0], item.total.currency, reference)


def told_besides(tx: Tx, connection_id: int, item: Item) -> list[Item]:
    """What the bank tells of this line besides: its sum, or the payments in it."""
    booking = booking_of(item)
    if booking is None:
        return []
    first, last = (moved(item.received, by) for by in (-APART, APART))
    return [
        it for it in cash.of_days(tx, connection_id, first, last)
        if bool(it.part_of) != bool(item.part_of) and booking_of(it) == booking
    ]  # fmt: skip


def is_sum_of(item: Item, total: Money) -> bool:
    """Whether a record of this sum may be the money: as it came, or as it was sent in another
    currency."""
    return total in (item.total, item.original)


def refusals(
    tx: Tx, connection_id: int, item: Item, others: Collection[str],
    asides: Collection[tuple[str, str]], *, nets: Collection[Money] = (),
) -> dict[str, str]:  # fmt: skip
    """By other record, why some money cannot be the same as that; empty if it can. `asides` are
    what is set aside now of all these, each with the record that it counts with; `nets` what fees
    may have left of the money."""
    places = [(kind, id_) for kind, _, id_ in (it.partition(":") for it in others)]
    lines = {it.subject: it for it in cash.fetch(tx, connection_id, others)}
    held = ledger_money.of_places(tx, connection_id, places)
    totals = {of: line.total for of, line in lines.items() if line.kind not in KINDS}
    totals |= {of: it.total for of, it in held.items() if it.status not in ENDED}
    is_aside = {subject for subject, _ in asides}
    stands_for = {of for subject, of in asides if subject != item.subject}
    entered = _entered(tx, connection_id, others)
    return {
        of: _sum_fault(item, of, totals.get(of), nets) or _first(
            (of == item.subject or of in is_aside,
             f"{of} does not count itself; name another record of the money"),
            (of in stands_for, f"{of} stands for other money already"),
            (of in entered, f"{of} was entered from the bank; name that line"),
            (_is_backwards(item, lines.get(of)),
             f"{of} is not in the ledger; set that aside as the same as {item.subject}"),
            (item.subject in stands_for,
             f"other money counts with {item.subject}; bring that back first"),
        )
        for of in others
    }  # fmt: skip


def _sum_fault(item: Item, of: str, total: Money | None, nets: Collection[Money]) -> str:
    if item.left != item.total:
        return "a part of this money is applied; undo that first"
    if total is None:
        return f"there is no money {of!r}; see `ledgerhand receipts list`"
    if not is_sum_of(item, total) and total not in nets:
        return f"{of} is {total}, and {item.subject} is {item.total}"
    return ""


def _first(*faults: tuple[bool, str]) -> str:
    return next((why for is_so, why in faults if is_so), "")


def _is_backwards(item: Item, other: Item | None) -> bool:
    """The line of the bank is the one that gives way, unless it is in the ledger itself."""
    if other is None or other.kind != BANK or item.kind == BANK:
        return False
    return other.state not in ENTERED


def _entered(tx: Tx, connection_id: int, subjects: Iterable[str]) -> set[str]:
    """Those of these records of the ledger that we entered from the bank."""
    held = {it for it in subjects if it.partition(":")[0] in KINDS}
    ids = [it.partition(":")[2] for it in held]
    found = intents.brought(tx, connection_id, ids) if ids else []
    ours = {it.receipt for it in found if it.state in STANDING}
    return {it for it in held if it.partition(":")[2] in ours}

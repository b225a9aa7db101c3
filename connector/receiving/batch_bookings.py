"""A booking in one sum and its parts: banks tell of both, in a statement and in notifications of
its details, under one reference. In whatever order they come, the money counts once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.local_days import moved
from connector.money import cash, set_aside
from connector.money.asides import As, ToldTwice
from connector.money.cash import Item
from connector.money.cash_rows import FACT_MAX
from connector.money.same_money import APART, Booking, booking_of
from connector.money.set_aside import is_free
from connector.receiving import batch_sums, inside_sums
from connector.receiving.batch_sums import Told
from providers.bank.identity import is_reference
from providers.receipts import Receipt

RULE = "batch_unequal"


def settle(
    tx: Tx, connection: Connection, found: Sequence[Receipt], *, at: datetime
) -> list[str]:  # fmt: skip
    """Lay the sums against their parts wherever these receipts, which are kept already, are one or
    the other. Where the parts make up the sum, the sum is set aside and its parts are the money; a
    sum that is placed already is the money itself. A person is asked about what counts twice while
    parts are missing, or are too many. Returns what was found, in sentences. For whoever holds the
    money of the company (`cash.hold`)."""
    days: dict[Booking, set[date]] = defaultdict(set)
    for one in found:
        named = (one.part_of or one.bank_reference)[:FACT_MAX]
        if is_reference(named):
            days[Booking(one.account, one.amount.currency, named)].add(one.received)
    told = _known(tx, connection.id, days)
    subjects = [it.subject for some in told.values() for it in (*some.by_sum, *some.parts)]
    asides = set_aside.told_twice(tx, connection.id, subjects)
    inside = inside_sums.told(found), inside_sums.waiting(tx, connection.id, subjects)
    said: list[str] = []
    for booking, lines in told.items():
        left = lines.where(lambda it: it.subject not in asides.denied)
        said += _Way(tx, connection, booking, asides, *inside, at).lay(left, days[booking])
    return said


def why_held(tx: Tx, connection_id: int, item: Item) -> str:
    """Why money in one sum is not applied by itself while a person is asked about its parts; empty
    if it may be."""
    booking = booking_of(item)
    if booking is None or item.part_of:
        return ""
    asked = approvals.waiting_of(tx, connection_id, booking.subjects_near(item.received))
    return "the bank told of parts of this money, too, so a person decides" if asked else ""


def _known(
    tx: Tx, connection_id: int, days: Mapping[Booking, Collection[date]]
) -> dict[Booking, Told]:  # fmt: skip
    """Of these bookings those of which both a sum and parts are known near these days, with all
    that is told under their references in a row with that."""
    if not days:
        return {}
    every = {day for some in days.values() for day in some}
    first, last = moved(min(every), -APART), moved(max(every), APART)
    near = _told(cash.of_days(tx, connection_id, first, last), days)
    if not near:
        return {}
    known = _told(cash.under(tx, connection_id, {it.reference for it in near}), near)
    return {booking: one.row_of(days[booking]) for booking, one in known.items()}


def _told(items: Sequence[Item], bookings: Collection[Booking]) -> dict[Booking, Told]:
    """Of these bookings those of which both a sum and parts are among the lines."""
    told = {booking: Told(booking.currency) for booking in bookings}
    for item in items:
        booking = booking_of(item)
        if booking and (one := told.get(booking)):
            (one.parts if item.part_of else one.by_sum).append(item)
    return {it: one for it, one in told.items() if one.by_sum and one.parts}


@dataclass(frozen=True, slots=True)
class _Way:
    """How one booking goes on; `inside` are payments that a file tells of inside their sum, and
    `waiting` those that are set aside for that."""

    tx: Tx
    connection: Connection
    booking: Booking
    asides: ToldTwice
    inside: set[str]
    waiting: set[str]
    at: datetime

    def lay(self, told: Told, days: Collection[date]) -> list[str]:
        """All that is told in a row is laid together, for what makes one sum up is not another's;
        what is left of it is added up, and asked about, near these days only."""
        found = [*batch_sums.made_up(told, self.asides.now)]
        left, said = told.less(found), list[str]()
        if one := batch_sums.of_all(left.near(days), self.asides.now):
            found.append(one)
            left = left.less([one])
        for one in found:
            self._give_back(one)
            said += self._count_once(one)
        again = [it for it in (*left.by_sum, *left.parts) if self._counts_again(it, left, found)]
        said += map(self._again, again)
        days = {*days, *(it.received for it in again)}
        rest, done = left.near(days), [one for one in found if one.near(days).by_sum]
        if rest.by_sum and rest.parts:
            said += self._count_once(rest)
            self._leave_inside(rest)
        why, sums = self._why_ask(rest, done)
        subjects = {self.booking.subject(it.received) for it in told.near(days).by_sum}
        if why:
            subject = self.booking.subject(min(it.received for it in sums))
            self._ask(subject, why)
            subjects.discard(subject)
            said.append(why)
        approvals.lapse_all(self.tx, self.connection.id, subjects, at=self.at)
        return said

    def _counts_again(self, item: Item, left: Told, found: Sequence[Told]) -> bool:
        """What we set aside for lines that make up another one counts nowhere: bring it back."""
        if item.subject not in self.asides.ours:
            return False
        others = {
            it.received for one in found for it in (one.by_sum if item.part_of else one.parts)
        }
        if not batch_sums.is_near(item, others) or self._counts_beside(item, left):
            return False
        set_aside.bring_back(
            self.tx, self.connection.id, item, reason=self._again(item), by=set_aside.US, at=self.at
        )
        self.asides.now.discard(item.subject)
        return True

    def _counts_beside(self, item: Item, left: Told) -> bool:
        """Whether what is left near it counts for it."""
        if item.part_of:
            return batch_sums.is_near(item, {it.received for it in left.by_sum})
        beside = left.near([item.received])
        return batch_sums.total(self._counting(beside), beside.currency) >= beside.whole

    def _again(self, item: Item) -> str:
        return (
            f"{item.total} of {item.received:%d %b %Y} with the bank's reference"
            f" {self.booking.reference} counts again: what it gave way to is another booking"
        )

    def _give_back(self, told: Told) -> None:
        """The payments make up their sum: those that waited for the others are the money."""
        held = [it for it in told.parts if it.subject in self.waiting]
        if self._stands(told) or self._are_dropped(told):
            return
        inside_sums.give_back(self.tx, self.connection.id, held, at=self.at)
        self.asides.now.difference_update(it.subject for it in held)
        self.waiting.difference_update(it.subject for it in held)

    def _leave_inside(self, told: Told) -> None:
        """While others are missing, payments that are inside their sum for certain do not count."""
        if any(map(self._is_aside, told.by_sum)):
            self._give_back(told)
        if told.made >= told.whole or any(map(self._is_aside, told.by_sum)):
            return
        mine = [it for it in told.parts if it.subject in self.inside and is_free(it)]
        inside_sums.put(self.tx, self.connection.id, mine, at=self.at)
        self.asides.now.update(it.subject for it in mine)
        self.waiting.update(it.subject for it in mine)

    def _stands(self, told: Told) -> bool:
        return any(not is_free(it) and not self._is_aside(it) for it in told.by_sum)

    def _are_dropped(self, told: Told) -> bool:
        return any(self._is_aside(it) and it.subject not in self.waiting for it in told.parts)

    def _count_once(self, told: Told) -> list[str]:
        """A sum whose parts make it up gives way to them; but where the sum is placed already, or
        somebody said that it counts, its parts do."""
        if told.made > told.whole:
            return []
        is_aside = any(self._is_aside(it) for it in told.by_sum)
        if self._stands(told) or self._are_dropped(told):
            mine, others = [] if is_aside else told.parts, told.by_sum
            how = f"in one sum, too ({', '.join(it.id for it in told.by_sum)}), which is the money"
        else:
            mine, others = told.by_sum if told.made == told.whole else [], told.parts
            how = f"as its {len(told.parts)} payments, too, which are the money"
        days = {it.received for it in others}
        free = [it for it in mine if is_free(it) and batch_sums.is_near(it, days)]
        if not free:
            return []
        amount = batch_sums.total(free, told.currency)
        why = f"{amount} with the bank's reference {self.booking.reference} came {how}"
        for item in free:
            set_aside.put(
                self.tx, self.connection.id, item, As.TOLD_TWICE, reason=why, by=set_aside.US,
                at=self.at,
            )  # fmt: skip
            self.asides.now.add(item.subject)
        return [why]

    def _why_ask(self, rest: Told, done: Sequence[Told]) -> tuple[str, list[Item]]:
        """Why a person must look, and at which sums; empty where all of it counts once."""
        if rest.by_sum and rest.parts:
            return self._counted_twice(rest), rest.by_sum
        before = {it.total for one in done for it in one.by_sum}
        again = [it for it in rest.by_sum if it.total in before and not self._is_aside(it)]
        if again:
            return (
                f"{again[0].total} with the bank's reference {self.booking.reference} came in one"
                " sum once more. Both count; if they are the same money, set one of the two aside"
            ), again
        twice = ((self._counted_twice(one), one.by_sum) for one in done)
        return next((it for it in twice if it[0]), ("", []))

    def _counted_twice(self, told: Told) -> str:
        counting = self._counting(told)
        sums = [it for it in counting if not it.part_of]
        twice = batch_sums.total(counting, told.currency) - told.whole
        is_inside = any(it.subject in self.waiting for it in told.parts)
        if twice.amount <= 0 and not (is_inside and _are_free(sums)):
            return ""
        count = len(told.by_sum)
        what = (
            f"{told.whole} with the bank's reference {self.booking.reference} came in"
            f" {'one sum' if count == 1 else f'{count} sums'}, and its payments,"
            f" {len(told.parts)} so far, come to {told.made}"
        )
        if told.made < told.whole:
            what += f": {told.whole - told.made} is still missing"
        elif told.made > told.whole:
            what += f": {told.made - told.whole} more"
        if is_inside and sums == counting:
            return f"{what}. Only the sum counts until then: wait, or lay it by hand"
        if not sums or sums == counting:
            return what
        if told.made == told.whole:
            return f"{what}; {twice} of it counts twice, for both were placed: undo one of the two"
        is_all = len(counting) == len(told.by_sum) + len(told.parts)
        now = "Both count" if is_all else f"{twice + told.whole} of it counts"
        return f"{what}. {now}; if they are the same money, set one of the two aside"

    def _counting(self, told: Told) -> list[Item]:
        return [it for it in (*told.by_sum, *told.parts) if not self._is_aside(it)]

    def _ask(self, subject: str, why: str) -> None:
        """The same is asked once, whatever the answer was."""
        before = approvals.newest(self.tx, self.connection.id, subject)
        if before and before.state != "lapsed" and before.summary == why:
            return
        questions.show(
            self.tx, self.connection, subject=subject, rule=RULE, reasons=[why], at=self.at
        )

    def _is_aside(self, item: Item) -> bool:
        return item.subject in self.asides.now


def _are_free(items: Sequence[Item]) -> bool:
    return bool(items) and all(map(is_free, items))

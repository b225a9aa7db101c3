"""A booking in one sum and its parts: banks tell of both, in a statement and in notifications of
its details, under one reference. In whatever order they come, the money counts once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from connector import approvals, cash, inside_sums, questions, set_aside
from connector.asides import As
from connector.cash import Item
from connector.cash_rows import FACT_MAX
from connector.db import Tx
from connector.local_days import moved
from connector.same_money import APART, Booking, booking_of
from connector.set_aside import FREE, ToldTwice
from connector.tenants import Connection
from providers.bank.identity import is_reference
from providers.money import Money
from providers.receipts import Receipt

RULE = "batch_unequal"


@dataclass(slots=True)
class Told:
    """What a bank tells of one booking; `by_sum` are lines in one sum."""

    currency: str
    by_sum: list[Item] = field(default_factory=list)
    parts: list[Item] = field(default_factory=list)

    @property
    def whole(self) -> Money:
        return _total(self.by_sum, self.currency)

    @property
    def made(self) -> Money:
        """What the parts that are known come to."""
        return _total(self.parts, self.currency)

    def of_day(self, day: date | None) -> Told:
        """What is told of one day, or of all."""
        return self.where(lambda it: day is None or it.received == day)

    def less(self, other: Told) -> Told:
        gone = {it.subject for it in (*other.by_sum, *other.parts)}
        return self.where(lambda it: it.subject not in gone)

    def plus(self, other: Told) -> Told:
        sums, parts = (*self.by_sum, *other.by_sum), (*self.parts, *other.parts)
        return Told(self.currency, [*sums], [*parts])

    def where(self, keep: Callable[[Item], bool]) -> Told:
        sums, parts = ([*filter(keep, some)] for some in (self.by_sum, self.parts))
        return Told(self.currency, sums, parts)


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
        way = _Way(tx, connection, booking, asides, *inside, at)
        said += way.lay(_near(lines, days[booking], asides))
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
    """Of these bookings, those of which both a sum and parts are known."""
    near = _both_near(tx, connection_id, days, APART)
    # A part of a sum that is near may lie as far from that again, on its other side.
    return _both_near(tx, connection_id, {it: days[it] for it in near}, 2 * APART)


def _both_near(
    tx: Tx, connection_id: int, days: Mapping[Booking, Collection[date]], apart: timedelta
) -> dict[Booking, Told]:  # fmt: skip
    if not days:
        return {}
    every = {day for some in days.values() for day in some}
    first, last = moved(min(every), -apart), moved(max(every), apart)
    told = {booking: Told(booking.currency) for booking in days}
    for item in cash.of_days(tx, connection_id, first, last):
        booking = booking_of(item)
        if booking and (one := told.get(booking)):
            (one.parts if item.part_of else one.by_sum).append(item)
    return {it: one for it, one in told.items() if one.by_sum and one.parts}


def _near(told: Told, days: Collection[date], asides: ToldTwice) -> Told:
    """What is near enough to be one booking, and of which nobody said that it is not."""
    left = told.where(lambda it: it.subject not in asides.denied)
    sums = [it for it in left.by_sum if _is_near(it, days)]
    theirs = {it.received for it in sums}
    return Told(told.currency, sums, [it for it in left.parts if _is_near(it, theirs)])


def _is_near(item: Item, days: Collection[date]) -> bool:
    return any(abs(item.received - day) <= APART for day in days)


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

    def lay(self, told: Told) -> list[str]:
        """What is told of each day first: not every bank gives each booking another reference."""
        rest, done, said = told, Told(told.currency), list[str]()
        for day in (*sorted({it.received for it in told.by_sum}), None):
            one = _made_up(rest.of_day(day), self.asides)
            if one is None:
                continue
            self._give_back(one)
            said += self._count_once(one)
            rest, done = rest.less(one), done.plus(one)
        if rest.by_sum and rest.parts:
            said += self._count_once(rest)
            self._leave_inside(rest)
        why = self._why_ask(rest, done)
        subjects = {self.booking.subject(it.received) for it in told.by_sum}
        if why:
            subject = self.booking.subject(min(it.received for it in rest.by_sum or done.by_sum))
            self._ask(subject, why)
            subjects.discard(subject)
            said.append(why)
        approvals.lapse_all(self.tx, self.connection.id, subjects, at=self.at)
        return said

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
        mine = [it for it in told.parts if it.subject in self.inside and _is_free(it)]
        inside_sums.put(self.tx, self.connection.id, mine, at=self.at)
        self.asides.now.update(it.subject for it in mine)
        self.waiting.update(it.subject for it in mine)

    def _stands(self, told: Told) -> bool:
        return any(not _is_free(it) and not self._is_aside(it) for it in told.by_sum)

    def _are_dropped(self, told: Told) -> bool:
        return any(self._is_aside(it) and it.subject not in self.waiting for it in told.parts)

    def _count_once(self, told: Told) -> list[str]:
        """A sum whose parts make it up gives way to them; but where the sum is placed already, or
        somebody said that it counts, its parts do."""
        if told.made > told.whole:
            return []
        is_aside = any(self._is_aside(it) for it in told.by_sum)
        if self._stands(told) or self._are_dropped(told):
            free = [] if is_aside else [it for it in told.parts if _is_free(it)]
            how = f"in one sum, too ({', '.join(it.id for it in told.by_sum)}), which is the money"
        else:
            free = [it for it in told.by_sum if _is_free(it)] if told.made == told.whole else []
            how = f"as its {len(told.parts)} payments, too, which are the money"
        if not free:
            return []
        amount = _total(free, told.currency)
        why = f"{amount} with the bank's reference {self.booking.reference} came {how}"
        for item in free:
            set_aside.put(
                self.tx, self.connection.id, item, As.TOLD_TWICE, reason=why, by=set_aside.US,
                at=self.at,
            )  # fmt: skip
            self.asides.now.add(item.subject)
        return [why]

    def _why_ask(self, rest: Told, done: Told) -> str:
        """Why a person must look; empty where all of it counts once."""
        if rest.by_sum and rest.parts:
            return self._counted_twice(rest)
        before = {it.total for it in done.by_sum}
        if again := [it.total for it in rest.by_sum if it.total in before]:
            return (
                f"{again[0]} with the bank's reference {self.booking.reference} came in one sum"
                " once more. Both count; if they are the same money, set one of the two aside"
            )
        return self._counted_twice(done) if done.by_sum else ""

    def _counted_twice(self, told: Told) -> str:
        sums, parts = (
            [it for it in some if not self._is_aside(it)] for some in (told.by_sum, told.parts)
        )
        twice = _total([*sums, *parts], told.currency) - told.whole
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
        if is_inside and not parts:
            return f"{what}. Only the sum counts until then: wait, or lay it by hand"
        if not sums or not parts:
            return what
        if told.made == told.whole:
            return f"{what}; {twice} of it counts twice, for both were placed: undo one of the two"
        return f"{what}. Both count; if they are the same money, set one of the two aside"

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


def _made_up(told: Told, asides: ToldTwice) -> Told | None:
    """The sums that these parts make up: all, or one of several."""
    if not told.by_sum or not told.parts:
        return None
    if told.made == told.whole:
        return told
    same = [it for it in told.by_sum if it.total == told.made]
    same.sort(key=lambda it: (it.subject not in asides.now, it.subject))
    return Told(told.currency, same[:1], told.parts) if same else None


def _total(items: Sequence[Item], currency: str) -> Money:
    return Money.total((it.total for it in items), currency)


def _are_free(items: Sequence[Item]) -> bool:
    return bool(items) and all(map(_is_free, items))


def _is_free(item: Item) -> bool:
    return item.state in FREE and item.left == item.total

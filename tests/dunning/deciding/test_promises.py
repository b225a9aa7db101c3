"""Promises to pay: money counts once, for the earliest day first, and by the day it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.contact_hours.hours import hours_of
from dunning.customer.account import Promise
from dunning.deciding.promises import Cover, Followed, Received, State, covers, last_day, verdict
from dunning.deciding.sequence import broken_at
from dunning.rules.policy import DunningPolicy
from providers.money import Money
from tests.dunning.accounts import ZONE, at

POLICY = DunningPolicy()
HOURS = hours_of(POLICY, ZONE)
ONE = "INV-1"


def usd(amount: int) -> Money:
    return Money.of(amount, "USD")


def day(number: int) -> date:
    """Day 2 is a Monday."""
    return date(2026, 3, number)


def said(amount: int, on: int, *about: str, made: int = 2, of: int = 100) -> Promise:
    return Promise(about or (ONE,), usd(amount), day(on), day(made), usd(of))


def came(amount: int, on: int, invoice: str = ONE) -> Received:
    return Received(day(on), usd(amount), invoice)


def on_account(amount: int, on: int) -> Received:
    return came(amount, on, "")


@dataclass(frozen=True)
class Row:
    """`found` is, by promise, what is left of it and the day on which it was met; 0 is never."""

    name: str
    promised: Sequence[Promise]
    opens: dict[str, int]
    received: Sequence[Received]
    found: Sequence[tuple[int, int]]


HALVES = (said(50, 4), said(50, 19))
ROWS = (
    Row("nothing came", [said(100, 4)], {ONE: 100}, [], [(100, 0)]),
    Row("all of it came", [said(100, 4)], {}, [came(100, 3)], [(0, 3)]),
    Row("it came in two parts", [said(100, 9)], {}, [came(60, 3), came(40, 5)], [(0, 5)]),
    Row("a part is a part", [said(100, 4)], {ONE: 40}, [came(60, 3)], [(40, 0)]),
    Row("less than all was promised", [said(40, 4)], {ONE: 60}, [came(40, 3)], [(0, 3)]),
    Row("the first half is not the second", HALVES, {ONE: 50}, [came(50, 3)], [(0, 3), (50, 0)]),
    Row("said in the other order", HALVES[::-1], {ONE: 50}, [came(50, 3)], [(50, 0), (0, 3)]),
    Row("both halves", HALVES, {}, [came(50, 3), came(50, 18)], [(0, 3), (0, 18)]),
    Row("one payment is both halves", HALVES, {}, [came(100, 3)], [(0, 3), (0, 3)]),
    Row("late money is of the earliest day", HALVES, {ONE: 50}, [came(50, 9)], [(0, 9), (50, 0)]),
    Row("what was paid before it was said does not count",
        [said(50, 9, made=5, of=50)], {ONE: 50}, [came(50, 3)], [(50, 0)]),
    Row("nor does it for an earlier day than another's",
        [said(50, 20), said(50, 10, made=5, of=50)], {ONE: 50}, [came(50, 3)], [(0, 3), (50, 0)]),
    Row("money not yet set against anything counts", [said(40, 5)], {ONE: 100},
        [on_account(40, 4)], [(0, 4)]),
    Row("and once", [said(40, 5), said(40, 6, "INV-2")], {ONE: 100, "INV-2": 100},
        [on_account(40, 4)], [(0, 4), (40, 0)]),
    Row("the oldest promise first", [said(40, 9, "INV-2"), said(40, 5)], {ONE: 100, "INV-2": 100},
        [on_account(60, 4)], [(20, 0), (0, 4)]),
    Row("but not what lay there before", [said(40, 9, made=5)], {ONE: 100}, [on_account(40, 4)],
        [(40, 0)]),
    Row("what is set against another invoice does not", [said(40, 5)], {ONE: 100},
        [came(40, 4, "INV-2")], [(40, 0)]),
    Row("a void leaves nothing to pay", [said(100, 5)], {}, [], [(0, 0)]),
    Row("a credit lowers what there is to pay", [said(100, 5)], {ONE: 60}, [], [(60, 0)]),
    Row("and what is left is enough", [said(100, 5)], {}, [came(60, 4)], [(0, 4)]),
    Row("a credit of the other half", [said(50, 5)], {ONE: 50}, [], [(50, 0)]),
    Row("two invoices, one of them void", [said(200, 5, ONE, "INV-2", of=200)], {},
        [came(100, 4)], [(0, 4)]),
    Row("the second half was credited", HALVES, {}, [came(50, 3)], [(0, 3), (0, 0)]),
    Row("said again for a later day, it is the same money", [said(100, 4), said(100, 10, made=3)],
        {}, [came(100, 9)], [(0, 9), (0, 9)]),
    Row("said again once it was past, too", [said(50, 4), said(50, 10, made=6)], {ONE: 50},
        [came(50, 9)], [(0, 9), (0, 9)]),
    Row("after one that was met it is other money",
        [said(40, 4), said(40, 10, made=6)], {ONE: 100}, [on_account(40, 3)], [(0, 3), (40, 0)]),
    Row("an invoice that grew since", [said(100, 5)], {ONE: 130}, [], [(100, 0)]),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_came_in_for_each_promise(row: Row) -> None:
    opens = {id_: usd(amount) for id_, amount in row.opens.items()}
    found = covers(row.promised, opens, row.received)
    told = [(one.left.amount, one.met_on.day if one.met_on else 0) for one in found]
    assert told == list(row.found)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(2, 20)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(1, 60), st.integers(2, 25), st.booleans()), max_size=5),
)
def test_no_cent_counts_twice(
    promised: list[tuple[int, int]], money: list[tuple[int, int, bool]]
) -> None:
    """For promises that were all made at the same time, about all that was open."""
    owed = sum(amount for amount, _ in promised)
    received = [came(amount, on, ONE if is_set else "") for amount, on, is_set in money]
    down = min(owed, sum(amount for amount, _, is_set in money if is_set))
    found = covers(
        [said(amount, on, of=owed) for amount, on in promised], {ONE: usd(owed - down)}, received
    )
    paid = Money.total((one.paid for one in found), "USD")
    loose = sum(amount for amount, _, is_set in money if not is_set)
    assert paid == usd(min(owed, down + loose))
    assert all(0 <= one.paid.amount <= one.needed.amount for one in found)


FRIDAY = said(100, 6)
"""With its day of grace and the weekend it is broken on Monday the 9th."""
NOTHING = Cover(usd(100), usd(0), None)
PAID = Cover(usd(100), usd(100), day(6))
SUNDAY = Cover(usd(100), usd(100), day(8))
LATE = Cover(usd(100), usd(100), day(9))
VOID = Cover(usd(0), usd(0), None)


@dataclass(frozen=True)
class Judged:
    name: str
    state: State
    sure: Cover
    now: str
    found: State
    likely: Cover | None = None
    is_returned: bool = False
    is_known: bool = True
    wait: bool = False


BEFORE, AFTER, LONG_AFTER = "2026-03-05", "2026-03-09", "2026-06-01"
OPEN, KEPT, BROKEN = State.OPEN, State.KEPT, State.BROKEN
JUDGED = (
    Judged("its day has not come", OPEN, NOTHING, BEFORE, OPEN),
    Judged("nor is it over on the weekend", OPEN, NOTHING, "2026-03-08", OPEN),
    Judged("nothing came", OPEN, NOTHING, AFTER, BROKEN),
    Judged("paid before its day", OPEN, PAID, BEFORE, KEPT),
    Judged("paid in time, looked at late", OPEN, PAID, LONG_AFTER, KEPT),
    Judged("paid within the days of grace", OPEN, SUNDAY, LONG_AFTER, KEPT),
    Judged("paid late", OPEN, LATE, AFTER, BROKEN),
    Judged("paid late, looked at late", OPEN, LATE, LONG_AFTER, BROKEN),
    Judged("paid late, though money may be on its way", OPEN, LATE, AFTER, BROKEN, wait=True),
    Judged("money may be on its way", OPEN, NOTHING, AFTER, OPEN, wait=True),
    Judged("a bank line waits for a person", OPEN, NOTHING, AFTER, OPEN, likely=PAID),
    Judged("the ledger has not told all", OPEN, VOID, AFTER, OPEN, is_known=False),
    Judged("nothing is left to pay", OPEN, VOID, BEFORE, State.CANCELLED),
    Judged("nothing is left to pay of a broken one", BROKEN, VOID, AFTER, BROKEN),
    Judged("it was paid in time and entered late", BROKEN, PAID, LONG_AFTER, KEPT),
    Judged("it was broken and paid", BROKEN, LATE, LONG_AFTER, BROKEN),
    Judged("a kept one stays kept", KEPT, PAID, LONG_AFTER, KEPT),
    Judged("its money was set against something else", KEPT, NOTHING, LONG_AFTER, KEPT),
    Judged("its payment was taken back", KEPT, NOTHING, AFTER, State.RETURNED, is_returned=True),
    Judged("another payment was taken back", KEPT, PAID, AFTER, KEPT, is_returned=True),
    Judged("it was taken back by mistake", State.RETURNED, PAID, LONG_AFTER, KEPT),
    Judged("it was paid once more, late", State.RETURNED, LATE, LONG_AFTER, State.RETURNED),
)  # fmt: skip


@pytest.mark.parametrize("row", JUDGED, ids=lambda row: row.name)
def test_how_a_promise_stands(row: Judged) -> None:
    one = Followed(
        FRIDAY, row.state, row.sure, row.likely or row.sure, row.is_returned, row.is_known
    )
    found = verdict(one, POLICY, HOURS, at(row.now, "14:00"), wait=row.wait)
    assert found.state is row.found
    assert found.why or found.state is row.state


def test_the_last_day_is_the_one_before_it_is_broken() -> None:
    assert last_day(FRIDAY, POLICY, HOURS) == day(8)
    later = DunningPolicy(promise_grace_days=3)
    assert last_day(FRIDAY, later, hours_of(later, ZONE)) == day(9)


def test_the_same_at_any_moment_after_its_day() -> None:
    ends = broken_at(FRIDAY, POLICY, HOURS)
    for cover in (NOTHING, PAID, SUNDAY, LATE):
        one = Followed(FRIDAY, State.OPEN, cover, cover)
        moments = [ends + timedelta(days=days) for days in range(200)]
        assert len({verdict(one, POLICY, HOURS, moment).state for moment in moments}) == 1

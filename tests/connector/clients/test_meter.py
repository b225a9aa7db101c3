"""The budget of API calls: counted exactly, never exceeded, spent on what matters most."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from connector.clients import meter
from connector.clients.meter import Limits, OutOfBudget, Purpose
from connector.deps import Deps
from providers.errors import TryLater
from tests.connector.office import NOW, clock_of, connect


def spend_all(deps: Deps, connection_id: int, limits: Limits, purpose: Purpose) -> int:
    """How many calls go out before one is held back."""
    spend = meter.spender(deps, connection_id, limits, purpose)
    for number in range(10_000):
        try:
            spend("xero.invoices.read")
        except TryLater:
            return number
    raise AssertionError("nothing holds the calls back")


def test_work_that_matters_less_stops_first(both: Deps) -> None:
    connection_id = connect(both)
    limits = Limits(60, 5000)
    assert spend_all(both, connection_id, limits, Purpose.SWEEP) == 36
    assert spend_all(both, connection_id, limits, Purpose.SYNC) == 12
    assert spend_all(both, connection_id, limits, Purpose.WRITE) == 12
    assert spend_all(both, connection_id, limits, Purpose.WRITE) == 0


def test_in_no_minute_are_there_more_calls_than_the_vendor_allows(both: Deps) -> None:
    connection_id, limits, made = connect(both), Limits(60), list[int]()
    spend = meter.spender(both, connection_id, limits, Purpose.WRITE)
    for second in range(0, 200, 4):
        for _ in range(7):
            with suppress(OutOfBudget):
                spend("xero.payments.create")
                made.append(second)
        clock_of(both).advance(seconds=4)
    assert max(sum(at <= one < at + 60 for one in made) for at in made) <= 60
    assert len(made) > 120


def test_a_day_has_its_own_limit_and_ends_at_midnight_utc(both: Deps) -> None:
    connection_id, limits = connect(both), Limits(1000, 50)
    assert spend_all(both, connection_id, limits, Purpose.SWEEP) == 30
    with pytest.raises(OutOfBudget) as held_back:
        meter.spender(both, connection_id, limits, Purpose.SWEEP)("xero.invoices.read")
    assert NOW + held_back.value.wait == NOW.replace(day=3, hour=0)
    clock_of(both).advance(seconds=held_back.value.wait.total_seconds())
    assert spend_all(both, connection_id, limits, Purpose.SWEEP) == 30


def test_in_no_second_are_there_more_calls_than_the_vendor_allows(both: Deps) -> None:
    connection_id, clock = connect(both), clock_of(both)
    spend = meter.spender(both, connection_id, Limits(500, per_second=10), Purpose.WRITE)
    made = list[datetime]()
    for _ in range(40):
        spend("quickbooks.payment.write")
        made.append(clock.now())
        clock.advance(seconds=0.02)
    busiest = max(sum(at <= one < at + timedelta(seconds=1) for one in made) for at in made)
    assert busiest == 10
    assert made[-1] - made[0] < timedelta(seconds=4)


def test_a_clock_that_was_moved_back_holds_no_call(both: Deps) -> None:
    connection_id, clock = connect(both), clock_of(both)
    spend = meter.spender(both, connection_id, Limits(500, per_second=2), Purpose.WRITE)
    for _ in range(4):
        spend("quickbooks.payment.write")
    clock.advance(hours=-1)
    before = clock.now()
    for _ in range(2):
        spend("quickbooks.payment.write")
    assert clock.now() == before


def test_one_companys_calls_leave_anothers_alone(both: Deps) -> None:
    first, second = connect(both, "Ash"), connect(both, "Birch")
    assert spend_all(both, first, Limits(10), Purpose.WRITE) == 10
    assert spend_all(both, second, Limits(10), Purpose.WRITE) == 10


def test_calls_of_eight_at_once_are_counted_to_the_last(both: Deps) -> None:
    connection_id = connect(both)
    spend = meter.spender(both, connection_id, Limits(10_000), Purpose.WRITE)
    with ThreadPoolExecutor(8) as many:
        list(many.map(spend, ["a.b.read", "a.c.write"] * 40))
    with both.reading() as tx:
        assert meter.totals(tx, [connection_id], NOW.date()) == {
            connection_id: {"a.b.read": 40, "a.c.write": 40}
        }


def test_eight_at_once_do_not_exceed_the_limit_together(both: Deps) -> None:
    connection_id = connect(both)
    with ThreadPoolExecutor(8) as many:
        made = many.map(
            lambda _: spend_all(both, connection_id, Limits(40), Purpose.WRITE), range(8)
        )
        assert sum(made) == 40


def test_a_vendor_that_asks_to_wait_is_left_alone_for_that_long(both: Deps) -> None:
    connection_id = connect(both)
    with both.writing() as tx:
        meter.pause(tx, connection_id, TryLater("429", wait=timedelta(seconds=37)), NOW)
        meter.pause(tx, connection_id, OutOfBudget("ours", wait=timedelta(hours=9)), NOW)
    spend = meter.spender(both, connection_id, Limits(60), Purpose.WRITE)
    for _ in range(5):
        with pytest.raises(OutOfBudget) as held_back:
            spend("xero.payments.create")
        assert held_back.value.wait == timedelta(seconds=37)
    clock_of(both).advance(seconds=37)
    spend("xero.payments.create")
    with both.reading() as tx:
        assert meter.totals(tx, [connection_id], NOW.date())[connection_id] == {
            "xero.payments.create": 1
        }, "what did not go out is not counted"


def test_sign_in_calls_are_counted_and_take_nothing_from_the_budget(both: Deps) -> None:
    connection_id = connect(both)
    count = meter.counter(both, connection_id)
    for _ in range(20):
        count("xero.oauth.token")
    assert spend_all(both, connection_id, Limits(10), Purpose.WRITE) == 10


def test_calls_are_shown_by_day_the_newest_first(both: Deps) -> None:
    connection_id = connect(both)
    count = meter.counter(both, connection_id)
    for kind in ("a.b.read", "a.b.read", "a.c.read"):
        count(kind)
    clock_of(both).advance(days=1)
    count("a.c.read")
    with both.reading() as tx:
        rows = meter.days(tx, connection_id, NOW.date())
        later = meter.totals(tx, [connection_id], NOW.date() + timedelta(days=1))
    days = Counter(day for day, _, _ in rows)
    assert list(days.values()) == [1, 2]
    assert [(kind, calls) for _, kind, calls in rows[1:]] == [("a.b.read", 2), ("a.c.read", 1)]
    assert later == {connection_id: {"a.c.read": 1}}

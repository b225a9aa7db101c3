"""A reference that a bank uses for one booking after the other: each counts, and counts once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.clients import tenants
from connector.decided import approvals
from connector.deps import Deps
from connector.money import cash, set_aside
from connector.money.asides import As
from connector.money.cash import Standing
from connector.proof import conservation
from connector.receiving import receipts
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect
from tests.connector.receiving.test_batch_bookings import (
    SOME,
    asked,
    bring,
    counted,
    notification,
    statement,
)
from tests.connector.undoing.test_bounced import total

Opens = Callable[..., Firm]
Files = list[Callable[[date], bytes]]
numbers = count(1)
WEEK = timedelta(days=7)


def elm(day: date) -> bytes:
    """A single payment, as much as the batch of three days later."""
    return statement(day - timedelta(days=3), text="payment of Elm")


@pytest.mark.parametrize("order", [
    [elm, notification, statement], [notification, elm, statement], [elm, statement, notification],
    [statement, notification, elm],
])  # fmt: skip
def test_a_sum_whose_parts_are_those_of_another_counts(open_firm: Opens, order: Files) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    for file in order:
        bring(firm, file(firm.today))
        firm.settle()
    assert counted(firm) == [100, 200, 300]
    assert str(total(firm).received) == "USD 600.00"
    assert [it.text for it in firm.all_money() if it.state is Standing.CLOSED] == [""]
    (why,) = asked(firm)
    assert why == (
        "USD 300.00 with the bank's reference REF77 came in one sum once more. Both count; if they"
        " are the same money, set one of the two aside"
    )
    for file in order:
        bring(firm, file(firm.today))
    assert counted(firm) == [100, 200, 300]
    assert asked(firm) == [why]


def test_what_counts_again_is_told_and_left_to_a_person(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Elm Ltd"), "INV-1001", "300.00")
    firm.sweep()
    day = firm.today - timedelta(days=3)
    bring(firm, statement(day, text="INV-1001"))
    bring(firm, notification(firm.today))
    assert counted(firm) == [100, 200]
    said = bring(firm, statement(firm.today))
    assert (
        f"USD 300.00 of {day:%d %b %Y} with the bank's reference REF77 counts again: what it gave"
        " way to is another booking"
    ) in said
    firm.settle()
    (held,) = [it for it in firm.asked() if "INV-1001" in it.summary]
    assert "the bank told of parts of this money, too, so a person decides" in held.summary


def test_parts_whose_sum_is_another_booking_count(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash Ltd"), "INV-1001", "300.00")
    firm.sweep()
    bring(firm, statement(firm.today, text="INV-1001"))
    firm.settle()
    later = notification(firm.today + timedelta(days=3), parts=((8, 150), (9, 150)))
    bring(firm, later)
    assert counted(firm) == [300], "the sum is applied, so it is the money"
    bring(firm, notification(firm.today))
    assert counted(firm) == [150, 150, 300]
    bring(firm, statement(firm.today + timedelta(days=3)))
    assert counted(firm) in ([150, 150, 300], [300, 300])
    assert str(total(firm).received) == "USD 600.00"


def test_what_a_person_set_aside_is_not_brought_back(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    bring(firm, elm(firm.today))
    bring(firm, notification(firm.today, parts=SOME))
    (single,) = [it.subject for it in firm.all_money() if "Elm" in it.text]
    set_aside.by_person(firm.deps, firm.connection_id, single, As.TOLD_TWICE,
                        reason="more of it was told by mail", by="ann")  # fmt: skip
    bring(firm, statement(firm.today, amount=100))
    assert counted(firm) == [40, 60]
    assert asked(firm) == []


@st.composite
def weeks(draw: st.DrawFn) -> tuple[int, list[tuple[bool, int]]]:
    """How many days after its sum a bank tells of the payments in it, or before it, and the order
    in which the files of three weeks come, some of them again: the details, or the sum."""
    files = [(is_sum, week) for is_sum in (True, False) for week in range(3)]
    again = draw(st.lists(st.sampled_from(files), max_size=3))
    return draw(st.integers(-6, 6)), draw(st.permutations([*files, *again]))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=weeks())
def test_each_week_of_equal_payments_counts_once(
    deps: Deps, told: tuple[int, list[tuple[bool, int]]]
) -> None:
    late, order = told
    connection_id = connect(deps, f"Firm {next(numbers)}")
    with deps.writing() as tx:
        client_id = tenants.connection(tx, connection_id).client_id
        modes.switch(tx, client_id, Capability.CASH, Mode.COPILOT, at=deps.now(), by="tests")
    seen: set[tuple[bool, int]] = set()
    for is_sum, week in order:
        day = TODAY + week * WEEK
        file = statement(day) if is_sum else notification(day + timedelta(days=late))
        receipts.import_statement(deps, connection_id, file, by="tests")
        seen.add((is_sum, week))
        with deps.reading() as tx:
            (line,) = conservation.conservation(tx, connection_id)
        assert line.faults == ()
        both = [sum(is_one is one for is_one, _ in seen) for one in (True, False)]
        assert line.received.amount >= 300 * max(both), "no money is lost meanwhile"
    assert line.received.amount == 900
    with deps.reading() as tx:
        assert approvals.waiting(tx, connection_id) == []
        found = cash.listed(tx, connection_id, tuple(Standing))
        asides = set_aside.in_force(tx, connection_id)
    assert asides.keys() == {it.subject for it in found if not it.part_of}


@pytest.mark.parametrize(("first", "parts", "second"), [
    (100, ((1, 100), (2, 200)), 200), (80, ((1, 50), (2, 30)), 200),
])  # fmt: skip
def test_what_is_too_far_apart_for_one_booking_is_asked_about(
    open_firm: Opens, first: int, parts: tuple[tuple[int, int], ...], second: int
) -> None:
    """One reference for a booking each week, and payments told a day after the second."""
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    day = firm.today - timedelta(days=20)
    bring(firm, statement(day, first))
    bring(firm, notification(day + timedelta(days=8), parts=parts))
    bring(firm, statement(day + WEEK, second))
    assert sum(counted(firm)) >= first + second
    assert asked(firm)

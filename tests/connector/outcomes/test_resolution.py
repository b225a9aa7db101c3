"""Cases, promises and disputes, each figure against what was worked out by hand."""

from __future__ import annotations

import pytest

from connector.outcomes import resolution
from connector.outcomes.figure import NONE, Evidence
from connector.outcomes.resolution import Answer, Case, Dispute, Outcome, Promises
from providers.money import Money
from tests.connector.outcomes.made import (
    MARCH,
    book,
    contact,
    contacts,
    day,
    sale,
    usd,
)

LATE = sale("a", 100, "02-01", "03-01")


def money(outcome: Outcome) -> Case:
    return Case(day("03-09"), "USD", outcome, Evidence("c1", "money"))


def test_cases_are_alone_with_help_or_open() -> None:
    """a was settled after a message alone; b after a person approved one; c is open; d was never
    written about and is no case. With one receipt of each sort: 2 / (2 + 2 + 2) = 33.3 %."""
    made = book(
        sale("a", 100, "02-01", "03-01", on_0320=100),
        sale("b", 50, "02-01", "03-05", customer="c2", on_0321=50),
        sale("c", 10, "02-01", "03-07"), sale("d", 10, "02-01", "03-07", on_0309=10),
    )  # fmt: skip
    found = resolution.resolved_alone(
        made, MARCH, cases=[money(outcome) for outcome in Outcome],
        contacts=contacts(contact("03-08", "a", "b", "c")),
        answers=[Answer("c2", "USD", day("03-08")), Answer("c1", "EUR", day("03-10"))],
    )  # fmt: skip
    assert found.inputs == {"alone": 2, "with_help": 2, "open": 2}
    assert found.worked == "2 / (2 alone + 2 with help + 2 open) x 100 = 33.3 %"


def test_a_case_that_is_open_again_moves_back() -> None:
    """The payment that settled it was taken out of the ledger."""
    told = contacts(contact("03-08", "a"))
    settled = book(sale("a", 100, "02-01", "03-01", on_0320=100))
    before, after = (
        resolution.resolved_alone(made, MARCH, cases=[], contacts=told, answers=[])
        for made in (settled, book(LATE))
    )
    assert (before.value, after.value) == (100, 0)
    assert after.inputs == {"alone": 0, "with_help": 0, "open": 1}


def test_a_case_belongs_to_the_period_of_its_first_message() -> None:
    """a was late long before; b is written about before it is due, and is no case yet."""
    made = book(
        sale("a", 100, "01-02", "01-10", on_0320=100), sale("b", 50, "03-01", "04-10")
    )  # fmt: skip
    told = contacts(contact("02-27", "c"), contact("03-08", "a"), contact("03-30", "b"))
    share = resolution.resolved_alone(made, MARCH, cases=[], contacts=told, answers=[])
    assert share.inputs == {"alone": 1, "with_help": 0, "open": 0}
    earlier = resolution.resolved_alone(made, MARCH.before, cases=[], contacts=told, answers=[])
    assert earlier.shown == NONE


def test_without_cases_there_is_no_share() -> None:
    other = Case(day("03-09"), "EUR", Outcome.ALONE, Evidence("c1", "euro"))
    found = resolution.resolved_alone(
        book(LATE), MARCH, cases=[other], contacts=contacts(), answers=[]
    )
    assert (found.value, found.reason) == (None, "there was no case in the period")


@pytest.mark.parametrize(
    ("promises", "shown"),
    [(Promises(0, 0), NONE), (Promises(3, 1), "75.0 %"), (Promises(0, 2), "0.0 %")],
)
def test_promises_kept(promises: Promises, shown: str) -> None:
    assert resolution.promises_kept(promises).shown == shown


def test_disputes_take_the_median_of_those_closed_in_the_period() -> None:
    """4 and 10 days make 7; the one closed in April and the one in euro are not in it."""
    told = Evidence("c1", "case 1")
    rows = [
        Dispute(day("03-01"), day("03-05"), usd(10), told),
        Dispute(day("02-20"), day("03-02"), usd(10), told),
        Dispute(day("02-20"), day("04-02"), usd(10), told),
        Dispute(day("03-01"), day("03-02"), Money.of(10, "EUR"), told),
    ]
    assert resolution.dispute_days("USD", MARCH, rows).value == 7
    assert resolution.dispute_days("GBP", MARCH, rows).shown == NONE

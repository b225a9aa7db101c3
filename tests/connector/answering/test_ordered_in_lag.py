"""What a person ordered keeps their word while the books may be behind the bank."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.answering import answers
from connector.outgoing.effects import PrintLetter
from connector.past.booked import SUBJECT
from tests.connector.by_post import customer_at, queued
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.formal import STEPS
from tests.connector.next_step.test_lag_questions import ON, pays

pytestmark = pytest.mark.either_ledger


def ordered(open_firm: Opens, ledger: str) -> tuple[Firm, str, str]:
    """A demand letter that somebody ordered, which keeps its distance from a reminder while the
    books fall behind; with its customer and invoice."""
    steps = [STEPS[0], STEPS[1] | {"offset_days": 17}]
    rules = {"steps": steps, "bank_lag_days_max": 3, "min_days_between_messages": 7}
    firm = open_firm(ledger, modes=ON, dunning=rules)
    pays(firm)
    customer = customer_at(firm, "Ash")
    owed = firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(13, past=True)
    pays(firm)
    firm.pass_days(1, past=True)
    firm.owe(customer, "INV-2", "60.00", late_days=3)
    firm.sweep()
    (formal,) = firm.asked()
    answers.approve(firm.deps, formal.id, 0, "ann")
    firm.settle()
    firm.pass_days(10, past=True)
    return firm, customer, owed


def test_a_demand_that_is_ordered_waits_for_the_books_and_is_not_asked_twice(
    open_firm: Opens, ledger: str
) -> None:
    firm, *_ = ordered(open_firm, ledger)
    assert [one.subject for one in firm.asked()] == [SUBJECT]
    (waits,) = [one for one in firm.intents() if isinstance(one.effect, PrintLetter)]
    assert "money may be at the bank and not booked" in waits.error
    assert queued(firm) == []
    pays(firm)
    firm.pass_days(2, past=True)
    (letter,) = queued(firm)
    assert str(letter.total) == "USD 1,000.00"
    assert not [one for one in firm.asked() if one.subject.startswith("formal")]


def test_it_does_not_go_out_where_the_books_show_that_it_is_paid(
    open_firm: Opens, ledger: str
) -> None:
    firm, customer, owed = ordered(open_firm, ledger)
    firm.books.pay_by_hand(customer, owed, Decimal("1000.00"), firm.today)
    firm.sweep()
    firm.pass_days(2, past=True)
    assert (queued(firm), firm.asked()) == ([], [])

"""A letter that should not be posted is made anew: once, on its order, or asked for again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.answering import answers
from connector.correspondence.letters import LetterState
from connector.outgoing.effects import PrintLetter
from connector.outgoing.intents import Step
from connector.paper import posting
from connector.paper.posting import NotQueued
from tests.connector.by_post import pdf_of, queued, text_of
from tests.connector.firm import Firm
from tests.connector.formal import step_of
from tests.connector.waiting_letters import (
    AUTOPILOT,
    BY_POST,
    Opens,
    about,
    changed,
    late,
    ordered_demand,
    pause,
    resume,
    waiting,
)

pytestmark = pytest.mark.either_ledger


@pytest.fixture
def formal(open_firm: Opens, ledger: str) -> Firm:
    return ordered_demand(open_firm, ledger)


def test_a_reminder_is_out_of_date_after_a_week(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT, dunning={"steps": BY_POST})
    late(firm)
    firm.pass_days(7)
    assert changed(firm) == ""
    firm.pass_days(1)
    assert changed(firm) == "out of date: it is of 2026-03-02 and counts days up to then"
    posting.make_anew(firm.deps, waiting(firm)[0], by="ann")
    firm.settle()
    assert [one.state for one in queued(firm)] == [LetterState.QUEUED, LetterState.DROPPED]
    assert "March 10, 2026" in text_of(pdf_of(firm, waiting(firm)[0]))[0]
    assert changed(firm) == ""


def test_a_demand_leaves_ten_of_its_days_to_pay_or_is_made_anew_with_others(formal: Firm) -> None:
    (first,) = waiting(formal)
    formal.pass_days(4)
    assert changed(formal) == ""
    formal.pass_days(1)
    assert changed(formal) == "out of date: it is of 2026-03-09 and asks to be paid by 2026-03-23"
    formal.pass_days(9, every=3)
    assert changed(formal).startswith("out of date: it is of 2026-03-09")
    posting.make_anew(formal.deps, first, by="bob")
    with pytest.raises(NotQueued, match=f"letter {first.id} is dropped already"):
        posting.make_anew(formal.deps, first, by="bob")
    formal.settle()
    formal.pass_time(minutes=5)
    assert [one.state for one in queued(formal)] == [LetterState.QUEUED, LetterState.DROPPED]
    (letter,) = waiting(formal)
    page = " ".join(text_of(pdf_of(formal, letter))[0].split())
    assert "so that it reaches us by April 6, 2026" in page
    assert changed(formal) == ""


def test_what_a_person_ordered_is_made_anew_on_their_word_and_the_next_step_waits_for_it(
    formal: Firm,
) -> None:
    formal.pass_days(6)
    posting.make_anew(formal.deps, waiting(formal)[0], by="bob")
    formal.settle()
    formal.pass_days(2)
    made = [it for it in formal.intents() if isinstance(it.effect, PrintLetter)]
    assert [(it.state, it.effect.ordered_by) for it in made] == [
        (Step.UNDONE, "ann"), (Step.CONFIRMED, "ann"),
    ]  # fmt: skip
    assert formal.asked() == [], "nor is it asked for again"
    posting.confirm(formal.deps, waiting(formal)[0], by="bob")
    formal.settle()
    formal.pass_days(5)
    (asked,) = formal.asked()
    assert (step_of(asked), asked.summary) == ("hold", "Ash: a credit hold is a person's decision")


def test_what_is_no_longer_what_a_person_ordered_is_asked_for_anew(formal: Firm) -> None:
    customer, (invoice,) = about(formal)
    formal.books.pay_by_hand(customer, invoice, Decimal(400), formal.today)
    formal.sweep()
    assert changed(formal) == "no longer as it was in the letter: invoice INV-1"
    posting.make_anew(formal.deps, waiting(formal)[0], by="bob")
    formal.settle()
    formal.pass_time(minutes=5)
    assert waiting(formal) == []
    (asked,) = [one for one in formal.asked() if one.options]
    assert (step_of(asked), asked.options[0]["reminder"]["total"]["amount"]) == ("demand", "600.00")
    answers.approve(formal.deps, asked.id, 0, "bob")
    formal.settle()
    assert [str(letter.total) for letter in waiting(formal)] == ["USD 600.00"]


def test_made_anew_while_something_holds_it_a_demand_comes_back_as_a_question(
    formal: Firm,
) -> None:
    customer, _ = about(formal)
    pause(formal)
    posting.make_anew(formal.deps, waiting(formal)[0], by="bob")
    formal.settle()
    formal.pass_days(2)
    assert waiting(formal) == []
    assert [one.options for one in formal.asked()] == [[]]
    assert "was not made: paused by ann: we talk" in formal.asked()[0].summary
    resume(formal, customer)
    formal.pass_days(1)
    assert [step_of(one) for one in formal.asked() if one.options] == ["demand"]

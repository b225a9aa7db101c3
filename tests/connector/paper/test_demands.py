"""A demand letter: asked for until it is made, and held to be sent once posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from connector.access.ledgers import opened
from connector.answering import answers
from connector.clients import tenants
from connector.clients.meter import Purpose
from connector.correspondence.letters import LetterState
from connector.decided.approvals import Approval
from connector.decided.questions import SEEN_FOR
from connector.outgoing.effects import PrintLetter
from connector.outgoing.intents import Step
from connector.paper import posting
from connector.rules import policy
from tests.connector.by_post import STREET, customer_at, move_to, queued
from tests.connector.collecting.reading import REMIND, reason
from tests.connector.firm import Firm
from tests.connector.formal import STEPS, step_of

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=REMIND, dunning={"steps": STEPS})


def late(firm: Firm, place: tuple[str, str, str, str, str] | None = STREET) -> str:
    """A customer with an invoice that was reminded of, on the day of its demand."""
    customer = customer_at(firm, "Ash", place)
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(7)
    return customer


def ordered(firm: Firm) -> list[Approval]:
    """What waits and can be ordered."""
    return [asked for asked in firm.asked() if asked.options]


def test_without_an_address_nothing_can_be_ordered_and_with_one_the_demand_is_asked_for_again(
    firm: Firm,
) -> None:
    customer = late(firm, None)
    (asked,) = firm.asked()
    assert asked.summary.startswith("Ash: the customer has no complete postal address; enter it in")
    assert asked.options == []
    firm.pass_days(25, every=5)
    assert ordered(firm) == []
    assert "no complete postal address" in reason(firm, customer)
    move_to(firm, customer, STREET)
    firm.sweep()
    (asked,) = firm.asked()
    assert step_of(asked) == "demand"
    firm.approve()
    assert [letter.kind for letter in queued(firm)] == ["demand"]


def test_a_demand_that_cannot_be_made_is_asked_for_again_and_what_comes_after_it_is_not(
    firm: Firm,
) -> None:
    customer = late(firm)
    (asked,) = ordered(firm)
    move_to(firm, customer, ("千代田区丸の内", "東京", "", "100-0005", "JP"))
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    firm.pass_days(25, every=5)
    assert (queued(firm), ordered(firm)) == ([], [])
    move_to(firm, customer, STREET)
    firm.sweep()
    (asked,) = ordered(firm)
    assert step_of(asked) == "demand"
    firm.approve()
    assert len(queued(firm)) == 1
    assert firm.asked() == []
    made = [it.state for it in firm.intents() if isinstance(it.effect, PrintLetter)]
    assert made == [Step.REFUSED, Step.CONFIRMED]


def test_a_demand_that_nobody_could_answer_goes_back_to_the_person_with_the_reason(
    firm: Firm,
) -> None:
    late(firm)
    (asked,) = ordered(firm)
    with opened(firm.deps, firm.connection_id, Purpose.SWEEP) as ledger:
        company = replace(ledger.reader().organisation(), address=None)
    with firm.deps.writing() as tx:
        tenants.describe(tx, firm.connection_id, company)
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    assert queued(firm) == []
    assert any("a demand must say where to pay to" in it.summary for it in firm.asked())
    with firm.deps.writing() as tx:
        rules = policy.Policy.model_validate(
            {"dunning": {"steps": STEPS, "brand": {"payment_details": ["First Bank, account 1"]}}}
        )
        policy.save(tx, firm.connection.client_id, rules, by="ann", at=firm.deps.now())
    firm.sweep()
    (asked,) = ordered(firm)
    assert step_of(asked) == "demand"
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    assert [letter.kind for letter in queued(firm)] == ["demand"]
    assert firm.asked() == []


def test_hold_and_referral_wait_for_a_demand_that_nobody_posted_and_say_so(firm: Firm) -> None:
    late(firm)
    firm.approve()
    firm.pass_days(12, every=3)
    (asked,) = firm.asked()
    assert asked.options == []
    assert asked.summary == (
        "Ash: INV-1: 'hold' waits, because nobody has said that the letter 'demand' was posted;"
        " confirm or drop it under Letters"
    )
    (letter,) = queued(firm)
    posting.confirm(firm.deps, letter, by="ann")
    firm.settle()
    firm.pass_days(5)
    (asked,) = firm.asked()
    assert step_of(asked) == "hold"
    assert asked.summary == "Ash: a credit hold is a person's decision"


def test_after_a_demand_that_was_dropped_a_hold_says_that_none_was_posted(firm: Firm) -> None:
    late(firm)
    firm.approve()
    (letter,) = queued(firm)
    posting.drop(firm.deps, letter, by="ann", reason="they called")
    firm.pass_days(12, every=3)
    (asked,) = firm.asked()
    assert step_of(asked) == "hold"
    assert "no demand letter was posted for INV-1, as a person wanted it" in asked.summary
    assert [one.state for one in queued(firm)] == [LetterState.DROPPED]


def test_what_somebody_has_seen_is_not_shown_again_in_the_same_words(firm: Firm) -> None:
    customer = late(firm)
    firm.approve()
    seen: dict[str, list[date]] = {}
    for day in range(24):
        if day % 4 == 0:
            firm.owe(customer, f"INV-{day + 10}", "60.00", late_days=0)
        firm.pass_days(1)
        for asked in firm.asked():
            if "nobody has said that the letter" in asked.summary:
                assert asked.options == []
                answers.reject(firm.deps, asked.id, "ann")
                firm.settle()
                seen.setdefault(asked.summary, []).append(firm.today)
    assert seen
    for days in seen.values():
        gaps = (after - before for before, after in pairwise(days))
        assert all(gap >= SEEN_FOR for gap in gaps)
    assert max(map(len, seen.values())) >= 2, "it is not forgotten either"


def test_what_somebody_has_seen_comes_back_where_no_news_comes(firm: Firm) -> None:
    customer = late(firm)
    firm.approve()
    firm.owe(customer, "INV-10", "60.00", late_days=0)

    def shown() -> list[Approval]:
        return [one for one in firm.asked() if "nobody has said that the letter" in one.summary]

    while not shown():
        firm.pass_days(1)
    (first,) = shown()
    answers.reject(firm.deps, first.id, "ann")
    firm.settle()
    firm.pass_days(SEEN_FOR.days - 1)
    assert not shown()
    firm.pass_days(2)
    (again,) = shown()
    assert again.summary == first.summary

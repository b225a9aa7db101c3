"""Whoever never heard of an invoice hears of it by a message first, however late it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dunning.ahead.plan import plan
from dunning.checking import shipped
from dunning.customer.account import Account, DueInvoice
from dunning.customer.standing import Standing
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Matter, Send, Wait
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import FIRST, STEPS, Do, Step, Tone
from tests.dunning.accounts import DUE, account, at, invoice, message, pays
from tests.dunning.states import noted as as_noted

TODAY = "2026-03-02"
NOW = at(TODAY)
POLICIES = {"usual": DunningPolicy()} | {name: shipped.policy(name) for name in shipped.NAMES}
PAYERS = {
    "reliable": pays(1),
    "mixed": pays(6, on_time_share=Decimal("0.6")),
    "chronic": pays(30),
    "new": pays(paid=1, on_time_share=None, mean_days_late=None),
    "breaks promises": pays(6, on_time_share=Decimal("0.6"), promises_broken=2),
}


def late(days: int, number: str = "OLD", amount: str = "900") -> DueInvoice:
    return invoice(number, amount, due=DUE - timedelta(days=days))


def never_contacted(name: str, standing: Standing) -> Iterator[tuple[int, Account, DunningPolicy]]:
    """At every age up to a year, with the rules that hold for this customer."""
    for days in range(-8, 366):
        who = account(late(days), standing=standing)
        yield days, who, POLICIES[name].alone(who, NOW.date())


@pytest.mark.parametrize("standing", PAYERS.values(), ids=PAYERS)
@pytest.mark.parametrize("name", POLICIES)
def test_the_first_contact_is_a_message_in_a_soft_tone_at_any_age(
    name: str, standing: Standing
) -> None:
    first = min(step.offset_days for step in STEPS)
    for days, who, rules in never_contacted(name, standing):
        found = next_step(who, rules, NOW)
        if isinstance(found, Wait):
            first = max(first, days)
            continue
        assert isinstance(found, Send), (days, found)
        assert found.do in FIRST
        assert found.tone.firmness <= max(
            rules.first_message_tone_at_most.firmness, Tone.UPCOMING.firmness
        )
    assert first < 10


@pytest.mark.parametrize("standing", PAYERS.values(), ids=PAYERS)
@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_formal_step_is_proposed_after_it_and_the_demand_before_the_agency(
    name: str, standing: Standing
) -> None:
    who = account(late(300), standing=standing)
    first, *later = plan(who, POLICIES[name], NOW, days=90, approving=True)
    steps = [one.step for one in (first, *later) if one.step]

    assert isinstance(first.what, Send)
    asked = [one.do for one in steps]
    assert asked[0] is Do.MESSAGE
    assert asked.index(Do.DEMAND_LETTER) < asked.index(Do.REFERRAL)
    assert all(isinstance(one.what, Ask) for one in later)


def test_the_reason_names_what_comes_only_after_the_message() -> None:
    found = next_step(account(late(60), standing=pays(1)), POLICIES["services"], NOW)
    assert isinstance(found, Send)
    assert (found.step, found.tone) == ("final", Tone.REMINDER)
    assert (
        "OLD: due 2026-01-01, step 'final' is due, and 'demand letter' only after it; missed:"
        " friendly, direct, call"
    ) in found.reasons


def test_nor_is_a_call_the_first_that_a_customer_hears() -> None:
    who = account(late(25), standing=pays(1), call_to="+12125550100")
    found = next_step(who, POLICIES["services"], NOW)
    assert isinstance(found, Send)
    assert (found.do, found.step) == (Do.MESSAGE, "direct")


def test_what_shadow_noted_only_is_no_contact() -> None:
    noted = as_noted(message("friendly", "2026-02-20", "OLD"))
    found = next_step(account(late(60), sent=(noted,)), POLICIES["services"], NOW)
    assert isinstance(found, Send)
    assert found.step == "final"


def test_where_shadow_noted_every_message_the_sequence_goes_on_in_shadow_alone() -> None:
    noted = as_noted(message("final", "2026-02-20", "OLD"))
    who = account(late(60), sent=(noted,), in_shadow=True)
    found = next_step(who, POLICIES["services"], NOW)
    assert isinstance(found, Ask)
    assert found.matter is Matter.FORMAL
    first = next_step(replace(who, in_shadow=False), POLICIES["services"], NOW)
    assert isinstance(first, Send)
    assert (first.step, first.do) == ("final", Do.MESSAGE)


def test_a_policy_without_messages_is_taken_as_it_is() -> None:
    formal = Step(name="demand", offset_days=10, tone=Tone.FINAL, do=Do.DEMAND_LETTER)
    found = next_step(account(late(60)), DunningPolicy(steps=(formal,)), NOW)
    assert isinstance(found, Ask)
    assert found.matter is Matter.FORMAL


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_younger_invoice_does_not_come_into_the_demand_for_an_older_one(name: str) -> None:
    """Its own first reminder comes on its own."""
    told = message("final", "2026-02-01", "OLD")
    demand = next(it for it in POLICIES[name].steps if it.do is Do.DEMAND_LETTER)
    both = late(demand.offset_days + 1), late(15, "NEW")
    who = account(*both, sent=(told,), standing=pays(1))
    found = next_step(who, POLICIES[name], NOW)
    assert isinstance(found, Ask)
    assert found.proposed is not None
    assert found.proposed.do is Do.DEMAND_LETTER
    assert found.proposed.invoice_ids == ("id:OLD",)

    taken = found.proposed.taken(NOW)
    after = next_step(replace(who, sent=(told, taken)), POLICIES[name], at("2026-03-09"))
    assert isinstance(after, Send)
    assert after.invoice_ids == ("id:NEW",)


def test_a_demand_asks_for_what_has_come_to_it_and_the_other_is_reminded_of() -> None:
    told = message("final", "2026-02-01", "OLD", "NEW", stages=("final", "friendly"))
    who = account(late(60), late(15, "NEW"), sent=(told,), standing=pays(1))
    found = next_step(who, POLICIES["services"], NOW)
    assert isinstance(found, Ask)
    assert found.proposed is not None
    assert found.proposed.stages == ("demand letter",)
    assert isinstance(found.meanwhile, Send)
    assert (found.meanwhile.stages, found.meanwhile.invoice_ids) == (("direct",), ("id:NEW",))


def test_an_invoice_that_is_open_again_after_steps_were_only_noted_is_decided_on() -> None:
    noted = tuple(
        as_noted(message(step, day, "OLD"))
        for step, day in (("friendly", "2026-01-12"), ("direct", "2026-01-20"))
    )
    again = replace(late(60), reopened=True)
    rules = POLICIES["services"]
    assert isinstance(next_step(account(again, sent=noted), rules, NOW), Send | Wait | Ask)


@pytest.mark.parametrize("days", [22, 50, 120])
def test_whom_no_message_reaches_is_put_before_a_person_with_the_step_that_is_due(
    days: int,
) -> None:
    who = account(late(days), emails=())
    found = next_step(who, POLICIES["services"].alone(who, NOW.date()), NOW)
    assert isinstance(found, Ask)
    assert found.matter is not Matter.NO_ADDRESS
    assert found.proposed is not None

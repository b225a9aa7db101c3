"""Every stage of a policy, to its end, as if people had approved what is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning.ahead.stages import EXAMPLE_NUMBER, Stage, as_payer, example, stages
from dunning.checking import shipped
from dunning.customer.channels import Channel
from dunning.customer.standing import Payer
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do, Step, Tone
from tests.dunning.accounts import ZONE

TODAY = date(2026, 3, 16)
BY_ITSELF = (Do.MESSAGE, Do.LETTER)
WEEK = [TODAY + timedelta(days=n) for n in range(7)]


def through(
    policy: DunningPolicy, payer: Payer = Payer.RELIABLE, today: date = TODAY, **changes: object
) -> list[Stage]:
    made_up = replace(example(today, "USD", ZONE), **changes)  # type: ignore[arg-type]
    return list(stages(as_payer(made_up, payer, today), policy))


@pytest.mark.parametrize("name", shipped.NAMES)
@pytest.mark.parametrize("payer", [Payer.RELIABLE, Payer.CHRONIC])
def test_every_step_of_a_shipped_policy_is_there_up_to_the_agency(name: str, payer: Payer) -> None:
    policy = shipped.policy(name)
    for day in WEEK:
        found = through(policy, payer, day)
        _, rules = policy.applying_to(found[0].account, day)

        assert [one.step.step for one in found] == [step.name for step in rules.steps]
        assert found[-1].person == "referral"
        theirs = {one.step.step for one in found if one.person}
        formal = {it.name for it in rules.steps if it.do not in BY_ITSELF or it.draft}
        assert theirs == formal


def test_after_a_call_the_final_notice_speaks_of_the_last_message_in_writing() -> None:
    found = {one.step.step: one for one in through(shipped.policy("services"))}

    assert found["call"].person == "call"
    assert found["final"].step.tone is Tone.FINAL
    assert found["final"].step.manner.last_on == found["direct"].step.on
    assert found["demand letter"].step.manner.last_on == found["final"].step.on


def test_a_draft_is_a_persons_too() -> None:
    assert [one.person for one in through(shipped.policy("consumer")) if one.person] == [
        "a draft", "demand letter", "referral",
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "person"), [
    (EXAMPLE_NUMBER, ""), ("", "the customer has no number for text messages that can be used"),
])  # fmt: skip
def test_a_step_that_goes_by_text_alone_is_a_text_also_where_no_number_may_be_used(
    number: str, person: str
) -> None:
    step = Step(name="text", offset_days=3, tone=Tone.FRIENDLY, channels=(Channel.TEXT,))
    (one,) = through(DunningPolicy(steps=(step,)), text_to=number)

    assert (one.step.channel, one.person) == (Channel.TEXT, person)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Asia/Singapore"])
def test_a_text_is_shown_wherever_the_client_is(zone: str) -> None:
    """The example's number is in another part of the world, where business hours are night."""
    step = Step(name="text", offset_days=3, tone=Tone.FRIENDLY, channels=(Channel.TEXT,))
    (found,) = stages(example(TODAY, "USD", zone), DunningPolicy(steps=(step,)))
    assert (found.step.channel, found.person) == (Channel.TEXT, "")

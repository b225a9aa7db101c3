"""Steps under other names than those that a customer was written to under."""

from __future__ import annotations

import pytest

from dunning.checking import shipped
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Send, Wait
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import STEPS
from tests.dunning.accounts import account, at, invoice, message

FRIENDLY = message("friendly", "2026-03-05", "INV-1")


def called(*names: str, **more: object) -> DunningPolicy:
    steps = [step.model_dump() | {"name": name} for step, name in zip(STEPS, names, strict=True)]
    return DunningPolicy.model_validate({"steps": steps, **more})


ANEW = called("before", "gentle", "second", "third", "last")


@pytest.mark.parametrize("policy", [
    DunningPolicy(), ANEW, called("upcoming", "soft", "friendly reminder", "direct", "final"),
    called("upcoming", "gentle", "reminder", "direct", "final", business_start="10:00"),
    DunningPolicy.model_validate({"segments": [
        {"name": "all", "when": {}, "change": {"steps": ANEW.model_dump(mode="json")["steps"]}},
    ]}),
])  # fmt: skip
def test_nobody_hears_the_same_again_under_another_name(policy: DunningPolicy) -> None:
    heard = account(invoice(), sent=(FRIENDLY,))
    policy = DunningPolicy.model_validate(
        policy.model_dump(mode="json") | {"min_days_between_messages": 1}
    )
    assert isinstance(next_step(heard, policy, at("2026-03-06", "16:00")), Wait)
    later = next_step(heard, policy, at("2026-03-10", "16:00"))
    assert isinstance(later, Send)
    assert later.step in ("reminder", "second", "friendly reminder")


def test_what_was_said_last_goes_on_being_the_last() -> None:
    heard = account(invoice(), sent=(message("final", "2026-03-24", "INV-1"),))
    assert not isinstance(next_step(heard, ANEW, at("2026-04-07")), Send)


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_policy_to_start_from_repeats_nothing(name: str) -> None:
    policy = shipped.policy(name)
    heard = account(invoice(), sent=(message("courtesy", "2026-03-05", "INV-1"),))
    found = (next_step(heard, policy, at(f"2026-03-{day:02}", "16:00")) for day in range(6, 30))
    for one in found:
        if isinstance(one, Send):
            steps = policy.at(f"segment {one.segment}").steps
            assert [it.offset_days > 3 for it in steps if it.name == one.step] == [True]


def test_a_step_that_the_policy_has_is_taken_by_its_name_alone() -> None:
    """A notice before a day that was moved since is not the step that has come meanwhile."""
    early = message("upcoming", "2026-03-06", "INV-1")
    told = next_step(account(invoice(), sent=(early,)), DunningPolicy(), at("2026-03-12"))
    assert isinstance(told, Send)
    assert told.step == "reminder"


def test_a_step_after_a_promise_that_is_over_counts_for_no_other() -> None:
    heard = message("promise 2026-03-04", "2026-03-06", "INV-1")
    told = next_step(account(invoice(), sent=(heard,)), DunningPolicy(), at("2026-03-12"))
    assert isinstance(told, Send)
    assert told.step == "reminder"


@pytest.mark.parametrize("do", ["call", "demand letter", "credit hold", "referral"])
def test_a_mail_under_another_name_is_no_call_and_no_formal_step(do: str) -> None:
    last = {"name": "last", "offset_days": 40, "tone": "final", "do": do}
    steps = [step.model_dump() for step in STEPS] + [last]
    policy = DunningPolicy.model_validate({"steps": steps})
    heard = account(invoice(), sent=(message("final notice", "2026-04-15", "INV-1"),))
    told = next_step(heard, policy, at("2026-04-27", "16:00"))
    assert isinstance(told, Ask)
    assert told.proposed
    assert told.proposed.step == "last"


def test_a_demand_letter_that_is_named_anew_is_put_before_a_person_once_more() -> None:
    last = {"name": "demanded", "offset_days": 40, "tone": "final", "do": "demand letter"}
    steps = [step.model_dump() for step in STEPS] + [last]
    policy = DunningPolicy.model_validate({"steps": steps})
    sent = (message("final", "2026-03-24", "INV-1"), message("demand", "2026-04-15", "INV-1"))
    told = next_step(account(invoice(), sent=sent), policy, at("2026-04-27", "16:00"))
    assert isinstance(told, Ask)
    assert told.proposed
    assert told.proposed.step == "demanded"

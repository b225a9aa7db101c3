"""What a demand letter holds back until it was made, and until it was posted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dunning.account import Account, SentMessage
from dunning.channels import Channel
from dunning.decide import next_step
from dunning.decision import Ask, Matter, Send, Wait
from dunning.policy import DunningPolicy
from dunning.steps import Do, Step, Tone
from tests.dunning.accounts import account, at, invoice, message

FRIENDLY = message("friendly", "2026-03-05", "INV-1")
DEMANDED = message("demand", "2026-03-12", "INV-1", channel=Channel.LETTER)
QUEUED = replace(DEMANDED, is_written=False)


def policy(**least: int) -> DunningPolicy:
    """A demand after ten days, another message, a credit hold and a referral behind it."""
    minimum = {name: Decimal(amount) for name, amount in least.items()}
    return DunningPolicy(
        bank_lag_days_max=None,
        steps=(
            Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY),
            Step(name="demand", offset_days=10, tone=Tone.FINAL, do=Do.DEMAND_LETTER,
                 minimum=minimum),
            Step(name="last", offset_days=15, tone=Tone.FINAL),
            Step(name="hold", offset_days=20, tone=Tone.FINAL, do=Do.CREDIT_HOLD),
            Step(name="referral", offset_days=30, tone=Tone.FINAL, do=Do.REFERRAL),
        ),
    )  # fmt: skip


def proposed(who: Account, day: str, rules: DunningPolicy | None = None) -> str:
    """The step that is taken, or that a person may order; what is asked if there is none."""
    found = next_step(who, rules or policy(), at(day))
    if isinstance(found, Ask):
        return found.proposed.step if found.proposed else found.matter
    return found.step if isinstance(found, Send) else f"wait: {found.reason}"


@pytest.mark.parametrize("day", ["2026-03-12", "2026-03-17", "2026-03-23", "2026-04-01"])
def test_a_demand_that_was_not_made_is_due_whatever_is_reached_after_it(day: str) -> None:
    assert proposed(account(invoice(), sent=(FRIENDLY,)), day) == "demand"


@pytest.mark.parametrize("day", ["2026-03-12", "2026-03-23", "2026-04-01"])
def test_a_demand_without_an_address_is_asked_for_again_once_there_is_one(day: str) -> None:
    who = account(invoice(), sent=(FRIENDLY,), no_post="no address")
    found = next_step(who, policy(), at(day))
    assert isinstance(found, Ask)
    assert (found.matter, found.reason.split("; ")[0]) == (Matter.NO_ADDRESS, "no address")
    assert proposed(replace(who, no_post=""), day) == "demand"


@pytest.mark.parametrize(
    ("sent", "day", "step"),
    [
        ((FRIENDLY, QUEUED), "2026-03-17", "last"),
        ((FRIENDLY, QUEUED), "2026-03-23", Matter.UNPOSTED),
        ((FRIENDLY, QUEUED), "2026-04-01", Matter.UNPOSTED),
        ((FRIENDLY, DEMANDED), "2026-03-23", "hold"),
        ((FRIENDLY, DEMANDED), "2026-04-01", "referral"),
        ((FRIENDLY, replace(QUEUED, noted_only=True)), "2026-03-23", "hold"),
    ],
)
def test_formal_steps_wait_until_the_demand_was_posted(
    sent: tuple[SentMessage, ...], day: str, step: str
) -> None:
    assert proposed(account(invoice(), sent=sent), day) == step


def test_a_formal_step_after_a_demand_that_a_person_dropped_says_so() -> None:
    who = account(invoice(), sent=(FRIENDLY, replace(QUEUED, noted_only=True)))
    found = next_step(who, policy(), at("2026-03-23"))
    assert isinstance(found, Ask)
    assert found.reason.endswith("no demand letter was posted for INV-1, as a person wanted it")


def test_an_invoice_whose_demand_was_posted_waits_for_no_other() -> None:
    """Two invoices, one of them younger: what is due for each is told of each."""
    who = account(invoice(), invoice("INV-2"), sent=(FRIENDLY, DEMANDED))
    found = next_step(who, policy(), at("2026-03-23"))
    assert isinstance(found, Ask)
    assert found.proposed is not None
    assert found.proposed.stages == ("hold", "demand")


def test_below_the_minimum_of_the_demand_the_sequence_goes_on_without_it() -> None:
    who, rules = account(invoice(), sent=(FRIENDLY,)), policy(USD=500)
    assert isinstance(next_step(who, rules, at("2026-03-12")), Wait)
    assert proposed(who, "2026-03-17", rules) == "last"
    assert proposed(who, "2026-03-23", rules) == "hold"


def test_the_minimum_of_the_demand_is_of_all_that_it_would_ask_for_and_not_of_what_it_cannot() -> (
    None
):
    rules = policy(USD=150)
    both = account(invoice(), invoice("INV-2"), sent=(FRIENDLY,))
    paused = account(invoice(), invoice("INV-2", paused=True), sent=(FRIENDLY,))
    demanded = account(invoice(), invoice("INV-2"), sent=(FRIENDLY, message(
        "demand", "2026-03-12", "INV-2", channel=Channel.LETTER
    )))  # fmt: skip
    assert proposed(both, "2026-03-23", rules) == "demand"
    assert proposed(paused, "2026-03-23", rules) == "hold"
    assert proposed(demanded, "2026-03-23", rules) == "hold"
    assert proposed(replace(both, credits=both.invoices[0].open), "2026-03-23", rules) == "hold"


def test_a_letter_that_nobody_posted_is_no_message_that_was_written_before() -> None:
    rules = policy()
    queued = next_step(account(invoice(), sent=(QUEUED,)), rules, at("2026-03-17"))
    posted = next_step(account(invoice(), sent=(DEMANDED,)), rules, at("2026-03-17"))
    assert isinstance(queued, Send)
    assert isinstance(posted, Send)
    assert queued.manner.last_on is None
    assert posted.manner.last_on is not None

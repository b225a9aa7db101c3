"""What a demand letter holds back until it was made, and until it was posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dunning.customer.account import Account, SentMessage
from dunning.customer.channels import Channel
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Matter, Send, Wait
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do, Step, Tone
from tests.dunning.accounts import account, at, invoice, message

FRIENDLY = message("friendly", "2026-03-05", "INV-1")
BOTH = message("friendly", "2026-03-05", "INV-1", "INV-2")
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
    """And no hold stands for the demand of another."""
    who = account(invoice(), invoice("INV-2"), sent=(BOTH, DEMANDED))
    found = next_step(who, policy(), at("2026-03-23"))
    assert isinstance(found, Ask)
    assert found.proposed is not None
    assert (found.proposed.invoice_ids, found.proposed.stages) == (("id:INV-1",), ("hold",))
    held = found.proposed.taken(at("2026-03-23"))
    assert proposed(replace(who, sent=(*who.sent, held)), "2026-03-30") == "demand"


def test_no_mail_about_one_invoice_stands_for_the_demand_of_another() -> None:
    who = account(
        invoice(), invoice("INV-2"), sent=(BOTH, message("demand", "2026-03-12", "INV-2"))
    )
    found = next_step(who, policy(), at("2026-03-19"))
    assert isinstance(found, Ask)
    assert found.proposed is not None
    assert (found.proposed.invoice_ids, found.proposed.step) == (("id:INV-1",), "demand")
    assert isinstance(found.meanwhile, Send)
    assert (found.meanwhile.invoice_ids, found.meanwhile.step) == (("id:INV-2",), "last")


def test_a_demand_does_not_wait_for_the_minimum_of_what_is_to_be_written_about_first() -> None:
    rules, who = policy(USD=150), account(invoice(), invoice("INV-2"), sent=(FRIENDLY,))
    assert proposed(who, "2026-03-13", rules) == "friendly"
    written = replace(who, sent=(FRIENDLY, message("friendly", "2026-03-13", "INV-2")))
    assert proposed(written, "2026-03-18", rules) == "demand"


def test_what_is_too_little_for_the_latest_step_does_not_hold_back_another_invoice() -> None:
    rules = policy()
    least = rules.steps[-1].model_copy(update={"minimum": {"USD": Decimal(500)}})
    rules = rules.model_copy(update={"steps": (*rules.steps[:-1], least)})
    who = account(
        invoice(), invoice("INV-2", due=date(2026, 4, 6)),
        sent=(FRIENDLY, DEMANDED, message("hold", "2026-03-22", "INV-1")),
    )  # fmt: skip
    found = next_step(who, rules, at("2026-04-09"))
    assert isinstance(found, Send)
    assert (found.step, found.invoice_ids) == ("friendly", ("id:INV-2",))


def test_below_the_minimum_of_the_demand_the_sequence_goes_on_without_it() -> None:
    who, rules = account(invoice(), sent=(FRIENDLY,)), policy(USD=500)
    assert isinstance(next_step(who, rules, at("2026-03-12")), Wait)
    assert proposed(who, "2026-03-17", rules) == "last"
    assert proposed(who, "2026-03-23", rules) == "hold"


def test_the_minimum_of_the_demand_is_of_all_that_it_would_ask_for_and_not_of_what_it_cannot() -> (
    None
):
    rules = policy(USD=150)
    both = account(invoice(), invoice("INV-2"), sent=(BOTH,))
    paused = account(invoice(), invoice("INV-2", paused=True), sent=(FRIENDLY,))
    demanded = account(invoice(), invoice("INV-2"), sent=(BOTH, message(
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

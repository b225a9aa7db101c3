"""What is told of a decision: what comes next and on which day, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from dunning.ahead.plan import plan
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.customer.standing import NOTHING_KNOWN
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Send, Wait
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Step, Tone
from tests.dunning.accounts import DUE, account, at, invoice, message, promise
from tests.dunning.states import ROWS, SERVICES, owes

USUAL = DunningPolicy()
NEWER = invoice("INV-2", "1200", due=DUE + timedelta(days=60))
CALLED = tuple(
    message(step, day, "INV-1")
    for step, day in (("friendly", "2026-03-09"), ("direct", "2026-03-16"), ("final", "2026-03-23"))
)


def told(decision: Send | Wait | Ask) -> tuple[str, ...]:
    first = () if isinstance(decision, Send) else tuple(decision.reason.split("; "))
    return (*first, *decision.reasons)


def situations() -> Iterator[tuple[Account, DunningPolicy, str]]:
    for row in ROWS:
        yield row.who, row.policy, row.day
    for day in ("2026-04-01", "2026-04-20", "2026-05-06"):
        yield account(invoice(), NEWER, sent=CALLED), USUAL, day
        yield account(invoice(), NEWER, sent=CALLED, emails=()), USUAL, day


def test_nothing_is_told_twice_in_any_situation() -> None:
    for who, policy, day in situations():
        for clock in ("03:00", "15:00"):
            sentences = told(next_step(who, policy, at(day, clock)))
            assert len(set(sentences)) == len(sentences), sentences


def test_without_an_address_it_is_told_once_that_there_is_none() -> None:
    found = next_step(owes(emails=()), SERVICES, at("2026-03-09"))
    assert isinstance(found, Ask)
    assert found.reason == "the customer has no e-mail address that can be used"
    assert not any("address" in why for why in found.reasons)


@pytest.mark.parametrize(("who", "day", "says"), [
    (account(NEWER), "2026-04-20",
     "the next step, 'upcoming' about INV-2, USD 1,200.00, is due on Mon 27 Apr 2026 at 09:00"),
    (account(invoice(), invoice("INV-2", "1200"), credits="300"), "2026-03-03",
     "the next step, 'friendly' about INV-1, INV-2, USD 1,000.00, is due on Thu 05 Mar 2026"),
    (account(invoice(), emails=()), "2026-03-03",
     "the next step, 'friendly' about INV-1, USD 100.00, is put before a person on Thu 05 Mar"),
    (account(invoice(), credits="100"), "2026-03-03",
     "a person is asked on Thu 05 Mar 2026 at 09:00 (America/New_York): apply credit: USD 100.00"),
    (account(invoice(), promises=(promise("2026-03-12"),)), "2026-03-09",
     "the next step, 'promise 2026-03-12' about INV-1, USD 100.00, is due on Mon 16 Mar 2026"),
])  # fmt: skip
def test_waiting_names_the_next_step_its_amount_and_its_day(
    who: Account, day: str, says: str
) -> None:
    found = next_step(who, USUAL, at(day))
    assert isinstance(found, Wait)
    assert found.reason.startswith(says)


def test_what_is_too_little_then_is_not_announced() -> None:
    least = USUAL.model_validate({"minimum": {"USD": "500"}})
    found = next_step(account(invoice()), least, at("2026-03-03"))
    assert isinstance(found, Wait)
    assert found.reason == "nothing is due before Thu 05 Mar 2026 at 09:00 (America/New_York)"


def test_at_a_closed_hour_the_step_that_waits_for_it_is_named_too() -> None:
    texting = DunningPolicy(
        steps=(Step(name="text", offset_days=3, tone=Tone.FRIENDLY, channels=(Channel.TEXT,)),)
    )
    who = account(invoice(), text_to="+12125550100", country="US", region="HI")
    found = next_step(who, texting, at("2026-03-05", "14:30"))
    assert isinstance(found, Wait)
    assert found.reasons[0].startswith("the next step, 'text' about INV-1, USD 100.00, is due on")


@pytest.mark.parametrize("policy", [USUAL, SERVICES], ids=["usual", "services"])
def test_what_waiting_announces_is_what_is_then_decided(policy: DunningPolicy) -> None:
    """Day by day, from before the due date until a person is asked."""
    who = account(invoice(), NEWER, standing=NOTHING_KNOWN)
    for planned in plan(who, policy, at("2026-02-01"), days=120):
        before = next_step(who, policy, planned.at - timedelta(hours=1))
        assert isinstance(before, Wait)
        if planned.step:
            assert f"{planned.step.step!r} about" in before.reason
            assert str(planned.step.total) in before.reason
            who = replace(who, sent=(*who.sent, planned.step.taken(planned.at)))


def test_a_formal_question_names_what_has_come_to_another_formal_step_and_waits() -> None:
    steps = [
        {"name": "friendly", "offset_days": 3, "tone": "friendly"},
        {"name": "direct", "offset_days": 14, "tone": "direct"},
        {"name": "hold", "offset_days": 60, "tone": "final", "do": "credit hold"},
        {"name": "referral", "offset_days": 70, "tone": "final", "do": "referral"},
    ]
    policy = DunningPolicy.model_validate({"steps": steps})
    heard = tuple(message("friendly", "2026-03-09", number) for number in ("INV-1", "INV-2"))
    for second, waits in ((DUE + timedelta(days=5), True), (DUE + timedelta(days=40), False)):
        who = account(invoice(), invoice("INV-2", "900", due=second), sent=heard)
        found = next_step(who, policy, at("2026-05-11", "15:00"))
        assert isinstance(found, Ask)
        assert found.proposed
        assert found.proposed.invoice_ids == ("id:INV-1",)
        assert ("until this is answered INV-2 waits too" in found.reason) is waits

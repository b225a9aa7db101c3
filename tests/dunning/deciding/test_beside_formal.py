"""While a person is asked about a formal step, the customer's other invoices are decided on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from dunning.customer.account import Account, DueInvoice
from dunning.deciding import decide, joint
from dunning.deciding.decision import Ask, Matter, Send, Wait, at_the_same_time
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import ALWAYS_A_PERSON
from providers.money import Money
from tests.dunning.accounts import DUE, account, at, invoice, message

STEPS = [
    {"name": "friendly", "offset_days": 3, "tone": "friendly"},
    {"name": "direct", "offset_days": 14, "tone": "direct"},
    {"name": "demand", "offset_days": 30, "tone": "final", "do": "demand letter"},
    {"name": "hold", "offset_days": 60, "tone": "final", "do": "credit hold"},
]
POLICY = DunningPolicy.model_validate({"steps": STEPS, "min_days_between_messages": 5})
HOLDING = POLICY.model_copy(update={"steps": (*POLICY.steps[:2], POLICY.steps[3])})
NOW = at("2026-05-11")
"""A Monday, seventy days after the first invoice was due."""
OLD, YOUNG = invoice(), invoice("INV-2", "60", due=date(2026, 5, 7))
WRITTEN = message("direct", "2026-03-16", "INV-1")


def both(*sent: object, young: DueInvoice = YOUNG, **changes: object) -> Account:
    return account(OLD, young, sent=(WRITTEN, *sent), **changes)


def asked(who: Account, now: datetime = NOW, policy: DunningPolicy = HOLDING) -> Ask:
    found = decide.next_step(who, policy, now)
    assert isinstance(found, Ask)
    assert found.stands_apart
    return found


def test_the_others_are_reminded_of_and_only_they() -> None:
    found = asked(both())
    assert found.proposed
    assert found.proposed.invoice_ids == ("id:INV-1",)
    assert "waits too" not in found.reason
    assert isinstance(found.meanwhile, Send)
    assert (found.meanwhile.step, found.meanwhile.invoice_ids) == ("friendly", ("id:INV-2",))
    assert str(found.meanwhile.total) == "USD 60.00"


def test_the_question_is_the_same_on_every_day_until_it_is_answered() -> None:
    """Messages about the others go out as far apart as any, and put it off by no day."""
    who, questions, sent = both(), set(), []
    for day in range(40):
        now = NOW + timedelta(days=day)
        found = asked(who, now)
        questions.add((found.reason, found.proposed and found.proposed.invoice_ids))
        if isinstance(found.meanwhile, Send):
            sent.append(now)
            who = replace(who, sent=(*who.sent, found.meanwhile.taken(now)))
    assert len(questions) == 1
    assert [(one - NOW).days for one in sent] == [0, 10]


def test_the_next_look_is_when_the_others_may_be_written_about_again() -> None:
    found = asked(both(message("friendly", "2026-05-11", "INV-2")), at("2026-05-12"))
    assert isinstance(found.meanwhile, Wait)
    assert found.until == found.meanwhile.until == at("2026-05-21", "13:00")


def test_what_is_ordered_keeps_its_distance_from_what_was_sent_about_the_others() -> None:
    found = asked(both(message("friendly", "2026-05-11", "INV-2")), at("2026-05-12"), POLICY)
    assert found.proposed
    assert found.proposed.step == "demand"
    assert found.not_before == at("2026-05-18", "13:00")
    assert asked(both(), NOW, POLICY).not_before is None


def test_the_others_keep_to_the_budget_of_contacts() -> None:
    rules = HOLDING.model_validate(
        {**HOLDING.model_dump(), "budget": {"contacts_per_7_days": 1, "contacts_per_30_days": 1}}
    )
    spent = message("friendly", "2026-05-04", "INV-9")
    found = asked(both(spent), NOW, rules)
    assert isinstance(found.meanwhile, Wait)
    assert found.until
    assert found.until > NOW + timedelta(days=20)


def test_waiting_ends_when_an_invoice_comes_to_a_formal_step() -> None:
    """Though nothing may go out for some days more."""
    who = account(OLD, YOUNG, sent=(WRITTEN, message("friendly", "2026-04-30", "INV-2")))
    found = decide.next_step(who, HOLDING, at("2026-04-30", "16:00"))
    assert isinstance(found, Wait)
    assert found.until == at("2026-05-01", "13:00")
    assert "'hold' about INV-1, USD 100.00, is put before a person on Fri 01 May" in found.reason
    asked(who, at("2026-05-01", "13:00"))


def test_what_is_a_persons_about_the_others_is_asked_beside_it() -> None:
    rules = HOLDING.model_validate({**HOLDING.model_dump(), "remind_at_most": {"USD": "50"}})
    found = asked(both(), NOW, rules)
    assert isinstance(found.meanwhile, Ask)
    assert found.meanwhile.matter is Matter.ABOVE_LIMIT
    assert not found.meanwhile.stands_apart


def test_an_overdue_invoice_with_no_step_left_is_asked_about_beside_it() -> None:
    rules = HOLDING.model_copy(update={"steps": (HOLDING.steps[0], HOLDING.steps[2])})
    young = invoice("INV-2", due=date(2026, 1, 5))
    ended = message("hold", "2026-03-20", "INV-2")
    found = asked(both(ended, young=young), NOW, rules)
    assert isinstance(found.meanwhile, Ask)
    assert found.meanwhile.reason.startswith("INV-2: no step is left")


@pytest.mark.parametrize(
    "change", [{"paused_reason": "paused by ann"}, {"unread_reply": True}, {"waiting_cash": True}]
)
def test_what_holds_the_customer_holds_both(change: dict[str, object]) -> None:
    assert isinstance(decide.next_step(both(**change), HOLDING, NOW), Wait)


def test_what_is_due_by_mail_in_another_currency_is_in_the_same_message() -> None:
    euros = replace(
        account(), currency="EUR", credits=Money.zero("EUR"),
        invoices=(invoice("INV-3", currency="EUR", due=date(2026, 5, 7)),),
    )  # fmt: skip
    dollars = replace(both(), beside=(euros,))
    found = joint.next_step(dollars, HOLDING, NOW)
    other = joint.next_step(replace(euros, beside=(both(),)), HOLDING, NOW)
    mails = [
        one
        for decided in (found, other)
        for one in at_the_same_time(decided)
        if isinstance(one, Send)
    ]
    (mail,) = mails
    assert {str(one.total) for one in (mail, *mail.besides)} == {"EUR 100.00", "USD 60.00"}
    assert isinstance(found, Ask)
    assert found.stands_apart


@pytest.mark.parametrize("seed", range(40))
def test_no_message_names_what_a_question_is_about_and_none_is_formal(seed: int) -> None:
    """Random books, day by day, with nobody answering; the messages keep their distance."""
    dice = Random(seed)
    start = datetime(2026, 3, 2, 15, tzinfo=UTC)
    who = account(
        *(
            invoice(f"INV-{n}", due=DUE + timedelta(days=dice.randint(-70, 60)))
            for n in range(dice.randint(2, 6))
        )
    )
    rules = dice.choice((POLICY, HOLDING))
    for day in range(120):
        now = start + timedelta(days=day)
        first, *rest = at_the_same_time(decide.next_step(who, rules, now))
        proposed = first.proposed if isinstance(first, Ask) else None
        named = proposed.invoice_ids if proposed else ()
        for one in (first, *rest):
            if isinstance(one, Send):
                assert one.do not in ALWAYS_A_PERSON
                assert set(named).isdisjoint(one.invoice_ids)
                last = max((it.at for it in who.sent), default=start - timedelta(days=9))
                assert (now - last).days >= POLICY.min_days_between_messages
                who = replace(who, sent=(*who.sent, one.taken(now)))

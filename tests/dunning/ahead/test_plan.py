"""The plan ahead, and who comes first while the ramp holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from dunning.ahead.plan import plan
from dunning.ahead.ramp import admit
from dunning.customer.account import SentMessage
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Send
from dunning.rules.policy import DunningPolicy
from tests.dunning.accounts import ZONE, account, at, invoice

POLICY = DunningPolicy()


def test_a_new_invoice_has_all_its_steps_ahead() -> None:
    ahead = plan(account(invoice()), POLICY, at("2026-02-02"), days=60)

    days = [p.at.astimezone(ZoneInfo(ZONE)).date() for p in ahead]
    assert [p.what.step for p in ahead if isinstance(p.what, Send)] == [
        "upcoming", "friendly", "reminder", "direct", "final",
    ]  # fmt: skip
    assert days == [
        date(2026, 2, 25), date(2026, 3, 5), date(2026, 3, 10), date(2026, 3, 16),
        date(2026, 3, 23), date(2026, 3, 30),
    ]  # fmt: skip
    assert isinstance(ahead[-1].what, Ask)


def test_the_plan_is_what_is_decided_on_those_days() -> None:
    owed = account(invoice(), invoice("INV-2", due=date(2026, 3, 20)), credits="30")
    for planned in plan(owed, POLICY, at("2026-02-02"), days=90):
        decision = next_step(owed, POLICY, planned.at)

        assert decision == planned.what
        if isinstance(decision, Send):
            sent = SentMessage(decision.step, planned.at, decision.invoice_ids, decision.stages)
            owed = replace(owed, sent=(*owed.sent, sent))


def test_the_plan_ends_with_its_days() -> None:
    ahead = plan(account(invoice()), POLICY, at("2026-02-02"), days=30)

    assert [p.what.step for p in ahead if isinstance(p.what, Send)] == ["upcoming"]


def test_nothing_is_planned_for_a_held_account() -> None:
    held = account(invoice(), unread_reply=True)

    assert plan(held, POLICY, at("2026-02-02"), days=90) == ()


def test_an_old_book_begins_with_one_message_each_and_not_more_than_the_ramp() -> None:
    now = at("2026-05-04")
    waiting = []
    for n in range(200):
        old = [
            invoice(f"INV-{n}-{k}", due=date(2025, 1, 1) + timedelta(days=n + k)) for k in range(3)
        ]
        owed = account(*old, customer_id=f"c{n:03}")
        step = next_step(owed, POLICY, now)
        assert isinstance(step, Send)
        waiting.append((owed, step))
        today = plan(owed, POLICY, now, days=1)
        assert len(today) == 1

    first, later = admit(waiting, POLICY, written_today=0)
    again, _ = admit(list(reversed(waiting)), POLICY, written_today=0)
    none, _ = admit(later, POLICY, written_today=25)

    assert [one.customer_id for one, _ in first] == [f"c{n:03}" for n in range(25)]
    assert len(later) == 175
    assert again == first
    assert none == ()


def test_the_ramp_lets_everybody_through_in_time() -> None:
    policy = DunningPolicy(ramp_per_day=7)
    owed = [account(invoice(), customer_id=f"c{n}") for n in range(20)]
    waiting = [(one, next_step(one, policy, at("2026-03-16"))) for one in owed]

    admitted = []
    for _ in range(3):
        today, waiting = admit(waiting, policy, written_today=0)
        admitted.append(len(today))

    assert admitted == [7, 7, 6]

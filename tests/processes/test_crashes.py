"""kill -9 at every named point: afterwards all is drained, cash applied once, one mail."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import Step
from tests.processes.business import Business, open_business
from tests.processes.crew import Crew, until
from tests.processes.nursery import DOOR

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Trial:
    """Who dies at a point, in which ledger; `mails` is how many arrive, `sent` whether the product
    knows so: it never sends again what may have been sent."""

    role: str
    ledger: str
    mails: int = 1
    sent: bool = True


TRIALS = {
    "sync.imported": Trial("sync", "xero"),
    "sync.swept": Trial("sync", "xero"),
    "sync.read": Trial("sync", "quickbooks"),
    "webhooks.kept": Trial(DOOR, "quickbooks"),
    "outbox.composed": Trial("deliver", "xero"),
    "outbox.sending": Trial("deliver", "quickbooks"),
    "outbox.sent": Trial("deliver", "xero"),
    "second_look.read": Trial("deliver", "quickbooks"),
    "handover.sending": Trial("deliver", "xero", mails=0, sent=False),
    "handover.sent": Trial("deliver", "quickbooks", mails=1, sent=False),
    "grants.rotated": Trial("sync", "xero"),
}


IN_PROCESS = {
    "drop_folder.refused", "drop_folder.imported", "payouts.begun", "thanking.read",
    "hook.sending", "hook.sent",
}  # fmt: skip
"""No ledger is written to there: tests/connector/receiving/test_drop_folder.py kills between a
file's import and its move, test_payout_rounds.py between counting a try and making it,
test_thanks.py before a thank-you is decided on once more, test_hook_delivery.py around a
delivery."""


def points() -> set[str]:
    """Every string that the product gives to `reached`."""
    paths = [
        p for folder in ("connector", "webhooks", "ui_embed") for p in (ROOT / folder).rglob("*.py")
    ]
    calls = [
        node
        for p in paths
        for node in ast.walk(ast.parse(p.read_text()))
        if isinstance(node, ast.Call)
    ]
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if ast.unparse(call.func).endswith(".reached") and isinstance(call.args[0], ast.Constant)
    }


def test_every_named_point_has_its_trial() -> None:
    assert points() == set(TRIALS) | IN_PROCESS


@pytest.mark.parametrize("point", TRIALS)
def test_a_process_killed_there_leaves_nothing_undone_and_nothing_done_twice(
    crew: Crew, point: str
) -> None:
    trial = TRIALS[point]
    business = open_business(crew, trial.ledger, point.translate({ord("."): "", ord("_"): ""}))
    if point == "sync.imported":
        crew.replace(trial.role, crash_at=point)
        business.connect()
    else:
        business.connect()
        business.wait_until(business.is_live, "the first import is done")
        crew.replace(trial.role, crash_at=point)
        _lead_to(point, business)
    until(lambda: not crew.is_alive(trial.role), f"{trial.role} dies at {point}")
    crew.start(trial.role)
    business.wait_until(business.is_live, "it is live")
    if trial.role != "deliver":
        business.switch_on()
    business.finish()
    assert list(business.faults()) == []
    assert len(business.mails()) == trial.mails
    assert _reminders(business) == {Step.CONFIRMED if trial.sent else Step.PERSON}


def _lead_to(point: str, business: Business) -> None:
    """Do what makes the product pass the point."""
    if TRIALS[point].role == "deliver":
        business.switch_on()
    elif point in {"sync.swept", "grants.rotated"}:
        business.crew.town.world.clock.advance(timedelta(minutes=31))
        business.books.customer(f"Newcomer{business.name}")
    else:
        business.books.customer(f"Newcomer{business.name}")
    business.ring()


def _reminders(business: Business) -> set[Step]:
    return {i.state for i in business.intents() if isinstance(i.effect, SendReminder)}

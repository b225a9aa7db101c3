"""A firm whose policy goes as far as an agency, with one customer on its way there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.answering import answers
from connector.decided import formal_steps
from connector.decided.approvals import Approval
from connector.decided.formal_steps import FormalStep
from connector.paper import posting
from connector.rules.modes import Mode
from tests.connector.by_post import customer_at, queued
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
STEPS = [
    {"name": "friendly", "offset_days": 3, "tone": "friendly"},
    {"name": "demand", "offset_days": 10, "tone": "final", "do": "demand letter"},
    {"name": "hold", "offset_days": 20, "tone": "final", "do": "credit hold"},
    {"name": "referral", "offset_days": 30, "tone": "final", "do": "referral"},
]


def open_formal(open_firm: Opens, ledger: str) -> Firm:
    modes = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
    return open_firm(ledger, modes=modes, dunning={"steps": STEPS})


def on_hold(firm: Firm) -> str:
    """A customer whose demand was posted, and who is on credit hold."""
    customer = customer_at(firm, "Ash")
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(7)
    firm.approve()
    (letter,) = queued(firm)
    posting.confirm(firm.deps, letter, by="ann")
    firm.settle()
    firm.pass_days(12, every=3)
    firm.approve()
    firm.pass_time(minutes=5)
    return customer


def referred(firm: Firm) -> str:
    """The same customer, whom two people then referred to an agency."""
    customer = on_hold(firm)
    firm.pass_days(12, every=3)
    for who in ("ann", "bob"):
        (asked,) = firm.asked()
        answers.approve(firm.deps, asked.id, 0, who)
        firm.settle()
    firm.pass_time(minutes=5)
    return customer


def taken(firm: Firm) -> list[FormalStep]:
    """The newest first."""
    with firm.deps.reading() as tx:
        return formal_steps.listed(tx, firm.connection_id)


def step_of(asked: Approval) -> Any:
    """The step that a question proposes."""
    (option,) = asked.options
    return option["places"][0][1]

"""Asking a person about something that must be seen, with or without options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, decisions
from connector.rules import modes, policy
from connector.rules.modes import Capability, Mode

SEEN_FOR = timedelta(days=7)
"""How long what a person can only see is not shown again in the same words."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked, to be held against what is asked already."""

    reasons: list[str]
    options: list[dict[str, Any]]

    @property
    def summary(self) -> str:
        return _summary(self.reasons)


def show(
    tx: Tx, connection: Connection, *, subject: str, rule: str, reasons: Sequence[str],
    at: datetime, about: Capability = Capability.CASH, mode: Mode | None = None,
    options: Sequence[dict[str, Any]] = (),
) -> bool:  # fmt: skip
    """Put it before the people of the client; False where cash is none of our business there.
    `mode` is the one it was decided in, where that may be another than the client's."""
    mode = mode or modes.of(tx, connection.client_id)[about]
    if about is Capability.CASH and mode not in (Mode.COPILOT, Mode.AUTOPILOT):
        return False
    decision_id = decisions.record(
        tx, connection.id, at=at, capability=about, subject=subject, mode=mode,
        action="review", rule=rule, inputs={}, outcome={"reasons": list(reasons)},
        policy_version=policy.current(tx, connection.client_id).number,
    )  # fmt: skip
    approvals.ask(
        tx, connection.id, decision_id=decision_id, capability=about, subject=subject,
        summary=_summary(reasons), options=options, at=at,
    )  # fmt: skip
    return True


def shown_again(
    tx: Tx, connection: Connection, subject: str, summary: str, now: datetime
) -> datetime | None:
    """When the same is shown again (aware UTC) that a person has seen not long ago; None where it
    is shown at once."""
    last = approvals.newest(tx, connection.id, subject)
    if last is None or last.ended_at is None or last.state == "lapsed":
        return None
    again = last.ended_at + SEEN_FOR
    return again if last.summary == summary and now < again else None


def _summary(reasons: Sequence[str]) -> str:
    return "; ".join(reasons)

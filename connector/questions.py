"""Asking a person about something that must be seen, with or without options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector import approvals, decisions, modes, policy
from connector.approvals import Approval
from connector.db import Tx
from connector.modes import Capability, Mode
from connector.tenants import Connection


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


def was_answered(asked: Approval, *, since: datetime) -> bool:
    """Whether a person answered it since then (aware UTC), or said that it is seen."""
    return asked.state != "lapsed" and asked.ended_at is not None and asked.ended_at >= since


def is_seen(tx: Tx, connection: Connection, subject: str, summary: str, *, since: datetime) -> bool:
    """Whether this was the last that was shown about a subject, and somebody has seen it since."""
    last = approvals.newest(tx, connection.id, subject)
    return last is not None and last.summary == summary and was_answered(last, since=since)


def _summary(reasons: Sequence[str]) -> str:
    return "; ".join(reasons)

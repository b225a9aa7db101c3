"""What a policy must stand up to before it holds for a client, and what follows once it does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connector import agenda, audit, cash, policy_check, tenants
from connector.db import Tx
from connector.policy import Policy

BREACHES_SHOWN = 3


def wants_reason(before: Policy, after: Policy, reason: str) -> str:
    """What to say where more would be done without a person and nobody told why."""
    if reason.strip() or not after.allows_more_than(before):
        return ""
    return "more would be applied or booked without a person than now; say why, as a reason"


def breach(tx: Tx, client_id: int, before: Policy, after: Policy, now: datetime) -> str:
    """The first moments of the year at which the policy could break the law or a limit."""
    if after.dunning == before.dunning:
        return ""
    found = policy_check.breaches(tx, client_id, after.dunning, now.year)
    return "; ".join(map(policy_check.told, found[:BREACHES_SHOWN]))


def take_effect(
    tx: Tx, client_id: int, version: int, *, by: str, reason: str, now: datetime, firm: int = 0
) -> list[int]:
    """Look at everything again under a version that was just kept, and tell the audit log; returns
    the connections to ring for. `firm` is the version of the firm's document that brought it."""
    connections = tenants.connections(tx, client_ids=[client_id])
    source: dict[str, Any] = {"firm_version": firm} if firm else {}
    for connection in connections:
        agenda.mark_all(tx, connection.id)
        cash.reconsider(tx, connection.id)
        audit.add(
            tx, connection.id, at=now, actor=by, event="policy.saved", version=version,
            reason=reason.strip(), **source,
        )  # fmt: skip
    return [connection.id for connection in connections]

"""What a client allows is changed: its rules, the modes of its capabilities, its notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connector import agenda, audit
from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.db import Tx
from connector.deps import Deps
from connector.late_fees import late_charges
from connector.money import cash
from connector.money.cash import Standing
from connector.rule_changes import ruling
from connector.rules import modes, policy
from connector.rules.modes import Capability, Mode
from connector.rules.notice_settings import Notices
from connector.rules.policy import Policy, Version


class NeedsReason(CannotAnswer):
    """More is to be done without a person, and nobody says why."""


class Changed(CannotAnswer):
    """The rules in force, `now`, are others than the version that somebody's were made from,
    `opened`; None where it is not known which that was."""

    def __init__(self, opened: Version | None, now: Version) -> None:
        who = f"by {now.by} at {now.at:%Y-%m-%d %H:%M} UTC" if now.at else "by nobody"
        was = f"since you opened version {opened.number}" if opened else "after which is not known"
        super().__init__(f"the rules were changed {who}, {was}; version {now.number} is in force")
        self.opened, self.now = opened, now


def to_change(tx: Tx, client_id: int) -> Version:
    """The rules of a client, and the money that they decide on, which nobody else changes before
    this transaction ends. Taken before anything else is locked."""
    _hold_money(tx, client_id)
    return policy.to_change(tx, client_id)


def switch(
    deps: Deps, client_id: int, capability: Capability, mode: Mode | None, *, by: str,
    segment: str = "", reason: str = "",
) -> None:  # fmt: skip
    """Switch a capability for a client, or for one segment of its customers alone, which with None
    follows the client again; everything is looked at again under the new mode.

    Raises CannotAnswer where there is no such segment to switch, and NeedsReason where a segment is
    to do more than now and nobody says why.
    """
    with deps.writing() as tx:
        now = deps.now()
        _hold_money(tx, client_id)
        if segment:
            slice_ = ruling.slice_of(tx, client_id, capability, segment)
            if why := slice_.refusal(mode):
                raise CannotAnswer(why)
            if (why := slice_.wants_reason(mode)) and not reason.strip():
                raise NeedsReason(why)
        modes.switch(
            tx, client_id, capability, mode, at=now, by=by, segment=segment, reason=reason.strip()
        )
        narrowed: dict[str, Any] = {"segment": segment, "reason": reason.strip()} if segment else {}
        connections = tenants.connections(tx, client_ids=[client_id])
        for connection in connections:
            agenda.mark_all(tx, connection.id)
            late_charges.again(tx, connection.id)
            if capability is Capability.CASH:
                cash.reconsider(tx, connection.id, states=(Standing.REVIEW, Standing.SHADOW))
            audit.add(
                tx, connection.id, at=now, actor=by, event="mode.switched", about=capability,
                mode=mode or "as the client", **narrowed,
            )  # fmt: skip
    for connection in connections:
        deps.ring("decide", connection.id)


def switch_notices(
    deps: Deps, client_id: int, change: Mapping[str, bool | int], *, by: str,
    base: int | None = None,
) -> int | None:  # fmt: skip
    """Change fields of `notices` in the policy; the number of the new version, None where nothing
    differs. Raises Changed where they are others since version `base`."""
    with deps.writing() as tx:
        before = to_change(tx, client_id)
        opened = None if base is None else policy.version(tx, client_id, base)
        if opened and opened.policy.notices != before.policy.notices:
            raise Changed(opened, before)
        wanted = Notices.model_validate(before.policy.notices.model_dump() | dict(change))
        if wanted == before.policy.notices:
            return None
        rules = before.policy.model_copy(update={"notices": wanted})
        number, ring = put_in_force(tx, client_id, rules, by=by, reason="", now=deps.now())
    for connection_id in ring:
        deps.ring("decide", connection_id)
    return number


def set_policy(
    deps: Deps, client_id: int, rules: Policy, *, by: str, reason: str = "",
    base: int | None = None,
) -> int:  # fmt: skip
    """Keep a new version and look at everything again under it; returns its number. `base` is the
    version that the rules were made from; without one, that in force now.

    Raises CannotAnswer where more is to be done without a person and nobody says why, where the
    policy names a customer that there is not, and where it could break the law or a limit on any
    day of the year, with the day; Changed where another version than `base` is in force, or comes
    into force while a year of days is walked.
    """
    with deps.reading() as tx:
        before = policy.current(tx, client_id)
        made_from = before if base is None else policy.version(tx, client_id, base)
        if made_from is None or made_from.number != before.number:
            raise Changed(made_from, before)
        _ask_why(tx, client_id, before.policy, rules, reason)
        if faults := ruling.breach(tx, client_id, before.policy, rules, deps.now()):
            raise CannotAnswer(f"the policy is not saved: {faults}")
    with deps.writing() as tx:
        if (now := to_change(tx, client_id)).number != before.number:
            raise Changed(before, now)
        number, ring = put_in_force(tx, client_id, rules, by=by, reason=reason, now=deps.now())
    for connection_id in ring:
        deps.ring("decide", connection_id)
    return number


def put_in_force(
    tx: Tx, client_id: int, rules: Policy, *, by: str, reason: str, now: datetime
) -> tuple[int, list[int]]:
    """Keep a new version within a transaction that holds `policy.to_change`: its number, and the
    connections to ring for. The law is not looked at, which no pause nor key account can break.
    Raises NeedsReason as `set_policy` does."""
    before = to_change(tx, client_id).policy
    _ask_why(tx, client_id, before, rules, reason)
    number = policy.save(tx, client_id, rules, at=now, by=by)
    return number, ruling.take_effect(tx, client_id, before, by=by, reason=reason, now=now)


def _ask_why(tx: Tx, client_id: int, before: Policy, after: Policy, reason: str) -> None:
    if (why := ruling.wants_reason(tx, client_id, before, after)) and not reason.strip():
        raise NeedsReason(why)


def _hold_money(tx: Tx, client_id: int) -> None:
    for connection in tenants.connections(tx, client_ids=[client_id]):
        cash.hold(tx, connection.id)

"""The document of a firm: what it would change for each client, and putting it in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connector import local_days
from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.clients.tenants import Client
from connector.db import Tx
from connector.deps import Deps
from connector.rule_changes import allowing, membership, own_rules, ruling
from connector.rule_changes.allowing import Changed, NeedsReason
from connector.rules import own_segments, policy, policy_differences
from connector.rules.policy import Policy, PolicyError, Version
from connector.rules.policy_differences import Change


@dataclass(frozen=True, slots=True)
class Consequence:
    """What another document of the firm makes of the rules of one client, which has version
    `before`. `refusal` says why it cannot hold there, and `wants_reason` that somebody must say
    why it is to. `moved` is how many customers come into another segment, `unreadable` of how many
    that is not known by a fault of ours; the first `looked_at` of its `customers` are in both."""

    client: Client
    before: int
    changes: tuple[Change, ...] = ()
    refusal: str = ""
    wants_reason: str = ""
    moved: int = 0
    unreadable: int = 0
    looked_at: int = 0
    customers: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A document that is not in force yet, with what it would do to every client; `base` is the
    version of the firm's that it was made from."""

    reseller_id: int
    base: Version
    rules: Policy
    consequences: tuple[Consequence, ...]

    @property
    def changed(self) -> list[Consequence]:
        return [one for one in self.consequences if one.changes or one.refusal]


def plan(
    deps: Deps, reseller_id: int, rules: Policy, *, base: int | None = None, most: int | None = None
) -> Plan:
    """Look at every client of the firm, without a lock: a year of days is walked for each. `base`
    is the version of the firm's document that the rules were made from; without one, that in force
    now. Who comes into another segment is counted among all customers, or `most` of each company.
    Raises Changed where another one is in force."""
    with deps.reading() as tx:
        current = policy.firm_current(tx, reseller_id)
        if base is not None and base != current.number:
            raise Changed(policy.firm_version(tx, reseller_id, base), current)
        clients = tenants.clients(tx, reseller_id)
        found = tuple(_consequence(tx, client, rules, deps.now(), most) for client in clients)
    return Plan(reseller_id, current, rules, found)


def put_in_force(deps: Deps, planned: Plan, *, by: str, reason: str = "") -> int:
    """Keep a new version of the firm's document, and one for each client whose rules it changes;
    returns its number.

    Raises CannotAnswer where it cannot hold for a client, with the client and an example, or where
    somebody set other rules there since the plan was made; Changed where somebody set other rules
    of the firm since; NeedsReason where more is to be done without a
    person and nobody says why. Nothing is kept then.
    """
    for one in planned.changed:
        if one.refusal:
            raise CannotAnswer(f"not saved, because of {one.client.name}: {one.refusal}")
        if one.wants_reason and not reason.strip():
            raise NeedsReason(f"at {one.client.name} {one.wants_reason}")
    ring: list[int] = []
    with deps.writing() as tx:
        now = deps.now()
        if (there := policy.firm_to_change(tx, planned.reseller_id)).number != planned.base.number:
            raise Changed(planned.base, there)
        _hold_as_planned(tx, planned)
        firm = policy.save_firm(tx, planned.reseller_id, planned.rules, at=now, by=by)
        for one in planned.changed:
            before = policy.current(tx, one.client.id).policy
            policy.inherit(tx, one.client.id, firm, at=now, by=by)
            ring += ruling.take_effect(
                tx, one.client.id, before, by=by, reason=reason, now=now, firm=firm.number
            )
    for connection_id in ring:
        deps.ring("decide", connection_id)
    return firm.number


def _hold_as_planned(tx: Tx, planned: Plan) -> None:
    """Let nobody else change the rules of a client before this transaction ends. Raises
    CannotAnswer where they are others than the plan was made from."""
    known = {one.client.id: one.before for one in planned.consequences}
    for client in tenants.clients(tx, planned.reseller_id):
        if known.get(client.id) != allowing.to_change(tx, client.id).number:
            raise CannotAnswer(f"the rules of {client.name} were changed just now; try once more")


def _consequence(
    tx: Tx, client: Client, rules: Policy, now: datetime, most: int | None
) -> Consequence:
    before = policy.current(tx, client.id)
    try:
        after = policy.under(before, rules)
    except PolicyError as error:
        refusal = f"its own values do not fit: {error}"
        return Consequence(client, before.number, refusal=refusal)
    changes = tuple(policy_differences.changes(before.policy, after))
    if not changes:
        return Consequence(client, before.number)
    companies = tenants.connections(tx, client_ids=[client.id])
    refusal = _lost(before, rules, [local_days.today(one, now) for one in companies])
    if not refusal and (example := ruling.breach(tx, client.id, before.policy, after, now)):
        refusal = f"the policy does not hold there: {example}"
    return Consequence(
        client, before.number, changes, refusal,
        ruling.wants_reason(tx, client.id, before.policy, after),
        *membership.count_moved(
            tx, companies, before.policy.dunning, after.dunning, now, most=most
        ),
    )  # fmt: skip


def _lost(before: Version, rules: Policy, days: list[date]) -> str:
    """What the client says of segments of the firm's that would be no more, and how to mend it. A
    pause that has ended by the clocks of all its companies is nothing to lose."""
    own = before.own.get("dunning", {}).get("segments", {})
    now, then = ([it.name for it in it.dunning.segments] for it in (before.policy, rules))
    told = [
        f"its own {', '.join(fields)} of the segment {name!r} would be lost, which these rules do "
        f"not have: keep the name, or first {_mend(fields, name)}"
        for name, said in own_segments.lost(own, now, then).items()
        if said and (fields := _said(said, days))
    ]
    return "; ".join(told)


def _said(said: Mapping[str, Any], days: list[date]) -> list[str]:
    change = said.get("change", {})
    until = str(change.get("paused_until") or "")
    is_over = bool(until and days) and all(date.fromisoformat(until) <= day for day in days)
    fields = [name for name in change if not (is_over and name in own_rules.PAUSE)]
    return [*(["when"] if "when" in said else []), *fields, *said.get("without", [])]


def _mend(fields: list[str], name: str) -> str:
    if set(fields) <= set(own_rules.PAUSE):
        return f"resume {name!r} there"
    return f"set {name!r} there as the firm has it"

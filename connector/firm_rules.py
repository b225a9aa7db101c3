"""The document of a firm: what setting it would change for each client, and setting it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connector import policy, ruling, tenants
from connector.answers import CannotAnswer, NeedsReason
from connector.db import Tx
from connector.deps import Deps
from connector.policy import Change, Policy, PolicyError
from connector.tenants import Client


@dataclass(frozen=True, slots=True)
class Consequence:
    """What another document of the firm makes of one client's rules. `refusal` says why it cannot
    be set, and `wants_reason` that somebody must say why it is."""

    client: Client
    changes: tuple[Change, ...]
    refusal: str = ""
    wants_reason: str = ""


def consequences(
    tx: Tx, reseller_id: int, rules: Policy, *, now: datetime, reason: str = ""
) -> list[Consequence]:
    """For every client whose rules would change, in the order of their names."""
    found = (
        _consequence(tx, client, rules, now=now, reason=reason)
        for client in tenants.clients(tx, reseller_id)
    )
    return [one for one in found if one.changes or one.refusal]


def set_policy(
    deps: Deps, reseller_id: int, rules: Policy, *, by: str, reason: str = ""
) -> tuple[int, list[Consequence]]:
    """Keep a new version of the firm's document, and one for each client whose rules it changes;
    returns its number and what changed.

    Raises CannotAnswer where it cannot hold for a client, with the client and an example, and where
    more is to be done without a person and nobody says why. Nothing is kept then.
    """
    with deps.writing() as tx:
        now = deps.now()
        found = consequences(tx, reseller_id, rules, now=now, reason=reason)
        for one in found:
            if one.refusal:
                raise CannotAnswer(f"not saved, because of {one.client.name}: {one.refusal}")
            if one.wants_reason:
                raise NeedsReason(f"at {one.client.name} {one.wants_reason}")
        firm = policy.save_firm(tx, reseller_id, rules, at=now, by=by)
        ring: list[int] = []
        for one in found:
            number = policy.inherit(tx, one.client.id, firm, at=now, by=by)
            ring += ruling.take_effect(
                tx, one.client.id, number, by=by, reason=reason, now=now, firm=firm.number
            )
    for connection_id in ring:
        deps.ring("decide", connection_id)
    return firm.number, found


def _consequence(
    tx: Tx, client: Client, rules: Policy, *, now: datetime, reason: str
) -> Consequence:
    before = policy.current(tx, client.id)
    try:
        after = policy.under(before, rules)
    except PolicyError as error:
        return Consequence(client, (), f"its own values do not fit: {error}")
    changes = tuple(policy.changes(before.policy, after))
    if not changes:
        return Consequence(client, ())
    example = ruling.breach(tx, client.id, before.policy, after, now)
    return Consequence(
        client, changes, f"the policy could break a rule: {example}" if example else "",
        ruling.wants_reason(before.policy, after, reason),
    )  # fmt: skip

"""The pauses that stand in a policy, of a segment, of one customer, of all: its versions say since
when each held, who set it and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from connector.db import Tx
from connector.rules import policy
from connector.rules.policy import Version
from dunning.rules.policy import DunningPolicy


@dataclass(frozen=True, slots=True)
class PolicyPause:
    """`segment` or `customer` name whom it holds, the customer as the policy calls it; both are
    empty where that is everybody. It
    ends by itself when the day `until` begins by the client's clock; where a later version of the
    policy ended it, `ended_at` (aware UTC) and `ended_by` tell."""

    segment: str
    customer: str
    until: date
    reason: str
    by: str
    at: datetime | None
    ended_at: datetime | None = None
    ended_by: str = ""


Place = tuple[str, str]
"""(segment, customer)"""


def history(tx: Tx, client_id: int) -> list[PolicyPause]:
    """Every one that there was, the newest first. One whose day or reason was changed counts as
    ended and set anew."""
    ended: list[PolicyPause] = []
    holding: dict[Place, PolicyPause] = {}
    for version in reversed(policy.versions(tx, client_id)):
        said = _said(version.policy.dunning)
        for place, pause in list(holding.items()):
            if said.get(place) != (pause.until, pause.reason):
                holding.pop(place)
                ended.append(replace(pause, ended_at=version.at, ended_by=version.by))
        for place, (until, reason) in said.items():
            if place not in holding:
                holding[place] = _begun(place, until, reason, version)
    return [*reversed(holding.values()), *reversed(ended)]


def _begun(place: Place, until: date, reason: str, version: Version) -> PolicyPause:
    return PolicyPause(*place, until, reason, version.by, version.at)


def _said(rules: DunningPolicy) -> Mapping[Place, tuple[date, str]]:
    found: dict[Place, tuple[date, str]] = {}
    if rules.paused_until:
        found["", ""] = rules.paused_until, rules.paused_because
    changes = [((it.name, ""), it.change) for it in rules.segments]
    changes += [(("", id_), change) for id_, change in rules.customers.items()]
    for place, change in changes:
        if until := change.get("paused_until"):
            found[place] = date.fromisoformat(str(until)), str(change.get("paused_because", ""))
    return found

"""What another policy or mode must stand up to before it holds, and what follows once it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector import agenda, audit
from connector.clients import tenants
from connector.db import Tx
from connector.decided import approvers
from connector.firm_news import notice_rounds
from connector.late_fees import late_charges
from connector.money import cash
from connector.rule_changes import policy_check
from connector.rules import modes, named_customers, policy, policy_differences
from connector.rules.modes import Capability, Mode
from connector.rules.policy import Policy
from connector.syncing import shared_names
from connector.wording import lacking
from dunning.checking import leeway
from dunning.checking.leeway import Meant

BREACHES_SHOWN = 3
PLACES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Slice:
    """Some customers of a client, for whom a capability may have another mode than for all."""

    capability: Capability
    segment: str
    known: tuple[str, ...]
    of_all: Mode
    before: Mode

    def refusal(self, mode: Mode | None) -> str:
        """Why there is nothing here to switch; a segment that is gone can still follow all."""
        if self.capability not in modes.BY_SEGMENT:
            able = ", ".join(modes.BY_SEGMENT)
            return f"{self.capability} has one mode for all customers; {able} can have several"
        if self.segment not in self.known and mode:
            names = ", ".join(self.known) or "none"
            return f"the policy has no segment {self.segment!r}; there are {names}"
        return ""

    def wants_reason(self, mode: Mode | None) -> str:
        """What to say where more would be done than now, and nobody says why."""
        after = mode or self.of_all
        if not after.frees_more_than(self.before):
            return ""
        return f"{self.segment} would go from {self.before} to {after}; say why, as a reason"


def slice_of(tx: Tx, client_id: int, capability: Capability, segment: str) -> Slice:
    of_all = modes.of(tx, client_id)[capability]
    before = modes.by_segment(tx, client_id, capability).get(segment, of_all)
    known = tuple(it.name for it in policy.current(tx, client_id).policy.dunning.segments)
    return Slice(capability, segment, known, of_all, before)


def wants_reason(tx: Tx, client_id: int, before: Policy, after: Policy) -> str:
    """What to say where more would be done without a person, and nobody says why."""
    meant = named_customers.meant(tx, client_id, before.dunning, after.dunning)
    places = [*_freed(before, after, meant), *_freed_by_modes(tx, client_id, before, after, meant)]
    if not places:
        return ""
    more = len(places) - PLACES_SHOWN
    shown = ", ".join(places[:PLACES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"more would be done without a person than now: {shown}; say why, as a reason"


def _freed(before: Policy, after: Policy, meant: Meant) -> Iterator[str]:
    """The places at which more is applied, booked as a difference, or asked of customers."""
    if after.matching.freer_than(before.matching):
        changed = (it.place for it in policy_differences.changes(before, after))
        yield from (place for place in changed if place.startswith("matching."))
    if any(one not in before.tolerances for one in after.tolerances):
        yield "tolerances"
    if after.discounts.books_more_than(before.discounts):
        yield "discounts"
    if after.freshness_minutes_max > before.freshness_minutes_max:
        yield "freshness_minutes_max"
    yield from (f"dunning.{place}" for place in leeway.freed(before.dunning, after.dunning, meant))


def _freed_by_modes(
    tx: Tx, client_id: int, before: Policy, after: Policy, meant: Meant
) -> Iterator[str]:
    """Where customers come into a segment that has a freer mode than the one they were in."""
    of_all = modes.of(tx, client_id)
    for capability in modes.BY_SEGMENT:
        own = modes.by_segment(tx, client_id, capability)
        for left, entered in leeway.moves(before.dunning, after.dunning, meant):
            mode, known = own.get(entered, of_all[capability]), own.get(left, of_all[capability])
            if mode.frees_more_than(known):
                yield f"dunning.segments ({left} to {entered}, which is on {mode})"


def breach(tx: Tx, client_id: int, before: Policy, after: Policy, now: datetime) -> str:
    """Who is newly named and is no customer, or is to approve a step and is nobody of the firm, or
    else the first moments of the next twelve months at which the policy could break a rule by what
    it says otherwise than the one before. It can take seconds: ask before a lock is taken."""
    if after.dunning == before.dunning:
        return ""
    if named_customers.are_known(tx, client_id):
        unknown = named_customers.strangers(tx, client_id, after.dunning, but_for=before.dunning)
        if unknown:
            return "; ".join(unknown)
    if strangers := approvers.strangers(tx, client_id, after.dunning, but_for=before.dunning):
        return "; ".join(strangers)
    found = policy_check.breaches(tx, client_id, before.dunning, after.dunning, now)
    told = "; ".join(map(policy_check.told, found[:BREACHES_SHOWN]))
    return f"it could break a rule: {told}" if told else ""


def doubts(tx: Tx, client_id: int, rules: Policy) -> list[str]:
    """What a policy names and nobody knows, in words: it holds all the same, for nobody."""
    return [
        *approvers.strangers(tx, client_id, rules.dunning),
        *named_customers.strangers(tx, client_id, rules.dunning),
    ]


def take_effect(
    tx: Tx, client_id: int, before: Policy, *, by: str, reason: str, now: datetime, firm: int = 0
) -> list[int]:
    """Look again at what the version that was just kept decides otherwise than the rules `before`
    it, and tell the audit log; returns the connections to ring for. `firm` is the version of the
    firm's document that brought it."""
    version = policy.current(tx, client_id)
    after = version.policy
    _end_lost_slices(tx, client_id, by=by, now=now)
    shared_names.over(tx, client_id, after.dunning, at=now)
    connections = tenants.connections(tx, client_ids=[client_id])
    source: dict[str, Any] = {"firm_version": firm} if firm else {}
    for connection in connections:
        if after.dunning != before.dunning:
            agenda.mark_all(tx, connection.id)
            late_charges.again(tx, connection.id)
            lacking.lapse(tx, connection.id, at=now)
        if (after.notices, after.retention) != (before.notices, before.retention):
            notice_rounds.arrange(tx, connection, now=now)
        if _of_cash(after) != _of_cash(before):
            cash.reconsider(tx, connection.id)
        audit.add(
            tx, connection.id, at=now, actor=by, event="policy.saved", version=version.number,
            reason=reason.strip(), **source,
        )  # fmt: skip
    return [connection.id for connection in connections]


def _of_cash(rules: Policy) -> tuple[object, ...]:
    return rules.matching, rules.tolerances, rules.discounts


def _end_lost_slices(tx: Tx, client_id: int, *, by: str, now: datetime) -> None:
    """A segment that the policy no longer has must not begin in its old mode if it ever returns."""
    known = {it.name for it in policy.current(tx, client_id).policy.dunning.segments}
    for capability in modes.BY_SEGMENT:
        for segment in modes.by_segment(tx, client_id, capability).keys() - known:
            modes.switch(
                tx, client_id, capability, None, at=now, by=by, segment=segment,
                reason="the policy no longer has this segment",
            )  # fmt: skip

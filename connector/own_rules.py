"""What holds for a segment or for one customer alone, set by a person as a new version of the
policy: pauses of segments, and customers to whom a person alone writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from connector import answers, audit, local_days, policy, tenants
from connector.answers import CannotAnswer
from connector.db import Tx
from connector.deps import Deps
from connector.tenants import Connection
from dunning.own_rules import Change, customer_changed, segment_changed
from dunning.policy import DunningPolicy

REASON_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class KeyAccount:
    """A customer to whom a person alone writes, and why."""

    connection: Connection
    customer_id: str
    why: str


def pause_segment(
    deps: Deps, client_id: int, segment: str, until: date, *, by: str, reason: str
) -> None:
    """Send nothing to the customers of a segment before `until` begins by the client's clock.

    Raises CannotAnswer where there is no such segment, or that day has begun.
    """
    with deps.reading() as tx:
        companies = tenants.connections(tx, client_ids=[client_id])
    if companies and all(until <= local_days.today(one, deps.now()) for one in companies):
        raise CannotAnswer(f"the pause would have ended on {until}; choose a later day")
    change = {"paused_until": until.isoformat(), "paused_because": reason}
    _change_segment(deps, client_id, segment, change, by=by, reason=reason)


def resume_segment(deps: Deps, client_id: int, segment: str, *, by: str, reason: str) -> None:
    """Take the pause of a segment out. Raises CannotAnswer where there is none to end."""
    with deps.reading() as tx:
        rules = policy.current(tx, client_id).policy.dunning
    known = [it for it in rules.segments if it.name == segment]
    if known and "paused_until" not in known[0].change:
        raise CannotAnswer(f"the segment {segment} is not paused")
    change = {"paused_until": None, "paused_because": None}
    _change_segment(deps, client_id, segment, change, by=by, reason=reason)


def _change_segment(
    deps: Deps, client_id: int, segment: str, change: Change, *, by: str, reason: str
) -> None:
    with deps.writing() as tx:
        ring = _put(
            deps, tx, client_id, lambda rules: segment_changed(rules, segment, change), by=by,
            reason=reason,
        )  # fmt: skip
    _ring(deps, ring)


def keep_for_people(
    deps: Deps, connection: Connection, customer_id: str, why: str, *, by: str
) -> None:
    """From now on a person alone writes to this customer: nothing goes out that nobody ordered.
    Raises CannotAnswer without a `why`, and for one longer than 200 characters."""
    said = why.strip()
    if not said:
        raise CannotAnswer("say why a person alone writes to this customer, as a reason")
    if len(said) > REASON_CHARACTERS_MAX:
        raise CannotAnswer(f"the reason has more than {REASON_CHARACTERS_MAX} characters")
    _tell_apart(deps, connection, customer_id, said, "key_account.named", by=by, reason=said)


def let_go(deps: Deps, connection: Connection, customer_id: str, *, by: str, reason: str) -> None:
    """The collector writes to this customer again, as to others of its segment. Raises CannotAnswer
    where nobody kept it for people, and NeedsReason without a reason."""
    with deps.reading() as tx:
        if not own_reason(policy.current(tx, connection.client_id).policy.dunning, customer_id):
            raise CannotAnswer("this customer itself is no key account")
    event = "key_account.ended"
    _tell_apart(deps, connection, customer_id, None, event, by=by, reason=reason.strip())


def own_reason(rules: DunningPolicy, customer_id: str) -> str:
    """Why a person alone writes to this customer, as the policy says it of this one alone."""
    return str(rules.customers.get(customer_id, {}).get("with_a_person", ""))


def key_accounts(tx: Tx, connection: Connection) -> list[KeyAccount]:
    """The customers of a company that the policy names one by one, in the order of their ids."""
    rules = policy.current(tx, connection.client_id).policy.dunning
    found = ((id_, own_reason(rules, id_)) for id_ in sorted(rules.customers))
    return [KeyAccount(connection, id_, why) for id_, why in found if why]


def _tell_apart(
    deps: Deps, connection: Connection, customer_id: str, why: str | None, event: str, *,
    by: str, reason: str,
) -> None:  # fmt: skip
    with deps.writing() as tx:
        ring = _put(
            deps, tx, connection.client_id,
            lambda rules: customer_changed(rules, customer_id, {"with_a_person": why}), by=by,
            reason=reason,
        )  # fmt: skip
        audit.add(
            tx, connection.id, at=deps.now(), actor=by, event=event,
            about=f"customer:{customer_id}", reason=reason,
        )  # fmt: skip
    _ring(deps, ring)


def _put(
    deps: Deps, tx: Tx, client_id: int, change: Callable[[DunningPolicy], DunningPolicy], *,
    by: str, reason: str,
) -> list[int]:  # fmt: skip
    rules = policy.current(tx, client_id).policy
    try:
        changed = change(rules.dunning)
    except ValueError as error:
        raise CannotAnswer(str(error)) from None
    wanted = rules.model_copy(update={"dunning": changed})
    return answers.put_in_force(tx, client_id, wanted, by=by, reason=reason, now=deps.now())[1]


def _ring(deps: Deps, connection_ids: list[int]) -> None:
    for connection_id in connection_ids:
        deps.ring("decide", connection_id)

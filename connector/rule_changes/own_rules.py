"""What holds for a segment or for one customer alone, set by a person as a new version of the
policy: pauses of segments, and customers to whom a person alone writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from connector import audit, local_days
from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.rule_changes import allowing
from connector.rule_changes.allowing import Changed
from connector.rules import named_customers, policy
from dunning.checking.own_rules import Change, customer_changed, own_values, segment_changed
from dunning.customer import customer_names
from dunning.rules.policy import DunningPolicy
from dunning.rules.segments import Segment

REASON_CHARACTERS_MAX = 200
PAUSE = ("paused_until", "paused_because")


@dataclass(frozen=True, slots=True)
class KeyAccount:
    """A customer to whom a person alone writes, and why."""

    connection: Connection
    customer_id: str
    why: str


def pause_segment(
    deps: Deps, client_id: int, segment: str, until: date, *, by: str, reason: str,
    base: int | None = None,
) -> None:  # fmt: skip
    """Send nothing to the customers of a segment before `until` begins by the client's clock.

    Raises CannotAnswer where there is no such segment, or that day has begun; Changed where
    somebody paused or resumed it since version `base` of the policy.
    """
    with deps.reading() as tx:
        companies = tenants.connections(tx, client_ids=[client_id])
    if companies and all(until <= local_days.today(one, deps.now()) for one in companies):
        raise CannotAnswer(f"the pause would have ended on {until}; choose a later day")
    change = {"paused_until": until.isoformat(), "paused_because": reason}
    with deps.writing() as tx:
        edit = _of_segment(segment, change, base)
        ring = _put(deps, tx, client_id, edit, by=by, reason=reason)
    _ring(deps, ring)


def resume_segment(
    deps: Deps, client_id: int, segment: str, *, by: str, reason: str, base: int | None = None
) -> None:
    """Take the pause of a segment out. Raises CannotAnswer where there is none to end, and Changed
    as `pause_segment` does."""
    change = {"paused_until": None, "paused_because": None}
    with deps.writing() as tx:
        rules = allowing.to_change(tx, client_id).policy.dunning
        if _segment(rules, segment) and not _pause_of(rules, segment):
            raise CannotAnswer(f"the segment {segment} is not paused")
        edit = _of_segment(segment, change, base)
        ring = _put(deps, tx, client_id, edit, by=by, reason=reason)
    _ring(deps, ring)


def keep_for_people(
    deps: Deps, connection: Connection, customer_id: str, why: str, *, by: str,
    base: int | None = None,
) -> None:  # fmt: skip
    """From now on a person alone writes to this customer: nothing goes out that nobody ordered.
    Raises CannotAnswer without a `why`, and for one longer than 200 characters; Changed where
    somebody kept it for people or let it go since version `base` of the policy."""
    said = why.strip()
    if not said:
        raise CannotAnswer("say why a person alone writes to this customer, as a reason")
    if len(said) > REASON_CHARACTERS_MAX:
        raise CannotAnswer(f"the reason has more than {REASON_CHARACTERS_MAX} characters")
    with deps.writing() as tx:
        ring = _tell_apart(deps, tx, connection, customer_id, said, by=by, reason=said, base=base)
    _ring(deps, ring)


def let_go(
    deps: Deps, connection: Connection, customer_id: str, *, by: str, reason: str,
    base: int | None = None,
) -> None:  # fmt: skip
    """The collector writes to this customer again, as to others of its segment. Raises CannotAnswer
    where nobody kept it for people, NeedsReason without a reason, and Changed as `keep_for_people`
    does."""
    said = reason.strip()
    with deps.writing() as tx:
        rules = allowing.to_change(tx, connection.client_id).policy.dunning
        if not own_reason(rules, connection, customer_id):
            raise CannotAnswer("this customer itself is no key account")
        ring = _tell_apart(deps, tx, connection, customer_id, "", by=by, reason=said, base=base)
    _ring(deps, ring)


def own_reason(rules: DunningPolicy, connection: Connection, customer_id: str) -> str:
    """Why a person alone writes to this customer, as the policy says it of this one alone."""
    return str(own_values(rules, customer_id, connection.id).get("with_a_person", ""))


def key_accounts(tx: Tx, connection: Connection) -> list[KeyAccount]:
    """The customers of a company that the policy names one by one, in the order of their ids."""
    rules = policy.current(tx, connection.client_id).policy.dunning
    named = (customer_names.read(name) for name in rules.customers)
    ids = sorted({id_ for id_, of in named if of in (0, connection.id)})
    found = ((id_, own_reason(rules, connection, id_)) for id_ in ids)
    return [KeyAccount(connection, id_, why) for id_, why in found if why]


@dataclass(frozen=True, slots=True)
class _Edit:
    """Another policy made of the one in force. `base` is the version that whoever asks for it saw,
    None for nobody, and `said` what of it was theirs to judge."""

    change: Callable[[DunningPolicy], DunningPolicy]
    said: Callable[[DunningPolicy], object]
    base: int | None


def _of_segment(segment: str, change: Change, base: int | None) -> _Edit:
    return _Edit(
        lambda rules: segment_changed(rules, segment, change),
        lambda rules: _pause_of(rules, segment),
        base,
    )


def _segment(rules: DunningPolicy, name: str) -> Segment | None:
    return next((it for it in rules.segments if it.name == name), None)


def _pause_of(rules: DunningPolicy, segment: str) -> tuple[str, ...]:
    found = _segment(rules, segment)
    own = found.change if found else {}
    return tuple(str(own[name]) for name in PAUSE if own.get(name))


def _tell_apart(
    deps: Deps, tx: Tx, connection: Connection, customer_id: str, why: str, *,
    by: str, reason: str, base: int | None,
) -> list[int]:  # fmt: skip
    whose = named_customers.whose(tx, connection, customer_id)
    edit = _Edit(
        lambda rules: customer_changed(rules, whose, {"with_a_person": why or None}),
        lambda rules: own_reason(rules, connection, customer_id),
        base,
    )
    ring = _put(deps, tx, connection.client_id, edit, by=by, reason=reason)
    audit.add(
        tx, connection.id, at=deps.now(), actor=by, reason=reason, about=f"customer:{customer_id}",
        event="key_account.named" if why else "key_account.ended",
    )  # fmt: skip
    return ring


def _put(
    deps: Deps, tx: Tx, client_id: int, edit: _Edit, *, by: str, reason: str
) -> list[int]:  # fmt: skip
    before = allowing.to_change(tx, client_id)
    opened = None if edit.base is None else policy.version(tx, client_id, edit.base)
    if opened and edit.said(opened.policy.dunning) != edit.said(before.policy.dunning):
        raise Changed(opened, before)
    try:
        changed = edit.change(before.policy.dunning)
    except ValueError as error:
        raise CannotAnswer(str(error)) from None
    wanted = before.policy.model_copy(update={"dunning": changed})
    return allowing.put_in_force(tx, client_id, wanted, by=by, reason=reason, now=deps.now())[1]


def _ring(deps: Deps, connection_ids: list[int]) -> None:
    for connection_id in connection_ids:
        deps.ring("decide", connection_id)

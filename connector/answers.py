"""What people answer: approving or rejecting what Ledgerhand asked, pausing and resuming."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from connector import (
    agenda,
    approvals,
    audit,
    by_person,
    cash,
    effects,
    experience,
    holds,
    modes,
    notice_rounds,
    placing,
    policy,
    policy_check,
    taking,
    tenants,
    thanks,
)
from connector.approvals import Approval
from connector.cash import Standing
from connector.db import Tx
from connector.deps import Deps
from connector.effects import Reminder
from connector.modes import Capability, Mode
from connector.notice_settings import Notices
from connector.policy import Policy
from dunning.steps import Do

BREACHES_SHOWN = 3


class CannotAnswer(ValueError):
    """The answer cannot be carried out; the text says why and what to do."""


def approve(deps: Deps, approval_id: int, option: int, by: str) -> None:
    """Carry out option number `option` (from 0). Raises CannotAnswer."""
    with deps.writing() as tx:
        approval = _waiting(tx, approval_id)
        if not 0 <= option < len(approval.options):
            raise CannotAnswer(
                f"there is no option {option + 1}; approval {approval_id} has"
                f" {len(approval.options)}"
            )
        now = deps.now()
        if not approvals.answer(tx, approval, state="approved", by=by, at=now, chosen=option):
            raise CannotAnswer("somebody else has just answered this")
        try:
            _carry_out(tx, approval, option, by=by, now=now)
        except (ValueError, LookupError) as error:
            raise CannotAnswer(f"this can no longer be done: {error}") from None
    deps.ring("deliver", approval.connection_id)


def reject(deps: Deps, approval_id: int, by: str) -> None:
    """Leave things as they are: the money stays unapplied, the message is not sent."""
    with deps.writing() as tx:
        approval, now = _waiting(tx, approval_id), deps.now()
        approvals.answer(tx, approval, state="rejected", by=by, at=now)
        if approval.capability == Capability.CASH:
            kind, _, id_ = approval.subject.partition(":")
            item = cash.find(tx, approval.connection_id, kind, id_)
            if item:
                cash.stand(tx, approval.connection_id, item, Standing.REVIEW, at=now)
            connection = tenants.connection(tx, approval.connection_id)
            experience.refresh(tx, connection, now=now)
        elif approval.options and approval.capability != thanks.CAPABILITY:
            _take_steps(tx, approval, Mode.SHADOW, by=by, now=now)
        audit.add(
            tx, approval.connection_id, at=now, actor=by, event="approval.rejected",
            about=approval.subject, decision_id=approval.decision_id,
        )  # fmt: skip
    deps.ring("decide", approval.connection_id)


def pause(
    deps: Deps, connection_id: int, *, by: str, reason: str, customer_id: str = "",
    invoice_id: str = "", until: datetime | None = None,
) -> None:  # fmt: skip
    """Send nothing to this client's customers, this customer or about this invoice until then."""
    with deps.writing() as tx:
        now = deps.now()
        holds.set_hold(
            tx, connection_id, customer_id=customer_id, invoice_id=invoice_id, reason=reason,
            by=by, at=now, until=until,
        )  # fmt: skip
        _look_again(tx, connection_id, customer_id)
        audit.add(
            tx, connection_id, at=now, actor=by, event="paused", reason=reason,
            about=customer_id or invoice_id or "everything",
        )  # fmt: skip


def resume(
    deps: Deps, connection_id: int, *, by: str, customer_id: str = "", invoice_id: str = ""
) -> int:
    """End the pauses set on exactly this; returns how many there were."""
    with deps.writing() as tx:
        now = deps.now()
        ended = holds.end(tx, connection_id, at=now, customer_id=customer_id, invoice_id=invoice_id)
        _look_again(tx, connection_id, customer_id)
        audit.add(
            tx, connection_id, at=now, actor=by, event="resumed",
            about=customer_id or invoice_id or "everything",
        )  # fmt: skip
    deps.ring("decide", connection_id)
    return ended


def _waiting(tx: Tx, approval_id: int) -> Approval:
    approval = approvals.find(tx, approval_id)
    if approval is None:
        raise CannotAnswer(f"there is no approval {approval_id}; see `ledgerhand approvals list`")
    if approval.state != "waiting":
        raise CannotAnswer(f"approval {approval_id} is already {approval.state}")
    return approval


def _carry_out(tx: Tx, approval: Approval, option: int, *, by: str, now: datetime) -> None:
    if approval.capability == Capability.CASH:
        connection = tenants.connection(tx, approval.connection_id)
        placing.approve(tx, connection, approval, option=option, by=by, now=now)
        experience.refresh(tx, connection, now=now)
        return
    if approval.capability == thanks.CAPABILITY:
        thanks.send(tx, approval, by=by, now=now)
        audit.add(
            tx, approval.connection_id, at=now, actor=by, event="thanks.approved",
            about=approval.subject, decision_id=approval.decision_id,
        )  # fmt: skip
        return
    if _second_opinion(tx, approval, by=by, now=now):
        return
    if not _take_steps(tx, approval, Mode.COPILOT, by=by, now=now):
        raise LookupError("a message about one of these invoices has been sent since")
    audit.add(
        tx, approval.connection_id, at=now, actor=by, event="remind.approved",
        about=approval.subject, decision_id=approval.decision_id,
    )  # fmt: skip


def _second_opinion(tx: Tx, approval: Approval, *, by: str, now: datetime) -> bool:
    """Whether another person was asked. Raises LookupError where the same one answers twice."""
    option = approval.options[0]
    if by_person.needs_another(option):
        approvals.ask(
            tx, approval.connection_id, decision_id=approval.decision_id, at=now,
            capability=approval.capability, subject=approval.subject,
            summary=f"{approval.summary}; {by} agrees, a second person confirms",
            options=[option | {"first_by": by}],
        )  # fmt: skip
        return True
    if option.get("first_by") == by:
        raise LookupError("you agreed already; another person must confirm it")
    return False


def _take_steps(tx: Tx, approval: Approval, mode: Mode, *, by: str, now: datetime) -> bool:
    option = approval.options[0]
    effect = effects.load(option["reminder"])
    assert isinstance(effect, Reminder)
    effect = replace(effect, ordered_by=by)
    agenda.mark(tx, approval.connection_id, [effect.customer_id])
    places = [(i, step, date.fromisoformat(due)) for i, step, due in option["places"]]
    if option.get("by_person") and mode is Mode.COPILOT:
        connection = tenants.connection(tx, approval.connection_id)
        return by_person.done(
            tx, connection, approval, effects.core_of(effect), places, do=Do(option["by_person"]),
            key=option["key"], by=by, now=now,
        )  # fmt: skip
    return taking.commit(
        tx, approval.connection_id, effect, places, key=option["key"], mode=mode,
        decision_id=approval.decision_id, now=now,
    )  # fmt: skip


def _look_again(tx: Tx, connection_id: int, customer_id: str) -> None:
    if customer_id:
        agenda.mark(tx, connection_id, [customer_id])
    else:
        agenda.mark_all(tx, connection_id)


def switch(deps: Deps, client_id: int, capability: Capability, mode: Mode, *, by: str) -> None:
    """Switch a capability for a client; everything is looked at again under the new mode."""
    with deps.writing() as tx:
        now = deps.now()
        modes.switch(tx, client_id, capability, mode, at=now, by=by)
        connections = tenants.connections(tx, client_ids=[client_id])
        for connection in connections:
            agenda.mark_all(tx, connection.id)
            if capability is Capability.CASH:
                cash.reconsider(tx, connection.id, states=(Standing.REVIEW, Standing.SHADOW))
            audit.add(
                tx, connection.id, at=now, actor=by, event="mode.switched", about=capability,
                mode=mode,
            )  # fmt: skip
    for connection in connections:
        deps.ring("decide", connection.id)


def switch_notices(
    deps: Deps, client_id: int, change: Mapping[str, bool | int], *, by: str
) -> int | None:
    """Change fields of `notices` in the policy; the number of the new version, None where nothing
    differs."""
    with deps.reading() as tx:
        rules = policy.current(tx, client_id).policy
    wanted = Notices.model_validate(rules.notices.model_dump() | dict(change))
    if wanted == rules.notices:
        return None
    return set_policy(deps, client_id, rules.model_copy(update={"notices": wanted}), by=by)


def set_policy(deps: Deps, client_id: int, rules: Policy, *, by: str, reason: str = "") -> int:
    """Keep a new version and look at everything again under it; returns its number.

    Raises CannotAnswer where more is to be applied without a person and nobody says why, and where
    the policy could break the law or a limit on any day of the year, with the day.
    """
    with deps.writing() as tx:
        now = deps.now()
        if not reason.strip() and rules.allows_more_than(policy.current(tx, client_id).policy):
            raise CannotAnswer(
                "more would be applied or booked without a person than now; say why, as a reason"
            )
        if rules.dunning != policy.current(tx, client_id).policy.dunning:
            found = policy_check.breaches(tx, client_id, rules.dunning, now.year)
            if found:
                examples = "; ".join(map(policy_check.told, found[:BREACHES_SHOWN]))
                raise CannotAnswer(f"the policy could break a rule, so it is not saved: {examples}")
        number = policy.save(tx, client_id, rules, at=now, by=by)
        connections = tenants.connections(tx, client_ids=[client_id])
        for connection in connections:
            agenda.mark_all(tx, connection.id)
            notice_rounds.arrange(tx, connection, now=now)
            cash.reconsider(tx, connection.id)
            audit.add(
                tx, connection.id, at=now, actor=by, event="policy.saved", version=number,
                reason=reason.strip(),
            )  # fmt: skip
    for connection in connections:
        deps.ring("decide", connection.id)
    return number

"""Approved charges on their way into the ledger and back out of it; waived ones on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connector import agenda, audit, local_days
from connector.account import account_faults, collection_rules
from connector.account.collection_rules import Rules
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, notes
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.late_fees import asking_charges, charges, interest_drafts, late_charges
from connector.late_fees.charges import Charge, ChargeKind
from connector.outgoing import effects, intents
from connector.outgoing.intents import Intent, Step
from connector.rules.modes import ACTING, Capability
from dunning.fees import late_fees
from dunning.fees.late_fees import FeeState
from dunning.rules.charging import Billing
from providers.charging import Charging, RaiseCharge, VoidCharge
from providers.ledger import Kind


class CannotCharge(ValueError):
    """It cannot be done; the text says why, and nothing was changed."""


def is_about(option: Mapping[str, Any]) -> bool:
    """Whether an option of an approval is a charge."""
    return "charge" in option


def asks(approval: Approval) -> bool:
    """Whether an approval is about a charge."""
    return any(map(is_about, approval.options))


def tells(approval: Approval) -> bool:
    """Whether it tells of a charge that came to nothing, and asks nothing."""
    return not approval.options and approval.subject.startswith(charges.SUBJECT)


def order(tx: Tx, approval: Approval, *, by: str, now: datetime) -> None:
    """A person approved it: intend the invoice, with a note on those that it is about.

    Raises CannotCharge.
    """
    charge = _asked_about(tx, approval)
    if charge.state is not FeeState.DRAFTED:
        raise CannotCharge(f"charge {charge.id} is {charge.state}; only a draft is approved")
    connection = tenants.connection(tx, approval.connection_id)
    rules = collection_rules.of(tx, connection, now)
    if rules.mode not in ACTING:
        raise CannotCharge(f"{Capability.REMIND} is {rules.mode}; switch it to copilot first")
    if why := _why_spared(tx, rules, charge):
        raise CannotCharge(why)
    account = rules.dunning.billing.account(connection.name)
    if not account:
        raise CannotCharge(f"the policy names no account for {connection.name}; see billing")
    failed = intents.failed(tx, connection.id, charge.subject)
    key = effects.key_of(connection.id, "charge", charge.fee.key, str(failed))
    if not charges.move(tx, charge, FeeState.APPROVED, by=by, at=now, intent_key=key):
        raise CannotCharge("somebody else has just decided on it")
    effect = _invoice(charge, rules.dunning.billing, account, connection, by=by, now=now)
    intents.add(
        tx, connection.id, effect, key=key, subject=charge.subject, facts=charge.facts,
        decision_id=charge.decision_id, now=now,
    )  # fmt: skip
    _tell(tx, charge, "approved", by=by, now=now, amount=str(charge.fee.amount))
    _note(
        tx, connection, charge, after_key=key, now=now,
        text=f"Ledgerhand raised an invoice of {charge.fee.amount}, {charge.kind} for"
        f" {charge.fee.about}: {charge.fee.reason}. Approved by {by}, policy version"
        f" {rules.version.number}. Decision {charge.decision_id}.",
    )  # fmt: skip


def waive(deps: Deps, connection_id: int, charge_id: int, *, by: str, reason: str) -> Charge:
    """Not to be charged, now or later, and why. Raises CannotCharge."""
    with deps.writing() as tx:
        charge = _find(tx, connection_id, charge_id)
        _waive(tx, charge, by=by, reason=reason, now=deps.now())
    return charge


def turn_down(tx: Tx, approval: Approval, *, by: str, now: datetime) -> None:
    """A person left it as it is: nobody is asked about this period again."""
    _waive(tx, _asked_about(tx, approval), by=by, reason="left as it is when asked", now=now)


def take_back(deps: Deps, connection_id: int, charge_id: int, *, by: str) -> Charge:
    """Void the invoice that a charge became, if it is as it was written. Raises CannotCharge."""
    now = deps.now()
    with deps.writing() as tx:
        charge = _find(tx, connection_id, charge_id)
        if charge.state is not FeeState.POSTED:
            raise CannotCharge(f"charge {charge_id} is {charge.state}; only a posted one is undone")
        if intents.is_open(tx, connection_id, charge.subject):
            raise CannotCharge(f"something about charge {charge_id} is on its way; wait for it")
        connection = tenants.connection(tx, connection_id)
        failed = intents.failed(tx, connection_id, charge.subject)
        key = effects.key_of(connection_id, "void", charge.fee.key, charge.receipt, str(failed))
        done = _order_of(tx, charge).effect
        assert isinstance(done, RaiseCharge)
        intents.add(
            tx, connection_id, VoidCharge(done, charge.receipt, by), key=key,
            subject=charge.subject, decision_id=charge.decision_id, now=now,
        )  # fmt: skip
        charges.remark(tx, charge, "")
        _tell(tx, charge, "undo asked", by=by, now=now)
        _note(
            tx, connection, charge, after_key=key, now=now,
            text=f"Undone by {by}: the invoice of {charge.fee.amount}, {charge.kind} for"
            f" {charge.fee.about}, is void. Decision {charge.decision_id}.",
        )  # fmt: skip
    deps.ring("deliver", connection_id)
    return charge


def confirmed(
    tx: Tx, intent: Intent, *, receipt: str, now: datetime
) -> list[tuple[Kind, str]]:  # fmt: skip
    """The ledger has the invoice, or has voided it; returns what to read again."""
    charge = _of(tx, intent)
    if isinstance(intent.effect, RaiseCharge):
        charges.move(tx, charge, FeeState.POSTED, by=charge.by, at=now, receipt=receipt)
    else:
        assert isinstance(intent.effect, VoidCharge)
        raised = _order_of(tx, charge)
        charges.move(tx, charge, FeeState.UNDONE, by=intent.effect.ordered_by, at=now)
        intents.end(tx, raised, Step.UNDONE, f"undone by intent {intent.id}", now=now)
    agenda.mark(tx, intent.connection_id, [charge.customer_id])
    return [(Kind.INVOICE, receipt)]


def came_to_nothing(
    tx: Tx, intent: Intent, error: str, *, decide_again: bool, now: datetime
) -> list[tuple[Kind, str]]:  # fmt: skip
    """Not raised: where the invoices changed it is worked out anew, else a person is asked again.
    Not voided: it stays as it is, and says why. Returns what to read again."""
    charge, effect = _of(tx, intent), intent.effect
    assert isinstance(effect, Charging)
    if isinstance(effect, VoidCharge):
        charges.remark(tx, charge, f"not taken back: {error}")
        return [(Kind.INVOICE, effect.receipt)]
    if decide_again:
        # Late fees are drafted by themselves; of interest the draft is what tells of the wish.
        is_fee = charge.kind is ChargeKind.LATE_FEE
        state, by = (FeeState.LAPSED, "ledgerhand") if is_fee else (FeeState.DRAFTED, "")
        charges.move(tx, charge, state, by=by, at=now, remark=error)
        late_charges.again(tx, intent.connection_id)
    else:
        charges.move(tx, charge, FeeState.DRAFTED, by="", at=now, remark=error)
        connection = tenants.connection(tx, intent.connection_id)
        asking_charges.ask(tx, collection_rules.of(tx, connection, now), _of(tx, intent))
    return [(Kind.INVOICE, id_) for id_ in effect.invoice_ids]


def _why_spared(tx: Tx, rules: Rules, charge: Charge) -> str:
    """Why interest is not to be raised by the terms as they are now, which may have changed since
    it was drafted."""
    if charge.kind is not ChargeKind.INTEREST:
        return ""
    why, fault = account_faults.tried(
        charge.connection_id, charge.customer_id,
        lambda: interest_drafts.why_spared(tx, rules, charge),
    )  # fmt: skip
    return fault or why or ""


def _invoice(
    charge: Charge, billing: Billing, account: str, connection: Connection, *, by: str,
    now: datetime,
) -> RaiseCharge:  # fmt: skip
    today = local_days.today(connection, now)
    is_fee = charge.kind is ChargeKind.LATE_FEE
    text = billing.late_fee_text if is_fee else billing.interest_text
    return RaiseCharge(
        customer_id=charge.customer_id, amount=charge.fee.amount, account=account, on=today,
        due=today + timedelta(days=billing.due_days), description=f"{text}: {charge.fee.about}",
        memo=text, invoice_ids=charge.fee.invoice_ids, ordered_by=by,
    )  # fmt: skip


def _waive(tx: Tx, charge: Charge, *, by: str, reason: str, now: datetime) -> None:
    try:
        waived = late_fees.waive(charge.fee, reason)
    except ValueError as error:
        raise CannotCharge(str(error)) from None
    if not charges.move(tx, charge, waived.state, by=by, at=now, remark=waived.reason):
        raise CannotCharge("somebody else has just decided on it")
    approvals.lapse(tx, charge.connection_id, charge.subject, at=now)
    _tell(tx, charge, "waived", by=by, now=now, reason=waived.reason)


def _asked_about(tx: Tx, approval: Approval) -> Charge:
    return _find(tx, approval.connection_id, approval.options[0]["charge"])


def _find(tx: Tx, connection_id: int, charge_id: int) -> Charge:
    charge = charges.find(tx, connection_id, charge_id)
    if charge is None:
        raise CannotCharge(f"there is no charge {charge_id}; see `ledgerhand charges list`")
    return charge


def _of(tx: Tx, intent: Intent) -> Charge:
    return _find(tx, intent.connection_id, int(intent.subject.partition(":")[2]))


def _order_of(tx: Tx, charge: Charge) -> Intent:
    """The intent that raised it."""
    (raised,) = intents.of_keys(tx, charge.connection_id, [charge.intent_key])
    return raised


def _tell(tx: Tx, charge: Charge, event: str, *, by: str, now: datetime, **what: str) -> None:
    audit.add(
        tx, charge.connection_id, at=now, actor=by, event=f"charge.{event}", about=charge.subject,
        decision_id=charge.decision_id, **what,
    )  # fmt: skip


def _note(
    tx: Tx, connection: Connection, charge: Charge, *, text: str, after_key: str, now: datetime
) -> None:
    """On the invoices that it is about, once it has happened."""
    if not notes.are_on(tx, connection):
        return
    for id_ in charge.fee.invoice_ids[: notes.NOTED_INVOICES_MAX]:
        notes.intend(
            tx, connection, Kind.INVOICE, id_, text, after_key=after_key, now=now,
            told_by=("charge note", after_key, id_), decision_id=charge.decision_id,
        )  # fmt: skip

"""Placing money: from cash that came in to a decision, and from a decision to intents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from connector import (
    agenda,
    approvals,
    audit,
    cash,
    decisions,
    effects,
    intents,
    mirror,
    modes,
    pairing,
)
from connector import policy as policies
from connector.cash import BANK, Item, Standing
from connector.cash_case import Case, assemble, inputs_of
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.modes import Capability, Mode
from connector.tenants import Connection
from matching.decide import decide
from matching.items import MatchDecision
from matching.settlement import settle
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    Invoice,
    Kind,
    Payment,
    RecordPayment,
)

ITEMS_MAX = 500
FAILED_MAX = 5
ALLOCATIONS = TypeAdapter(tuple[Allocation, ...])
VERDICT = TypeAdapter(MatchDecision)


def run(deps: Deps, connection: Connection, fence: Fence) -> int:
    """Decide on all money that is new; returns how many items were decided."""
    pairing.run(deps, connection, fence)
    with deps.reading() as tx:
        mode = modes.of(tx, connection.client_id)[Capability.CASH]
        items = cash.listed(tx, connection.id, (Standing.NEW,), ITEMS_MAX)
    if mode is Mode.OFF:
        return 0
    for item in items:
        with deps.writing() as tx:
            fence.check(tx)
            now = deps.now()
            version = policies.current(tx, connection.client_id)
            case = assemble(tx, connection, item, version.policy, now=now)
            place(tx, case, mode, version, now=now)
    return len(items)


def place(tx: Tx, case: Case, mode: Mode, version: policies.Version, *, now: datetime) -> None:
    """Decide on one item and hand the decision on, all in one transaction."""
    item, connection = case.item, case.connection
    verdict = decide(case.matched, version.policy.matching)
    verdict = _as_writable(case, _with_ledger_check(tx, case, verdict))
    decision_id = decisions.record(
        tx, connection.id, at=now, capability=Capability.CASH, subject=item.subject, mode=mode,
        action=verdict.action, rule=verdict.rule or "none", policy_version=version.number,
        inputs=inputs_of(case), outcome=_outcome(verdict),
    )  # fmt: skip
    if mode is Mode.SHADOW:
        cash.stand(tx, connection.id, item, Standing.SHADOW, decision_id=decision_id, at=now)
        return
    if verdict.action == "ignore" and mode is Mode.AUTOPILOT:
        cash.stand(tx, connection.id, item, Standing.IGNORED, decision_id=decision_id, at=now)
        return
    if _is_rejected(tx, case, verdict):
        cash.stand(tx, connection.id, item, Standing.REVIEW, decision_id=decision_id, at=now)
        return
    if mode is Mode.AUTOPILOT and verdict.action == "apply":
        carry_out(tx, case, verdict.allocations, decision_id=decision_id, now=now,
                  why=verdict.reasons[0])  # fmt: skip
        return
    _ask(tx, case, verdict, decision_id=decision_id, now=now)


def carry_out(
    tx: Tx,
    case: Case,
    allocations: Sequence[Allocation],
    *,
    decision_id: int,
    now: datetime,
    why: str,
) -> None:
    """Commit the intent to write these allocations, and a note on each invoice behind it."""
    item, connection = case.item, case.connection
    settle(case.money, case.open_items, allocations)
    chosen = {a.invoice_id for a in allocations}
    failed = intents.failed(tx, connection.id, item.subject)
    key = effects.key_of(
        connection.id, "cash", item.subject, item.version, str(item.left), str(failed)
    )
    needed = [r for r in case.records if not isinstance(r, Invoice) or r.id in chosen]
    intents.add(
        tx, connection.id, _effect(case, allocations, why), key=key, subject=item.subject,
        decision_id=decision_id, now=now, facts=effects.facts_of(needed),
    )  # fmt: skip
    if modes.of(tx, connection.client_id)[Capability.NOTE] in (Mode.COPILOT, Mode.AUTOPILOT):
        _intend_notes(tx, case, allocations, key=key, decision_id=decision_id, now=now, why=why)
    cash.stand(tx, connection.id, item, Standing.APPLYING, decision_id=decision_id, at=now)
    approvals.lapse(tx, connection.id, item.subject, at=now)


def confirmed(tx: Tx, intent: intents.Intent, *, now: datetime) -> None:
    """The ledger has it: the money is placed, and what is left of it is looked at again."""
    item = _item_of(tx, intent)
    if item is None or not isinstance(intent.effect, (ApplyUnapplied, RecordPayment)):
        return
    left = item.left
    seen_since = not intent.facts.get(item.subject, f"{left} ").startswith(f"{left} ")
    if not seen_since:
        for allocation in intent.effect.allocations:
            left = left - allocation.amount
    state = Standing.APPLIED if item.kind == BANK or not left else Standing.NEW
    cash.stand(tx, intent.connection_id, item, state, left=left, at=now)


def came_to_nothing(tx: Tx, intent: intents.Intent, *, decide_again: bool, now: datetime) -> None:
    """The write did not happen: decide again, or leave the money for a person, as after many
    decisions that all came to nothing."""
    item = _item_of(tx, intent)
    if item is None:
        return
    failed = intents.failed(tx, intent.connection_id, intent.subject)
    state = Standing.NEW if decide_again and failed < FAILED_MAX else Standing.REVIEW
    cash.stand(tx, intent.connection_id, item, state, at=now)
    if item.customer_id:
        agenda.mark(tx, intent.connection_id, [item.customer_id])


def approve(
    tx: Tx, connection: Connection, approval: approvals.Approval, *, option: int, by: str,
    now: datetime,
) -> None:  # fmt: skip
    """Carry out the option that a person chose, on the account as it is now.

    Raises CannotSettle where the account no longer allows it, and LookupError where the money is
    no longer there.
    """
    kind, _, id_ = approval.subject.partition(":")
    item = cash.find(tx, connection.id, kind, id_)
    if item is None or item.state is not Standing.REVIEW:
        raise LookupError(f"{approval.subject} no longer waits for a person")
    allocations = ALLOCATIONS.validate_python(approval.options[option]["allocations"])
    version = policies.current(tx, connection.client_id)
    case = assemble(tx, connection, item, version.policy, now=now)
    carry_out(tx, case, allocations, decision_id=approval.decision_id, now=now,
              why=f"approved by {by}")  # fmt: skip
    audit.add(
        tx, connection.id, at=now, actor=by, event="cash.approved", about=item.subject,
        decision_id=approval.decision_id, option=option,
    )  # fmt: skip


def _item_of(tx: Tx, intent: intents.Intent) -> Item | None:
    kind, _, id_ = intent.subject.partition(":")
    return cash.find(tx, intent.connection_id, kind, id_)


def _effect(
    case: Case, allocations: Sequence[Allocation], why: str
) -> ApplyUnapplied | RecordPayment:
    item = case.item
    memo = f"Applied by Ledgerhand: {why}"
    if item.kind != BANK:
        return ApplyUnapplied(
            payment_kind=Kind(item.kind), payment_id=item.id, customer_id=item.customer_id,
            allocations=tuple(allocations), memo=memo,
        )  # fmt: skip
    by_id = {open_item.invoice_id: open_item.customer_id for open_item in case.open_items}
    return RecordPayment(
        receipt_id=item.id, customer_id=by_id[allocations[0].invoice_id], received=item.received,
        total=item.left, allocations=tuple(allocations), reference=item.text, memo=memo,
    )  # fmt: skip


def _intend_notes(
    tx: Tx, case: Case, allocations: Sequence[Allocation], *, key: str, decision_id: int,
    now: datetime, why: str,
) -> None:  # fmt: skip
    connection, item = case.connection, case.item
    today = now.astimezone(ZoneInfo(connection.time_zone)).date()
    for allocation in allocations:
        text = (
            f"Ledgerhand applied {allocation.amount} of {item.total} received on"
            f" {item.received:%d %b %Y}: {why}. Decision {decision_id}."
        )
        intents.add(
            tx, connection.id, AddNote(Kind.INVOICE, allocation.invoice_id, text, today),
            key=effects.key_of(connection.id, "note", key, allocation.invoice_id),
            subject=f"note:{allocation.invoice_id}", decision_id=decision_id, now=now,
            after_key=key,
        )  # fmt: skip


def _is_rejected(tx: Tx, case: Case, verdict: MatchDecision) -> bool:
    """Whether a person has turned down all that could be offered: then it is not asked again."""
    before = [
        o["allocations"] for o in approvals.rejected(tx, case.connection.id, case.item.subject)
    ]
    return bool(before) and all(option["allocations"] in before for option in _options(verdict))


def _options(verdict: MatchDecision) -> list[dict[str, Any]]:
    found = [(c.allocations, c.reason) for c in verdict.candidates]
    if verdict.action == "apply":
        found = [(verdict.allocations, verdict.reasons[0])]
    return [
        {"text": reason, "allocations": ALLOCATIONS.dump_python(allocations, mode="json")}
        for allocations, reason in found
    ]


def _ask(tx: Tx, case: Case, verdict: MatchDecision, *, decision_id: int, now: datetime) -> None:
    item = case.item
    who = item.payer or item.customer_id or "an unknown payer"
    approvals.ask(
        tx, case.connection.id, decision_id=decision_id, capability=Capability.CASH,
        subject=item.subject, at=now,
        summary=f"{item.left} from {who}, '{item.text[:120]}': {'; '.join(verdict.reasons)}",
        options=_options(verdict),
    )  # fmt: skip
    cash.stand(tx, case.connection.id, item, Standing.REVIEW, decision_id=decision_id, at=now)


def _with_ledger_check(tx: Tx, case: Case, verdict: MatchDecision) -> MatchDecision:
    """Money from the bank that the bookkeeper has entered already is never entered twice."""
    if case.item.kind != BANK or verdict.action != "apply":
        return verdict
    owner = next(
        i.customer_id for i in case.open_items if i.invoice_id == verdict.allocations[0].invoice_id
    )
    twins = [
        record.id
        for record in mirror.of_customer(tx, case.connection.id, owner)
        if isinstance(record, Payment) and record.unapplied == case.item.left
    ]
    if not twins:
        return verdict
    reason = f"the ledger already holds {case.item.left} of this customer unapplied ({twins[0]})"
    return MatchDecision("review", (), verdict.rule, (reason,), verdict.candidates)


def _as_writable(case: Case, verdict: MatchDecision) -> MatchDecision:
    """What no single write can carry out goes to a person: several customers, or a credit note."""
    owners = {i.invoice_id: i.customer_id for i in case.open_items}
    chosen = {owners[a.invoice_id] for a in verdict.allocations}
    nets_credit = any(a.amount.amount < 0 for a in verdict.allocations)
    if len(chosen) <= 1 and not nets_credit:
        return verdict
    reason = "it needs more than one write, which a person makes in the ledger"
    return MatchDecision("review", (), verdict.rule, (*verdict.reasons, reason), verdict.candidates)


def _outcome(verdict: MatchDecision) -> dict[str, Any]:
    dumped: dict[str, Any] = VERDICT.dump_python(verdict, mode="json")
    return dumped

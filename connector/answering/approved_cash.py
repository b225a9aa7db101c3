"""What a person chose for money, an option or a split by hand: carried out on the account as it is
now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connector import audit
from connector.cash_application import placing
from connector.cash_application.conversion import is_as_sent
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals
from connector.evidence import payouts
from connector.evidence.cash_case import assemble
from connector.money import cash, line_questions, set_aside
from connector.money.cash import Standing
from connector.money.set_aside import As
from connector.proof import discrepancies
from connector.rules import policy as policies
from connector.twin_money.twins import ASIDE


def approve(
    tx: Tx, connection: Connection, approval: approvals.Approval, *, option: int, by: str,
    now: datetime,
) -> None:  # fmt: skip
    """Carry out the option that a person chose, on the account as it is now.

    Raises CannotSettle where the account no longer allows it, and LookupError where the money is
    no longer there or does not add up.
    """
    kind, _, id_ = approval.subject.partition(":")
    item = cash.find(tx, connection.id, kind, id_, locked=True)
    if item is None or item.state is not Standing.REVIEW:
        raise LookupError(f"{approval.subject} no longer waits for a person")
    if why := discrepancies.why_held(tx, connection.id, item.subject):
        raise LookupError(why)
    wanted = approval.options[option]
    if told := wanted.get(ASIDE):
        set_aside.put(
            tx, connection.id, item, As(told["as"]), of=told["of"], reason=str(wanted["text"]),
            by=by, at=now, decision_id=approval.decision_id,
            nets=payouts.nets(tx, connection.id, item),
        )  # fmt: skip
        return
    allocations = placing.ALLOCATIONS.validate_python(wanted["allocations"])
    version = policies.current(tx, connection.client_id)
    case = assemble(
        tx, connection, item, version.policy, now=now,
        as_sent=is_as_sent(item, allocations[0].amount.currency),
        chosen=[part.invoice_id for part in allocations],
    )  # fmt: skip
    by_hand, rest_for = wanted.get(approvals.BY_HAND, False), wanted.get("rest_for", "")
    placing.carry_out(
        tx,
        case,
        allocations,
        version,
        decision_id=approval.decision_id,
        now=now,
        why=f"{'split by hand' if by_hand else 'approved'} by {by}",
        rest_for=rest_for,
    )
    audit.add(
        tx, connection.id, at=now, actor=by, about=item.subject, decision_id=approval.decision_id,
        event="cash.split" if by_hand else "cash.approved",
        **(_said(wanted) if by_hand else {"option": option}),
        **placing.exchanged(case, allocations),
    )  # fmt: skip


def set_same_aside(
    tx: Tx, connection: Connection, approval: approvals.Approval, *, option: int, by: str,
    now: datetime,
) -> None:  # fmt: skip
    """Set a line of the bank aside as the same money as another one, as a person chose.

    Raises LookupError where it is no longer there, and CannotSetAside.
    """
    subject, chosen = line_questions.line_of(approval), approval.options[option]
    kind, _, id_ = subject.partition(":")
    item = cash.find(tx, connection.id, kind, id_, locked=True)
    if item is None:
        raise LookupError(f"there is no money {subject!r}")
    set_aside.put(
        tx, connection.id, item, As.SAME, of=chosen[line_questions.OTHER],
        reason=str(chosen["text"]), by=by, at=now, decision_id=approval.decision_id,
    )  # fmt: skip


def _said(wanted: dict[str, Any]) -> dict[str, Any]:
    """What a person chose instead of what was offered, and why."""
    parts = [f"{it['amount']['amount']} on {it['invoice_id']}" for it in wanted["allocations"]]
    return {
        "parts": parts,
        "rest_for": wanted.get("rest_for", ""), "reason": wanted.get("remark", ""),
    }  # fmt: skip

"""Differences that stand though their money was taken out of the ledger: undone behind it in
autopilot, else asked about, and never over somebody else's change."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from connector import audit, local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.decided.approvals import Approval
from connector.decided.questions import Question
from connector.money import naming
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.rules.modes import ACTING, Mode
from connector.taken_back import reversals
from connector.undoing import undo_writes
from connector.writing_back import differences
from connector.writing_back.differences import Stranded
from providers.ledger import Undo

US = "ledgerhand"
FAILED = (Step.REFUSED, Step.PERSON)
OUT = "deleted or voided in the ledger by somebody"


class Do(Enum):
    """What needs no person: `UNDO` it, or `END` it where it is out of the ledger already."""

    UNDO = auto()
    END = auto()


def is_about(approval: Approval) -> bool:
    return approval.subject.startswith(differences.SUBJECT)


def is_due(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> bool:
    """Whether any of it is to be undone, or to be asked about otherwise than it is asked now, in
    this mode for cash."""
    if mode not in ACTING:
        return False
    found = differences.stranded(tx, connection.id)
    is_new = any(_next(tx, connection, one, mode, at=at) is not None for one in found)
    return is_new or bool(_over(tx, connection, found))


def settle(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> None:
    """In autopilot what stands without its money is to be undone, from the day after on: who takes
    a payment out may enter it again. A person is asked in copilot, where the undo was refused, and
    where the money is still there, set against something else."""
    if mode not in ACTING:
        return
    found = differences.stranded(tx, connection.id)
    approvals.lapse_all(tx, connection.id, _over(tx, connection, found), at=at)
    for one in found:
        step = _next(tx, connection, one, mode, at=at)
        if isinstance(step, Question):
            questions.show(
                tx, connection, subject=one.subject, rule="difference", reasons=step.reasons,
                options=step.options, at=at,
            )  # fmt: skip
            continue
        if step:
            approvals.lapse(tx, connection.id, one.subject, at=at)
        if step is Do.UNDO:
            undo_writes.commit(tx, connection, one.writes, by=US, now=at)
        elif step is Do.END:
            _end(tx, connection, one, at=at)


def approve(
    tx: Tx, connection: Connection, approval: Approval, *, option: int, by: str, now: datetime
) -> None:
    """Undo it, as a person chose. Raises LookupError where nothing of it stands, CannotUndo."""
    found = differences.stranded(tx, connection.id)
    one = next((it for it in found if it.subject == approval.subject), None)
    if one is None or intents.is_open(tx, connection.id, one.money):
        raise LookupError("it does not stand any more, or something about its money is on its way")
    undo_writes.commit(tx, connection, one.writes, by=by, now=now)
    audit.add(
        tx, connection.id, at=now, actor=by, event="difference.approved", about=approval.subject,
        decision_id=approval.decision_id, option=option,
    )  # fmt: skip


def _next(
    tx: Tx, connection: Connection, one: Stranded, mode: Mode, *, at: datetime
) -> Do | Question | None:  # fmt: skip
    """None while nothing is to be done about it. Only reads."""
    if differences.are_out(tx, connection.id, one):
        return Do.END
    asked = approvals.newest(tx, connection.id, one.subject)
    if intents.is_open(tx, connection.id, one.money) or (asked and asked.state == "rejected"):
        return None
    why = _failed(tx, connection.id, one) or undo_writes.why_not(tx, connection, one.writes)
    if mode is Mode.AUTOPILOT and one.is_gone and not why:
        return None if _went_today(tx, connection, one, at=at) else Do.UNDO
    question = _question(tx, connection.id, one, why)
    is_asked = asked and asked.state == "waiting" and asked.summary == question.summary
    return None if is_asked else question


def _went_today(tx: Tx, connection: Connection, one: Stranded, *, at: datetime) -> bool:
    """Whether its money was taken out on the day that it still is there."""
    went = audit.entries(
        tx, connection.id, decision_id=one.decision_id, last=1,
        which=lambda row: row.c.event.endswith(reversals.REVERSED),
    )  # fmt: skip
    today = local_days.today(connection, at)
    return any(local_days.today(connection, it.at) >= today for it in went)


def _over(tx: Tx, connection: Connection, found: list[Stranded]) -> set[str]:
    """What people are asked about that does not stand any more."""
    waiting = approvals.waiting_about(tx, connection.id, differences.SUBJECT)
    return {it.subject for it in waiting} - {one.subject for one in found}


def _failed(tx: Tx, connection_id: int, one: Stranded) -> str:
    """Why the last try to undo it came to nothing; empty where there was none."""
    keys = {it.key for it in one.writes}
    tries = [
        it
        for it in intents.of_decisions(tx, connection_id, [one.decision_id])
        if isinstance(it.effect, Undo) and keys.intersection(it.effect.keys) and it.state in FAILED
    ]
    last = [it for it in tries if it.created_at == tries[-1].created_at]
    return last[0].error if last else ""


def _question(tx: Tx, connection_id: int, one: Stranded, why_not: str) -> Question:
    numbers = naming.invoice_numbers(tx, connection_id, [it.invoice_id for it in one.booked])
    told = " and ".join(
        f"{it.amount} booked to account {it.account} on {numbers[it.invoice_id]}"
        for it in one.booked
    )
    reasons = [f"{told} by decision {one.decision_id} still stands: its payment was {one.why}"]
    if why_not:
        reasons.append(f"it is not undone: {why_not}")
    return Question(reasons, [{"text": f"undo it: {told}", "allocations": []}])


def _end(tx: Tx, connection: Connection, one: Stranded, *, at: datetime) -> None:
    """Somebody took it out together with its money."""
    for it in one.writes:
        intents.end(tx, it, Step.REVERSED, OUT, now=at, expected=Step.CONFIRMED)
    audit.add(
        tx, connection.id, at=at, actor="ledger", event="difference.gone", about=one.money,
        decision_id=one.decision_id, reason=OUT,
    )  # fmt: skip

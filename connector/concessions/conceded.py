"""What becomes of the credits that people approved for what is in question, and who is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connector import audit
from connector.audit import Entry
from connector.clients import tenants
from connector.concessions import contested
from connector.db import Tx
from connector.decided import decisions, questions
from connector.decided.decisions import Decision
from connector.disputed import cases
from connector.outgoing import intents
from connector.outgoing.intention import CAME_TO_NOTHING, TAKEN_BACK
from connector.outgoing.intents import OPEN, Intent, Step
from connector.rules.modes import Mode
from connector.writing_back import applying
from providers.ledger import ApplyUnapplied, CreditDifference, Kind, Undo
from providers.money import Money
from providers.registry import LEDGERS

BOOKED, UNDONE = "credit.booked", "credit.undone"
MAY_STAND = (*OPEN, Step.CONFIRMED, Step.PERSON)


@dataclass(frozen=True, slots=True)
class Credit:
    """The last one approved for something. `why_not` tells why it is not, or not wholly, in the
    ledger; it is empty while that is not so."""

    amount: Money
    decision_id: int
    is_open: bool
    why_not: str


def is_about(intent: Intent) -> bool:
    """Whether a write belongs to a credit that a person approved, or takes one back."""
    return contested.is_subject(intent.subject)


def last(tx: Tx, connection_id: int, subjects: Collection[str]) -> dict[str, Credit]:
    """The last credit for each of the subjects that has had one, and was not taken back."""
    found: dict[str, list[Intent]] = {}
    for one in intents.about(tx, connection_id, subjects):
        if isinstance(one.effect, CreditDifference):
            found[one.subject] = [one]
        elif one.subject in found:
            found[one.subject].append(one)
    return {
        subject: _credit(writes)
        for subject, writes in found.items()
        if writes[0].state not in TAKEN_BACK
    }


def standing(tx: Tx, connection_id: int, decision_ids: Collection[int]) -> list[Intent]:
    """The credits for what the money of these decisions left open that are, or may come to be, in
    the ledger."""
    subjects = [
        case.subject
        for decision_id in decision_ids
        for case in cases.of_decision(tx, connection_id, decision_id)
    ]
    return [
        one
        for one in intents.about(tx, connection_id, subjects)
        if isinstance(one.effect, CreditDifference) and one.state in MAY_STAND
    ]


def confirmed(tx: Tx, intent: Intent, *, receipt: str, now: datetime) -> None:
    """The ledger has the credit; once it is set against the invoice, the matter has ended."""
    effect, id_ = intent.effect, intent.connection_id
    if isinstance(effect, CreditDifference):
        applying.aim(tx, intent, Kind.CREDIT_NOTE, receipt, rest=effect.amount)
        return
    assert isinstance(effect, ApplyUnapplied)
    decision = decisions.find(tx, intent.decision_id)
    assert decision is not None, "a person's decision stands behind each"
    said = decision.inputs
    outcome = (
        f"{said['amount']} of {said['in_question']} credited ({said['code']}) by credit"
        f" {effect.payment_id}, to account {said['account']}: {said['reason']}"
    )
    if said["amount"] != said["in_question"]:
        outcome += "; the rest is asked for again"
    _tell(tx, intent, decision, BOOKED, by=said["by"], now=now)
    if not contested.credited(tx, id_, intent.subject, outcome=outcome, by=said["by"], at=now):
        _ask(tx, intent, "it had ended meanwhile", "undo it if it is not due", now=now)


def came_to_nothing(tx: Tx, intent: Intent, error: str, *, now: datetime) -> None:
    """It stays in question, and a person is told why."""
    if isinstance(intent.effect, ApplyUnapplied):
        mend = "the credit stands in the ledger without an invoice: use it there, or undo it"
        _ask(tx, intent, f"not set against the invoice: {error}", mend, now=now)
    else:
        _ask(tx, intent, f"not written: {error}", "it is still in question", now=now)


def not_known(tx: Tx, intent: Intent, error: str, *, now: datetime) -> None:
    """It may be in the ledger: only a person can find out."""
    mend = "look in the ledger, and close the matter when you know"
    _ask(tx, intent, f"whether it was written is not known: {error}", mend, now=now)


def undone(tx: Tx, intent: Intent, *, now: datetime) -> None:
    """The credit is off its invoice: what it was for is in question again."""
    effect = intent.effect
    if not (is_about(intent) and isinstance(effect, Undo)):
        return
    decision = decisions.find(tx, intent.decision_id)
    if decision and isinstance(effect.done, ApplyUnapplied):
        _tell(tx, intent, decision, UNDONE, by="ledgerhand", now=now)
        contested.reopen(
            tx, intent.connection_id, intent.subject, why=f"undone by intent {intent.id}",
            by="ledgerhand", at=now,
        )  # fmt: skip


def payment_gone(tx: Tx, connection_id: int, decision_id: int, *, why: str, now: datetime) -> None:
    """The money that was short no longer stands: a person says whether its credit is due."""
    for one in standing(tx, connection_id, [decision_id]):
        _ask(tx, one, why, "undo it if it is not due", now=now)


def told(tx: Tx, connection_id: int, customer_id: str, *, last: int) -> list[Entry]:
    """What was credited to one customer and taken back, the newest first."""
    subjects = contested.subjects_of(tx, connection_id, customer_id)
    if not subjects:
        return []

    def which(table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.about.in_(subjects), table.c.event.in_((BOOKED, UNDONE)))

    return audit.entries(tx, connection_id, which=which, last=last)


def _tell(
    tx: Tx, intent: Intent, decision: Decision, event: str, *, by: str, now: datetime
) -> None:
    what = {name: decision.inputs[name] for name in ("amount", "code", "case")}
    audit.add(
        tx, intent.connection_id, at=now, actor=by, event=event, about=intent.subject,
        decision_id=decision.id, **what,
    )  # fmt: skip


def _credit(writes: list[Intent]) -> Credit:
    effect = writes[0].effect
    assert isinstance(effect, CreditDifference)
    own = [one for one in writes if not isinstance(one.effect, Undo)]
    failed = [one for one in own if one.state in CAME_TO_NOTHING]
    return Credit(
        effect.amount, writes[0].decision_id, any(one.state in OPEN for one in writes),
        failed[0].error if failed else "",
    )  # fmt: skip


def _ask(tx: Tx, intent: Intent, why: str, mend: str, *, now: datetime) -> None:
    connection = tenants.connection(tx, intent.connection_id)
    decision = decisions.find(tx, intent.decision_id)
    said = decision.inputs if decision else {}
    credit = f"the credit of {said.get('amount')} for {said.get('case')} on {said.get('invoice')}"
    where = f"in {LEDGERS[connection.ledger].title}, decision {intent.decision_id}"
    questions.show(
        tx, connection, subject=intent.subject, rule="credit", at=now, mode=Mode.COPILOT,
        reasons=[f"{credit} {where}: {why}", mend],
    )  # fmt: skip

"""The writes that take others back, and what they need to know of those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector import audit
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import notes
from connector.outgoing import effects, intents
from connector.outgoing.intention import HAPPENED
from connector.outgoing.intents import Intent
from connector.writing_back import applying, cash_notes, stepwise
from providers.constructs import CannotBuild, Write
from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Draft,
    Kind,
    RecordPayment,
    Undo,
)
from providers.registry import LEDGERS

ASKED = "undo.asked"


class CannotUndo(ValueError):
    """It cannot be undone; the text says why, and nothing was changed."""


def commit(
    tx: Tx, connection: Connection, done: Sequence[Intent], *, by: str, now: datetime
) -> int:
    """Intend them, with a note on each invoice behind; returns how many there are. Nothing is said
    of where the money stands. Raises CannotUndo."""
    first, steps = done[0], _steps(tx, connection, done)
    failed = intents.failed(tx, connection.id, first.subject)
    key = ""
    for step in steps:
        after, key = (
            key,
            effects.key_of(connection.id, "undo", *step.keys, step.receipt, str(failed)),
        )
        intents.add(
            tx, connection.id, step, key=key, subject=first.subject, now=now, after_key=after,
            decision_id=first.decision_id,
        )  # fmt: skip
    if notes.are_on(tx, connection):
        cash_notes.undone(tx, connection, parts_of(done), after_key=key, by=by, now=now,
                          decision_id=first.decision_id)  # fmt: skip
    audit.add(
        tx, connection.id, at=now, actor=by, event=ASKED, about=first.subject,
        decision_id=first.decision_id, writes=len(steps),
    )  # fmt: skip
    return len(steps)


def why_not(tx: Tx, connection: Connection, done: Sequence[Intent]) -> str:
    """Why these writes cannot be undone, as far as that is known here; empty where nothing is."""
    try:
        _steps(tx, connection, done)
    except CannotUndo as cannot:
        return str(cannot)
    return ""


def parts_of(done: Sequence[Intent]) -> list[Allocation]:
    """What these writes set against each invoice, and an undo of them takes off it."""
    found: dict[str, Allocation] = {}
    for part in (part for it in done for part in stepwise.parts_of(it.effect)):
        known = found.get(part.invoice_id)
        amount = known.amount + part.amount if known else part.amount
        found[part.invoice_id] = Allocation(part.invoice_id, amount)
    return list(found.values())


def _steps(tx: Tx, connection: Connection, done: Sequence[Intent]) -> tuple[Undo, ...]:
    try:
        return LEDGERS[connection.ledger].undoing([_write(tx, it) for it in done])
    except CannotBuild as error:
        raise CannotUndo(str(error)) from None


def _write(tx: Tx, intent: Intent) -> Write:
    """With all that we wrote into the same record since, undone or not."""
    effect = intent.effect
    assert isinstance(effect, ApplyUnapplied | RecordPayment | CreditDifference)
    assert intent.draft is not None
    item = applying.item_of(tx, intent)
    subjects = [intent.subject, f"{Kind.PAYMENT}:{intent.receipt}"]
    after = [
        it for it in intents.about(tx, intent.connection_id, subjects)
        if it.state in HAPPENED and _record_of(it) == intent.receipt and it.id > intent.id
    ]  # fmt: skip
    return Write(
        key=intent.key, effect=effect, receipt=intent.receipt, draft=intent.draft,
        left=item.left if item else None, later=tuple(_drafts(after)),
    )  # fmt: skip


def _record_of(intent: Intent) -> str:
    return intent.effect.receipt if isinstance(intent.effect, Undo) else intent.receipt


def _drafts(done: Sequence[Intent]) -> list[Draft]:
    ordered = sorted(done, key=lambda it: (it.ended_at is None, it.ended_at, it.id))
    return [it.draft for it in ordered if it.draft]

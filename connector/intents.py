"""Intents: every effect on its way out, from the decision to its confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from connector import db, effects, stored
from connector.db import Moment, Tx
from connector.effects import AnyEffect
from providers.ledger import Draft


class Step(StrEnum):
    """`unknown` may have happened; `person` is for a person to look at; the rest is final."""

    INTENDED = "intended"
    SENDING = "sending"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    PERSON = "person"


OPEN = (Step.INTENDED, Step.SENDING, Step.UNKNOWN)

intent_table = db.table(
    "intent",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(50), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False, default=0),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("effect", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("after_key", sa.String(50), nullable=False, default=""),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("draft", sa.JSON),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("first_try", Moment),
    sa.Column("last_try", Moment),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("receipt", sa.String(200), nullable=False, default=""),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.UniqueConstraint("connection_id", "key"),
    sa.Index("ix_intent_due", "state", "next_at"),
    sa.Index("ix_intent_subject", "connection_id", "subject"),
)
t = intent_table.c
ORDER = {
    "apply_unapplied": 0,
    "record_payment": 0,
    "send_reminder": 1,
    "send_notice": 1,
    "add_note": 2,
}


@dataclass(frozen=True, slots=True)
class Intent:
    id: int
    connection_id: int
    key: str
    epoch: int
    subject: str
    decision_id: int
    effect: AnyEffect
    facts: dict[str, str]
    state: Step
    draft: Draft | None
    attempts: int
    first_try: datetime | None
    last_try: datetime | None
    receipt: str
    error: str
    created_at: datetime
    ended_at: datetime | None

    @property
    def marker(self) -> str:
        return effects.marker_of(self.key)

    @property
    def sent_key(self) -> str:
        """The idempotency key of this epoch: another body never goes out under the same one."""
        return f"{self.key}-{self.epoch}"


def add(
    tx: Tx,
    connection_id: int,
    effect: AnyEffect,
    *,
    key: str,
    subject: str,
    decision_id: int,
    now: datetime,
    facts: dict[str, str] | None = None,
    after_key: str = "",
) -> bool:
    """Intend an effect; False if the same facts led to the same intent before."""
    body = effects.dump(effect)
    new = db.insert(tx, intent_table).values(
        connection_id=connection_id, key=key, subject=subject, decision_id=decision_id,
        name=body["effect"], effect=body, facts=facts or {}, after_key=after_key,
        state=Step.INTENDED, next_at=now, created_at=now,
    )  # fmt: skip
    stored = tx.execute(
        new.on_conflict_do_nothing(index_elements=["connection_id", "key"]).returning(t.id)
    )
    return stored.first() is not None


def due(tx: Tx, connection_id: int, now: datetime, limit: int) -> list[Intent]:
    """What may go out now: cash first, then messages, then notes whose cash is confirmed."""
    rows = tx.execute(
        sa.select(intent_table)
        .where(
            t.connection_id == connection_id,
            t.state.in_(OPEN),
            t.next_at <= now,
            _may_go(),
        )
        .order_by(sa.case(ORDER, value=t.name), t.id)
        .limit(limit)
    )
    return [_intent(row) for row in rows]


def sending(tx: Tx, intent: Intent, draft: Draft | None, *, now: datetime) -> None:
    """About to go out: from here on only the other side knows whether it happened."""
    values: dict[str, Any] = {
        "state": Step.SENDING, "attempts": intent.attempts + 1, "last_try": now,
    }  # fmt: skip
    if intent.state == Step.INTENDED:
        values |= {"first_try": now, "draft": stored.of_draft(draft)}
    _change(tx, intent, **values)


def confirmed(tx: Tx, intent: Intent, receipt: str, *, now: datetime) -> None:
    _change(tx, intent, state=Step.CONFIRMED, receipt=receipt, ended_at=now, error="")


def unknown(tx: Tx, intent: Intent, error: str, *, next_at: datetime) -> None:
    _change(tx, intent, state=Step.UNKNOWN, error=error, next_at=next_at)


def again(tx: Tx, intent: Intent, error: str, *, next_at: datetime) -> None:
    """It did not happen: start over under a new epoch, composed from what is true then."""
    _change(
        tx, intent, state=Step.INTENDED, epoch=intent.epoch + 1, draft=None, first_try=None,
        error=error, next_at=next_at,
    )  # fmt: skip


def wait(tx: Tx, intent: Intent, error: str, *, next_at: datetime) -> None:
    """Nothing was tried; the state stays what it is."""
    _change(tx, intent, error=error, next_at=next_at)


def end(tx: Tx, intent: Intent, state: Step, error: str, *, now: datetime) -> None:
    """It will not happen, or a person must look; what waited for it ends with it."""
    _change(tx, intent, state=state, error=error, ended_at=now)
    tx.execute(
        sa.update(intent_table)
        .where(
            t.connection_id == intent.connection_id,
            t.after_key == intent.key,
            t.state == Step.INTENDED,
        )
        .values(state=Step.REFUSED, error=f"not needed: {error}", ended_at=now)
    )


def is_open(tx: Tx, connection_id: int, subject: str) -> bool:
    query = sa.select(t.id).where(
        t.connection_id == connection_id, t.subject == subject, t.state.in_(OPEN)
    )
    return tx.execute(query.limit(1)).first() is not None


def failed(tx: Tx, connection_id: int, subject: str) -> int:
    """How many intents about a subject came to nothing: part of the next one's key, so that only
    an intent that never happened can be followed by another on the same facts."""
    query = sa.select(sa.func.count()).where(
        t.connection_id == connection_id,
        t.subject == subject,
        t.state.in_((Step.REFUSED, Step.PERSON)),
    )
    return int(tx.execute(query).scalar_one())


def of_decision(tx: Tx, connection_id: int, decision_id: int) -> list[Intent]:
    rows = tx.execute(
        sa.select(intent_table)
        .where(t.connection_id == connection_id, t.decision_id == decision_id)
        .order_by(t.id)
    )
    return [_intent(row) for row in rows]


def listed(
    tx: Tx, connection_id: int, states: Sequence[Step], *, since: datetime, limit: int = 500
) -> list[Intent]:
    """Intents in these states created since then, the newest first."""
    rows = tx.execute(
        sa.select(intent_table)
        .where(t.connection_id == connection_id, t.state.in_(states), t.created_at >= since)
        .order_by(t.id.desc())
        .limit(limit)
    )
    return [_intent(row) for row in rows]


def confirmed_cash(tx: Tx, connection_id: int) -> list[Intent]:
    """Every application of cash that the ledger has."""
    rows = tx.execute(
        sa.select(intent_table).where(
            t.connection_id == connection_id,
            t.state == Step.CONFIRMED,
            t.name.in_(("apply_unapplied", "record_payment")),
        )
    )
    return [_intent(row) for row in rows]


def connections_due(tx: Tx, now: datetime, *, only: str = "") -> set[int]:
    """Connections with something to deliver, or with an effect of one name."""
    query = sa.select(t.connection_id).where(t.state.in_(OPEN), t.next_at <= now, _may_go())
    if only:
        query = query.where(t.name == only)
    rows = tx.execute(
        query.distinct(),
        execution_options=db.across("the reconciler looks for forgotten work"),
    )
    return {row.connection_id for row in rows}


def next_due(tx: Tx, *, after: datetime, until: datetime) -> datetime | None:
    """When the next open intent of any client wants to go out, within that time."""
    return tx.execute(
        sa.select(sa.func.min(t.next_at)).where(
            t.state.in_(OPEN), t.next_at > after, t.next_at <= until
        ),
        execution_options=db.across("when to look again is a question about all tenants"),
    ).scalar()


def counts(tx: Tx, connection_id: int) -> dict[tuple[str, str], int]:
    """How many intents there are by (name of the effect, state)."""
    rows = tx.execute(
        sa.select(t.name, t.state, sa.func.count().label("n"))
        .where(t.connection_id == connection_id)
        .group_by(t.name, t.state)
    )
    return {(row.name, row.state): row.n for row in rows}


def _may_go() -> sa.ColumnElement[bool]:
    """Whether an intent waits for no other one."""
    before = sa.alias(intent_table)
    waits = (
        sa.select(before.c.id)
        .where(
            before.c.connection_id == t.connection_id,
            before.c.key == t.after_key,
            before.c.state != Step.CONFIRMED,
        )
        .exists()
    )
    return sa.or_(t.after_key == "", sa.not_(waits))


def _change(tx: Tx, intent: Intent, **values: Any) -> None:
    tx.execute(
        sa.update(intent_table)
        .where(t.connection_id == intent.connection_id, t.id == intent.id)
        .values(**values)
    )


def _intent(row: Any) -> Intent:
    names = set(Intent.__dataclass_fields__) - {"effect", "draft", "state"}
    return Intent(
        **{name: row._mapping[name] for name in names},
        effect=effects.load(row.effect),
        draft=stored.draft(row.draft),
        state=Step(row.state),
    )

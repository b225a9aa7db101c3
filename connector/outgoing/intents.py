"""Intents: every effect on its way out, from the decision to its confirmation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db, stored
from connector.db import Moment, Tx
from connector.outgoing import effects, intention
from connector.outgoing.effects import AnyEffect
from connector.outgoing.intention import CAME_TO_NOTHING, HAPPENED, OPEN, Intent, Step, intent_of
from providers.ledger import Draft

__all__ = ["OPEN", "Intent", "Step"]
RECEIPT_MAX = 200

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
    sa.Column("receipt", sa.String(RECEIPT_MAX), nullable=False, default=""),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.UniqueConstraint("connection_id", "key"),
    sa.Index("ix_intent_due", "state", "next_at"),
    sa.Index("ix_intent_subject", "connection_id", "subject"),
    sa.Index("ix_intent_decision", "connection_id", "decision_id"),
    sa.Index("ix_intent_receipt", "connection_id", "receipt"),
)
t = intent_table.c
_before = sa.alias(intent_table)
_WAITS_FOR_NONE = sa.or_(
    t.after_key == "",
    ~sa.exists().where(
        _before.c.connection_id == t.connection_id, _before.c.key == t.after_key,
        _before.c.state.not_in(HAPPENED),
    ),
)  # fmt: skip
_IS_DUE = sa.and_(t.state.in_(OPEN), t.next_at <= db.NOW, _WAITS_FOR_NONE)
CONNECTIONS_DUE = sa.select(t.connection_id).where(_IS_DUE)
CONNECTIONS_TO_TELL = CONNECTIONS_DUE.where(t.name.in_(effects.TO_OWN))
DUE = (
    sa.select(intent_table)
    .where(t.connection_id == db.CONNECTION, _IS_DUE)
    .order_by(sa.case(effects.ORDER, value=t.name), t.id)
    .limit(db.MOST)
)
UNDER_WAY = sa.select(t.subject, t.effect, t.next_at).where(
    t.connection_id == db.CONNECTION, t.state.in_(OPEN),
    t.subject.in_(sa.bindparam("subjects", expanding=True)),
)  # fmt: skip
_BRIEF = sa.select(t.key, t.name, t.state, t.decision_id).where(
    t.connection_id == db.CONNECTION, t.key.in_(sa.bindparam("keys", expanding=True))
)
_IN_ORDER = sa.select(intent_table).order_by(t.id)
DUE_OF_THESE = DUE.where(t.name.in_(sa.bindparam("names", expanding=True)))


def add(
    tx: Tx, connection_id: int, effect: AnyEffect, *, key: str, subject: str, decision_id: int,
    now: datetime, facts: dict[str, str] | None = None, after_key: str = "",
) -> bool:  # fmt: skip
    """Intend an effect; False if the same facts led to the same intent before."""
    assert not effects.lacks_order(effect), "a person must order this"
    body = effects.dump(effect)
    new = db.insert(tx, intent_table).values(
        connection_id=connection_id, key=key, subject=subject, decision_id=decision_id,
        name=body["effect"], effect=body, facts=facts or {}, after_key=after_key,
        state=Step.INTENDED, next_at=now, created_at=now,
    )  # fmt: skip
    once = new.on_conflict_do_nothing(index_elements=["connection_id", "key"])
    return tx.execute(once.returning(t.id)).first() is not None


def due(
    tx: Tx, connection_id: int, now: datetime, limit: int, *, names: Collection[str] = ()
) -> list[Intent]:
    """What may go out now, or effects of these names alone: cash first, then messages, then notes
    whose cash is confirmed."""
    told = {"connection": connection_id, "now": now, "most": limit}
    rows = tx.execute(DUE_OF_THESE, told | {"names": names}) if names else tx.execute(DUE, told)
    return [intent_of(row) for row in rows]


def sending(tx: Tx, intent: Intent, draft: Draft | None, *, now: datetime) -> None:
    """About to go out: from here on only the other side knows whether it happened."""
    values: dict[str, Any] = {
        "state": Step.SENDING, "attempts": intent.attempts + 1, "last_try": now,
    }  # fmt: skip
    if intent.state == Step.INTENDED:
        values |= {"first_try": now, "draft": stored.of_draft(draft)}
    _change(tx, intent, **values)


def confirmed(tx: Tx, intent: Intent, receipt: str, *, now: datetime) -> None:
    _change(tx, intent, state=Step.CONFIRMED, receipt=receipt[:RECEIPT_MAX], ended_at=now, error="")


def unknown(tx: Tx, intent: Intent, error: str, *, next_at: datetime) -> None:
    _change(tx, intent, state=Step.UNKNOWN, error=error, next_at=next_at)


def again(tx: Tx, intent: Intent, error: str, *, next_at: datetime) -> None:
    """It did not happen: start over under a new epoch, composed from what is true then."""
    _change(
        tx, intent, state=Step.INTENDED, epoch=intent.epoch + 1, draft=None, first_try=None,
        error=error, next_at=next_at,
    )  # fmt: skip


def unsent(tx: Tx, intent: Intent) -> None:
    """We held the call back ourselves after all: this was no try."""
    names = ("state", "attempts", "first_try", "last_try")
    before = {name: getattr(intent, name) for name in names}
    _change(tx, intent, **before, draft=stored.of_draft(intent.draft))


def wait(tx: Tx, intent: Intent, error: str, *, next_at: datetime) -> None:
    """Nothing was tried; the state stays what it is."""
    _change(tx, intent, error=error, next_at=next_at)


def end(
    tx: Tx, intent: Intent, state: Step, error: str, *, now: datetime, expected: Step | None = None
) -> bool:
    """It will not happen, a person must look, or it happened and was taken back; what waited for
    it ends with it. False where it is not in the state that is expected: somebody was first."""
    values = {"state": state, "error": error, "ended_at": intent.ended_at or now}
    if not _change(tx, intent, t.state == expected if expected else sa.true(), **values):
        return False
    _end_followers(tx, intent, f"not needed: {error}", now=now)
    return True


def _end_followers(tx: Tx, intent: Intent, error: str, *, now: datetime) -> None:
    keys = [intent.key]
    while keys:
        ended = tx.execute(
            sa.update(intent_table)
            .where(
                t.connection_id == intent.connection_id,
                t.after_key.in_(keys),
                t.state == Step.INTENDED,
            )
            .values(state=Step.REFUSED, error=error, ended_at=now)
            .returning(t.key)
        )
        keys = [row.key for row in ended]


def under_way(
    tx: Tx, connection_id: int, subjects: Collection[str]
) -> dict[str, list[tuple[str, datetime]]]:
    """By subject, of these about which anything is on its way: who ordered each, empty for nobody,
    and when it is tried next (aware UTC)."""
    found: dict[str, list[tuple[str, datetime]]] = {}
    for row in tx.execute(UNDER_WAY, {"connection": connection_id, "subjects": subjects}):
        found.setdefault(row.subject, []).append((row.effect.get("ordered_by", ""), row.next_at))
    return found


def is_open(tx: Tx, connection_id: int, subject: str) -> bool:
    return bool(under_way(tx, connection_id, [subject]))


def failed(tx: Tx, connection_id: int, subject: str) -> int:
    """How many intents about a subject came to nothing or were taken back: part of the next one's
    key, so that only what is not in the ledger can be followed by another on the same facts."""
    of = (t.connection_id == connection_id, t.subject == subject, t.state.in_(CAME_TO_NOTHING))
    return int(tx.execute(sa.select(sa.func.count()).where(*of)).scalar_one())


def aim(tx: Tx, intent: Intent, effect: AnyEffect, *, subject: str, facts: dict[str, str]) -> None:
    """What an intent is about is known only now; it has not been tried yet."""
    assert intent.state is Step.INTENDED
    _change(tx, intent, effect=effects.dump(effect), subject=subject, facts=facts)


def follow(tx: Tx, intent: Intent, key: str) -> None:
    """It waits for another intent from now on; for none with an empty key."""
    _change(tx, intent, after_key=key)


def followers(tx: Tx, connection_id: int, key: str) -> list[Intent]:
    """What waits for one intent."""
    return _found(
        tx, t.connection_id == connection_id, t.after_key == key, t.state == Step.INTENDED
    )


def of_decisions(tx: Tx, connection_id: int, ids: Collection[int]) -> list[Intent]:
    return _found(tx, t.connection_id == connection_id, t.decision_id.in_(ids))


def decisions_applied(
    tx: Tx, connection_id: int, *, before: int | None, limit: int
) -> list[tuple[int, int]]:
    """(decision, its newest write) of cash that the ledger has or had, the newest write first and
    only what is older than another one's."""
    newest = sa.func.max(t.id)
    query = sa.select(t.decision_id, newest).where(
        t.connection_id == connection_id, t.name.in_(intention.CASH), t.state.in_(HAPPENED)
    )
    query = query.group_by(t.decision_id).having(newest < before if before else sa.true())
    return [(one, id_) for one, id_ in tx.execute(query.order_by(newest.desc()).limit(limit))]


def of_keys(tx: Tx, connection_id: int, keys: Collection[str]) -> list[Intent]:
    return _found(tx, t.connection_id == connection_id, t.key.in_(keys))


def about(tx: Tx, connection_id: int, subjects: Collection[str]) -> list[Intent]:
    """Everything about some money, the oldest first."""
    return _found(tx, t.connection_id == connection_id, t.subject.in_(subjects))


def brought(tx: Tx, connection_id: int, receipts: Collection[str]) -> list[Intent]:
    """The entries of bank money that brought these records into the ledger."""
    return _found(
        tx, t.connection_id == connection_id, t.name == "record_payment",
        t.receipt.in_(receipts), t.state.in_(HAPPENED),
    )  # fmt: skip


def listed(
    tx: Tx, connection_id: int, states: Sequence[Step], *, since: datetime, limit: int = 500,
    names: Collection[str] = (), naming: Collection[str] = (),
) -> list[Intent]:  # fmt: skip
    """Intents in these states created since then, the newest first: of these names or all, and
    with `naming` those alone in which one of these ids stands."""
    said = [sa.cast(t.effect, sa.Text).contains(f'"{id_}"', autoescape=True) for id_ in naming]
    query = (
        sa.select(intent_table)
        .where(t.connection_id == connection_id, t.state.in_(states), t.created_at >= since)
        .where(t.name.in_(names) if names else sa.true(), sa.or_(*said) if said else sa.true())
    )
    return [intent_of(row) for row in tx.execute(query.order_by(t.id.desc()).limit(limit))]


def in_states(
    tx: Tx, connection_id: int, *states: Step, names: Sequence[str] = intention.CASH
) -> list[Intent]:
    """Every application of cash, or effects of other names, that has come so far."""
    return _found(tx, t.connection_id == connection_id, t.state.in_(states), t.name.in_(names))


def confirmed_keys(tx: Tx, connection_id: int, name: str) -> set[str]:
    """Of the effects of this name that went out."""
    here = (t.connection_id == connection_id, t.name == name, t.state == Step.CONFIRMED)
    return set(tx.execute(sa.select(t.key).where(*here)).scalars())


def brief(tx: Tx, connection_id: int, keys: Collection[str]) -> list[Any]:
    """(key, name, state, decision_id) of each, without what it says."""
    return list(tx.execute(_BRIEF, {"connection": connection_id, "keys": list(keys)}))


def next_due(tx: Tx, *, after: datetime, until: datetime) -> datetime | None:
    """When the next open intent of any client wants to go out, within that time."""
    soon = (t.state.in_(OPEN), t.next_at > after, t.next_at <= until)
    return tx.execute(
        sa.select(sa.func.min(t.next_at)).where(*soon),
        execution_options=db.across("when to look again is a question about all tenants"),
    ).scalar()


def counts(tx: Tx, connection_id: int) -> dict[tuple[str, str], int]:
    """How many intents there are by (name of the effect, state)."""
    query = sa.select(t.name, t.state, sa.func.count()).where(t.connection_id == connection_id)
    return {(name, state): n for name, state, n in tx.execute(query.group_by(t.name, t.state))}


def _found(tx: Tx, *where: sa.ColumnElement[bool]) -> list[Intent]:
    """The caller names the connection first."""
    return [intent_of(row) for row in tx.execute(_IN_ORDER.where(*where))]


def _change(tx: Tx, intent: Intent, *where: sa.ColumnElement[bool], **values: Any) -> bool:
    here = (t.connection_id == intent.connection_id, t.id == intent.id, *where)
    return tx.execute(sa.update(intent_table).where(*here).values(**values)).rowcount > 0

"""Names and accounts under which customers pay: noticed in confirmed matches, proposed, and used
only once a person has accepted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from connector import audit, db
from connector.db import Moment, Tx
from matching.payer_names.names import words_of

SEEN_MIN = 3
"""So many payments of one customer alone, before a name or an account is proposed."""
SEEN_KEPT = 20
NAME_MAX = 200
PROPOSED = "alias.proposed"
"""The event of the audit log."""


class Sort(StrEnum):
    """What is learned: how a payer is called, or from which account it pays."""

    NAME = "name"
    ACCOUNT = "account"


class State(StrEnum):
    """`shared` pays for several customers, and so says nothing; only `active` is used."""

    SEEN = "seen"
    PROPOSED = "proposed"
    ACTIVE = "active"
    REVOKED = "revoked"
    SHARED = "shared"


alias_table = db.table(
    "alias",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sort", sa.String(10), nullable=False),
    sa.Column("name", sa.String(NAME_MAX), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("seen", sa.JSON, nullable=False),
    sa.Column("by", sa.String(120), nullable=False, default=""),
    sa.Column("changed_at", Moment, nullable=False),
    sa.UniqueConstraint("connection_id", "sort", "name", "customer_id"),
)
a = alias_table.c


@dataclass(frozen=True, slots=True)
class Alias:
    """`seen` are the payments that it was noticed in, at most the first twenty."""

    id: int
    sort: Sort
    name: str
    customer_id: str
    state: State
    seen: list[str]
    by: str
    changed_at: datetime


def observe(
    tx: Tx, connection_id: int, *, payer: str, account: str, customer_id: str, subject: str,
    at: datetime,
) -> None:  # fmt: skip
    """A payment by this payer was for this customer; the same payment counts once."""
    for sort, name in ((Sort.NAME, " ".join(words_of(payer))), (Sort.ACCOUNT, account.strip())):
        if name:
            _notice(tx, connection_id, (sort, name[:NAME_MAX], customer_id), subject, at=at)


def listed(tx: Tx, connection_id: int, states: Sequence[State]) -> list[Alias]:
    rows = tx.execute(
        sa.select(alias_table)
        .where(a.connection_id == connection_id, a.state.in_(states))
        .order_by(a.id)
    )
    return [_alias(row) for row in rows]


def active(tx: Tx, connection_id: int, sort: Sort) -> list[tuple[str, str]]:
    """(customer id, name) of everything of a sort that a person has accepted."""
    found = listed(tx, connection_id, (State.ACTIVE,))
    return [(one.customer_id, one.name) for one in found if one.sort is sort]


def settle(
    tx: Tx, connection_id: int, alias_id: int, *, accept: bool, by: str, at: datetime
) -> bool:
    """A person accepts an alias, or revokes it for good; False if there is none to change."""
    before = (State.PROPOSED, State.REVOKED) if accept else (State.PROPOSED, State.ACTIVE)
    state = State.ACTIVE if accept else State.REVOKED
    changed = tx.execute(
        sa.update(alias_table)
        .where(a.connection_id == connection_id, a.id == alias_id, a.state.in_(before))
        .values(state=state, by=by, changed_at=at)
    )
    if changed.rowcount:
        audit.add(
            tx, connection_id, at=at, actor=by, event=f"alias.{state}", about=f"alias:{alias_id}"
        )
    return changed.rowcount > 0


def _notice(
    tx: Tx, connection_id: int, place: tuple[Sort, str, str], subject: str, *, at: datetime
) -> None:
    sort, name, customer_id = place
    rows = tx.execute(
        sa.select(alias_table).where(
            a.connection_id == connection_id, a.sort == sort, a.name == name
        )
    ).all()
    known = [_alias(row) for row in rows]
    own = next((one for one in known if one.customer_id == customer_id), None)
    if own is None:
        tx.execute(
            sa.insert(alias_table).values(
                connection_id=connection_id, sort=sort, name=name, customer_id=customer_id,
                state=State.SHARED if known else State.SEEN, seen=[subject], changed_at=at,
            )
        )  # fmt: skip
        _share(tx, connection_id, known, at)
    elif subject not in own.seen and own.state is State.SEEN:
        seen = [*own.seen, subject][:SEEN_KEPT]
        state = State.PROPOSED if len(seen) >= SEEN_MIN else State.SEEN
        _change(tx, connection_id, own.id, state=state, seen=seen, changed_at=at)
        if state is State.PROPOSED:
            audit.add(
                tx, connection_id, at=at, actor="ledgerhand", event=PROPOSED,
                about=f"customer:{customer_id}", sort=sort, payments=seen,
            )  # fmt: skip


def _share(tx: Tx, connection_id: int, known: Sequence[Alias], at: datetime) -> None:
    """Somebody who pays for two customers tells of neither; what a person accepted ends too."""
    for one in known:
        if one.state in (State.SEEN, State.PROPOSED, State.ACTIVE):
            _change(tx, connection_id, one.id, state=State.SHARED, changed_at=at)
            audit.add(
                tx, connection_id, at=at, actor="ledgerhand", event="alias.shared",
                about=f"alias:{one.id}",
            )  # fmt: skip


def _change(tx: Tx, connection_id: int, alias_id: int, **values: Any) -> None:
    tx.execute(
        sa.update(alias_table)
        .where(a.connection_id == connection_id, a.id == alias_id)
        .values(**values)
    )


def _alias(row: Any) -> Alias:
    return Alias(
        row.id, Sort(row.sort), row.name, row.customer_id, State(row.state), list(row.seen),
        row.by, row.changed_at,
    )  # fmt: skip

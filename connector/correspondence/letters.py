"""Letters on paper: each with its very bytes, until a person says that it was posted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.mirroring.mirror_rows import minor, money
from providers.letters.pdf import Printed
from providers.money import Money

LISTED_MAX = 500

letter_table = db.table(
    "letter",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("intent_key", sa.String(50), nullable=False),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("name", sa.String(500), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("step", sa.String(60), nullable=False),
    sa.Column("address", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("pdf", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("read_at", Moment, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("by", sa.String(120), nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.UniqueConstraint("connection_id", "intent_key"),
    sa.Index("ix_letter_state", "connection_id", "state"),
)
t = letter_table.c
_BECAME = sa.select(t.intent_key, t.state, t.ended_at).where(
    t.connection_id == db.CONNECTION, t.customer_id.in_(db.CUSTOMERS)
)
SHOWN = [column for column in letter_table.c if column.name not in ("pdf", "total_minor")]


class LetterState(StrEnum):
    """`queued` waits to be printed; `confirmed` was posted, as a person says; `dropped` was not."""

    QUEUED = "queued"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


ByIntent = Mapping[str, tuple[LetterState, datetime | None]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter without its bytes, of which `sha256` is the digest.

    `address` are the lines in the window; `facts` what it stands on, as `effects.facts_of` tells
    it; `read_at` is when the ledger was read for it. `by` and `reason` are of who ended it.
    """

    id: int
    connection_id: int
    intent_key: str
    decision_id: int
    customer_id: str
    name: str
    currency: str
    total: Money
    kind: str
    step: str
    address: list[str]
    facts: dict[str, str]
    sha256: str
    pages: int
    state: LetterState
    read_at: datetime
    made_at: datetime
    ended_at: datetime | None
    by: str
    reason: str


def queue(
    tx: Tx,
    connection_id: int,
    printed: Printed,
    *,
    intent_key: str,
    decision_id: int,
    customer_id: str,
    name: str,
    total: Money,
    kind: str,
    step: str,
    address: Sequence[str],
    facts: dict[str, str],
    read_at: datetime,
    made_at: datetime,
) -> int:
    """Keep a letter to be printed; returns its id."""
    new = sa.insert(letter_table).values(
        connection_id=connection_id, intent_key=intent_key, decision_id=decision_id,
        customer_id=customer_id, name=name[:500], currency=total.currency,
        total_minor=minor(total), kind=kind, step=step, address=list(address), facts=facts,
        pdf=printed.pdf, sha256=printed.sha256, pages=printed.pages, state=LetterState.QUEUED,
        read_at=read_at, made_at=made_at,
    )  # fmt: skip
    return int(tx.execute(new.returning(t.id)).scalar_one())


def find(tx: Tx, letter_id: int) -> Letter | None:
    """A letter by its id alone; the caller checks whose it is."""
    row = tx.execute(
        sa.select(*SHOWN, t.total_minor).where(t.id == letter_id),
        execution_options=db.across("an id names one letter; the caller checks the tenant"),
    ).first()
    return _letter(row) if row else None


def listed(
    tx: Tx, connection_id: int, states: Sequence[LetterState] = tuple(LetterState), *,
    customer_id: str = "",
) -> list[Letter]:  # fmt: skip
    """Letters in these states, of all customers or of one, the newest first."""
    query = sa.select(*SHOWN, t.total_minor).where(
        t.connection_id == connection_id, t.state.in_(states)
    )
    if customer_id:
        query = query.where(t.customer_id == customer_id)
    rows = tx.execute(query.order_by(t.id.desc()).limit(LISTED_MAX))
    return [_letter(row) for row in rows]


def became(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> ByIntent:
    """By intent, what became of the letters to customers, and when that was said."""
    told = {"connection": connection_id, "customers": list(customer_ids)}
    rows = tx.execute(_BECAME, told)
    return {row.intent_key: (LetterState(row.state), row.ended_at) for row in rows}


def content(tx: Tx, letter: Letter) -> bytes:
    """The PDF as it was made."""
    query = sa.select(t.pdf).where(t.connection_id == letter.connection_id, t.id == letter.id)
    return bytes(tx.execute(query).scalar_one())


def end(tx: Tx, letter: Letter, state: LetterState, *, by: str, reason: str, at: datetime) -> bool:
    """Posted, or not to be posted; False if somebody ended it before."""
    changed = tx.execute(
        sa.update(letter_table)
        .where(
            t.connection_id == letter.connection_id, t.id == letter.id,
            t.state == LetterState.QUEUED,
        )
        .values(state=state, by=by, reason=reason, ended_at=at)
    )  # fmt: skip
    return changed.rowcount > 0


def _letter(row: Any) -> Letter:
    names = set(Letter.__dataclass_fields__) - {"total", "state"}
    return Letter(
        **{name: row._mapping[name] for name in names},
        total=money(row.total_minor, row.currency),
        state=LetterState(row.state),
    )

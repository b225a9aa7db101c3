"""Letters that people put into their own words before they approved them: what they changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.decided.account_subjects import account_of
from connector.outgoing import intents
from connector.outgoing.effects import SendReminder, SendText
from connector.outgoing.intents import Step
from dunning.own_words import editing
from dunning.own_words.editing import Wording

edit_table = db.table(
    "edit",
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("about", sa.String(120), nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("drafted", sa.JSON, nullable=False),
    sa.Column("edited", sa.JSON, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "decision_id"),
    sa.Index("ix_edit_about", "connection_id", "about"),
)
e = edit_table.c


@dataclass(frozen=True, slots=True)
class Edit:
    """What one person made of the letter of one decision. `about` is the account's subject."""

    connection_id: int
    decision_id: int
    about: str
    by: str
    at: datetime
    drafted: Wording
    edited: Wording

    @property
    def difference(self) -> str:
        """As a unified diff."""
        return editing.difference(self.drafted, self.edited)


@dataclass(frozen=True, slots=True)
class Returned:
    """An edited letter that did not go out, and why."""

    edit: Edit
    reason: str


def keep(tx: Tx, edit: Edit) -> None:
    tx.execute(sa.insert(edit_table).values(**asdict(edit)))


def of_decision(tx: Tx, connection_id: int, decision_id: int) -> Edit | None:
    return _first(tx, e.connection_id == connection_id, e.decision_id == decision_id)


def returned(
    tx: Tx, connection_id: int, about: str, message: SendReminder | SendText
) -> Returned | None:
    """The words that a person wrote for the same step about some of the same invoices, if they were
    the last that was to go out to this account, and did not."""
    about = account_of(about)
    made = _first(tx, e.connection_id == connection_id, e.about == about)
    intent = next(iter(intents.about(tx, connection_id, [about])[::-1]), None) if made else None
    if made is None or intent is None or intent.decision_id != made.decision_id:
        return None
    before = intent.effect
    is_same = (
        isinstance(before, SendReminder | SendText)
        and type(before) is type(message)
        and before.step == message.step
        and not set(before.invoice_ids).isdisjoint(message.invoice_ids)
    )
    return Returned(made, intent.error) if is_same and intent.state is Step.REFUSED else None


def among(tx: Tx, connection_id: int, decision_ids: Collection[int]) -> set[int]:
    """Those of the decisions whose letter was edited."""
    query = sa.select(e.decision_id).where(
        e.connection_id == connection_id, e.decision_id.in_(decision_ids)
    )
    return set(tx.execute(query).scalars())


def _first(tx: Tx, *where: sa.ColumnElement[bool]) -> Edit | None:
    """The caller names the connection first."""
    query = sa.select(edit_table).where(*where).order_by(e.decision_id.desc()).limit(1)
    row: Any = tx.execute(query).first()
    if row is None:
        return None
    words = {name: Wording(**row._mapping[name]) for name in ("drafted", "edited")}
    return Edit(**{**row._mapping, **words})

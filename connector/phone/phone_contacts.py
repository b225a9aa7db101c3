"""What went out by telephone: each text and call with its way back, and all that came of it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from dunning.customer.channels import Channel

contact_table = db.table(
    "phone_contact",
    sa.Column("token", sa.String(64), nullable=False),
    sa.Column("intent_key", sa.String(50), nullable=False),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("invoice_ids", sa.JSON, nullable=False),
    sa.Column("number", sa.String(16), nullable=False),
    sa.Column("sender", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("sid", sa.String(40), nullable=False, default=""),
    sa.Column("status", sa.String(20), nullable=False, default=""),
    sa.Column("turn", sa.JSON, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("transcript", sa.JSON, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False, default=""),
    sa.Column("read_at", Moment, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.PrimaryKeyConstraint("connection_id", "token"),
    sa.UniqueConstraint("token"),
    sa.Index("ix_phone_contact_number", "number", "at"),
)
t = contact_table.c


@dataclass(frozen=True, slots=True)
class Contact:
    """One text or call from `sender` to `number`, both in E.164. `sid` is Twilio's name for it.

    `text` is what a text said, `facts` are what a call may say. `turn` is the call's last turn,
    `answers` what Twilio was answered for each turn, and `transcript` who said what, in order:
    `outcome` is its summary once it is over (`ended_at`). `read_at` is when the ledger was read.
    """

    connection_id: int
    token: str
    intent_key: str
    decision_id: int
    channel: Channel
    customer_id: str
    invoice_ids: tuple[str, ...]
    number: str
    sender: str
    text: str
    facts: dict[str, Any]
    read_at: datetime
    at: datetime
    sid: str = ""
    status: str = ""
    turn: dict[str, Any] | None = None
    answers: tuple[str, ...] = ()
    transcript: tuple[dict[str, str], ...] = ()
    outcome: str = ""
    ended_at: datetime | None = None

    @property
    def place(self) -> tuple[int, str]:
        """(connection id, customer id)."""
        return self.connection_id, self.customer_id


def token_of(secret: str, intent_key: str) -> str:
    """The part of a callback's address that nobody can guess: the same for each try of an intent,
    so that a callback to an earlier try is known too."""
    return hmac.new(secret.encode(), intent_key.encode(), hashlib.sha256).hexdigest()[:40]


def keep(tx: Tx, contact: Contact) -> None:
    """Write down what is about to go out; a later try of the same intent takes its place."""
    fields = {name: getattr(contact, name) for name in Contact.__dataclass_fields__}
    fields |= {
        "invoice_ids": list(contact.invoice_ids), "answers": [], "transcript": [],
        "turn": contact.turn or {},
    }  # fmt: skip
    new = db.insert(tx, contact_table).values(**fields)
    changed = {name: value for name, value in fields.items() if name not in KEY}
    tx.execute(new.on_conflict_do_update(index_elements=list(KEY), set_=changed))


def of_token(tx: Tx, token: str, *, locked: bool = False) -> Contact | None:
    """Whose callback this is. `locked` keeps others from answering the same call meanwhile."""
    query = sa.select(contact_table).where(t.token == token)
    row = tx.execute(
        query.with_for_update() if locked else query,
        execution_options=db.across("a callback finds its tenant by its token"),
    ).first()
    return _contact(row) if row else None


def of_intent(tx: Tx, connection_id: int, intent_key: str) -> Contact | None:
    row = tx.execute(
        sa.select(contact_table).where(t.connection_id == connection_id, t.intent_key == intent_key)
    ).first()
    return _contact(row) if row else None


def answered(tx: Tx, number: str, sender: str) -> Contact | None:
    """What a text from `number` to `sender` answers: the last that went the other way."""
    row = tx.execute(
        sa.select(contact_table)
        .where(t.number == number, t.sender == sender)
        .order_by(t.at.desc())
        .limit(1),
        execution_options=db.across("an answer finds its tenant by the text it answers"),
    ).first()
    return _contact(row) if row else None


def sids_of(tx: Tx, connection_id: int, number: str) -> list[str]:
    """Twilio's names for everything known to have gone to a number."""
    rows = tx.execute(
        sa.select(t.sid).where(t.connection_id == connection_id, t.number == number, t.sid != "")
    )
    return [row.sid for row in rows]


def listed(
    tx: Tx, connection_id: int, *, decision_id: int | None = None, customer_id: str = "",
    limit: int = 200,
) -> list[Contact]:  # fmt: skip
    """The newest first; of one decision or one customer where it is named."""
    query = (
        sa.select(contact_table)
        .where(t.connection_id == connection_id)
        .order_by(t.at.desc(), t.token)
        .limit(limit)
    )
    if decision_id is not None:
        query = query.where(t.decision_id == decision_id)
    if customer_id:
        query = query.where(t.customer_id == customer_id)
    return [_contact(row) for row in tx.execute(query)]


def change(tx: Tx, contact: Contact, **values: Any) -> None:
    tx.execute(
        sa.update(contact_table)
        .where(t.connection_id == contact.connection_id, t.token == contact.token)
        .values(**{name: list(v) if isinstance(v, tuple) else v for name, v in values.items()})
    )


KEY: Sequence[str] = ("connection_id", "token")


def _contact(row: Any) -> Contact:
    fields = {name: row._mapping[name] for name in Contact.__dataclass_fields__}
    return Contact(**fields | {
        "channel": Channel(fields["channel"]), "turn": fields["turn"] or None,
        "invoice_ids": tuple(fields["invoice_ids"]), "answers": tuple(fields["answers"]),
        "transcript": tuple(fields["transcript"]),
    })  # fmt: skip

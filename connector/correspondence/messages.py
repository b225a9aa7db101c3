"""Messages that went out or are about to, and which steps they took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from providers.ledger import Invoice
from providers.messages import Message

LISTED_MAX = 500
NOWHERE: Mapping[str, str] = {}
Place = tuple[str, str, date]
"""(invoice id, step, due date)"""
TURNED_DOWN = "turned down"
"""Stands for the mode of a step that a person did not want taken."""
CAME_BACK = "came back"
"""Stands for the mode of a step whose message is known not to have arrived."""

message_table = db.table(
    "message",
    sa.Column("message_id", sa.String(200), nullable=False),
    sa.Column("intent_key", sa.String(50), nullable=False),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("step", sa.String(60), nullable=False),
    sa.Column("invoice_ids", sa.JSON, nullable=False),
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("read_at", Moment, nullable=False),
    sa.Column("stood_on", sa.JSON),
    sa.Column("sent_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "message_id"),
    sa.Index("ix_message_customer", "connection_id", "customer_id"),
)
asked_table = db.table(
    "asked",
    sa.Column("invoice_id", sa.String(64), nullable=False),
    sa.Column("step", sa.String(60), nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("channel", sa.String(10), nullable=False, server_default=Channel.EMAIL),
    sa.Column("at", Moment, nullable=False),
    sa.Column("intent_key", sa.String(50), nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "invoice_id", "step", "due"),
    sa.Index("ix_asked_customer", "connection_id", "customer_id"),
)
m, a = message_table.c, asked_table.c
ASKED = sa.select(asked_table).where(
    a.connection_id == db.CONNECTION, a.customer_id.in_(db.CUSTOMERS),
    a.intent_key.not_in(sa.bindparam("but_for", expanding=True)),
).order_by(a.at, a.invoice_id)  # fmt: skip
_RECIPIENTS = sa.select(m.intent_key, m.recipients).where(
    m.connection_id == db.CONNECTION, m.customer_id.in_(db.CUSTOMERS)
)
ASKED_SINCE = (
    sa.select(a.customer_id)
    .where(a.connection_id == db.CONNECTION, a.at >= sa.bindparam("since"))
    .distinct()
)
PLACE = (a.invoice_id, a.step, a.due)
ANEW = ("customer_id", "currency", "mode", "channel", "at", "intent_key")


@dataclass(frozen=True, slots=True)
class Asked:
    """One step that was taken for one invoice, as long as it had that due date."""

    invoice_id: str
    step: str
    due: date
    at: datetime
    mode: str
    channel: Channel
    intent_key: str

    @property
    def was_left(self) -> bool:
        """Whether nothing was done at this step: it was noted in shadow, or turned down."""
        return self.mode in (Mode.SHADOW, TURNED_DOWN)

    @property
    def came_back(self) -> bool:
        """Whether the message did certainly not arrive."""
        return self.mode == CAME_BACK


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it was handed over; its intent knows whether it went out. `read_at` is when the
    ledger was read for it, and `stood_on` what it said of each invoice: its `version`, in the
    ledger's own words, and what was `open`; None for what went out before that was kept."""

    message_id: str
    intent_key: str
    decision_id: int
    customer_id: str
    currency: str
    step: str
    invoice_ids: list[str]
    recipients: list[str]
    subject: str
    text: str
    html: str
    read_at: datetime
    stood_on: list[dict[str, str]] | None
    sent_at: datetime


def claim_steps(
    tx: Tx, connection_id: int, places: Sequence[Place], *, customer_id: str, currency: str,
    mode: str, intent_key: str, at: datetime, channel: Channel = Channel.EMAIL,
    elsewhere: Mapping[str, str] = NOWHERE,
) -> bool:  # fmt: skip
    """Take (invoice, step, due date) for one message: each can be taken once, by whoever comes
    first. `elsewhere` are invoices in another currency than `currency`, with that. False if any of
    them is taken already, and then none is. What shadow only noted is not taken for anybody else,
    and what came back can be taken once more.
    Taken in one order by everybody, so that two who want the same ones do not wait for each other.
    """
    new = db.insert(tx, asked_table)
    with tx.begin_nested() as all_or_none:
        taken = tx.execute(
            new.on_conflict_do_update(
                index_elements=["connection_id", "invoice_id", "step", "due"],
                set_={name: new.excluded[name] for name in ANEW},
                where=sa.or_(
                    sa.and_(a.mode == Mode.SHADOW, new.excluded.mode != Mode.SHADOW),
                    a.mode == CAME_BACK,
                ),
            ).returning(a.invoice_id),
            [
                {"connection_id": connection_id, "invoice_id": invoice_id, "step": step,
                 "due": due, "customer_id": customer_id, "mode": mode, "at": at,
                 "currency": elsewhere.get(invoice_id, currency), "channel": channel,
                 "intent_key": intent_key}
                for invoice_id, step, due in sorted(places)
            ],
        ).all()  # fmt: skip
        if len(taken) < len(places):
            all_or_none.rollback()
            return False
    return True


def give_back_steps(tx: Tx, connection_id: int, intent_key: str) -> None:
    """The message did not go out: its steps can be taken again."""
    tx.execute(
        sa.delete(asked_table).where(a.connection_id == connection_id, a.intent_key == intent_key)
    )


def came_back(tx: Tx, connection_id: int, intent_key: str) -> None:
    """The message of an intent is known not to have arrived."""
    of = (a.connection_id == connection_id, a.intent_key == intent_key)
    tx.execute(sa.update(asked_table).where(*of).values(mode=CAME_BACK))


def returned_at(tx: Tx, connection_id: int, places: Sequence[Place]) -> list[str]:
    """The keys of the messages that came back of these (invoice, step, due date), in order."""
    of = (a.connection_id == connection_id, a.invoice_id.in_({place[0] for place in places}))
    rows = tx.execute(sa.select(*PLACE, a.intent_key).where(*of, a.mode == CAME_BACK))
    return sorted({row.intent_key for row in rows if tuple(row)[:3] in places})


def asked(
    tx: Tx, connection_id: int, customer_ids: Collection[str], *, but_for: Collection[str] = ()
) -> dict[tuple[str, str], list[Asked]]:
    """The steps taken for customers, but for those of these intents: by customer and currency, the
    oldest first."""
    told = {"connection": connection_id, "customers": list(customer_ids), "but_for": list(but_for)}
    found: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for row in tx.execute(ASKED, told):
        one = Asked(
            row.invoice_id, row.step, row.due, row.at, row.mode, Channel(row.channel),
            row.intent_key,
        )  # fmt: skip
        found[row.customer_id, row.currency].append(one)
    return found


def customers_asked_since(tx: Tx, connection_id: int, since: datetime) -> set[str]:
    """The customers for whom a step was taken since then: the ramp is measured by them."""
    told = {"connection": connection_id, "since": since}
    return set(tx.execute(ASKED_SINCE, told).scalars())


def keep(
    tx: Tx, connection_id: int, message: Message, *, intent_key: str, decision_id: int,
    customer_id: str, currency: str, step: str, invoice_ids: Collection[str], read_at: datetime,
    sent_at: datetime, invoices: Sequence[Invoice] = (),
) -> None:  # fmt: skip
    """Keep a message word for word before it is handed over, with the `invoices` as they were read
    for it; its steps count from then on."""
    stood_on = [
        {"id": it.id, "number": it.number, "version": it.version, "open": str(it.open)}
        for it in invoices
    ]
    new = db.insert(tx, message_table).values(
        connection_id=connection_id, message_id=message.message_id, intent_key=intent_key,
        decision_id=decision_id, customer_id=customer_id, currency=currency, step=step,
        invoice_ids=list(invoice_ids), recipients=list(message.recipients),
        subject=message.subject, text=message.text, html=message.html, read_at=read_at,
        stood_on=stood_on, sent_at=sent_at,
    )  # fmt: skip
    changed = ("subject", "text", "html", "recipients", "read_at", "stood_on", "sent_at")
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["connection_id", "message_id"],
            set_={name: new.excluded[name] for name in changed},
        )
    )
    count_from(tx, connection_id, intent_key, at=sent_at)


def count_from(tx: Tx, connection_id: int, key: str, *, at: datetime, to_key: str = "") -> None:
    """The steps of an intent count from when it goes out (aware UTC): an order may have waited.
    With `to_key` they are those of another intent from then on."""
    of = (a.connection_id == connection_id, a.intent_key == key)
    tx.execute(sa.update(asked_table).where(*of).values(at=at, intent_key=to_key or key))


def sent(
    tx: Tx, connection_id: int, *, decision_id: int | None = None, customer_id: str = ""
) -> list[Sent]:
    """Messages, the newest first."""
    query = (
        sa.select(message_table)
        .where(m.connection_id == connection_id)
        .order_by(m.sent_at.desc(), m.message_id)
        .limit(LISTED_MAX)
    )
    if decision_id is not None:
        query = query.where(m.decision_id == decision_id)
    if customer_id:
        query = query.where(m.customer_id == customer_id)
    return [_sent(row) for row in tx.execute(query)]


def recipients(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """By intent, to which addresses its mail was handed over."""
    told = {"connection": connection_id, "customers": list(customer_ids)}
    rows = tx.execute(_RECIPIENTS, told)
    return {row.intent_key: tuple(row.recipients) for row in rows}


def contacts(tx: Tx, connection_id: int) -> list[Any]:
    """(intent_key, customer_id, invoice_ids, step, decision_id, sent_at) of every message that was
    handed over; its intent knows whether it went out."""
    rows = tx.execute(
        sa.select(m.intent_key, m.customer_id, m.invoice_ids, m.step, m.decision_id, m.sent_at)
        .where(m.connection_id == connection_id)
        .order_by(m.sent_at, m.message_id)
    )
    return list(rows)


def count(tx: Tx, connection_id: int) -> int:
    whose = m.connection_id == connection_id
    return int(tx.execute(sa.select(sa.func.count()).where(whose)).scalar_one())


def answered(tx: Tx, message_ids: Collection[str]) -> tuple[int, str] | None:
    """(connection id, customer id) of the message that one of these ids names."""
    row = tx.execute(
        sa.select(m.connection_id, m.customer_id).where(m.message_id.in_(message_ids)).limit(1),
        execution_options=db.across("an answer finds its tenant by the message it answers"),
    ).first()
    return (row.connection_id, row.customer_id) if row else None


def named(tx: Tx, connection_id: int, message_ids: Collection[str]) -> Sent | None:
    """The message that one of these ids names."""
    row = tx.execute(
        sa.select(message_table)
        .where(m.connection_id == connection_id, m.message_id.in_(message_ids))
        .limit(1)
    ).first()
    return _sent(row) if row else None


def _sent(row: Any) -> Sent:
    return Sent(**{name: row._mapping[name] for name in Sent.__dataclass_fields__})

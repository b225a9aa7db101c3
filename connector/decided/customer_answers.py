"""What customers answered, word for word, and which of it no person has read yet: each answer sets
a hold, and reading it ends that one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import agenda, audit, db
from connector.db import Moment, Tx
from connector.decided import holds
from connector.decided.holds import Hold
from connector.deps import Deps
from connector.mirroring import mirror
from connector.vault import digest
from providers.messages import Reply

reply_table = db.table(
    "reply",
    sa.Column("message_id", sa.String(200), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("sender", sa.String(320), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("automatic", sa.Boolean, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("hold_id", sa.Integer),
    sa.Column("whole", sa.Text, nullable=False, server_default=""),
    sa.PrimaryKeyConstraint("connection_id", "message_id"),
)
"""`hold_id` is what holds until a person has read it; None of answers from before that was kept.
`text` is what may be the sender's own, and `whole` the message, where it quotes more."""
r = reply_table.c
NEWEST = (
    sa.select(r.customer_id, sa.func.max(r.received_at).label("last"))
    .where(r.connection_id == db.CONNECTION, r.customer_id.in_(db.CUSTOMERS),
           r.automatic.is_(False))
    .group_by(r.customer_id)
)  # fmt: skip
SHOWN_MAX = 50
ID_MAX, SENDER_MAX = 200, 320


@dataclass(frozen=True, slots=True)
class Answer:
    """`sender` is an e-mail address or a telephone number; `automatic` marks what a machine sent,
    which holds nothing. `whole` is the message with what it quotes, empty where that is all in
    `text`."""

    message_id: str
    customer_id: str
    sender: str
    subject: str
    text: str
    automatic: bool
    received_at: datetime
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer that holds everything to its customer, `name`, until a person has read it."""

    hold: Hold
    answer: Answer
    name: str


def keep(tx: Tx, connection_id: int, customer_id: str, reply: Reply) -> bool:
    """False if the same reply was kept before."""
    new = db.insert(tx, reply_table).values(
        connection_id=connection_id, message_id=_id(reply), customer_id=customer_id,
        sender=reply.sender[:SENDER_MAX], subject=reply.subject, text=reply.text,
        whole=reply.whole, automatic=reply.automatic, received_at=reply.received_at,
    )  # fmt: skip
    stored = tx.execute(
        new.on_conflict_do_nothing(index_elements=["connection_id", "message_id"]).returning(
            r.message_id
        )
    )
    return stored.first() is not None


def _id(reply: Reply) -> str:
    """The message's own id; one that is too long is folded, always to the same."""
    if len(reply.message_id) <= ID_MAX:
        return reply.message_id
    return f"<{digest(reply.message_id)}@folded>"


def of_customer(tx: Tx, connection_id: int, customer_id: str) -> list[Answer]:
    """The last that one customer answered, the newest first."""
    rows = tx.execute(
        sa.select(reply_table)
        .where(r.connection_id == connection_id, r.customer_id == customer_id)
        .order_by(r.received_at.desc(), r.message_id.desc())
        .limit(SHOWN_MAX)
    )
    return [_answer(row) for row in rows]


def unread(
    tx: Tx, connection_id: int, now: datetime, customer_ids: Collection[str] | None = None
) -> list[Unread]:
    """The oldest first. There is a hold for each answer; those of further customers, who may be
    meant too, end with it and are not shown."""
    waiting: dict[str, list[Hold]] = defaultdict(list)
    for hold in holds.of_kind(tx, connection_id, holds.REPLY, now):
        is_wanted = customer_ids is None or hold.customer_id in customer_ids
        if is_wanted and hold.ends_with is None:
            waiting[hold.customer_id].append(hold)
    rows = tx.execute(
        sa.select(reply_table)
        .where(r.connection_id == connection_id, r.customer_id.in_(waiting), r.automatic.is_(False))
        .order_by(r.received_at.desc(), r.message_id.desc())
    )
    own: dict[int, Answer] = {}
    others: dict[str, list[Answer]] = defaultdict(list)
    for row in rows:
        if row.hold_id is None:
            others[row.customer_id].append(_answer(row))
        else:
            own[row.hold_id] = _answer(row)
    names = mirror.names(tx, connection_id, waiting)
    found = [
        Unread(hold, answer, names.get(customer_id, customer_id))
        for customer_id, held in waiting.items()
        for hold, answer in _pairs(held, own, others[customer_id])
    ]
    return sorted(found, key=lambda one: one.hold.id)


def _pairs(
    held: Sequence[Hold], own: Mapping[int, Answer], others: Sequence[Answer]
) -> Iterator[tuple[Hold, Answer]]:
    """Holds, the oldest first, with what each is about; those that no answer names are about the
    newest of the `others`, which are the newest first."""
    yield from ((hold, own[hold.id]) for hold in held if hold.id in own)
    yield from zip((h for h in reversed(held) if h.id not in own), others, strict=False)


def newest(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> Mapping[str, datetime]:
    """When each of these customers last answered, machines aside."""
    told = {"connection": connection_id, "customers": list(customer_ids)}
    return {row.customer_id: row.last for row in tx.execute(NEWEST, told)}


def as_it_is(tx: Tx, connection_id: int, answer: Answer) -> Answer:
    """The same answer by now, which nobody changes before this transaction ends."""
    query = sa.select(reply_table).where(
        r.connection_id == connection_id, r.message_id == answer.message_id
    )
    return _answer(tx.execute(query.with_for_update()).one())


def hold_by(tx: Tx, connection_id: int, reply: Reply, hold_id: int) -> None:
    """Note what holds until a person has read an answer."""
    tx.execute(
        sa.update(reply_table)
        .where(r.connection_id == connection_id, r.message_id == _id(reply))
        .values(hold_id=hold_id)
    )


def read(deps: Deps, connection_id: int, hold_id: int, *, by: str) -> bool:
    """A person has read an answer and reminders go on; False where nothing holds any more under
    that id."""
    with deps.writing() as tx:
        now = deps.now()
        held = holds.of_kind(tx, connection_id, holds.REPLY, now)
        found = [it.customer_id for it in held if it.id == hold_id and it.ends_with is None]
        if not found or not holds.end_one(tx, connection_id, hold_id, at=now, by=by):
            return False
        also = [it.customer_id for it in held if it.ends_with == hold_id]
        agenda.mark(tx, connection_id, [*found, *also])
        audit.add(
            tx, connection_id, at=now, actor=by, event="reply.read",
            about=f"customer:{found[0]}",
        )  # fmt: skip
    deps.ring("decide", connection_id)
    return True


def _answer(row: Any) -> Answer:
    return Answer(**{name: row._mapping[name] for name in Answer.__dataclass_fields__})

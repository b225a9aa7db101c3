"""The links in messages, and what became of each message: opened, followed, returned, refused.

An address in a message holds a token and nothing else: whose it is and where it leads is looked up
here. Opens are unreliable by nature (docs/message-signals.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.correspondence.tracked import (
    ASKED_FOR,
    TRACKED,
    Became,
    Event,
    Kind,
    Link,
    Purpose,
    Read,
    Signs,
)
from connector.db import Moment, Tx

__all__ = ["Became", "Event", "Kind", "Link", "Purpose", "Read", "Signs"]

DETAIL_CHARACTERS_MAX = 500

link_table = db.table(
    "tracked_link",
    sa.Column("token", sa.String(64), nullable=False),
    sa.Column("message_id", sa.String(200), nullable=False),
    sa.Column("intent_key", sa.String(50), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("recipient", sa.String(320), nullable=False),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("invoice_id", sa.String(64), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.PrimaryKeyConstraint("connection_id", "token"),
    sa.UniqueConstraint("token"),
    sa.Index("ix_tracked_link_customer", "connection_id", "customer_id"),
)
event_table = db.table(
    "message_event",
    sa.Column("message_id", sa.String(200), nullable=False),
    sa.Column("recipient", sa.String(320), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("minute", Moment, nullable=False),
    sa.Column("by_machine", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("token", sa.String(64), nullable=False),
    sa.Column("about", sa.String(64), nullable=False, server_default=""),
    sa.PrimaryKeyConstraint(
        "connection_id", "message_id", "recipient", "kind", "minute", "by_machine", "about"
    ),
    sa.Index("ix_message_event_token", "connection_id", "token"),
    sa.Index("ix_message_event_recipient", "connection_id", "recipient"),
)
k, e = link_table.c, event_table.c
_OF_CUSTOMERS = (
    k.connection_id == db.CONNECTION,
    k.customer_id.in_(db.CUSTOMERS),
    k.purpose.in_((Purpose.OPEN, Purpose.PAY, Purpose.PORTAL)),
)
_BY_PEOPLE = (
    sa.select(e.token, sa.func.count().label("times"), sa.func.max(e.at).label("last"))
    .where(
        e.connection_id == db.CONNECTION, e.by_machine.is_(False),
        e.kind.not_in(ASKED_FOR), e.token.in_(sa.select(k.token).where(*_OF_CUSTOMERS)),
    )
    .group_by(e.token)
    .subquery()
)  # fmt: skip
SIGNS = (
    sa.select(
        k.intent_key, k.customer_id, k.purpose, k.invoice_id, _BY_PEOPLE.c.times, _BY_PEOPLE.c.last
    )
    .select_from(link_table.outerjoin(_BY_PEOPLE, _BY_PEOPLE.c.token == k.token))
    .where(*_OF_CUSTOMERS)
)


def keep(tx: Tx, links: Sequence[Link]) -> None:
    """Keep the links of a message before it goes out; those of an earlier try are the same."""
    if not links:
        return
    new = db.insert(tx, link_table)
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["connection_id", "token"], set_={"at": new.excluded.at}
        ),
        [{name: getattr(link, name) for name in Link.__dataclass_fields__} for link in links],
    )


def find(tx: Tx, token: str, *purposes: Purpose) -> Link | None:
    """The link of a token, if it is for one of these purposes and was not revoked."""
    if not (token.isascii() and token.isalnum()):
        return None
    row = tx.execute(
        sa.select(link_table).where(
            k.token == token, k.purpose.in_(purposes), k.revoked_at.is_(None)
        ),
        execution_options=db.across("whoever follows a link finds its tenant by the token"),
    ).first()
    return _link(row) if row else None


def revoke(tx: Tx, connection_id: int, customer_id: str, *, at: datetime) -> int:
    """No link that a customer was given leads to its account page any more; returns how many."""
    theirs = (
        k.connection_id == connection_id, k.customer_id == customer_id,
        k.purpose == Purpose.PORTAL, k.revoked_at.is_(None),
    )  # fmt: skip
    changed = tx.execute(sa.update(link_table).where(*theirs).values(revoked_at=at))
    return changed.rowcount


def is_known(tx: Tx, connection_id: int, event: Event) -> bool:
    """Whether the like of it was kept in the same minute: a storm of reloads writes nothing."""
    row = tx.execute(
        sa.select(e.kind).where(
            e.connection_id == connection_id, e.message_id == event.message_id,
            e.recipient == event.recipient, e.kind == event.kind,
            e.minute == _minute(event.at), e.by_machine == event.by_machine,
            e.about == event.about,
        )
    ).first()  # fmt: skip
    return row is not None


def note(tx: Tx, connection_id: int, event: Event) -> bool:
    """Keep an event; False if the like of it was kept in the same minute."""
    fields = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    fields |= {"detail": event.detail[:DETAIL_CHARACTERS_MAX], "minute": _minute(event.at)}
    new = db.insert(tx, event_table).values(connection_id=connection_id, **fields)
    kept = tx.execute(new.on_conflict_do_nothing().returning(e.kind))
    return kept.first() is not None


def of_messages(tx: Tx, connection_id: int, message_ids: Collection[str]) -> dict[str, Became]:
    """What became of some messages."""
    rows = tx.execute(
        sa.select(event_table)
        .where(e.connection_id == connection_id, e.message_id.in_(message_ids))
        .order_by(e.at, e.kind)
    )
    events: dict[str, list[Event]] = defaultdict(list)
    for row in rows:
        events[row.message_id].append(_event(row))
    links = tx.execute(
        sa.select(k.message_id, k.purpose)
        .where(k.connection_id == connection_id, k.message_id.in_(message_ids))
        .distinct()
    )
    tracked = {(row.message_id, row.purpose) for row in links}
    return {
        id_: Became(
            tuple(events[id_]),
            tuple(word for purpose, word in TRACKED.items() if (id_, purpose) not in tracked),
        )
        for id_ in message_ids
    }


def of_customer(
    tx: Tx, connection_id: int, customer_id: str, message_ids: Collection[str], *, last: int
) -> list[Event]:
    """What became of these messages and of every link that a customer was given, the newest
    first."""
    given = sa.select(k.token).where(k.connection_id == connection_id, k.customer_id == customer_id)
    rows = tx.execute(
        sa.select(event_table)
        .where(e.connection_id == connection_id)
        .where(sa.or_(e.message_id.in_(message_ids), e.token.in_(given)))
        .order_by(e.at.desc(), e.kind)
        .limit(last)
    )
    return [_event(row) for row in rows]


def softly_returned(tx: Tx, connection_id: int, recipient: str) -> set[str]:
    """The ids of the messages that an address did not take for now."""
    rows = tx.execute(
        sa.select(e.message_id).where(
            e.connection_id == connection_id, e.recipient == recipient,
            e.kind == Kind.SOFT_BOUNCE,
        )
    )  # fmt: skip
    return set(rows.scalars())


def read(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> Read:
    """The signs that all messages to some customers gave, in one query."""
    told = {"connection": connection_id, "customers": list(customer_ids)}
    rows = tx.execute(SIGNS, told)
    found = Read({}, defaultdict(list), defaultdict(list))
    for row in rows:
        before, times = found.signs.get(row.intent_key, Signs()), row.times or 0
        if row.purpose == Purpose.OPEN:
            found.signs[row.intent_key] = replace(before, opened=times)
            continue
        found.signs[row.intent_key] = replace(before, clicked=(before.clicked or 0) + times)
        if row.purpose == Purpose.PORTAL:
            found.visits[row.customer_id].append((times, row.last))
        elif times:
            found.pay_pages[row.customer_id].append((row.invoice_id, row.last))
    return found


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _link(row: Any) -> Link:
    fields = {name: row._mapping[name] for name in Link.__dataclass_fields__}
    return Link(**fields | {"purpose": Purpose(row.purpose)})


def _event(row: Any) -> Event:
    fields = {name: row._mapping[name] for name in Event.__dataclass_fields__}
    return Event(**fields | {"kind": Kind(row.kind)})

"""Every contact with a person, by address or number: one person may stand for several customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.redaction import digest
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact, plain

KNOWN_FOR = timedelta(days=32)
"""Longer than the longest span of any cap."""
outreach_table = db.table(
    "outreach",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("handle", sa.String(320), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("invoice_ids", sa.JSON, nullable=False),
    sa.Column("conversation", sa.Boolean, nullable=False),
    sa.Column("is_step", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("intent_key", sa.String(50), nullable=False, server_default=""),
    sa.Index("ix_outreach_handle", "connection_id", "handle", "at"),
)
o = outreach_table.c
_OURS = sa.select(outreach_table).where(o.connection_id == db.CONNECTION).order_by(o.at, o.id)
_OF_HANDLES = _OURS.where(
    o.at > sa.bindparam("since"), o.handle.in_(sa.bindparam("handles", expanding=True))
)
_SINCE = _OURS.where(o.at >= sa.bindparam("since"))


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact, and for which customer it was. `is_step` tells that it took a step, and so is
    known among the customer's own messages too."""

    customer_id: str
    contact: Contact
    is_step: bool = True


def keep(
    tx: Tx, connection_id: int, handles: Collection[str], contact: Contact, *, customer_id: str,
    is_step: bool = True, intent_key: str = "",
) -> None:  # fmt: skip
    """Written down with what goes out, before it is handed over, and by which intent. A person may
    call a number that nobody wrote down: then there is no handle."""
    if not handles:
        return
    tx.execute(
        sa.insert(outreach_table),
        [
            {"connection_id": connection_id, "handle": plain(handle), "at": contact.at,
             "channel": contact.channel, "customer_id": customer_id,
             "invoice_ids": list(contact.invoice_ids), "conversation": contact.conversation,
             "is_step": is_step, "intent_key": intent_key}
            for handle in handles
        ],
    )  # fmt: skip


def take_back(tx: Tx, connection_id: int, intent_key: str) -> None:
    """What an intent was to send was certainly not sent: nobody was contacted."""
    tx.execute(
        sa.delete(outreach_table).where(
            o.connection_id == connection_id, o.intent_key == intent_key
        )
    )


def of_handles(
    tx: Tx, connection_id: int, handles: Collection[str], now: datetime
) -> Mapping[str, list[Reached]]:
    """The contacts of the last month by address or number, in its plain form; also of those of
    which only a digest is left."""
    asked = {plain(handle) for handle in handles}
    digests = {digest(connection_id, handle): handle for handle in asked}
    told = {"connection": connection_id, "since": now - KNOWN_FOR}
    found = _found(tx.execute(_OF_HANDLES, told | {"handles": [*asked, *digests]}))
    merged: dict[str, list[Reached]] = defaultdict(list)
    for handle, reached in found.items():
        merged[digests.get(handle, handle)] += reached
    return merged


def mailed(tx: Tx, address: str, *, since: datetime) -> dict[tuple[int, str], datetime]:
    """By (connection id, customer id), when this address was last written to by e-mail since then,
    by any tenant."""
    return _reached(tx, address, o.channel == Channel.EMAIL, since)


def phoned(tx: Tx, number: str, *, since: datetime) -> dict[tuple[int, str], datetime]:
    """The same of a number that was texted or called."""
    return _reached(tx, number, o.channel.in_((Channel.TEXT, Channel.CALL)), since)


def _reached(
    tx: Tx, handle: str, by: sa.ColumnElement[bool], since: datetime
) -> dict[tuple[int, str], datetime]:
    rows = tx.execute(
        sa.select(o.connection_id, o.customer_id, sa.func.max(o.at).label("last"))
        .where(o.handle == plain(handle), by, o.at >= since)
        .group_by(o.connection_id, o.customer_id),
        execution_options=db.across("an answer finds its tenant by whom we wrote to"),
    )
    return {(row.connection_id, row.customer_id): row.last for row in rows}


def all_contacts(tx: Tx, connection_id: int, *, since: datetime) -> dict[str, list[Contact]]:
    """Everybody who was contacted since then, by address or number, the oldest contact first."""
    found = _found(tx.execute(_SINCE, {"connection": connection_id, "since": since}))
    return {handle: [one.contact for one in reached] for handle, reached in found.items()}


def _found(rows: Iterable[Any]) -> dict[str, list[Reached]]:
    found: dict[str, list[Reached]] = defaultdict(list)
    for row in rows:
        contact = Contact(
            Channel(row.channel), row.at, tuple(row.invoice_ids), conversation=row.conversation
        )
        found[row.handle].append(Reached(row.customer_id, contact, row.is_step))
    return found

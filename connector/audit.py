"""The audit log: what was decided and done, each entry bound to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx

audit_table = db.table(
    "audit",
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("event", sa.String(60), nullable=False),
    sa.Column("about", sa.String(120), nullable=False),
    sa.Column("decision_id", sa.Integer),
    sa.Column("what", sa.JSON, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "number"),
    sa.Index("ix_audit_decision", "connection_id", "decision_id"),
)
chain_table = db.table(
    "audit_chain",
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("connection_id"),
)
_HERE = chain_table.c.connection_id == db.CONNECTION
HEAD = sa.select(chain_table.c.number, chain_table.c.hash).where(_HERE).with_for_update()
APPENDED, MOVED_ON = sa.insert(audit_table), sa.update(chain_table).where(_HERE)
Which = Callable[[sa.Table], sa.ColumnElement[bool]]
FIRST = "0" * 64
ERASING = ("customer.erased", "words.expired")
"""What takes words out of earlier entries, and names each with the hash of what stands there now
(docs/decisions/0014-erasing-from-a-chain.md)."""


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    at: datetime
    actor: str
    event: str
    about: str
    decision_id: int | None
    what: dict[str, Any]
    hash: str


def add(
    tx: Tx,
    connection_id: int,
    *,
    at: datetime,
    actor: str,
    event: str,
    about: str = "",
    decision_id: int | None = None,
    **what: Any,
) -> None:
    """Append one entry to a connection's chain, in the transaction of what it tells."""
    newest = head(tx, connection_id)
    number, before = newest.number + 1, newest.hash
    row = {
        "connection_id": connection_id, "number": number, "at": at, "actor": actor,
        "event": event, "about": about, "decision_id": decision_id, "what": what,
    }  # fmt: skip
    after = _hash(before, row)
    tx.execute(APPENDED, row | {"hash": after})
    tx.execute(MOVED_ON, {"connection": connection_id, "number": number, "hash": after})


def entries(
    tx: Tx, connection_id: int, *, decision_id: int | None = None, which: Which | None = None,
    before: int | None = None, after: int | None = None, last: int = 200,
) -> list[Entry]:  # fmt: skip
    """The newest entries first: the last of all, or those next `before` or `after` a number."""
    number = audit_table.c.number
    query = sa.select(audit_table).where(audit_table.c.connection_id == connection_id).limit(last)
    if decision_id is not None:
        query = query.where(audit_table.c.decision_id == decision_id)
    if which is not None:
        query = query.where(which(audit_table))
    if before is not None:
        query = query.where(number < before)
    if after is not None:
        rows = tx.execute(query.where(number > after).order_by(number))
        return [_entry(row._mapping) for row in rows][::-1]
    return [_entry(row._mapping) for row in tx.execute(query.order_by(number.desc()))]


def of_events(
    tx: Tx, connection_id: int, events: Collection[str], *, until: datetime
) -> list[Entry]:
    """The entries of some events from before then, the oldest first."""
    rows = tx.execute(
        sa.select(audit_table)
        .where(audit_table.c.connection_id == connection_id, audit_table.c.event.in_(events))
        .where(audit_table.c.at < until)
        .order_by(audit_table.c.number)
    )
    return [_entry(row._mapping) for row in rows]


def between(
    tx: Tx, connection_id: int, ending: str, since: datetime, until: datetime
) -> list[Entry]:  # fmt: skip
    """Every entry of the events whose names end so, from one moment until before another, the
    oldest first."""
    rows = tx.execute(
        sa.select(audit_table)
        .where(
            audit_table.c.connection_id == connection_id,
            audit_table.c.event.endswith(ending, autoescape=True),
            audit_table.c.at >= since,
            audit_table.c.at < until,
        )
        .order_by(audit_table.c.number)
    )
    return [_entry(row._mapping) for row in rows]


def erase(
    tx: Tx, connection_id: int, number: int, *, about: str, actor: str, what: dict[str, Any]
) -> str:
    """Put in place of an entry what may stay of it; its own hash stays, so the chain does. Returns
    the hash of what stands there now, which belongs under `entries` of an ERASING entry."""
    row = tx.execute(
        sa.update(audit_table)
        .where(audit_table.c.connection_id == connection_id, audit_table.c.number == number)
        .values(about=about, actor=actor, what=what)
        .returning(audit_table)
    ).one()
    return _hash(row.hash, {str(name): value for name, value in row._mapping.items()})


def broken_links(tx: Tx) -> Iterator[tuple[int, int]]:
    """(connection id, number) of every entry that does not follow from the one before, and of
    every chain that is not as long as it once was."""
    heads_now = {connection_id: (number, hash_) for connection_id, number, hash_ in heads(tx)}
    rows = tx.execute(
        sa.select(audit_table).order_by(audit_table.c.connection_id, audit_table.c.number),
        execution_options=db.across("every chain is checked"),
    )
    ends: dict[int, tuple[int, str]] = {}
    changed: dict[tuple[int, int], str] = {}
    erasing: list[tuple[tuple[int, int], dict[str, str]]] = []
    for row in rows:
        number, before = ends.get(row.connection_id, (0, FIRST))
        content = {str(name): value for name, value in row._mapping.items()}
        if row.number != number + 1:
            yield row.connection_id, row.number
        elif row.hash != _hash(before, content):
            changed[row.connection_id, row.number] = _hash(row.hash, content)
        if row.event in ERASING:
            erasing.append(((row.connection_id, row.number), row.what.get("entries", {})))
        ends[row.connection_id] = (row.number, row.hash)
    yield from _unproved(changed, erasing)
    for connection_id, head in heads_now.items():
        if ends.get(connection_id, (0, FIRST)) != head:
            yield connection_id, head[0]


def head(tx: Tx, connection_id: int) -> Any:
    """The `number` and `hash` of the newest entry, 0 and FIRST before there is any; nobody else
    adds one before this transaction ends."""
    tx.execute(_begun(tx), {"connection_id": connection_id, "number": 0, "hash": FIRST})
    return tx.execute(HEAD, {"connection": connection_id}).one()


def heads(tx: Tx) -> list[tuple[int, int, str]]:
    """(connection id, number of entries, hash of the newest) of every chain, to keep elsewhere."""
    rows = tx.execute(
        sa.select(chain_table).order_by(chain_table.c.connection_id),
        execution_options=db.across("every chain has a head"),
    )
    return [(row.connection_id, row.number, row.hash) for row in rows]


def _unproved(
    changed: dict[tuple[int, int], str], erasing: Sequence[tuple[tuple[int, int], dict[str, str]]]
) -> Iterator[tuple[int, int]]:
    """The changed entries that no erasure left as they are. The newest erasure is asked first: it
    may have changed an older one, which counts only if that is proved."""
    for (connection_id, number), left in reversed(erasing):
        if (connection_id, number) in changed:
            continue
        for earlier, proof in left.items():
            if int(earlier) < number and changed.get((connection_id, int(earlier))) == proof:
                del changed[connection_id, int(earlier)]
    yield from changed


@db.once
def _begun(tx: Tx) -> Any:
    return db.insert(tx, chain_table).on_conflict_do_nothing(index_elements=["connection_id"])


def _hash(before: str, row: Mapping[str, Any]) -> str:
    named = (
        "connection_id", "number", "actor", "event", "about", "decision_id", "what",
    )  # fmt: skip
    content = {name: row[name] for name in named} | {"at": row["at"].isoformat()}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{before}{canonical}".encode()).hexdigest()


def _entry(row: Mapping[Any, Any]) -> Entry:
    names = ("number", "at", "actor", "event", "about", "decision_id", "what", "hash")
    return Entry(**{name: row[name] for name in names})

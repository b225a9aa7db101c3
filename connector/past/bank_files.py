"""Bank files that came in: what was imported, how each bank's columns are read, what waits for an
answer about its columns, and where each account stood last."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.mirroring import mirror_rows
from providers.bank import mapping as mappings
from providers.bank.mapping import SIGNS, Doubt, Mapping
from providers.iban import is_iban
from providers.receipts import Statement

NAME_MAX = 200
HELD_FOR = timedelta(days=1)
NOTES_MAX = 20
SILENT = timedelta(days=62)
"""An account of which nothing came for so long before the newest statement, two whole months, is
taken as closed."""

file_table = db.table(
    "bank_file",
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(NAME_MAX), nullable=False),
    sa.Column("format", sa.String(40), nullable=False),
    sa.Column("credits", sa.Integer, nullable=False),
    sa.Column("new", sa.Integer, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "digest"),
)
mapping_table = db.table(
    "bank_mapping",
    sa.Column("fingerprint", sa.String(32), nullable=False),
    sa.Column("mapping", sa.Text, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "fingerprint"),
)
held_table = db.table(
    "bank_upload",
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(NAME_MAX), nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "digest"),
)
balance_table = db.table(
    "bank_balance",
    sa.Column("account", sa.String(80), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("closed", sa.Date, nullable=False),
    sa.Column("closing_minor", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "account", "currency"),
)
_CLOSED = sa.select(balance_table.c.closed).where(
    balance_table.c.connection_id == db.CONNECTION,
    balance_table.c.closed <= sa.bindparam("today"),
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file as it was imported; `new` is what it added when it came first."""

    name: str
    format: str
    credits: int
    new: int
    notes: tuple[str, ...]
    by: str
    at: datetime


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def note(
    tx: Tx,
    connection_id: int,
    raw: bytes,
    *,
    name: str,
    format_: str,
    lines: int,
    new: int,
    notes: Sequence[str],
    by: str,
    at: datetime,
) -> None:
    """Write down that a file came; of the same file twice the first time stays."""
    tx.execute(
        db.insert(tx, file_table)
        .values(
            connection_id=connection_id, digest=digest(raw), name=name[:NAME_MAX], format=format_,
            credits=lines, new=new, notes=list(notes[:NOTES_MAX]), by=by, at=at,
        )
        .on_conflict_do_nothing(index_elements=["connection_id", "digest"])
    )  # fmt: skip


def arrived(tx: Tx, connection_id: int, last: int = 50) -> list[Arrived]:
    """The newest first."""
    t = file_table.c
    rows = tx.execute(
        sa.select(file_table)
        .where(t.connection_id == connection_id)
        .order_by(t.at.desc(), t.name)
        .limit(last)
    )
    return [_arrived(row) for row in rows]


def imported(tx: Tx, connection_id: int, raw: bytes) -> Arrived | None:
    """How these very bytes were imported first, if they were."""
    t = file_table.c
    query = sa.select(file_table).where(t.connection_id == connection_id, t.digest == digest(raw))
    row = tx.execute(query).first()
    return _arrived(row) if row else None


def keep_mapping(tx: Tx, connection_id: int, mapping: Mapping, *, by: str, at: datetime) -> None:
    """From now on files with these columns are read so."""
    values: dict[str, Any] = {"mapping": mapping.dump(), "by": by, "at": at}
    new = db.insert(tx, mapping_table).values(
        connection_id=connection_id, fingerprint=mapping.fingerprint, **values
    )
    tx.execute(
        new.on_conflict_do_update(index_elements=["connection_id", "fingerprint"], set_=values)
    )


def known_files(tx: Tx, connection_id: int) -> set[str]:
    """The fingerprints of the files whose reading is kept."""
    t = mapping_table.c
    query = sa.select(t.fingerprint).where(t.connection_id == connection_id)
    return set(tx.execute(query).scalars())


def kept_mapping(tx: Tx, connection_id: int, guessed: Mapping) -> Mapping | None:
    """How files with these columns were read before. What a single file says for itself, the
    line of its header and its account, is taken from the file; but an account that a person named
    keeps that name where the file has its IBAN, so that no line counts under both."""
    t = mapping_table.c
    row = tx.execute(
        sa.select(t.mapping).where(
            t.connection_id == connection_id, t.fingerprint == guessed.fingerprint
        )
    ).first()
    if row is None:
        return None
    kept = mappings.load(row.mapping)
    columns, doubts = _with_new(kept, guessed)
    return replace(
        kept,
        columns=columns,
        doubts=doubts,
        header=guessed.header,
        account=kept.account if _has_a_name(kept, guessed) else guessed.account or kept.account,
        currency=guessed.currency or kept.currency,
    )


def _has_a_name(kept: Mapping, guessed: Mapping) -> bool:
    return bool(kept.account) and not is_iban(kept.account) and is_iban(guessed.account)


def _with_new(
    kept: Mapping, guessed: Mapping
) -> tuple[dict[str, tuple[int, ...]], tuple[Doubt, ...]]:
    """A column of states, or one that says which way money went, shows itself only in a file that
    has some: without it what is announced, or went out, would become money. It stays out where a
    person took it out. One of fees counts only where the balance proves it. So it is with notes,
    which are no part of an id, beside a reference: in a file in which all are empty, or the same,
    they are no texts."""
    is_directed = "direction" in kept.columns or kept.sign != SIGNS[0]
    seen = ("status", "fee") if is_directed else ("status", "fee", "direction")
    new = {role: places for role, places in guessed.columns.items() if role in seen}
    asks = [it for it in guessed.doubts if "direction" in it.answers and not is_directed]
    return {**new, **kept.columns, **_notes(kept, guessed)}, tuple(asks)


def _notes(kept: Mapping, guessed: Mapping) -> dict[str, tuple[int, ...]]:
    """The columns of notes, with those that nobody has said to be none."""
    if not kept.columns.get("reference"):
        return {}
    taken = {place for places in kept.columns.values() for place in places}
    new = set(guessed.columns.get("note", ())) - taken.union(kept.no_notes)
    return {"note": tuple(sorted(new.union(kept.columns.get("note", ()))))} if new else {}


def hold(tx: Tx, connection_id: int, raw: bytes, *, name: str, at: datetime) -> str:
    """Keep a file until a person has said how its columns are read; returns its digest."""
    t = held_table.c
    tx.execute(sa.delete(held_table).where(t.connection_id == connection_id, t.at < at - HELD_FOR))
    key = digest(raw)
    tx.execute(
        db.insert(tx, held_table)
        .values(connection_id=connection_id, digest=key, name=name[:NAME_MAX], raw=raw, at=at)
        .on_conflict_do_nothing(index_elements=["connection_id", "digest"])
    )
    return key


def held(tx: Tx, connection_id: int, key: str) -> tuple[str, bytes] | None:
    """Name and bytes of a file that waits for an answer."""
    t = held_table.c
    row = tx.execute(
        sa.select(t.name, t.raw).where(t.connection_id == connection_id, t.digest == key)
    ).first()
    return (row.name, row.raw) if row else None


def release(tx: Tx, connection_id: int, key: str) -> None:
    t = held_table.c
    tx.execute(sa.delete(held_table).where(t.connection_id == connection_id, t.digest == key))


def covered(tx: Tx, connection_id: int, today: date) -> date | None:
    """The last day, up to today, that the newest statements of every account cover, of those that
    give their balances: one account says nothing of another. One that is silent for long is left
    out: it would prove nothing for ever."""
    told = {"connection": connection_id, "today": today}
    found = tx.execute(_CLOSED, told).scalars().all()
    newest = max(found, default=today)
    return min((day for day in found if newest - day <= SILENT), default=None)


def follow(tx: Tx, connection_id: int, statements: Sequence[Statement]) -> list[str]:
    """Remember where each account stands; tells where a statement does not go on from the last."""
    told = []
    for statement in sorted(statements, key=lambda one: one.closed or date.min):
        opening, closing, closed = statement.opening, statement.closing, statement.closed
        if opening is None or closing is None or closed is None:
            continue
        t = balance_table.c
        mine = (
            t.connection_id == connection_id,
            t.account == statement.account,
            t.currency == statement.currency,
        )
        last = tx.execute(sa.select(balance_table).where(*mine)).first()
        if last is not None and last.closed > closed:
            continue
        begins = statement.opened or closed
        before = last and mirror_rows.money(last.closing_minor, statement.currency)
        if last is not None and before != opening and last.closed <= begins:
            told.append(
                f"{statement.account}: the last statement closed with {before} on {last.closed},"
                f" this one opens with {opening}: a statement between them is missing"
            )
        values = {"closed": closed, "closing_minor": mirror_rows.minor(closing)}
        new = db.insert(tx, balance_table).values(
            connection_id=connection_id, account=statement.account, currency=statement.currency,
            **values,
        )  # fmt: skip
        keys = ["connection_id", "account", "currency"]
        tx.execute(new.on_conflict_do_update(index_elements=keys, set_=values))
    return told


def _arrived(row: Any) -> Arrived:
    return Arrived(row.name, row.format, row.credits, row.new, tuple(row.notes), row.by, row.at)

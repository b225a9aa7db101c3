"""Remittance advices: each kept once, waiting for its money, and put beside it when both are in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import audit, db
from connector.clients.tenants import Connection
from connector.db import Moment, Tx
from connector.decided import questions
from connector.mirroring import mirror, mirror_rows
from connector.money import cash
from connector.money.cash import Item, Standing
from matching.facts.items import Cash
from matching.told.remittance import BEFORE, Advice, pair
from providers.money import Money
from providers.receipts import Remittance

REMITTANCE = TypeAdapter(Remittance)
WAITING, PAIRED, REVIEW = "waiting", "paired", "review"
LOOKED_FOR = timedelta(days=60)
REMEMBERED = 50
"""How many earlier advices of a sender are looked at, the newest first."""
ID_CHARACTERS = 32


class Source(StrEnum):
    """`file` is what a person gave in; `unproven` is mail for whose sender no server vouches."""

    FILE = "file"
    MAIL = "mail"
    UNPROVEN = "unproven"


remittance_table = db.table(
    "remittance",
    sa.Column("id", sa.String(40), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("sender", sa.String(320), nullable=False),
    sa.Column("cash_kind", sa.String(20), nullable=False),
    sa.Column("cash_id", sa.String(80), nullable=False),
    sa.Column("arrived_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "id"),
    sa.Index("ix_remittance_state", "connection_id", "state"),
    sa.Index("ix_remittance_cash", "connection_id", "cash_kind", "cash_id"),
)
t = remittance_table.c
_WAITING = sa.select(t.id, t.body, t.day, t.customer_id).where(
    t.connection_id == db.CONNECTION, t.state == WAITING, t.arrived_at >= sa.bindparam("since")
)


@dataclass(frozen=True, slots=True)
class Kept:
    """`state` is waiting (for its money), paired, or review where its own figures do not agree.
    `subject` is the money's, empty while there is none."""

    id: str
    remittance: Remittance
    state: str
    customer_id: str
    source: str
    sender: str
    subject: str
    arrived_at: datetime


def keep(
    tx: Tx,
    connection: Connection,
    found: Sequence[Remittance],
    *,
    source: Source,
    by: str,
    at: datetime,
    sender: str = "",
    customer_id: str = "",
) -> int:
    """Keep advices and look for their money; the same advice counts once, however often and in
    whatever form it comes. Returns how many are new."""
    cash.hold(tx, connection.id)
    new: list[tuple[str, Remittance]] = []
    for remittance in found:
        id_ = identity(remittance)
        row = db.insert(tx, remittance_table).values(
            connection_id=connection.id, id=id_, day=remittance.day or at.date(),
            currency=remittance.total.currency, total_minor=mirror_rows.minor(remittance.total),
            body=REMITTANCE.dump_json(remittance).decode(),
            state=REVIEW if remittance.doubts else WAITING, customer_id=customer_id, source=source,
            sender=sender[:320], cash_kind="", cash_id="", arrived_at=at,
        )  # fmt: skip
        stored = row.on_conflict_do_nothing(index_elements=["connection_id", "id"])
        if tx.execute(stored.returning(t.id)).first():
            new.append((id_, remittance))
        elif source == Source.FILE:
            _vouch(tx, connection.id, id_, at=at)
    pair_up(tx, connection.id, at=at)
    for id_, remittance in new:
        doubts = remittance.doubts
        audit.add(
            tx, connection.id, at=at, actor=by, event="remittance.kept", about=f"remittance:{id_}",
            source=source, total=str(remittance.total), lines=len(remittance.lines),
            doubts=list(doubts),
        )  # fmt: skip
        if doubts:
            who = remittance.payer or sender or "an unknown payer"
            questions.show(
                tx, connection, subject=f"remittance:{id_}", rule="remittance_unbalanced", at=at,
                reasons=[f"the advice of {who}: {doubts[0]}", *doubts[1:]],
            )  # fmt: skip
    return len(new)


def identity(remittance: Remittance) -> str:
    """The same for the same reference, total and lines: the payer's name and the form of the
    advice do not count."""
    lines = sorted((_bare(line.number), str(line.net)) for line in remittance.lines)
    told = [_bare(remittance.reference), str(remittance.total), *map(str, lines)]
    return sha256("\n".join(told).encode()).hexdigest()[:ID_CHARACTERS]


def pair_up(tx: Tx, connection_id: int, *, at: datetime) -> int:
    """Put advices beside their money; money that waits for a person is decided on again."""
    db.one_at_a_time(tx, "remittances", connection_id)
    pairs = _pairs(tx, connection_id, at=at, locked=True)
    for advice_id, item in pairs.items():
        _join(tx, connection_id, advice_id, item, at=at)
    return len(pairs)


def is_due(tx: Tx, connection_id: int, *, at: datetime) -> bool:
    """Whether an advice that waits is to be put beside money that is in."""
    return bool(_pairs(tx, connection_id, at=at, locked=False))


def beside(tx: Tx, connection_id: int, item: Item) -> Kept | None:
    """The advice that was found to be about this money."""
    row = tx.execute(
        sa.select(remittance_table).where(
            t.connection_id == connection_id, t.cash_kind == item.kind, t.cash_id == item.id
        )
    ).first()
    return _kept(row) if row else None


def paired(tx: Tx, connection_id: int, item: Item) -> Remittance | None:
    """What the payer said of this money apart from it, if an advice was found that is about it."""
    found = beside(tx, connection_id, item)
    return found.remittance if found else None


def paired_from(tx: Tx, connection_id: int, sender: str) -> list[str]:
    """The money that stands beside the last advices of this address."""
    query = sa.select(t.cash_kind, t.cash_id).where(
        t.connection_id == connection_id, t.state == PAIRED, t.source == Source.MAIL,
        sa.func.lower(t.sender) == sender.lower(),
    )  # fmt: skip
    rows = tx.execute(query.order_by(t.arrived_at.desc()).limit(REMEMBERED))
    return [f"{row.cash_kind}:{row.cash_id}" for row in rows]


def listed(tx: Tx, connection_id: int, limit: int = 1000) -> list[Kept]:
    """Advices, the newest first."""
    rows = tx.execute(
        sa.select(remittance_table)
        .where(t.connection_id == connection_id)
        .order_by(t.arrived_at.desc(), t.id)
        .limit(limit)
    )
    return [_kept(row) for row in rows]


def _pairs(tx: Tx, connection_id: int, *, at: datetime, locked: bool) -> dict[str, Item]:
    """By advice, the money that it is about."""
    advices = _waiting(tx, connection_id, at)
    if not advices:
        return {}
    since = min(advice.day for advice in advices) - BEFORE
    totals = {advice.remittance.total for advice in advices}
    taken = _taken(tx, connection_id)
    items = {
        item.subject: item
        for item in cash.of_totals(tx, connection_id, totals, since=since, locked=locked)
        if item.state is not Standing.CLOSED and item.subject not in taken
    }
    money = [
        Cash(i.subject, i.customer_id, _sum_of(i, totals), i.received, i.payer, i.text)
        for i in items.values()
    ]
    names = mirror.names(tx, connection_id, {i.customer_id for i in items.values()} - {""})
    return {id_: items[subject] for id_, subject in pair(advices, money, names).items()}


def _vouch(tx: Tx, connection_id: int, id_: str, *, at: datetime) -> None:
    """A person gives in what came by mail: the money beside it is decided on again."""
    mine = (t.connection_id == connection_id, t.id == id_, t.source != Source.FILE)
    given = sa.update(remittance_table).where(*mine).values(source=Source.FILE)
    row = tx.execute(given.returning(t.cash_kind, t.cash_id)).first()
    if row is None or not row.cash_id:
        return
    item = cash.find(tx, connection_id, row.cash_kind, row.cash_id, locked=True)
    if item and item.state in (Standing.REVIEW, Standing.SHADOW):
        cash.stand(tx, connection_id, item, Standing.NEW, at=at)


def _join(tx: Tx, connection_id: int, advice_id: str, item: Item, *, at: datetime) -> None:
    tx.execute(
        sa.update(remittance_table)
        .where(t.connection_id == connection_id, t.id == advice_id)
        .values(state=PAIRED, cash_kind=item.kind, cash_id=item.id)
    )
    audit.add(
        tx, connection_id, at=at, actor="ledgerhand", event="remittance.paired",
        about=item.subject, remittance=advice_id,
    )  # fmt: skip
    if item.state in (Standing.REVIEW, Standing.SHADOW):
        cash.stand(tx, connection_id, item, Standing.NEW, at=at)


def _waiting(tx: Tx, connection_id: int, at: datetime) -> list[Advice]:
    rows = tx.execute(_WAITING, {"connection": connection_id, "since": at - LOOKED_FOR})
    return [
        Advice(row.id, REMITTANCE.validate_json(row.body), row.day, row.customer_id) for row in rows
    ]


def _taken(tx: Tx, connection_id: int) -> set[str]:
    """Money that an advice stands beside already."""
    rows = tx.execute(
        sa.select(t.cash_kind, t.cash_id).where(t.connection_id == connection_id, t.state == PAIRED)
    )
    return {f"{row.cash_kind}:{row.cash_id}" for row in rows}


def _kept(row: Any) -> Kept:
    return Kept(
        id=row.id, remittance=REMITTANCE.validate_json(row.body), state=row.state,
        customer_id=row.customer_id, source=row.source, sender=row.sender,
        subject=f"{row.cash_kind}:{row.cash_id}" if row.cash_id else "",
        arrived_at=row.arrived_at,
    )  # fmt: skip


def _sum_of(item: Item, totals: Collection[Money]) -> Money:
    """What the payer sent, where that and not what came is the sum of an advice."""
    return item.original if item.original in totals and item.original else item.total


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())

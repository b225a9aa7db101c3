"""Payouts of processors: each kept once, its charges as money, its bank line as no money more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import audit, db
from connector.clients.tenants import Connection
from connector.db import Moment, Tx
from connector.decided import approvals, questions
from connector.mirroring import mirror_rows
from connector.money import cash, set_aside
from connector.money.cash import BANK, Item, Standing
from matching.items import Cash
from matching.payouts import EARLY, Announced, pair
from providers.money import Money
from providers.processors import charges
from providers.receipts import Payout

PROCESSORS = ("stripe", "paypal")
PAYOUT = TypeAdapter(Payout)
WAITING, PAIRED, REVIEW = "waiting", "paired", "review"
LOOKED_FOR = timedelta(days=45)
"""A payout whose bank line has not come by then is not looked for any more."""
PLACED = (Standing.APPLYING, Standing.APPLIED)

payout_table = db.table(
    "payout",
    sa.Column("processor", sa.String(20), nullable=False),
    sa.Column("id", sa.String(60), nullable=False),
    sa.Column("arrived", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("line_id", sa.String(80), nullable=False, default=""),
    sa.Column("kept_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "processor", "id"),
    sa.Index("ix_payout_state", "connection_id", "state"),
)
t = payout_table.c
_PAIRED = sa.select(t.line_id, t.amount_minor, t.currency).where(
    t.connection_id == db.CONNECTION, t.state == PAIRED
)
_WAITING = sa.select(t.processor, t.id, t.arrived, t.amount_minor, t.currency).where(
    t.connection_id == db.CONNECTION, t.state == WAITING, t.arrived >= sa.bindparam("since")
)


class CannotKeep(ValueError):
    """A payout contradicts what is known of it; none of its file counts."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`state` is waiting (for its bank line), paired, or review. `line_id` is the bank line's."""

    payout: Payout
    state: str
    line_id: str


def keep(tx: Tx, connection: Connection, found: Sequence[Payout], *, by: str, at: datetime) -> int:
    """Keep payouts and their charges as money to be matched; returns how many are new.

    Where the bank line of a payout was applied before the payout was known, its charges do not
    count: a person must look. Raises CannotKeep.
    """
    cash.hold(tx, connection.id)
    db.one_at_a_time(tx, "payouts", connection.id)
    new = [payout for payout in found if _store(tx, connection.id, payout, at)]
    pair_up(tx, connection, at=at)
    arrived = 0
    for payout in new:
        if _state(tx, connection.id, payout) != REVIEW:
            arrived += cash.arrive(tx, connection.id, charges.receipts(payout))
        back = charges.reversals(payout)
        audit.add(
            tx, connection.id, at=at, actor=by, event="payout.kept",
            about=f"payout:{payout.processor}:{payout.id}", amount=str(payout.amount),
            charges=len(payout.charges), fees=str(payout.fees),
            taken_back=[f"{p.about or p.id} {p.net}" for p in back],
        )  # fmt: skip
        if back:
            questions.show(
                tx, connection, subject=f"payout:{payout.id}", rule="payout_reversal", at=at,
                reasons=[f"{payout.processor} took back {-p.net} of an earlier charge"
                         f" ({p.about or p.id}: {p.description})" for p in back],
            )  # fmt: skip
    return len(new)


def pair_up(tx: Tx, connection: Connection, *, at: datetime) -> None:
    """Find the bank lines that are payouts: they are closed, for the charges are the money."""
    db.one_at_a_time(tx, "payouts", connection.id)
    pairs, unclear = _pairs(tx, connection.id, at=at, locked=True)
    for item, announced in pairs:
        _join(tx, connection, item, announced, at=at)
    for item, why in unclear:
        cash.stand(tx, connection.id, item, Standing.REVIEW, at=at)
        questions.show(
            tx, connection, subject=item.subject, rule="payout_unclear", reasons=[why], at=at
        )


def is_due(tx: Tx, connection_id: int, *, at: datetime) -> bool:
    """Whether a payout that waits has its bank line, or a person is to be asked which it is."""
    return any(_pairs(tx, connection_id, at=at, locked=False))


def listed(tx: Tx, connection_id: int, limit: int = 1000) -> list[Kept]:
    """Payouts, the newest first."""
    rows = tx.execute(
        sa.select(t.body, t.state, t.line_id)
        .where(t.connection_id == connection_id)
        .order_by(t.arrived.desc(), t.processor, t.id)
        .limit(limit)
    )
    return [Kept(PAYOUT.validate_json(row.body), row.state, row.line_id) for row in rows]


def paired(tx: Tx, connection_id: int) -> dict[str, Money]:
    """By bank line, the payout that it was found to be: its charges are the money."""
    rows = tx.execute(_PAIRED, {"connection": connection_id})
    return {row.line_id: mirror_rows.money(row.amount_minor, row.currency) for row in rows}


def newest(tx: Tx, connection_id: int, processor: str) -> date | None:
    """When the last payout that is known arrived."""
    query = sa.select(sa.func.max(t.arrived)).where(
        t.connection_id == connection_id, t.processor == processor
    )
    found: date | None = tx.execute(query).scalar()
    return found


def _pairs(
    tx: Tx, connection_id: int, *, at: datetime, locked: bool
) -> tuple[list[tuple[Item, Announced]], list[tuple[Item, str]]]:  # fmt: skip
    """Bank lines, each with the payout that it is; and those about which a person is still to be
    asked, each with the reason."""
    waiting = _waiting(tx, connection_id, at)
    if not waiting:
        return [], []
    since = min(payout.arrived for payout in waiting) - EARLY
    totals = {payout.amount for payout in waiting}
    lines = {
        item.subject: item
        for item in cash.of_totals(tx, connection_id, totals, since=since, locked=locked)
        if _is_bank_line(item)
    }
    pairs = pair([_cash(item) for item in lines.values()], waiting)
    unclear = [(lines[subject], why) for subject, why in pairs.unclear.items()]
    return (
        [(lines[subject], announced) for subject, announced in pairs.by_line.items()],
        [(item, why) for item, why in unclear if item.state in (Standing.NEW, Standing.SHADOW)],
    )


def _store(tx: Tx, connection_id: int, payout: Payout, at: datetime) -> bool:
    new = db.insert(tx, payout_table).values(
        connection_id=connection_id, processor=payout.processor, id=payout.id,
        arrived=payout.arrived, currency=payout.amount.currency,
        amount_minor=mirror_rows.minor(payout.amount), body=PAYOUT.dump_json(payout).decode(),
        state=WAITING, line_id="", kept_at=at,
    )  # fmt: skip
    stored = new.on_conflict_do_nothing(index_elements=["connection_id", "processor", "id"])
    if tx.execute(stored.returning(t.id)).first():
        return True
    known = tx.execute(
        sa.select(t.amount_minor, t.currency).where(*_place(connection_id, payout))
    ).one()
    before = mirror_rows.money(known.amount_minor, known.currency)
    if before != payout.amount:
        raise CannotKeep(f"payout {payout.id} is known with {before}, not {payout.amount}")
    return False


def _join(
    tx: Tx, connection: Connection, item: Item, announced: Announced, *, at: datetime
) -> None:
    """One bank line is one payout. If it was applied as money already, a person must look."""
    clash = item.state in PLACED
    tx.execute(
        sa.update(payout_table)
        .where(*_place(connection.id, announced))
        .values(state=REVIEW if clash else PAIRED, line_id=item.id)
    )
    audit.add(
        tx, connection.id, at=at, actor="ledgerhand",
        event="payout.clash" if clash else "payout.paired", about=item.subject,
        payout=announced.id, amount=str(announced.amount),
    )  # fmt: skip
    if clash:
        why = (
            f"the bank line of {announced.processor} payout {announced.id} ({announced.amount})"
            " was applied before the payout was known; its charges are not counted"
        )
        questions.show(tx, connection, subject=f"payout:{announced.id}", rule="payout_clash",
                       reasons=[why], at=at)  # fmt: skip
        return
    cash.stand(tx, connection.id, item, Standing.CLOSED, left=Money.zero(item.left.currency), at=at)
    set_aside.end(tx, connection.id, item.subject, by=set_aside.US, at=at)
    approvals.lapse(tx, connection.id, item.subject, at=at)


def _waiting(tx: Tx, connection_id: int, at: datetime) -> list[Announced]:
    rows = tx.execute(_WAITING, {"connection": connection_id, "since": at.date() - LOOKED_FOR})
    return [
        Announced(r.processor, r.id, r.arrived, mirror_rows.money(r.amount_minor, r.currency))
        for r in rows
    ]


def _state(tx: Tx, connection_id: int, payout: Payout) -> str:
    query = sa.select(t.state).where(*_place(connection_id, payout))
    return str(tx.execute(query).scalar_one())


def _place(connection_id: int, payout: Payout | Announced) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        t.connection_id == connection_id,
        t.processor == payout.processor,
        t.id == payout.id,
    )


def _is_bank_line(item: Item) -> bool:
    """Money from a bank, and no charge that came out of a payout itself."""
    if item.kind != BANK or item.state is Standing.CLOSED:
        return False
    return not item.id.startswith(tuple(f"{name}:" for name in PROCESSORS))


def _cash(item: Item) -> Cash:
    return Cash(item.subject, item.customer_id, item.total, item.received, item.payer, item.text)

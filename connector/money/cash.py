"""Money that came in: what the ledger holds unapplied and what only the bank knows of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.clients import sweeps
from connector.db import Moment, Tx
from connector.mirroring import mirror_rows
from connector.money import cash_rows
from connector.money.cash_rows import BANK, FACT_MAX, Item, Standing, is_live, item_of
from connector.outgoing import intents
from providers.ledger import RECEIVED, Gone, Payment, Record
from providers.money import Money
from providers.receipts import Receipt

__all__ = ["BANK", "Item", "Standing"]
EVERY, PLACES_MAX = 1_000_000_000, 5_000  # for reports, which leave nothing out; in one query


class Moved(RuntimeError):
    """Money went on since it was read: what was decided on it does not count."""


cash_table = db.table(
    "cash",
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("id", sa.String(80), nullable=False),
    sa.Column("version", sa.String(80), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("left_minor", sa.BigInteger, nullable=False),
    sa.Column("received", sa.Date, nullable=False),
    sa.Column("payer", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("decision_id", sa.Integer),
    sa.Column("seen_at", Moment),
    *(
        sa.Column(name, sa.String(FACT_MAX), nullable=False, server_default="")
        for name in ("payer_account", "end_to_end_id", "bank_reference", "part_of")
    ),
    sa.Column("original_minor", sa.BigInteger),
    *(
        sa.Column(name, sa.String(length), nullable=False, server_default="")
        for name, length in (("original_currency", 3), ("rate_unit", 3), ("rate_price", 40))
    ),
    sa.PrimaryKeyConstraint("connection_id", "kind", "id"),
    sa.Index("ix_cash_state", "connection_id", "state"),
    sa.Index("ix_cash_customer", "connection_id", "customer_id", "state"),
    sa.Index("ix_cash_total", "connection_id", "total_minor"),
    sa.Index("ix_cash_original", "connection_id", "original_minor"),
    sa.Index("ix_cash_day", "connection_id", "kind", "received"),
)
c = cash_table.c
_IS_SWEPT = sa.or_(c.seen_at.is_(None), sweeps.swept_after(c.connection_id, c.seen_at))
_IS_DUE = sa.and_(c.state == Standing.NEW, _IS_SWEPT)
"""What was looked at already waits until a later sweep."""
CONNECTIONS_DUE = sa.select(c.connection_id).where(_IS_DUE)
_IN_ORDER = sa.select(cash_table).order_by(c.received, c.kind, c.id)
_NEWEST = sa.select(cash_table).order_by(c.received.desc(), c.kind.desc(), c.id.desc())
DUE = _IN_ORDER.where(c.connection_id == db.CONNECTION, _IS_DUE).limit(db.MOST)
_OURS = sa.select(c.id).where(c.connection_id == db.CONNECTION).order_by(c.id).with_for_update()
_REFERENCE = sa.func.coalesce(sa.func.nullif(c.part_of, ""), c.bank_reference)
_KNOWN = _OURS.where(c.id.in_(sa.bindparam("ids", expanding=True)))


def observe(tx: Tx, connection_id: int, news: Sequence[Record]) -> list[str]:
    """Follow what the ledger says about money received: new, changed, placed or gone. Returns what
    others placed or took out, of which nobody needs to be asked any more. Money that was placed
    when it was first seen is not followed; where it is being applied, what comes of this counts."""
    gone = [record for record in news if isinstance(record, Gone) and record.kind in RECEIVED]
    for record in gone:
        _change(tx, connection_id, record, state=Standing.CLOSED, left_minor=0)
    payments = [record for record in news if isinstance(record, Payment)]
    placed = {payment.id for payment in payments if not is_live(payment)}
    told = {"connection": connection_id, "ids": placed}
    unknown = placed.difference(tx.execute(_KNOWN, told).scalars())
    known = [payment for payment in payments if payment.id not in unknown]
    rows = {f"{it.kind}:{it.id}": cash_rows.row_of_payment(connection_id, it) for it in known}
    under_way = intents.under_way(tx, connection_id, rows)
    rest = [row for subject, row in rows.items() if subject not in under_way]
    _follow(tx, rest, (Standing.APPLYING, Standing.APPLIED))
    _follow(tx, [rows[subject] for subject in under_way], (Standing.APPLIED,))
    over: list[Gone | Payment] = [*gone, *(payment for payment in known if not is_live(payment))]
    return [f"{record.kind}:{record.id}" for record in over]


def _follow(tx: Tx, rows: Sequence[dict[str, Any]], ours: Sequence[Standing]) -> None:
    """`ours` is where money stands that we have placed if nothing is left of it. What was set aside
    stays so while it is there as it was then."""
    if not rows:
        return
    new = db.insert(tx, cash_table)
    excluded = new.excluded
    names = ("version", "customer_id", "total_minor", "left_minor", "received", "text")
    is_ours = sa.or_(*(c.state == standing for standing in ours))
    is_aside = sa.and_(
        c.state == Standing.IGNORED, excluded.state == Standing.NEW,
        *(c[name] == excluded[name] for name in ("total_minor", "left_minor", "customer_id")),
    )  # fmt: skip
    state = sa.case(
        (sa.and_(is_ours, excluded.left_minor == 0), Standing.APPLIED),
        (is_aside, c.state),
        (c.state == Standing.APPLYING, c.state),
        else_=excluded.state,
    )
    changed = new.on_conflict_do_update(
        index_elements=["connection_id", "kind", "id"],
        set_={name: excluded[name] for name in names} | {"state": state, "seen_at": None},
        where=sa.or_(c.version != excluded.version, c.left_minor != excluded.left_minor),
    )
    tx.execute(changed, rows)


def arrive(tx: Tx, connection_id: int, receipts: Sequence[Receipt]) -> int:
    """Keep receipts from the bank; the same bank line counts once. Returns how many are new."""
    if not receipts:
        return 0
    new = db.insert(tx, cash_table)
    rows = [cash_rows.row_of_receipt(connection_id, receipt) for receipt in receipts]
    fresh = new.on_conflict_do_nothing(index_elements=["connection_id", "kind", "id"])
    return len(tx.execute(fresh.returning(c.id), rows).all())


def enter(tx: Tx, connection_id: int, item: Item) -> None:
    """Money that we brought into the ledger goes on as money of the ledger, once it is seen."""
    new = db.insert(tx, cash_table).values(cash_rows.row_of_item(connection_id, item))
    tx.execute(new.on_conflict_do_update(
        index_elements=["connection_id", "kind", "id"], set_={"state": new.excluded.state},
        where=new.excluded.state == Standing.APPLYING,
    ))  # fmt: skip


def listed(
    tx: Tx, connection_id: int, states: Sequence[Standing], limit: int = 1000, *,
    newest: bool = False,
) -> list[Item]:  # fmt: skip
    """Money in these states, in the order of its arrival, or the `newest` first."""
    query = (_NEWEST if newest else _IN_ORDER).where(c.connection_id == connection_id)
    return [item_of(it) for it in tx.execute(query.where(c.state.in_(states)).limit(limit))]


def fetch(tx: Tx, connection_id: int, subjects: Iterable[str]) -> list[Item]:
    """Money by its subject, in the order of its arrival."""
    wanted = [(kind, id_) for kind, _, id_ in (it.partition(":") for it in subjects)]
    some = (wanted[n : n + PLACES_MAX] for n in range(0, len(wanted), PLACES_MAX))
    ours, place = c.connection_id == connection_id, sa.tuple_(c.kind, c.id)
    found = [it for places in some for it in _items(tx, ours, place.in_(places))]
    return sorted(found, key=lambda it: (it.received, it.kind, it.id))


def hold(tx: Tx, connection_id: int) -> None:
    """Nobody else moves money of this company on before this transaction ends. Taken before any row
    of it is locked, and before an answer or the audit log is written."""
    db.one_at_a_time(tx, "same", connection_id)


def find(tx: Tx, connection_id: int, kind: str, id_: str, *, locked: bool = False) -> Item | None:
    """`locked` keeps others from moving it on before this transaction ends."""
    if locked:
        hold(tx, connection_id)
    return next(iter(_items(tx, *_place(connection_id, kind, id_), locked=locked)), None)


def of_totals(
    tx: Tx, connection_id: int, totals: Collection[Money], *, since: date, locked: bool = True,
    until: date = date.max, kind: str = "", states: Collection[Standing] = tuple(Standing),
) -> list[Item]:  # fmt: skip
    """Money that came to one of these sums, or was one before its bank converted it, between two
    days, of one kind or all, where it stands so; `locked` as in `find`."""
    if locked:
        hold(tx, connection_id)
    minors = {mirror_rows.minor(total) for total in totals}
    is_one = sa.or_(c.total_minor.in_(minors), c.original_minor.in_(minors))
    ours = (c.connection_id == connection_id, is_one, c.received.between(since, until))
    is_kind = c.kind == kind if kind else sa.true()
    found = _items(tx, *ours, is_kind, c.state.in_(states), locked=locked)
    return [item for item in found if item.total in totals or item.original in totals]


def of_days(tx: Tx, connection_id: int, first: date, last: date) -> list[Item]:
    """Lines of the bank that came on these days."""
    return [*map(item_of, near(tx, connection_id, lambda it: it.received.between(first, last)))]


def near(tx: Tx, connection_id: int, pick: Callable[[Any], sa.ColumnElement[bool]]) -> list[Any]:
    """Lines of the bank as rows, in the order of their arrival: not of each an item is made."""
    return [*tx.execute(_IN_ORDER.where(c.connection_id == connection_id, c.kind == BANK, pick(c)))]


def under(tx: Tx, connection_id: int, references: Collection[str]) -> list[Item]:
    """Lines of the bank under these references, and the parts of bookings under them."""
    wanted, ours = list(references), (c.connection_id == connection_id, c.kind == BANK)
    some = (wanted[n : n + PLACES_MAX] for n in range(0, len(wanted), PLACES_MAX))
    return [it for named in some for it in _items(tx, *ours, _REFERENCE.in_(named))]


def learn(tx: Tx, connection_id: int, item: Item, **facts: str) -> None:
    """What the bank says of a line in another file as well."""
    _change(tx, connection_id, item, **cash_rows.shortened(facts))


def stand(
    tx: Tx, connection_id: int, item: Item, state: Standing, *, decision_id: int | None = None,
    left: Money | None = None, at: datetime | None = None,
) -> None:  # fmt: skip
    """Move an item on from where it was read; `left` replaces what is still to be placed. Raises
    Moved where it stands elsewhere by now."""
    values: dict[str, Any] = {"state": state, "seen_at": None if state is Standing.NEW else at}
    if decision_id is not None:
        values["decision_id"] = decision_id
    if left is not None:
        values["left_minor"] = mirror_rows.minor(left)
    here = (*_place(connection_id, item.kind, item.id), c.state == item.state)
    if not tx.execute(sa.update(cash_table).where(*here).values(**values)).rowcount:
        raise Moved(f"{item.subject} is no longer {item.state}")


def wait_for_sweep(tx: Tx, connection_id: int, item: Item, *, at: datetime) -> None:
    """Leave an item undecided until a sweep that begins after this moment: asked for at first."""
    _change(tx, connection_id, item, seen_at=at)
    if item.seen_at is None:
        sweeps.keep(tx, connection_id, wanted_at=at)


def due(tx: Tx, connection_id: int, limit: int) -> list[Item]:
    """Money to decide on now, in the order of its arrival: new, and not waiting for a sweep."""
    return [item_of(it) for it in tx.execute(DUE, {"connection": connection_id, "most": limit})]


def still_due(tx: Tx, connection_id: int, item: Item) -> Item | None:
    """The item as it is now, which nobody else moves on before this transaction ends; None where
    it is no longer to be decided on."""
    hold(tx, connection_id)
    here = _place(connection_id, item.kind, item.id)
    return next(iter(_items(tx, *here, _IS_DUE, locked=True)), None)


def reconsider(tx: Tx, connection_id: int, *, states: Sequence[str] = (Standing.REVIEW,)) -> None:
    """The account or the rules changed: decide again about money that waits for a person."""
    ours = sa.update(cash_table).where(c.connection_id == connection_id, c.state.in_(states))
    tx.execute(ours.values(state=Standing.NEW, seen_at=None))


def again(tx: Tx, connection_id: int, items: Sequence[Item]) -> None:
    """The same of this money, but for what somebody is moving on at this moment."""
    for n in range(0, len(items), PLACES_MAX):
        named = sa.tuple_(c.kind, c.id).in_([(it.kind, it.id) for it in items[n : n + PLACES_MAX]])
        ours = (c.connection_id == connection_id, c.state == Standing.REVIEW, named)
        free = sa.select(c.kind, c.id).where(*ours).with_for_update(skip_locked=True)
        if found := [(row.kind, row.id) for row in tx.execute(free)]:
            here = (c.connection_id == connection_id, sa.tuple_(c.kind, c.id).in_(found))
            tx.execute(sa.update(cash_table).where(*here).values(state=Standing.NEW, seen_at=None))


def waited_for(
    tx: Tx, connection_id: int, customer_ids: Collection[str], *, placed: bool = True
) -> set[str]:
    """The customers whose money is in, but not yet decided on or not yet in the ledger. Where
    money is not `placed` by us, none waits for our decision."""
    states = (Standing.NEW, Standing.APPLYING) if placed else (Standing.APPLYING,)
    ours = (c.connection_id == connection_id, c.customer_id.in_(customer_ids), c.state.in_(states))
    return set(tx.execute(sa.select(c.customer_id).where(*ours).distinct()).scalars())


def newest(tx: Tx, connection_id: int, today: date) -> date | None:
    """The day, up to today, of the newest money that the ledger or the bank told of."""
    of = (c.connection_id == connection_id, c.received <= today)
    return tx.execute(sa.select(sa.func.max(c.received)).where(*of)).scalar()


def sums(tx: Tx, connection_id: int) -> dict[tuple[str, str], tuple[int, Money, Money]]:
    """By (state, currency): how many items, their total, and what is left of it."""
    total, left = (sa.func.sum(it) for it in (c.total_minor, c.left_minor))
    figures = (sa.func.count().label("n"), total.label("total"), left.label("left"))
    query = sa.select(c.state, c.currency, *figures).where(c.connection_id == connection_id)
    rows = tx.execute(query.group_by(c.state, c.currency))
    return {(row.state, row.currency): cash_rows.sum_of(row) for row in rows}


def _place(connection_id: int, kind: str, id_: str) -> tuple[sa.ColumnElement[bool], ...]:
    return c.connection_id == connection_id, c.kind == kind, c.id == id_


def _items(tx: Tx, *where: sa.ColumnElement[bool], locked: bool = False) -> list[Item]:
    """In the order of their arrival; the caller names the connection first."""
    query = _IN_ORDER.where(*where)
    return [item_of(row) for row in tx.execute(query.with_for_update() if locked else query)]


def _change(tx: Tx, connection_id: int, item: Item | Gone, **values: Any) -> None:
    here = _place(connection_id, item.kind, item.id)
    tx.execute(sa.update(cash_table).where(*here).values(**values))

"""The mirror: what the ledger last told us of each record. It only moves forward."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.mirroring import name_marks
from connector.mirroring.mirror_rows import blank, minor, money, record_of, row_of
from providers.ledger import Customer, Gone, Invoice, Kind, Record, Status
from providers.money import Money

mirror_table = db.table(
    "mirror",
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("open_minor", sa.BigInteger, nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("received", sa.Date),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("read_at", Moment, nullable=False),
    sa.Column("touched_at", Moment, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "kind", "id"),
    sa.Index("ix_mirror_open", "connection_id", "kind", "status", "customer_id"),
    sa.Index("ix_mirror_amount", "connection_id", "currency", "open_minor"),
    sa.Index("ix_mirror_customer", "connection_id", "customer_id", "kind"),
    sa.Index("ix_mirror_total", "connection_id", "total_minor", "received"),
)
m = mirror_table.c
KEPT = ("customer_id", "currency", "total_minor", "open_minor", "due", "received", "status",
        "changed_at", "read_at", "body")  # fmt: skip
RECORDS = sa.select(m.kind, m.id, m.status, m.body)
_OF_ONE = sa.select(m.id).where(m.connection_id == db.CONNECTION)
OPEN_IDS = _OF_ONE.where(m.kind == sa.bindparam("kind"), m.status == Status.OPEN)
_ALL_READINGS = RECORDS.add_columns(m.read_at).where(m.connection_id == db.CONNECTION)
_OF_IDS = (m.kind == sa.bindparam("kind"), m.id.in_(sa.bindparam("ids", expanding=True)))
READINGS = _ALL_READINGS.where(*_OF_IDS)
OF_CUSTOMERS = RECORDS.where(
    m.connection_id == db.CONNECTION, m.customer_id.in_(db.CUSTOMERS),
    m.kind != Kind.CUSTOMER, m.status.in_((Status.OPEN, Status.DRAFT)),
)  # fmt: skip
NEWS = _OF_ONE.where(m.touched_at >= sa.bindparam("since")).limit(1)
DOCUMENTS = (Kind.INVOICE, Kind.CREDIT_NOTE)
IDS_MAX = 10_000  # in one query: PostgreSQL takes 65,535 parameters, SQLite half of that


def store(
    tx: Tx, connection_id: int, records: Iterable[Record], *, read_at: datetime
) -> list[Record]:
    """Keep records as they were read from `read_at` on; returns those that are news.

    A record never goes back: an older state, by the ledger's own time of change and then by the
    time of our reading, is refused by the database."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    found: dict[tuple[str, str], Record] = {}
    for record in records:
        if isinstance(record, Gone):
            if _bury(tx, connection_id, record, read_at):
                found[record.kind, record.id] = record
            continue
        row = row_of(connection_id, record, read_at)
        rows[row["kind"], row["id"]] = row
        found[row["kind"], row["id"]] = record
    fresh = _upsert(tx, list(rows.values()), read_at)
    news = [one for place, one in found.items() if isinstance(one, Gone) or place in fresh]
    if any(record.kind == Kind.CUSTOMER for record in news):
        name_marks.change(tx, connection_id)
    return news


def fetch(tx: Tx, connection_id: int, kind: Kind, ids: Collection[str]) -> list[Record]:
    """The mirrored records of these ids; buried ones come as `Gone`."""
    return [record for record, _ in readings(tx, connection_id, kind, ids)]


def readings(
    tx: Tx, connection_id: int, kind: Kind, ids: Collection[str]
) -> list[tuple[Record, datetime]]:
    """The same, each with the moment from which on it was read."""
    of = {"connection": connection_id, "kind": kind}
    rows = (row for some in _batches(ids) for row in tx.execute(READINGS, of | {"ids": some}))
    return [(record_of(row), row.read_at) for row in rows]


def customer(tx: Tx, connection_id: int, customer_id: str) -> Customer | None:
    found = fetch(tx, connection_id, Kind.CUSTOMER, [customer_id])
    return next((record for record in found if isinstance(record, Customer)), None)


def customers(tx: Tx, connection_id: int) -> list[Customer]:
    ours = (m.connection_id == connection_id, m.kind == Kind.CUSTOMER, m.status == Status.OPEN)
    return [record for record in _records(tx, *ours) if isinstance(record, Customer)]


def names(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> dict[str, str]:
    """What the ledger calls these customers, those that are no longer active too."""
    found = fetch(tx, connection_id, Kind.CUSTOMER, customer_ids)
    return {record.id: record.name for record in found if isinstance(record, Customer)}


def of_customers(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> list[Record]:
    """Everything open of some customers: invoices, credit notes and money not yet applied."""
    told = {"connection": connection_id, "customers": list(customer_ids)}
    return [record_of(row) for row in tx.execute(OF_CUSTOMERS, told)]


def news_of(
    tx: Tx, connection_id: int, customer_ids: Collection[str], kinds: Collection[Kind], *,
    since: datetime,
) -> list[Record]:  # fmt: skip
    """Records of these customers and kinds that were new or another than before since then."""
    return _records(
        tx, m.connection_id == connection_id, m.customer_id.in_(customer_ids),
        m.kind.in_(kinds), m.touched_at >= since,
    )  # fmt: skip


def matchable(
    tx: Tx, connection_id: int, customer_id: str, *, settled_since: datetime, limit: int
) -> list[Record]:
    """A customer's invoices and credit notes that money may be for: open ones, the oldest due
    first, and then those settled since a moment."""
    return _records(
        tx, m.connection_id == connection_id, m.customer_id == customer_id,
        m.kind.in_(DOCUMENTS), _may_be_paid(settled_since),
        order=(m.open_minor == 0, m.due, m.id), limit=limit,
    )  # fmt: skip


def priced(tx: Tx, connection_id: int, amount: Money, *, limit: int) -> list[Record]:
    """Invoices of which exactly this amount is open."""
    return _records(
        tx, m.connection_id == connection_id, m.currency == amount.currency,
        m.open_minor == minor(amount), m.kind == Kind.INVOICE, m.status == Status.OPEN,
        order=(m.due, m.id), limit=limit,
    )  # fmt: skip


def chosen(
    tx: Tx, connection_id: int, which: Callable[[Any], Sequence[Any]], *,
    order: Callable[[Any], Sequence[Any]], limit: int,
) -> list[Record]:  # fmt: skip
    """Records by conditions on the columns of the mirror, in an order."""
    return _records(tx, m.connection_id == connection_id, *which(m), order=order(m), limit=limit)


def may_be_paid(
    tx: Tx, connection_id: int, kind: Kind, ids: Collection[str], *, settled_since: datetime
) -> list[Record]:
    """Those of these documents that are open, or were settled since a moment."""
    return _records(
        tx, m.connection_id == connection_id, m.kind == kind, m.id.in_(ids),
        _may_be_paid(settled_since),
    )  # fmt: skip


def newest_numbers(tx: Tx, connection_id: int, limit: int) -> list[str]:
    """The numbers of the invoices that changed last."""
    found = _records(
        tx, m.connection_id == connection_id, m.kind == Kind.INVOICE, m.status != Status.DELETED,
        order=(m.changed_at.desc(),), limit=limit,
    )  # fmt: skip
    return [record.number for record in found if isinstance(record, Invoice)]


def _may_be_paid(settled_since: datetime) -> sa.ColumnElement[bool]:
    settled = sa.and_(m.open_minor == 0, m.total_minor != 0, m.changed_at >= settled_since)
    return sa.and_(
        sa.or_(m.open_minor > 0, settled),
        m.status.not_in((Status.DELETED, Status.VOID, Status.DRAFT)),
    )


def everything(tx: Tx, connection_id: int, kinds: Collection[Kind]) -> list[Record]:
    """Every record of these kinds that the ledger still has."""
    return _records(
        tx, m.connection_id == connection_id, m.kind.in_(kinds), m.status != Status.DELETED
    )


def open_records(tx: Tx, connection_id: int, kinds: Collection[Kind]) -> list[Record]:
    """Every record of these kinds of which something is left open."""
    return _records(
        tx, m.connection_id == connection_id, m.kind.in_(kinds), m.status == Status.OPEN,
        m.open_minor > 0,
    )  # fmt: skip


def owner_by_id(tx: Tx, connection_id: int, kind: Kind, ids: Collection[str]) -> dict[str, str]:
    """Whose records these are or were."""
    ours, query = (m.connection_id == connection_id, m.kind == kind), sa.select(m.id, m.customer_id)
    rows = (it for some in _batches(ids) for it in tx.execute(query.where(*ours, m.id.in_(some))))
    return {row.id: row.customer_id for row in rows}


def open_ids(tx: Tx, connection_id: int, kind: Kind) -> set[str]:
    """The ids of everything of a kind that the mirror holds to be open."""
    return set(tx.execute(OPEN_IDS, {"connection": connection_id, "kind": kind}).scalars())


def owed(
    tx: Tx, connection_id: int, *, gross: bool = False, due_before: date | None = None,
    customer_ids: Collection[str] | None = None,
) -> dict[tuple[str, str], Money]:  # fmt: skip
    """What each customer owes, or each of some, by (customer id, currency): open invoices, less
    open credits and money not yet applied unless `gross`; only what was due before a day."""
    sign = sa.case((m.kind == Kind.INVOICE, 1), else_=0 if gross else -1)
    query = sa.select(m.customer_id, m.currency, sa.func.sum(m.open_minor * sign).label("minor"))
    query = query.where(
        m.connection_id == connection_id, m.kind != Kind.CUSTOMER, m.status == Status.OPEN,
        sa.true() if due_before is None else m.due < due_before,
        sa.true() if customer_ids is None else m.customer_id.in_(customer_ids),
    )  # fmt: skip
    return {
        (row.customer_id, row.currency): money(int(row.minor), row.currency)
        for row in tx.execute(query.group_by(m.customer_id, m.currency))
        if row.minor
    }


def open_by_due_date(tx: Tx, connection_id: int) -> Sequence[Any]:
    """(currency, due, open_minor) of all open invoices, for the aging buckets."""
    query = sa.select(m.currency, m.due, sa.func.sum(m.open_minor).label("open_minor")).where(
        m.connection_id == connection_id, m.kind == Kind.INVOICE, m.status == Status.OPEN
    )
    return tx.execute(query.group_by(m.currency, m.due).order_by(m.currency, m.due)).all()


def has_news(tx: Tx, connection_id: int, since: datetime) -> bool:
    return tx.execute(NEWS, {"connection": connection_id, "since": since}).first() is not None


def count(tx: Tx, connection_id: int, kind: Kind) -> int:
    query = sa.select(sa.func.count()).where(m.connection_id == connection_id, m.kind == kind)
    return int(tx.execute(query).scalar_one())


def _batches(ids: Iterable[str]) -> list[list[str]]:
    wanted = list(dict.fromkeys(ids))
    return [wanted[n : n + IDS_MAX] for n in range(0, len(wanted), IDS_MAX)]


def _records(
    tx: Tx, *where: sa.ColumnElement[bool], order: Sequence[Any] = (), limit: int | None = None
) -> list[Record]:
    """The caller names the connection first."""
    rows = tx.execute(RECORDS.where(*where).order_by(*order).limit(limit))
    return [record_of(row) for row in rows]


def _upsert(tx: Tx, rows: list[dict[str, Any]], read_at: datetime) -> set[tuple[str, str]]:
    if not rows:
        return set()
    return {(row.kind, row.id) for row in tx.execute(_kept(tx), rows) if row.touched_at == read_at}


@db.once
def _kept(tx: Tx) -> Any:
    """What the ledger said earlier changes nothing that it said later."""
    new = db.insert(tx, mirror_table)
    excluded = new.excluded
    is_news = sa.or_(m.body != excluded.body, m.status == Status.DELETED)
    return new.on_conflict_do_update(
        index_elements=["connection_id", "kind", "id"],
        set_={name: excluded[name] for name in KEPT}
        | {"touched_at": sa.case((is_news, excluded.touched_at), else_=m.touched_at)},
        where=sa.or_(
            sa.and_(m.status != Status.DELETED, m.changed_at < excluded.changed_at),
            sa.and_(
                sa.or_(m.status == Status.DELETED, m.changed_at == excluded.changed_at),
                m.read_at <= excluded.read_at,
            ),
        ),
    ).returning(m.kind, m.id, m.touched_at)


def _bury(tx: Tx, connection_id: int, gone: Gone, read_at: datetime) -> bool:
    """Kept for records never seen too: a reading from before it was gone may still come in."""
    row = blank(connection_id, gone.kind, gone.id, read_at) | {"status": Status.DELETED}
    new = db.insert(tx, mirror_table).values(row)
    seen_before = sa.case((m.status == Status.DELETED, m.touched_at), else_=new.excluded.touched_at)
    buried = tx.execute(
        new.on_conflict_do_update(
            index_elements=["connection_id", "kind", "id"],
            set_={"status": Status.DELETED, "open_minor": 0, "read_at": read_at,
                  "touched_at": seen_before},
            where=m.read_at <= read_at,
        ).returning(m.touched_at, m.body)
    ).first()  # fmt: skip
    return bool(buried and buried.body and buried.touched_at == read_at)

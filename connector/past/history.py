"""How customers paid: every invoice paid in full, from the ledger's past, kept up each night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
import structlog

from connector import agenda, db, local_days
from connector.access.ledgers import opened
from connector.clients import sweeps
from connector.clients.meter import Purpose
from connector.clients.sweeps import Progress
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.mirroring import mirror
from connector.mirroring.mirror_rows import minor, money
from dunning.customer.standing import PaidInvoice
from dunning.forecasts.forecast import Awaited, Paid
from providers.errors import Refused
from providers.ledger import Invoice, Record, Status
from providers.money import Money
from providers.past import PastReceipt

log = structlog.get_logger()
DEPTH = timedelta(days=6 * 366)
OVERLAP = timedelta(days=4)
"""What was entered late, for a day that had been read, is read again."""
RENEW_EVERY = 500
TRIED_FOR = timedelta(minutes=15)
ROWS_MAX = 1000

paid_table = db.table(
    "paid_invoice",
    sa.Column("invoice_id", sa.String(64), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("issued", sa.Date, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("paid_on", sa.Date, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "invoice_id"),
    sa.Index("ix_paid_invoice_customer", "connection_id", "customer_id"),
)
p = paid_table.c
_OF_CUSTOMERS = sa.select(paid_table).where(
    p.connection_id == db.CONNECTION, p.customer_id.in_(db.CUSTOMERS)
)
_NEWEST = sa.select(sa.func.max(p.paid_on)).where(
    p.connection_id == db.CONNECTION, p.paid_on <= sa.bindparam("today")
)
Place = tuple[str, str]
"""(customer id, currency)"""
ById = dict[str, PaidInvoice]
"""By invoice id."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An invoice and the day on which the last of it was paid or credited."""

    invoice: Invoice
    paid_on: date


@dataclass(frozen=True, slots=True)
class Part:
    """What was set against an invoice, on its day, by money or by a credit."""

    on: date
    amount: Money
    is_money: bool


def is_due(last: datetime | None, now: datetime) -> bool:
    return sweeps.is_due(last, sweeps.NIGHTLY, now)


def refresh(deps: Deps, connection: Connection, fence: Fence, progress: Progress) -> None:
    """Read what was paid since the last time, years of it the first time; nothing where the mirror
    saw nothing since, because what is paid changes there. Where that could not be done for a while,
    it takes more calls than a minute's budget holds: then they are waited for.

    A ledger that refuses to show its past is asked again the next night; until then customers are
    such of whom little is known. May raise TryLater and Reconnect.
    """
    now, last = deps.now(), progress.history_read_at
    known = {"history_at": now}
    found: list[Settled] = []
    with deps.reading() as tx:
        is_quiet = last is not None and not mirror.has_news(tx, connection.id, last)
    if not is_quiet:
        try:
            found = _read(deps, connection, fence, progress, now)
            known["history_read_at"] = now
        except Refused as refused:
            log.warning("the past cannot be read", connection_id=connection.id, why=str(refused))
    for start in range(0, len(found), ROWS_MAX):
        with deps.writing() as tx:
            fence.check(tx)
            _store(tx, connection.id, found[start : start + ROWS_MAX])
    with deps.writing() as tx:
        fence.check(tx)
        sweeps.keep(tx, connection.id, **known)
        if progress.history_at is None or (last is None and "history_read_at" in known):
            agenda.mark_all(tx, connection.id)


def _read(
    deps: Deps, connection: Connection, fence: Fence, progress: Progress, now: datetime
) -> list[Settled]:
    last, begun = progress.history_read_at, progress.imported_at or now
    today = local_days.today(connection, now)
    since = today - DEPTH if last is None else last.date() - OVERLAP
    patient = progress.history_at is None and now - begun > TRIED_FOR
    with opened(deps, connection.id, Purpose.SWEEP, patient=patient) as ledger:
        return settled(_each(ledger.reader().history(since, today), fence))


def settled(past: Iterable[Record | PastReceipt]) -> list[Settled]:
    """The invoices that money, with credits or alone, used up, each with the day of the last of
    it. Those that credits settled alone were not paid."""
    invoices: dict[str, Invoice] = {}
    parts: dict[str, list[Part]] = defaultdict(list)
    for one in past:
        if isinstance(one, Invoice) and one.status is Status.PAID and one.due:
            invoices[one.id] = one
        elif isinstance(one, PastReceipt) and not one.ended:
            is_money = one.total.amount > 0
            for taken in one.taken:
                on = one.received if is_money else taken.on
                parts[taken.document_id].append(Part(on, taken.amount, is_money))
    return [
        Settled(invoice, max(part.on for part in parts[id_]))
        for id_, invoice in invoices.items()
        if any(part.is_money for part in parts[id_])
        and Money.total([part.amount for part in parts[id_]], invoice.total.currency)
        >= invoice.total
    ]


def of_customers(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> dict[Place, ById]:
    """What these customers paid, by customer and currency."""
    told = {"connection": connection_id, "customers": list(customer_ids)}
    rows = tx.execute(_OF_CUSTOMERS, told)
    found: dict[Place, ById] = defaultdict(dict)
    for row in rows:
        total = money(row.total_minor, row.currency)
        paid = PaidInvoice(row.issued, row.due, row.paid_on, total)
        found[row.customer_id, row.currency][row.invoice_id] = paid
    return found


def read_from(tx: Tx, connection: Connection) -> date | None:
    """The day from which the past was read; None before any of it was."""
    begun = sweeps.progress(tx, connection.id).imported_at
    return local_days.today(connection, begun) - DEPTH if begun else None


def everything(tx: Tx, connection_id: int) -> list[Paid]:
    """Every invoice that is known to be paid."""
    rows = tx.execute(sa.select(paid_table).where(p.connection_id == connection_id))
    return [
        Paid(Awaited(row.invoice_id, row.customer_id, row.issued, row.due), row.paid_on)
        for row in rows
    ]


def newest(tx: Tx, connection_id: int, today: date) -> date | None:
    """The day of the newest payment of any invoice, up to today."""
    return tx.execute(_NEWEST, {"connection": connection_id, "today": today}).scalar()


def _store(tx: Tx, connection_id: int, found: Sequence[Settled]) -> None:
    new = db.insert(tx, paid_table)
    names = ("customer_id", "currency", "total_minor", "issued", "due", "paid_on")
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["connection_id", "invoice_id"],
            set_={name: new.excluded[name] for name in names},
        ),
        [
            {"connection_id": connection_id, "invoice_id": it.invoice.id,
             "customer_id": it.invoice.customer_id, "currency": it.invoice.total.currency,
             "total_minor": minor(it.invoice.total), "issued": it.invoice.issued,
             "due": it.invoice.due, "paid_on": it.paid_on}
            for it in found
        ],
    )  # fmt: skip


def _each(past: Iterable[Record | PastReceipt], fence: Fence) -> Iterable[Record | PastReceipt]:
    """One by one, the lease renewed on the way: years of a book take a while."""
    for number, one in enumerate(past):
        if number % RENEW_EVERY == 0:
            fence.renew()
        yield one

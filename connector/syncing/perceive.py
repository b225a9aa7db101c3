"""Taking in what was read: into the mirror, the cash list and the agenda, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import structlog

from connector import agenda
from connector.db import Tx
from connector.decided import approvals
from connector.evidence import payout_records
from connector.lease import Fence
from connector.mirroring import customer_addresses, mirror, numbers, rereading
from connector.money import cash, ledger_money, shown_payments
from connector.syncing import merging, newly_owed, shared_names
from connector.taken_back import closed_returns, reversals
from connector.twin_money import twins
from providers.ledger import Customer, Invoice, Kind, Record

log = structlog.get_logger()


def keep(
    tx: Tx, fence: Fence, records: Iterable[Record], *, read_at: datetime,
    merged: Mapping[str, str] | None = None,
) -> list[Record]:  # fmt: skip
    """Store what was read and mark whose account changed; under the lease, in one transaction.

    `merged` are customers that the ledger announced as gone, by id, with those that live on; others
    tell it in their own record.
    """
    fence.check(tx)
    connection_id = fence.about_id
    cash.hold(tx, connection_id)
    read = list(records)
    merging.hold_rules(tx, connection_id, {*_merged(read), *(merged or {})})
    invoices = _known_invoices(tx, connection_id, read)
    known = {it.id: it.open for it in invoices}
    before = ledger_money.of_places(tx, connection_id, [(it.kind, it.id) for it in read])
    news = mirror.store(tx, connection_id, read, read_at=read_at)
    numbers.keep(tx, connection_id, news)
    customer_addresses.keep(tx, connection_id, news)
    others = reversals.not_on_the_way(tx, connection_id, news)
    over = cash.observe(tx, connection_id, others)
    approvals.lapse_all(tx, connection_id, over, at=read_at)
    twins.observe(tx, connection_id, others, before, at=read_at)
    closed_returns.observe(tx, connection_id, others, before)
    unread = closed_returns.unread(tx, connection_id, news)
    rereading.hint_at(tx, connection_id, unread, why="returned", now=read_at)
    payout_records.observe(tx, connection_id, news, now=read_at)
    newly_owed.observe(tx, connection_id, news, known)
    reversals.observe(tx, connection_id, read, read_at=read_at)
    places = reversals.reopened(tx, connection_id, news, invoices)
    places += shown_payments.taken_off(tx, connection_id, invoices, news)
    rereading.hint_at(tx, connection_id, places, why=f"reopened:{read_at.isoformat()}", now=read_at)
    agenda.mark(tx, connection_id, _customers_of(tx, connection_id, news))
    shared_names.observe(tx, connection_id, news, now=read_at)
    _follow_merges(tx, connection_id, {**_merged(news), **(merged or {})}, now=read_at)
    return news


def _known_invoices(tx: Tx, connection_id: int, records: Sequence[Record]) -> list[Invoice]:
    """These invoices as the mirror holds them."""
    ids = [record.id for record in records if isinstance(record, Invoice)]
    found = mirror.fetch(tx, connection_id, Kind.INVOICE, ids) if ids else []
    return [record for record in found if isinstance(record, Invoice)]


def _merged(records: Sequence[Record]) -> dict[str, str]:
    """Customers that tell in their own record into whom they were merged."""
    return {it.id: it.merged_into for it in records if isinstance(it, Customer) and it.merged_into}


def _follow_merges(
    tx: Tx, connection_id: int, merged: Mapping[str, str], *, now: datetime
) -> None:  # fmt: skip
    """What belonged to a customer that was merged away belongs to another now: so does what is kept
    of it, and its records are read again."""
    for gone, into in merged.items():
        left = mirror.of_customers(tx, connection_id, [gone])
        places = [(record.kind, record.id) for record in left]
        rereading.hint_at(tx, connection_id, places, why=f"merge:{now.isoformat()}", now=now)
        merging.follow(tx, connection_id, gone, into, now=now)
        log.info("merged", connection_id=connection_id, records=len(places))


def _customers_of(tx: Tx, connection_id: int, news: Sequence[Record]) -> set[str]:
    found: set[str] = set()
    gone: dict[Kind, list[str]] = {}
    for record in news:
        if isinstance(record, Customer):
            found.add(record.id)
        elif customer_id := getattr(record, "customer_id", ""):
            found.add(customer_id)
        else:
            gone.setdefault(record.kind, []).append(record.id)
    for kind, ids in gone.items():
        found.update(mirror.owner_by_id(tx, connection_id, kind, ids).values())
    return found - {""}

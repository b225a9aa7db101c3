"""Money that the ledger holds, looked up in the mirror by its sum, its day and whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from connector.db import Tx
from connector.mirroring import mirror
from connector.mirroring.mirror_rows import minor
from providers.ledger import RECEIVED, Kind, Payment, Status
from providers.money import Money

KINDS = (*RECEIVED, Kind.BATCH_PAYMENT)
ENDED = (Status.VOID, Status.DELETED)
SIGNS = " -/.:,_#+*"
"""What people write into references besides letters and digits."""


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included; before `placed_since` only what is open counts."""

    first: date
    last: date
    placed_since: date


def received(
    tx: Tx, connection_id: int, totals: Collection[Money], days: Days, *, limit: int,
    customer_ids: Collection[str] | None = None, told: Collection[str] = (),
) -> list[Payment]:  # fmt: skip
    """Money of exactly one of these sums that the ledger still has, the newest first: of these
    customers alone, with batches, which name none, and with what has one of the words `told` in
    it, in small letters and without signs."""

    def which(m: Any) -> list[sa.ColumnElement[bool]]:
        sums = [
            sa.and_(m.total_minor == minor(total), m.currency == total.currency) for total in totals
        ]
        theirs = [sa.true() if customer_ids is None else m.customer_id.in_({*customer_ids, ""})]
        theirs += [_bare(m.body).contains(word, autoescape=True) for word in told]
        return [
            sa.or_(*sums), m.received.between(days.first, days.last), sa.or_(*theirs),
            sa.or_(m.received >= days.placed_since, m.open_minor > 0),
            m.kind.in_(KINDS), m.status.not_in(ENDED),
        ]  # fmt: skip

    found = mirror.chosen(
        tx, connection_id, which, order=lambda m: (m.received.desc(), m.kind, m.id), limit=limit
    )
    return [record for record in found if isinstance(record, Payment)]


def set_against(
    tx: Tx, connection_id: int, documents: Collection[str], days: Days, *, limit: int
) -> list[Payment]:  # fmt: skip
    """Money that the ledger still has and that is set against one of these documents, the newest
    first."""

    def which(m: Any) -> list[sa.ColumnElement[bool]]:
        named = [m.body.contains(f'"invoice_id":"{id_}"', autoescape=True) for id_ in documents]
        return [
            m.kind.in_(KINDS), m.received.between(days.first, days.last),
            m.status.not_in(ENDED), sa.or_(*named),
        ]  # fmt: skip

    found = mirror.chosen(
        tx, connection_id, which, order=lambda m: (m.received.desc(), m.kind, m.id), limit=limit
    )
    return [
        it for it in found
        if isinstance(it, Payment) and any(part.invoice_id in documents for part in it.allocations)
    ]  # fmt: skip


def of_places(tx: Tx, connection_id: int, places: Iterable[tuple[str, str]]) -> dict[str, Payment]:
    """What the mirror holds of the ledger's money by (kind, id), by kind and id in one; what is no
    money, or is gone, is left out."""
    ids: dict[Kind, list[str]] = defaultdict(list)
    for kind, id_ in places:
        if kind in KINDS:
            ids[Kind(kind)].append(id_)
    return {
        f"{kind}:{record.id}": record
        for kind, some in ids.items()
        for record in mirror.fetch(tx, connection_id, kind, some)
        if isinstance(record, Payment)
    }


def owners(tx: Tx, connection_id: int, records: Collection[Payment]) -> dict[str, set[str]]:
    """Whose each of these is, by kind and id: a batch names its invoices only."""
    parts = {part.invoice_id for it in records if not it.customer_id for part in it.allocations}
    whose = mirror.owner_by_id(tx, connection_id, Kind.INVOICE, parts) if parts else {}
    return {
        f"{it.kind}:{it.id}": {it.customer_id} if it.customer_id
        else {whose.get(part.invoice_id, "") for part in it.allocations} - {""}
        for it in records
    }  # fmt: skip


def _bare(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    for sign in SIGNS:
        text = sa.func.replace(text, sign, "")
    return sa.func.lower(text)

"""A record as a row of the mirror, and back; amounts are whole minor units."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from connector import stored
from providers.ledger import Customer, Gone, Invoice, Kind, Payment, Record, Status
from providers.money import Money, minor_unit


def money(minor: int, currency: str) -> Money:
    return Money(Decimal(minor) * minor_unit(currency), currency)


def minor(amount: Money) -> int:
    return int(amount.amount / minor_unit(amount.currency))


def blank(connection_id: int, kind: Kind, id_: str, read_at: datetime) -> dict[str, Any]:
    return {
        "connection_id": connection_id, "kind": kind, "id": id_, "customer_id": "",
        "currency": "", "total_minor": 0, "open_minor": 0, "due": None,
        "received": None, "status": Status.OPEN, "changed_at": read_at, "read_at": read_at,
        "touched_at": read_at, "body": "",
    }  # fmt: skip


def row_of(connection_id: int, record: Record, read_at: datetime) -> dict[str, Any]:
    assert not isinstance(record, Gone)
    base = blank(connection_id, record.kind, record.id, read_at) | {
        "customer_id": record.id, "changed_at": record.changed_at, "body": stored.of_record(record),
    }  # fmt: skip
    if isinstance(record, Customer):
        return base | {"status": Status.OPEN if record.active else Status.VOID}
    rest = record.unapplied if isinstance(record, Payment) else record.open
    base |= {
        "customer_id": record.customer_id, "currency": record.total.currency,
        "total_minor": minor(record.total), "open_minor": minor(rest), "status": record.status,
    }  # fmt: skip
    if isinstance(record, Invoice):
        base |= {"due": record.due}
    if isinstance(record, Payment):
        base |= {"received": record.received}
    return base


def record_of(row: Any) -> Record:
    kind = Kind(row.kind)
    return Gone(kind, row.id) if row.status == Status.DELETED else stored.record(kind, row.body)

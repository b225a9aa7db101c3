"""Records and drafts as they are kept in a column, and back."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from providers.ledger import (
    RECEIVED,
    CreditNote,
    Customer,
    Draft,
    Invoice,
    Kind,
    Payment,
    Record,
)


def of_record(record: Record) -> str:
    """A record as JSON. One without what was once not read of it, as a rate or a refund, reads as
    it did then: else each of them would be news once."""
    without = {name for name in _added(record) if getattr(record, name) is None}
    return _adapter(record.kind).dump_json(record, exclude=without).decode()


def record(kind: Kind, body: str) -> Record:
    found: Record = _adapter(kind).validate_json(body)
    return found


def of_draft(draft: Draft | None) -> dict[str, Any] | None:
    """A draft to the byte; what was read for it is not kept."""
    if draft is None:
        return None
    return {
        "method": draft.method, "path": draft.path, "before": list(draft.before),
        "body": base64.b64encode(draft.body).decode(),
    }  # fmt: skip


def draft(kept: dict[str, Any] | None) -> Draft | None:
    if kept is None:
        return None
    return Draft(
        method=kept["method"], path=kept["path"], body=base64.b64decode(kept["body"]),
        before=tuple(kept["before"]),
    )  # fmt: skip


def _added(record: Record) -> tuple[str, ...]:
    if isinstance(record, Invoice):
        return ("rate",)
    return ("refunded", "elsewhere") if isinstance(record, Payment) else ()


@cache
def _adapter(kind: Kind) -> TypeAdapter[Any]:
    if kind in (*RECEIVED, Kind.BATCH_PAYMENT):
        return TypeAdapter(Payment)
    words = {Kind.CUSTOMER: Customer, Kind.INVOICE: Invoice, Kind.CREDIT_NOTE: CreditNote}
    return TypeAdapter(words[kind])

"""What every document of Xero's has: its state, its time of change, what its lines say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import structlog

from providers.ledger import Status
from providers.xero import wire
from providers.xero.wire import Json

log = structlog.get_logger()

STATUSES = {
    "DRAFT": Status.DRAFT,
    "SUBMITTED": Status.DRAFT,
    "AUTHORISED": Status.OPEN,
    "PAID": Status.PAID,
    "VOIDED": Status.VOID,
    "DELETED": Status.DELETED,
}
ENDED = (Status.VOID, Status.DELETED)
UNDATED = date(1970, 1, 1)


def memo_of(said: Json) -> str:
    """What the lines of a document say, without repeats."""
    lines = [wire.text(it, "Description") for it in wire.items(said, "LineItems")]
    return "; ".join(dict.fromkeys(it for it in lines if it))


def version_of(said: Json) -> str:
    """UpdatedDateUTC to the millisecond, in one spelling however Xero wrote it."""
    return changed_at(said).isoformat(timespec="milliseconds")


def changed_at(said: Json) -> datetime:
    return wire.moment_of(said, "UpdatedDateUTC").astimezone(UTC)


def status_of(said: Json) -> Status:
    """An unknown status counts as a draft: nobody is chased and nothing is applied for it."""
    written = wire.text(said, "Status").upper()
    if written not in STATUSES:
        log.warning("unknown status", product="xero", status=written)
    return STATUSES.get(written, Status.DRAFT)

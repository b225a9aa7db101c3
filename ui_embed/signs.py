"""What a customer was seen to do with our messages, in words; what nothing tells is said, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from connector.clients.tenants import Connection
from connector.correspondence import tracking
from connector.db import Tx
from providers.registry import LEDGERS

NOT_AVAILABLE = "not available"


@dataclass(frozen=True, slots=True)
class Sign:
    """How often it was seen, None where it cannot be; `last` is when it was seen last, where that
    is known, and `why_not` says why nothing tells."""

    name: str
    times: int | None
    last: datetime | None = None
    why_not: str = ""


def of(tx: Tx, connection: Connection, customer_id: str) -> list[Sign]:
    """Of all messages to a customer and of its account page."""
    found = tracking.read(tx, connection.id, [customer_id])
    paid, visits = found.pay_pages.get(customer_id, []), found.visits.get(customer_id, [])
    title = LEDGERS[connection.ledger].title
    clicked = _sum(it.clicked for it in found.signs.values())
    return [
        Sign(
            "Opened messages (unreliable)", _sum(it.opened for it in found.signs.values()),
            why_not="opens are not tracked for this customer",
        ),
        Sign(
            "Looked at the account page", _sum(times for times, _ in visits),
            max((at for _, at in visits if at), default=None),
            "no message carried a link to it",
        ),
        Sign(
            "Went to a pay page", len(paid) if clicked is not None else None,
            max((at for _, at in paid), default=None), "links are not tracked for this customer",
        ),
        Sign(f"Looked at the invoice in {title}", None, why_not=f"{title} does not tell"),
    ]  # fmt: skip


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None

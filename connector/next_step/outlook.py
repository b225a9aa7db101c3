"""What comes next for every customer who owes something, so that no account falls silent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from connector import agenda, local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.mirroring import mirror
from providers.ledger import Invoice, Kind
from providers.money import Money

CUSTOMERS_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Prospect:
    """One customer. `overdue` is one amount for each currency, of open invoices past their due
    date. `look_at` (aware UTC) is when the account is looked at next, None where only news or a
    person brings it on; then `reason` says why."""

    customer_id: str
    name: str
    overdue: tuple[Money, ...]
    look_at: datetime | None
    reason: str

    @property
    def is_forgotten(self) -> bool:
        """Overdue, and neither a next step nor a reason: there must be none."""
        return bool(self.overdue) and self.look_at is None and not self.reason


def of(tx: Tx, connection: Connection, now: datetime) -> list[Prospect]:
    """Everybody with an open invoice: first who was forgotten, then the soonest look, then those
    without one, of whom the overdue come first."""
    today = local_days.today(connection, now)
    overdue = _overdue(tx, connection.id, today)
    planned = agenda.planned(tx, connection.id, limit=CUSTOMERS_MAX)
    items = {item.customer_id: item for item in planned}
    names = mirror.names(tx, connection.id, set(overdue))
    found = []
    for customer_id, amounts in overdue.items():
        item = items.get(customer_id)
        found.append(
            Prospect(
                customer_id, names.get(customer_id) or customer_id, amounts,
                item.look_at if item else None, item.reason if item else "",
            )
        )  # fmt: skip
    return sorted(found, key=_place)


def _place(prospect: Prospect) -> tuple[bool, bool, str, bool, str]:
    look_at = prospect.look_at.isoformat() if prospect.look_at else ""
    return (
        not prospect.is_forgotten, not look_at, look_at, not prospect.overdue,
        prospect.name.casefold(),
    )  # fmt: skip


def _overdue(tx: Tx, connection_id: int, today: date) -> dict[str, tuple[Money, ...]]:
    """By customer with something open; an empty tuple where nothing is late yet."""
    late: dict[str, dict[str, Money]] = defaultdict(dict)
    for record in mirror.open_records(tx, connection_id, [Kind.INVOICE]):
        assert isinstance(record, Invoice)
        sums = late[record.customer_id]
        if record.due is not None and record.due < today:
            currency = record.open.currency
            sums[currency] = sums.get(currency, Money.zero(currency)) + record.open
    return {id_: tuple(sums[currency] for currency in sorted(sums)) for id_, sums in late.items()}

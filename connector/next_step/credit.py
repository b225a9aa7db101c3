"""Credit recommendations for a company's customers, from their accounts; nothing acts on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from connector import local_days
from connector.account import account_faults, looking
from connector.account.accounts import accounts_of
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.mirroring import mirror
from dunning.forecasts.credit import Recommendation, recommend


class Unread(NamedTuple):
    """A customer for whom a fault of ours prevents any recommendation; `why` tells it to people."""

    customer_id: str
    name: str
    why: str


@dataclass
class Recommended:
    """By customer in the order asked for; each is in one of both, or was never invoiced."""

    limits: list[Recommendation] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def add(self, other: Recommended) -> None:
        self.limits += other.limits
        self.unread += other.unread


def of_customers(
    tx: Tx, connection: Connection, customer_ids: Sequence[str], now: datetime
) -> Recommended:
    """One for each customer and currency in which it ever owed anything."""
    today, told = local_days.today(connection, now), Recommended()

    def read(some: Sequence[str]) -> list[Recommendation]:
        found = accounts_of(tx, connection, some, now, settled=True).values()
        return [recommend(one, today) for accounts in found for one in accounts]

    for portion in looking.portions(customer_ids):
        found, faults = account_faults.apart(portion, read)
        told.limits += [one for _, part in found for one in part]
        names = mirror.names(tx, connection.id, faults)
        for id_, fault in faults.items():
            why = account_faults.unread(connection.id, id_, fault)
            told.unread.append(Unread(id_, names.get(id_, ""), why))
    return told


def of_company(tx: Tx, connection: Connection, now: datetime) -> Recommended:
    """By the customers' names."""
    customers = sorted(mirror.customers(tx, connection.id), key=lambda one: (one.name, one.id))
    return of_customers(tx, connection, [one.id for one in customers], now)

"""Credit recommendations for a company's customers, from their accounts; nothing acts on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector import local_days, looking, mirror
from connector.accounts import accounts_of
from connector.db import Tx
from connector.tenants import Connection
from dunning.credit import Recommendation, recommend


def of_customers(
    tx: Tx, connection: Connection, customer_ids: Sequence[str], now: datetime
) -> list[Recommendation]:
    """One for each customer and currency in which it ever owed anything."""
    today = local_days.today(connection, now)
    found = []
    for portion in looking.portions(customer_ids):
        accounts = accounts_of(tx, connection, portion, now, settled=True)
        found += [recommend(one, today) for of_one in accounts.values() for one in of_one]
    return found


def of_company(tx: Tx, connection: Connection, now: datetime) -> list[Recommendation]:
    """By the customers' names."""
    customers = sorted(mirror.customers(tx, connection.id), key=lambda one: (one.name, one.id))
    return of_customers(tx, connection, [one.id for one in customers], now)

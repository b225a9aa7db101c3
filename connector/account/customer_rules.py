"""The policy as it holds for one customer, whether anything is open or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector import local_days
from connector.account.accounts import account_of, accounts_of
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.rules import policy
from dunning.customer.account import Account
from dunning.rules.policy import DunningPolicy


def of(tx: Tx, connection: Connection, customer_id: str, now: datetime) -> DunningPolicy:
    """With its segment's changes and its own over the client's rules."""
    (found,) = accounts_of(tx, connection, [customer_id], now).values()
    return among(tx, connection, customer_id, found, now)


def among(
    tx: Tx, connection: Connection, customer_id: str, accounts: Sequence[Account], now: datetime
) -> DunningPolicy:
    """The same, where the customer's accounts are at hand already."""
    dunning = policy.dunning_of(tx, connection)
    account = next(iter(accounts), None) or account_of(
        tx, connection, customer_id, connection.currency, now
    )
    _, rules = dunning.applying_to(account, local_days.today(connection, now))
    return rules

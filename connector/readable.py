"""Customers' accounts as far as they can be read: a fault of ours is of one customer alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.accounts import accounts_of
from connector.db import Tx
from connector.faults import FAULTS
from connector.tenants import Connection
from dunning.account import Account


@dataclass
class Readable:
    """Every customer is in one of both, in the order in which they were asked for."""

    accounts: dict[str, list[Account]] = field(default_factory=dict)
    faults: dict[str, Exception] = field(default_factory=dict)


def accounts(
    tx: Tx, connection: Connection, customer_ids: Sequence[str], now: datetime, *,
    settled: bool = False,
) -> Readable:  # fmt: skip
    """As `accounts_of` has them, all together; where somebody cannot be read, each half by itself,
    down to the one."""
    try:
        return Readable(accounts_of(tx, connection, customer_ids, now, settled=settled))
    except FAULTS as fault:
        if len(customer_ids) <= 1:
            return Readable(faults=dict.fromkeys(customer_ids, fault))
    half = len(customer_ids) // 2
    first, second = (
        accounts(tx, connection, some, now, settled=settled)
        for some in (customer_ids[:half], customer_ids[half:])
    )
    return Readable(first.accounts | second.accounts, first.faults | second.faults)

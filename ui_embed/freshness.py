"""How old the data on a page is: shown in its head, for every ledger that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.clients import sweeps
from connector.clients.tenants import Connection, State
from connector.db import Tx
from connector.rules import policy
from providers.registry import LEDGERS


@dataclass(frozen=True, slots=True)
class Lag:
    """`fresh_at` is None before the first import is complete. `is_late` tells that no message
    goes out on data as old as this. `is_broken` tells that only a reconnect helps."""

    connection: Connection
    title: str
    fresh_at: datetime | None
    is_late: bool
    is_broken: bool


def of(tx: Tx, connections: Sequence[Connection], now: datetime) -> list[Lag]:
    """The lag of every connection that is not ended, the worst first."""
    found = [_lag(tx, c, now) for c in connections if c.state is not State.DISCONNECTED]
    return sorted(found, key=lambda lag: (lag.fresh_at is not None, lag.fresh_at or now))


def _lag(tx: Tx, connection: Connection, now: datetime) -> Lag:
    fresh_at = sweeps.progress(tx, connection.id).fresh_at()
    minutes = policy.current(tx, connection.client_id).policy.freshness_minutes_max
    is_importing = connection.state is State.IMPORTING
    return Lag(
        connection=connection,
        title=LEDGERS[connection.ledger].title,
        fresh_at=None if is_importing else fresh_at,
        is_late=fresh_at is not None and now - fresh_at > timedelta(minutes=minutes),
        is_broken=connection.state is State.RECONNECT,
    )

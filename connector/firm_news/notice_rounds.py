"""When the daily notices of each company are made next, and since when its payers are thanked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from connector import db
from connector.clients.tenants import Connection
from connector.db import Moment, Tx
from connector.firm_news import hook_endpoints
from connector.rules import policy

round_table = db.table(
    "notice_round",
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("next_at", Moment),
    sa.PrimaryKeyConstraint("connection_id", "kind"),
    sa.Index("ix_notice_round_due", "next_at"),
)
t = round_table.c
_SINCE = sa.select(t.since).where(t.connection_id == db.CONNECTION, t.kind == sa.bindparam("kind"))
CONNECTIONS_DUE = sa.select(t.connection_id).where(t.next_at <= db.NOW)
DUE = (
    sa.select(t.kind, t.next_at)
    .where(t.connection_id == db.CONNECTION, t.next_at <= db.NOW)
    .order_by(t.kind)
)


class Round(StrEnum):
    """`customers` is the daily look at what the client's own systems are told of customers: what
    falls due overnight is announced by nobody. `retention` lets go of old words. `thanks` has no
    hour: it follows payments."""

    DIGEST = "digest"
    FOREWARNING = "forewarning"
    CUSTOMERS = "customers"
    RETENTION = "retention"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Due:
    """A round that is to be made; `at` is the moment that was set for it, which may be long ago."""

    kind: Round
    at: datetime


def arrange(tx: Tx, connection: Connection, *, now: datetime) -> None:
    """Set the rounds that the client's policy and endpoints ask for, and end all others. One that
    begins is made at its next hour; one that is due already stays due."""
    wanted = _wanted(tx, connection.client_id)
    for kind in Round:
        if kind not in wanted:
            _end(tx, connection.id, kind)
            continue
        next_at = _next(connection, wanted[kind], now)
        new = db.insert(tx, round_table).values(
            connection_id=connection.id, kind=kind, since=now, next_at=next_at
        )
        tx.execute(
            new.on_conflict_do_update(
                index_elements=["connection_id", "kind"], set_={"next_at": next_at},
                where=t.next_at > now,
            )
        )  # fmt: skip


def at_once(tx: Tx, connection: Connection, kind: Round, *, now: datetime) -> None:
    """Make this round as soon as possible, if it is made at all."""
    tx.execute(
        sa.update(round_table)
        .where(t.connection_id == connection.id, t.kind == kind)
        .values(next_at=now)
    )


def due(tx: Tx, connection_id: int, now: datetime) -> list[Due]:
    rows = tx.execute(DUE, {"connection": connection_id, "now": now})
    return [Due(Round(row.kind), row.next_at) for row in rows]


def done(tx: Tx, connection: Connection, kind: Round, *, now: datetime) -> None:
    """The next one is at its hour of the next day, however many were missed; none is made any more
    where what it was for is gone meanwhile."""
    wanted = _wanted(tx, connection.client_id)
    if kind not in wanted:
        _end(tx, connection.id, kind)
        return
    tx.execute(
        sa.update(round_table)
        .where(t.connection_id == connection.id, t.kind == kind)
        .values(next_at=_next(connection, wanted[kind], now))
    )


def since(tx: Tx, connection_id: int, kind: Round) -> datetime | None:
    """Since when it has been switched on; None while it is off."""
    return tx.execute(_SINCE, {"connection": connection_id, "kind": kind}).scalar()


def _end(tx: Tx, connection_id: int, kind: Round) -> None:
    tx.execute(sa.delete(round_table).where(t.connection_id == connection_id, t.kind == kind))


def _wanted(tx: Tx, client_id: int) -> Mapping[Round, time | None]:
    """The rounds of a client, each with its hour in the client's zone."""
    rules = policy.current(tx, client_id).policy
    notices = rules.notices
    rounds = (
        (Round.DIGEST, notices.daily_digest, time(notices.digest_hour)),
        (Round.FOREWARNING, notices.forewarning, time(notices.forewarning_hour)),
        (Round.CUSTOMERS, hook_endpoints.any_active(tx, client_id), time(0, 5)),
        (Round.RETENTION, rules.retention.is_any, time(3, 30)),
        (Round.THANKS, notices.thank_you, None),
    )
    return {kind: at for kind, is_on, at in rounds if is_on}


def _next(connection: Connection, at: time | None, now: datetime) -> datetime | None:
    """The first moment after `now` at which the client's clock shows `at`."""
    if at is None:
        return None
    zone = ZoneInfo(connection.time_zone)
    today = now.astimezone(zone).date()
    days = (datetime.combine(today + timedelta(days=ahead), at, zone) for ahead in range(3))
    return next(moment for moment in days if moment > now)

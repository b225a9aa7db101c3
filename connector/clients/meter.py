"""API calls as a budget: counted before they go out, kept below the vendor's limits, shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.deps import Deps
from providers.errors import TryLater
from providers.http import Spend

SLOT = timedelta(seconds=10)
WINDOW = timedelta(seconds=60)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1.1)
"""A second and what calls may catch up on one another on their way."""
WAITS_MAX = 12
"""Of a slot each, which is longer than any minute."""
HELD_MAX = timedelta(seconds=10)
"""Calls that lie further ahead were made before the clock was moved back: nobody waits for them."""

slot_table = db.table(
    "api_slot",
    sa.Column("slot", Moment, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "slot"),
)
day_table = db.table(
    "api_day",
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("kind", sa.String(80), nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "day", "kind"),
)
pause_table = db.table(
    "api_pause",
    sa.Column("until", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id"),
)
pace_table = db.table(
    "api_pace",
    sa.Column("recent", sa.JSON, nullable=False),
    sa.PrimaryKeyConstraint("connection_id"),
)


ID: sa.BindParameter[int] = sa.bindparam("id")
SPENT = sa.select(
    sa.select(pause_table.c.until)
    .where(pause_table.c.connection_id == ID)
    .scalar_subquery()
    .label("until"),
    sa.select(sa.func.sum(slot_table.c.calls))
    .where(slot_table.c.connection_id == ID, slot_table.c.slot > sa.bindparam("since"))
    .scalar_subquery()
    .label("recent"),
    sa.select(sa.func.sum(day_table.c.calls))
    .where(day_table.c.connection_id == ID, day_table.c.day == sa.bindparam("day"))
    .scalar_subquery()
    .label("today"),
    sa.select(pace_table.c.recent)
    .where(pace_table.c.connection_id == ID)
    .scalar_subquery()
    .label("paced"),
)
"""All that may hold a call back, in one query, because it is asked before every call."""


@dataclass(frozen=True, slots=True)
class Spent:
    """The calls of the last minute and of this UTC day, the moments of the last ones where a
    second is limited, and until when the vendor asked for a pause."""

    until: datetime | None
    recent: int
    today: int
    paced: Sequence[str]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a vendor allows one company: calls in any minute, and in a day or in a second where
    that is limited."""

    per_minute: int
    per_day: int | None = None
    per_second: int | None = None


class Purpose(Enum):
    """What a call is for, with the share of the budget that it may use up: work is shed from the
    bottom, so that writes and the reads they stand on always have calls left."""

    WRITE = 1.0
    SYNC = 0.8
    SWEEP = 0.6


class OutOfBudget(TryLater):
    """We hold the call back ourselves; others, for what matters more, may still go out."""


def spender(deps: Deps, connection_id: int, limits: Limits, purpose: Purpose) -> Spend:
    """A `Spend` that counts each call for the connection, and raises TryLater when none are left
    for this purpose. Where the vendor limits seconds, it holds a call back for part of one."""

    def spend(kind: str) -> None:
        now, pause = deps.now(), timedelta(0)
        with deps.writing() as tx:
            db.one_at_a_time(tx, "meter", connection_id)
            spent = _spent(tx, connection_id, now)
            wait = _wait(spent, limits, purpose, now)
            if wait is None:
                _count(tx, connection_id, kind, now)
                if limits.per_second is not None:
                    pause = _pace(tx, connection_id, spent.paced, limits.per_second, now)
        if wait is not None:
            raise OutOfBudget(f"{kind}: no API calls left for {purpose.name.lower()}", wait=wait)
        if pause:
            deps.clock.sleep(pause.total_seconds())

    return spend


def patiently(deps: Deps, spend: Spend) -> Spend:
    """The same, for work that nobody else waits for: where no call is left in this minute it waits
    for the next, a few times; what the vendor or the day forbids is told at once."""

    def wait(kind: str) -> None:
        for _ in range(WAITS_MAX):
            try:
                return spend(kind)
            except OutOfBudget as later:
                if later.wait > WINDOW:
                    raise
                deps.clock.sleep(later.wait.total_seconds())
        return spend(kind)

    return wait


def counter(deps: Deps, connection_id: int) -> Spend:
    """A `Spend` that only counts: for sign-in calls, which are outside the vendor's budget."""

    def spend(kind: str) -> None:
        with deps.writing() as tx:
            _count(tx, connection_id, kind, deps.now(), budgeted=False)

    return spend


def pause(tx: Tx, connection_id: int, later: TryLater, now: datetime) -> None:
    """Make no calls for this connection for as long as the vendor asked for."""
    if isinstance(later, OutOfBudget):
        return
    until = now + later.wait
    new = db.insert(tx, pause_table).values(connection_id=connection_id, until=until)
    tx.execute(new.on_conflict_do_update(index_elements=["connection_id"], set_={"until": until}))


def totals(tx: Tx, connection_ids: Iterable[int], since: date) -> dict[int, dict[str, int]]:
    """Calls by connection and kind since a UTC day, that day included."""
    found: dict[int, dict[str, int]] = {}
    for connection_id in connection_ids:
        rows = tx.execute(
            sa.select(day_table.c.kind, sa.func.sum(day_table.c.calls))
            .where(day_table.c.connection_id == connection_id, day_table.c.day >= since)
            .group_by(day_table.c.kind)
            .order_by(day_table.c.kind)
        )
        found[connection_id] = {kind: int(calls) for kind, calls in rows}
    return found


def days(tx: Tx, connection_id: int, since: date) -> list[tuple[date, str, int]]:
    """(UTC day, kind, calls) of one connection, the newest day first."""
    rows = tx.execute(
        sa.select(day_table.c.day, day_table.c.kind, day_table.c.calls)
        .where(day_table.c.connection_id == connection_id, day_table.c.day >= since)
        .order_by(day_table.c.day.desc(), day_table.c.calls.desc(), day_table.c.kind)
    )
    return [(row.day, row.kind, row.calls) for row in rows]


def _spent(tx: Tx, connection_id: int, now: datetime) -> Spent:
    told = {"id": connection_id, "since": now - WINDOW - SLOT, "day": now.date()}
    row = tx.execute(SPENT, told).one()
    return Spent(row.until, row.recent or 0, row.today or 0, row.paced or ())


def _wait(spent: Spent, limits: Limits, purpose: Purpose, now: datetime) -> timedelta | None:
    if spent.until and spent.until > now:
        return timedelta(seconds=(spent.until - now).total_seconds())
    if spent.recent >= limits.per_minute * purpose.value:
        return SLOT
    if limits.per_day is not None and spent.today >= limits.per_day * purpose.value:
        midnight = datetime.combine(now.date() + DAY, datetime.min.time(), now.tzinfo)
        return midnight - now
    return None


def _count(tx: Tx, connection_id: int, kind: str, now: datetime, *, budgeted: bool = True) -> None:
    day = {"connection_id": connection_id, "day": now.date(), "kind": kind, "calls": 1}
    tx.execute(_counted_of_the_day(tx), day)
    if not budgeted:
        return
    start = now.replace(second=now.second - now.second % int(SLOT.total_seconds()), microsecond=0)
    slot = {"connection_id": connection_id, "slot": start, "calls": 1}
    if tx.execute(_counted_of_the_slot(tx), slot).scalar_one() == 1:
        tx.execute(
            sa.delete(slot_table).where(
                slot_table.c.connection_id == connection_id, slot_table.c.slot < now - 2 * WINDOW
            )
        )


@db.once
def _counted_of_the_day(tx: Tx) -> Any:
    return db.insert(tx, day_table).on_conflict_do_update(
        index_elements=["connection_id", "day", "kind"], set_={"calls": day_table.c.calls + 1}
    )


@db.once
def _counted_of_the_slot(tx: Tx) -> Any:
    return (
        db.insert(tx, slot_table)
        .on_conflict_do_update(
            index_elements=["connection_id", "slot"], set_={"calls": slot_table.c.calls + 1}
        )
        .returning(slot_table.c.calls)
    )


@db.once
def _kept_pace(tx: Tx) -> Any:
    new = db.insert(tx, pace_table)
    return new.on_conflict_do_update(
        index_elements=["connection_id"], set_={"recent": new.excluded.recent}
    )


def _pace(
    tx: Tx, connection_id: int, before: Sequence[str], per_second: int, now: datetime
) -> timedelta:
    """How long to hold the call back, so that no second has more calls than are allowed."""
    moments = [datetime.fromisoformat(moment) for moment in before]
    recent = [moment for moment in moments if moment - now < HELD_MAX]
    at = now if len(recent) < per_second else max(now, recent[-per_second] + SECOND)
    recent = [*recent, at][-per_second:]
    kept = [moment.isoformat() for moment in recent]
    tx.execute(_kept_pace(tx), {"connection_id": connection_id, "recent": kept})
    return at - now

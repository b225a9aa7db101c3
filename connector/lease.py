"""Leases: one worker at a time does one job for one connection, and a late one commits nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.deps import Deps

lease_table = sa.Table(
    "lease",
    db.metadata,
    sa.Column("job", sa.String(40), primary_key=True),
    sa.Column("about_id", sa.Integer, primary_key=True),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("until", Moment, nullable=False),
)


RESTS = ""
"""The owner of a lease that nobody works under and that nobody can take yet."""


ONE = sa.and_(
    lease_table.c.job == sa.bindparam("its_job"), lease_table.c.about_id == sa.bindparam("about")
)
CURRENT = sa.select(lease_table.c.fence).where(ONE).with_for_update()
CHANGED = sa.update(lease_table).where(ONE)
RENEWED = CHANGED.where(lease_table.c.fence == sa.bindparam("its_fence"))
TAKEN = sa.select(lease_table.c.job, lease_table.c.about_id).where(lease_table.c.until > db.NOW)
GIVEN_BACK = CHANGED.where(lease_table.c.owner == sa.bindparam("its_owner"))


class LeaseLost(RuntimeError):
    """Somebody else holds the lease by now; nothing more may be committed under it."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The right to commit for `job` about `about_id`, as long as nobody has taken it over."""

    deps: Deps
    job: str
    about_id: int
    number: int

    def check(self, tx: Tx) -> None:
        """Refuse to go on in this transaction if the lease was lost. Raises LeaseLost."""
        current = tx.execute(CURRENT, self._mine()).scalar()
        if current != self.number:
            raise self._lost()

    def renew(self) -> None:
        """Hold the lease for its full length from now. Raises LeaseLost."""
        with self.deps.writing() as tx:
            mine = self._mine() | {"its_fence": self.number, "until": _end(self.deps)}
            if tx.execute(RENEWED, mine).rowcount != 1:
                raise self._lost()

    def rest(self, wait: timedelta) -> None:
        """End the work, and let nobody take it up again before this time is over."""
        with self.deps.writing() as tx:
            tx.execute(
                CHANGED.where(lease_table.c.fence == self.number),
                self._mine() | {"owner": RESTS, "until": self.deps.clock.real() + wait},
            )

    def _lost(self) -> LeaseLost:
        return LeaseLost(f"{self.job} {self.about_id}: fence {self.number} is past")

    def _mine(self) -> dict[str, Any]:
        return {"its_job": self.job, "about": self.about_id}


@contextmanager
def held(deps: Deps, job: str, about_id: int) -> Iterator[Fence | None]:
    """Hold a lease for the block; yields None when another worker holds it."""
    owner = secrets.token_hex(8)
    fence = _take(deps, job, about_id, owner)
    if fence is None:
        yield None
        return
    try:
        yield fence
    finally:
        with deps.writing() as tx:
            mine = {"its_job": job, "about": about_id, "its_owner": owner}
            tx.execute(GIVEN_BACK, mine | {"until": deps.clock.real()})


def wake(tx: Tx, about_id: int, now: datetime) -> None:
    """What rested for this connection can be taken up again: its owner changed what was wrong."""
    tx.execute(
        sa.update(lease_table)
        .where(lease_table.c.about_id == about_id, lease_table.c.owner == RESTS)
        .values(until=now)
    )


def all_taken(tx: Tx, now: datetime) -> set[tuple[str, int]]:
    """(job, about) of every lease that cannot be taken now: somebody holds it, or it rests."""
    return _found(tx, TAKEN, now)


def at_work(tx: Tx, now: datetime) -> set[tuple[str, int]]:
    """(job, about) of every lease that somebody holds now."""
    return _found(tx, TAKEN.where(lease_table.c.owner != RESTS), now)


def _found(tx: Tx, query: sa.Select[Any], now: datetime) -> set[tuple[str, int]]:
    rows = tx.execute(query, {"now": now})
    return {(row.job, row.about_id) for row in rows}


def _take(deps: Deps, job: str, about_id: int, owner: str) -> Fence | None:
    now, until = deps.clock.real(), _end(deps)
    with deps.writing() as tx:
        new = {"job": job, "about_id": about_id, "owner": owner, "fence": 1, "until": until}
        number = tx.execute(_taken(tx), new | {"now": now}).scalar()
    return Fence(deps, job, about_id, number) if number else None


@db.once
def _taken(tx: Tx) -> Any:
    new = db.insert(tx, lease_table)
    return new.on_conflict_do_update(
        index_elements=["job", "about_id"],
        set_={
            "owner": new.excluded.owner, "fence": lease_table.c.fence + 1,
            "until": new.excluded.until,
        },
        where=lease_table.c.until <= db.NOW,
    ).returning(lease_table.c.fence)  # fmt: skip


def _end(deps: Deps) -> datetime:
    return deps.clock.real() + timedelta(seconds=deps.config.lease_seconds)

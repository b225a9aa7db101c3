"""Leases: one worker at a time does one job for one connection, and a late one commits nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

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


CURRENT = (
    sa.select(lease_table.c.fence)
    .where(
        lease_table.c.job == sa.bindparam("job"),
        lease_table.c.about_id == sa.bindparam("about_id"),
    )
    .with_for_update()
)
"""Asked before every commit, so it is put together once."""


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
        current = tx.execute(CURRENT, {"job": self.job, "about_id": self.about_id}).scalar()
        if current != self.number:
            raise LeaseLost(f"{self.job} {self.about_id}: fence {self.number} is past")

    def renew(self) -> None:
        """Hold the lease for its full length from now. Raises LeaseLost."""
        with self.deps.writing() as tx:
            self.check(tx)
            tx.execute(sa.update(lease_table).where(*self._mine()).values(until=_end(self.deps)))

    def rest(self, wait: timedelta) -> None:
        """End the work, and let nobody take it up again before this time is over."""
        with self.deps.writing() as tx:
            tx.execute(
                sa.update(lease_table)
                .where(*self._mine(), lease_table.c.fence == self.number)
                .values(owner=RESTS, until=self.deps.clock.real() + wait)
            )

    def _mine(self) -> tuple[sa.ColumnElement[bool], ...]:
        return lease_table.c.job == self.job, lease_table.c.about_id == self.about_id


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
            tx.execute(
                sa.update(lease_table)
                .where(
                    lease_table.c.job == job,
                    lease_table.c.about_id == about_id,
                    lease_table.c.owner == owner,
                )
                .values(until=deps.clock.real())
            )


def wake(tx: Tx, about_id: int, now: datetime) -> None:
    """What rested for this connection can be taken up again: its owner changed what was wrong."""
    tx.execute(
        sa.update(lease_table)
        .where(lease_table.c.about_id == about_id, lease_table.c.owner == RESTS)
        .values(until=now)
    )


def all_taken(tx: Tx, now: datetime) -> set[tuple[str, int]]:
    """(job, about) of every lease that cannot be taken now: somebody holds it, or it rests."""
    return _found(tx, lease_table.c.until > now)


def at_work(tx: Tx, now: datetime) -> set[tuple[str, int]]:
    """(job, about) of every lease that somebody holds now."""
    return _found(tx, lease_table.c.until > now, lease_table.c.owner != RESTS)


def _found(tx: Tx, *where: sa.ColumnElement[bool]) -> set[tuple[str, int]]:
    rows = tx.execute(sa.select(lease_table.c.job, lease_table.c.about_id).where(*where))
    return {(row.job, row.about_id) for row in rows}


def _take(deps: Deps, job: str, about_id: int, owner: str) -> Fence | None:
    now, until = deps.clock.real(), _end(deps)
    with deps.writing() as tx:
        new = db.insert(tx, lease_table).values(
            job=job, about_id=about_id, owner=owner, fence=1, until=until
        )
        number = tx.execute(
            new.on_conflict_do_update(
                index_elements=["job", "about_id"],
                set_={"owner": owner, "fence": lease_table.c.fence + 1, "until": until},
                where=lease_table.c.until <= now,
            ).returning(lease_table.c.fence)
        ).scalar()
    return Fence(deps, job, about_id, number) if number else None


def _end(deps: Deps) -> datetime:
    return deps.clock.real() + timedelta(seconds=deps.config.lease_seconds)

"""How far each connection's mirror has come, and when its next sweep is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx

NIGHTLY = timedelta(hours=24)
APART_MIN = timedelta(minutes=2)
"""A sweep that somebody waits for comes no sooner after the last one: each costs calls."""

sweep_table = db.table(
    "sweep",
    sa.Column("mark", sa.String(80), nullable=False, default=""),
    sa.Column("poll_mark", sa.String(80), nullable=False, default=""),
    sa.Column("swept_at", Moment),
    sa.Column("wanted_at", Moment),
    sa.Column("polled_at", Moment),
    sa.Column("compared_at", Moment),
    sa.Column("compare_result", sa.JSON),
    sa.Column("imported", sa.Integer, nullable=False, default=0),
    sa.Column("imported_at", Moment),
    sa.Column("history_at", Moment),
    sa.Column("history_read_at", Moment),
    sa.Column("charged_at", Moment),
    sa.PrimaryKeyConstraint("connection_id"),
)
s = sweep_table.c
OF_ALL = sa.select(sweep_table)
OF_ONE = OF_ALL.where(s.connection_id == db.CONNECTION)


@dataclass(frozen=True, slots=True)
class Progress:
    """`mark` and `poll_mark` are the ledger's own; `wanted_at` is when somebody last began to wait
    for a sweep that begins after that; `imported` counts records of the first import,
    `history_at` is when it was last to be read how customers paid and `history_read_at` up to when
    that is known, `charged_at` when late fees were drafted; moments are aware UTC and None before
    the first time."""

    mark: str = ""
    poll_mark: str = ""
    swept_at: datetime | None = None
    wanted_at: datetime | None = None
    polled_at: datetime | None = None
    compared_at: datetime | None = None
    compare_result: dict[str, Any] | None = None
    imported: int = 0
    imported_at: datetime | None = None
    history_at: datetime | None = None
    history_read_at: datetime | None = None
    charged_at: datetime | None = None

    @property
    def compare_refused(self) -> str:
        """Why the ledger did not let the last comparison look; empty where it did."""
        return str((self.compare_result or {}).get("refused", ""))

    def sweep_is_due(self, every: timedelta, now: datetime) -> bool:
        """Every so often, and sooner where somebody waits for it."""
        if self.swept_at is None or is_due(self.swept_at, every, now):
            return True
        is_wanted = self.wanted_at is not None and self.wanted_at >= self.swept_at
        return is_wanted and is_due(self.swept_at, APART_MIN, now)

    def fresh_at(self) -> datetime | None:
        """The moment up to which the mirror is known to be complete."""
        return self.swept_at


def progress(tx: Tx, connection_id: int) -> Progress:
    row = tx.execute(OF_ONE, {"connection": connection_id}).first()
    return _progress(row) if row else Progress()


def progress_of_all(tx: Tx) -> dict[int, Progress]:
    """By connection, for all that were begun."""
    rows = tx.execute(
        OF_ALL,
        execution_options=db.across("the reconciler looks for forgotten work"),
    )
    return {row.connection_id: _progress(row) for row in rows}


def swept_after(
    connection_id: sa.ColumnElement[int], moment: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    """Whether a connection's last sweep began after a moment, as a condition of another query."""
    return sa.exists().where(s.connection_id == connection_id, s.swept_at > moment)


def keep(tx: Tx, connection_id: int, **values: Any) -> None:
    """Note how far the mirror has come; only the named values change."""
    tx.execute(_kept(tuple(values))(tx), {"connection_id": connection_id, **values})


@cache
def _kept(names: Sequence[str]) -> Callable[[Tx], Any]:
    @db.once
    def statement(tx: Tx) -> Any:
        new = db.insert(tx, sweep_table)
        changed = {name: new.excluded[name] for name in names}
        return new.on_conflict_do_update(index_elements=["connection_id"], set_=changed)

    return statement


def start_over(tx: Tx, connection_id: int) -> None:
    """The next import is a first import again."""
    keep(tx, connection_id, mark="", poll_mark="", imported=0, imported_at=None, swept_at=None)


def is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    return last is None or now - last >= every


def _progress(row: sa.Row[Any]) -> Progress:
    return Progress(**{name: row._mapping[name] for name in Progress.__dataclass_fields__})

"""When each connection's payouts are fetched next, and what stood in the way of the last try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx

EVERY = timedelta(hours=3)
"""PayPal lists what was done up to three hours late; Stripe pays out once a day."""
AGAIN = timedelta(minutes=5)
"""After the first failure; each further one doubles it."""
WAIT_MAX = timedelta(days=1)
DOUBLINGS_MAX = 10
TROUBLE_MAX = 500

round_table = db.table(
    "payout_round",
    sa.Column("processor", sa.String(20), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("trouble", sa.Text, nullable=False),
    sa.Column("tried_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.Column("next_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "processor"),
)
r = round_table.c
BEGUN = sa.select(round_table).where(r.connection_id == db.CONNECTION).order_by(r.processor)


@dataclass(frozen=True, slots=True)
class Round:
    """`tries` counts what has been begun since the last time that it was done; `trouble` is what
    the last of them ended with, empty where none has failed. Moments are aware UTC."""

    connection_id: int
    processor: str
    tries: int
    trouble: str
    tried_at: datetime
    done_at: datetime | None
    next_at: datetime

    @property
    def fails(self) -> bool:
        """One try that has not ended yet may be under way; of two, the first was cut off."""
        return bool(self.trouble) or self.tries > 1

    @property
    def told(self) -> str:
        return self.trouble or f"{self.tries} tries were begun and came to no end"


def of(tx: Tx, connection_id: int) -> dict[str, Round]:
    """By processor, for all that were begun."""
    rows = tx.execute(BEGUN, {"connection": connection_id})
    return {row.processor: Round(**row._mapping) for row in rows}


def rests(
    connection_id: sa.ColumnElement[int],
    processor: sa.ColumnElement[str],
    now: sa.ColumnElement[datetime],
) -> sa.ColumnElement[bool]:
    """Whether the next round is still to come, as a condition of another query."""
    return sa.exists().where(
        r.connection_id == connection_id, r.processor == processor, r.next_at > now
    )


def begin(tx: Tx, connection_id: int, processor: str, *, now: datetime) -> None:
    """Count a try before it is made: what kills its reader must not do so at once again."""
    tries = _tries(tx, connection_id, processor) + 1
    _keep(tx, connection_id, processor, tries=tries, tried_at=now, next_at=now + _backoff(tries))


def done(tx: Tx, connection_id: int, processor: str, *, now: datetime) -> None:
    _keep(
        tx, connection_id, processor, tries=0, trouble="", tried_at=now, done_at=now,
        next_at=now + EVERY,
    )  # fmt: skip


def failed(
    tx: Tx, connection_id: int, processor: str, trouble: str, *, asked: timedelta, now: datetime
) -> None:
    """The try that was begun came to nothing: the next is no sooner than what the other side asked
    for, and later after each failure."""
    wait = max(asked, _backoff(_tries(tx, connection_id, processor)))
    _keep(
        tx, connection_id, processor, trouble=trouble[:TROUBLE_MAX], tried_at=now,
        next_at=now + wait,
    )  # fmt: skip


def start_over(tx: Tx, connection_id: int, processor: str) -> None:
    """Something was mended, such as the key: the next round is due now."""
    tx.execute(
        sa.delete(round_table).where(r.connection_id == connection_id, r.processor == processor)
    )


def _backoff(tries: int) -> timedelta:
    doublings = min(max(tries - 1, 0), DOUBLINGS_MAX)
    return min(AGAIN * (1 << doublings), WAIT_MAX)


def _tries(tx: Tx, connection_id: int, processor: str) -> int:
    query = sa.select(r.tries).where(r.connection_id == connection_id, r.processor == processor)
    return int(tx.execute(query).scalar() or 0)


def _keep(tx: Tx, connection_id: int, processor: str, **values: Any) -> None:
    first = {"tries": 0, "trouble": "", "done_at": None} | values
    new = db.insert(tx, round_table).values(
        connection_id=connection_id, processor=processor, **first
    )
    tx.execute(
        new.on_conflict_do_update(index_elements=["connection_id", "processor"], set_=values)
    )

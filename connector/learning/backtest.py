"""Trying the matcher on what a connected client's ledger tells of its past; nothing is written
there, and what comes of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import db, local_days
from connector.access.ledgers import opened
from connector.clients.meter import Purpose
from connector.clients.tenants import Connection
from connector.db import Moment, Tx
from connector.deps import Deps
from connector.money import cash
from connector.money.cash import EVERY, Standing
from connector.outgoing.effects import MARKER
from connector.rules import policy
from matching.book.shelf import SETTLED_FOR
from matching.facts.items import Tally
from matching.trying.backtest import Result, tried
from matching.trying.hindsight import Question
from matching.trying.past import Line, Past

WINDOW_MAX = timedelta(days=3 * 366)
RESULT = TypeAdapter(Result)

backtest_table = db.table(
    "backtest",
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("agreement", sa.JSON, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "number"),
)
t = backtest_table.c


class CannotTry(ValueError):
    """There is nothing to try the matcher on; the text says why and what to ask for instead."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`number` counts the backtests of one connection; `at` is when it was made, aware UTC."""

    number: int
    at: datetime
    result: Result


def run(deps: Deps, connection: Connection, since: date, until: date) -> Kept:
    """Read the past, decide on each receipt of the days, keep what came of it.

    Raises CannotTry, and what a ledger raises when it is read.
    """
    today = local_days.today(connection, deps.now())
    _check(since, until, today)
    with opened(deps, connection.id, Purpose.SWEEP, patient=True) as ledger:
        past = Past(ledger.reader().history(since - SETTLED_FOR, until))
    if not any(since <= line.received <= until for line in past.lines):
        raise CannotTry(f"{connection.name} received no money from {since} to {until}")
    with deps.reading() as tx:
        version = policy.current(tx, connection.client_id)
        ours = (Standing.APPLIED, Standing.APPLYING)
        own = {item.subject for item in cash.listed(tx, connection.id, ours, EVERY)}

    def is_own(line: Line) -> bool:
        return bool(MARKER.search(line.text)) or not own.isdisjoint(line.receipts)

    result = tried(
        past, (since, until), version.policy.matching, version=version.number, is_own=is_own
    )
    with deps.writing() as tx:
        number = _keep(tx, connection.id, result, at=deps.now())
    return Kept(number, deps.now(), result)


def last(tx: Tx, connection_id: int) -> Kept | None:
    """The newest backtest of a connection."""
    row = tx.execute(
        sa.select(backtest_table)
        .where(t.connection_id == connection_id)
        .order_by(t.number.desc())
        .limit(1)
    ).first()
    return Kept(row.number, row.at, RESULT.validate_json(row.body)) if row else None


def agreement(tx: Tx, connection_id: int, *, since: date = date.min) -> dict[str, Tally]:
    """By rule, how often it did what the bookkeeper did, of how many that can be compared, in the
    newest backtest with only the payer's name told; none if its last day is before `since`."""
    newest = (
        sa.select(t.agreement, t.until)
        .where(t.connection_id == connection_id)
        .order_by(t.number.desc())
        .limit(1)
    )
    row = tx.execute(newest).first()
    if row is None or row.until < since:
        return {}
    return {
        rule: Tally(decided=judged, right=right)
        for rule, (right, judged) in row.agreement.items()
        if judged
    }


def _check(since: date, until: date, today: date) -> None:
    if since > until:
        raise CannotTry(f"the days run from {since} to {until}, which is before; swap them")
    if until > today:
        raise CannotTry(f"{until} is still to come; the past ends on {today}")
    if until - since > WINDOW_MAX:
        raise CannotTry(
            f"{since} to {until} are {(until - since).days} days; ask for {WINDOW_MAX.days} at most"
        )


def _keep(tx: Tx, connection_id: int, result: Result, *, at: datetime) -> int:
    db.one_at_a_time(tx, "backtest", connection_id)
    known = sa.select(sa.func.max(t.number)).where(t.connection_id == connection_id)
    number = int(tx.execute(known).scalar() or 0) + 1
    tx.execute(
        sa.insert(backtest_table).values(
            connection_id=connection_id, number=number, at=at, since=result.since,
            until=result.until, agreement=_agreement(result),
            body=RESULT.dump_json(result).decode(),
        )
    )  # fmt: skip
    return number


def _agreement(result: Result) -> dict[str, tuple[int, int]]:
    side = next(side for side in result.sides if side.question is Question.NAME)
    return {row.name: (row.right.right, row.right.judged) for row in side.every.rules}

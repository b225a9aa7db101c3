"""Trying a policy of collections on a client's past: what would have been sent, and kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from connector import db, local_days
from connector.access.ledgers import opened
from connector.clients.meter import Purpose
from connector.clients.tenants import Connection
from connector.correspondence import postal
from connector.db import Moment, Tx
from connector.deps import Deps
from connector.learning import past_books
from connector.learning.book_files import Rows
from connector.past import history
from dunning.ahead.whatif import Would, whatif
from dunning.checking.own_rules import of_company
from dunning.deciding.decision import Ask, Send
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import StepMode
from providers.ledger import Customer

DAYS_MAX = 3 * 366
WEEK = timedelta(days=7)
UNKNOWN = (
    "Customers pay here on the days on which they paid: how they would have answered cannot be"
    " known. Nor are replies, promises, disputes and earlier messages of that time."
)

whatif_table = db.table(
    "whatif",
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "number"),
)
t = whatif_table.c


class How(StrEnum):
    """What becomes of a step in autopilot."""

    BY_ITSELF = "by itself"
    DRAFT = "a person approves it"
    NOTED = "noted only"


class CannotTry(ValueError):
    """The days cannot be looked at; the text says why and what to ask for instead."""


@dataclass(frozen=True, slots=True)
class Summary:
    """`messages` that go out by themselves, `drafts` that a person approves first, what is `noted`
    alone, and `asks`, by step or question; `busiest` is the most messages and drafts that one
    customer would have had within seven days, and whose that is."""

    customers: int
    messages: Mapping[str, int]
    drafts: Mapping[str, int]
    noted: Mapping[str, int]
    asks: Mapping[str, int]
    weeks: Mapping[str, int]
    busiest: int
    busiest_name: str


def check(since: date, until: date, today: date) -> None:
    """Raises CannotTry."""
    if since > until:
        raise CannotTry(f"{since} is after {until}; the first day comes first")
    if until > today:
        raise CannotTry(f"{until} is not over yet; the last day can be {today}")
    if (until - since).days > DAYS_MAX:
        raise CannotTry(f"{since} to {until} is more than {DAYS_MAX} days; ask for fewer")


def of_connection(
    deps: Deps, connection: Connection, policy: DunningPolicy, since: date, until: date
) -> tuple[int, list[dict[str, Any]]]:
    """Read the past from the ledger, run the policy over it, keep what comes of it: its number
    and rows. Raises CannotTry, and what a ledger raises when it is read."""
    today, own = local_days.today(connection, deps.now()), of_company(policy, connection.id)
    check(since, until, today)
    with opened(deps, connection.id, Purpose.SWEEP, patient=True) as ledger:
        past = list(ledger.reader().history(since - history.DEPTH, until))
    with deps.reading() as tx:
        customers = [one for one in past if isinstance(one, Customer)]
        no_post = postal.unreachable(tx, connection, customers)
    book = past_books.of_ledger(past, connection.time_zone, connection.currency, no_post)
    rows = [_row(one, connection.time_zone) for one in whatif(book, own, since, until)]
    with deps.writing() as tx:
        number = _keep(tx, connection.id, rows, policy, days=(since, until), at=deps.now())
    return number, rows


def of_files(
    rows: Mapping[str, Rows], policy: DunningPolicy, since: date, until: date, time_zone: str
) -> dict[str, list[dict[str, Any]]]:
    """The same on every ledger of a book in files, by ledger. Raises BadBook and CannotTry."""
    check(since, until, date.max)
    found = {}
    for ledger in sorted(rows["invoices"]):
        book = past_books.of_files(rows, ledger, time_zone)
        found[ledger] = [_row(one, time_zone) for one in whatif(book, policy, since, until)]
    return found


def kept(tx: Tx, connection_id: int, number: int) -> list[dict[str, Any]] | None:
    """The rows of an earlier run."""
    rows: list[dict[str, Any]] | None = tx.execute(
        sa.select(t.rows).where(t.connection_id == connection_id, t.number == number)
    ).scalar()
    return rows


def summary(rows: Sequence[Mapping[str, Any]]) -> Summary:
    """What a person wants to know first."""
    steps = [row for row in rows if row["action"] == "send"]
    messages = [row for row in steps if row.get("how") != How.NOTED]
    days: dict[str, list[date]] = defaultdict(list)
    for row in messages:
        days[row["customer_id"]].append(date.fromisoformat(row["at"][:10]))
    names = {row["customer_id"]: row["customer"] for row in messages}
    crowds = {id_: _most_in_a_week(found) for id_, found in days.items()}
    busiest = max(crowds, key=lambda one: (crowds[one], one), default="")
    weeks = Counter(_week(row["at"]) for row in messages)
    return Summary(
        customers=len(days),
        messages=Counter(row["step"] for row in messages if row.get("how") != How.DRAFT),
        drafts=Counter(row["step"] for row in messages if row.get("how") == How.DRAFT),
        noted=Counter(row["step"] for row in steps if row.get("how") == How.NOTED),
        asks=Counter(row["matter"] for row in rows if row["action"] == "ask"),
        weeks=dict(sorted(weeks.items())),
        busiest=crowds.get(busiest, 0),
        busiest_name=names.get(busiest, ""),
    )


def _row(one: Would, time_zone: str) -> dict[str, Any]:
    local = one.at.astimezone(ZoneInfo(time_zone))
    common = {"at": local.isoformat(), "customer_id": one.customer_id, "customer": one.name}
    if isinstance(one.what, Ask):
        return common | {
            "action": "ask", "matter": one.what.matter.value, "reason": one.what.reason,
            "step": one.what.proposed.step if one.what.proposed else "",
        }  # fmt: skip
    step = one.what
    return common | {
        "action": "send", "how": _how(step).value, "step": step.step, "tone": step.tone.value,
        "channel": step.channel.value, "segment": step.segment, "invoices": list(step.invoice_ids),
        "total": str(step.total.amount), "currency": step.total.currency,
        "besides": [
            {"total": str(it.total.amount), "currency": it.total.currency,
             "step": it.step, "invoices": list(it.invoice_ids)}
            for it in step.besides
        ],
    }  # fmt: skip


def _how(step: Send) -> How:
    """By the step's own words; what is kept of earlier runs does not say it."""
    if step.mode is StepMode.SHADOW:
        return How.NOTED
    is_draft = step.draft or step.approver or step.mode is StepMode.COPILOT
    return How.DRAFT if is_draft else How.BY_ITSELF


def _keep(
    tx: Tx, connection_id: int, rows: list[dict[str, Any]], policy: DunningPolicy, *,
    days: tuple[date, date], at: datetime,
) -> int:  # fmt: skip
    newest = tx.execute(
        sa.select(sa.func.max(t.number)).where(t.connection_id == connection_id)
    ).scalar()
    number = (newest or 0) + 1
    tx.execute(
        sa.insert(whatif_table).values(
            connection_id=connection_id, number=number, at=at, since=days[0],
            until=days[1], policy=policy.model_dump(mode="json"), rows=rows,
        )
    )  # fmt: skip
    return number


def _most_in_a_week(days: Iterable[date]) -> int:
    found = sorted(days)
    return max(sum(first <= day < first + WEEK for day in found) for first in found)


def _week(moment: str) -> str:
    year, week, _ = date.fromisoformat(moment[:10]).isocalendar()
    return f"{year}-W{week:02d}"

"""What comes next for each customer of a client, and why nothing does where nothing does; and all
that is planned for a week, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from connector.account import collection_rules
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.next_step import course, outlook
from connector.next_step.course import How
from connector.next_step.outlook import Prospect
from connector.rules.modes import Mode
from ui_embed import ownership
from webhooks import parts

pages = Blueprint("plan", __name__)
SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Ahead:
    """One company's customers, as many as a page holds, and how many more there are."""

    connection: Connection
    prospects: list[Prospect]
    more: int
    overdue: int
    forgotten: int


@dataclass(frozen=True, slots=True)
class Week:
    """One company's planned steps by day in its own zone, and how many more there are."""

    connection: Connection
    days: list[tuple[date, list[course.Ahead]]]
    more: int
    is_off: bool


@pages.get("/clients/<int:client_id>/plan")
def show(client_id: int) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        ahead = [_ahead(tx, c, deps.now()) for c in ownership.page_about(tx, client)]
    return render_template("plan.html", client=client, ahead=ahead, now=deps.now())


@pages.get("/clients/<int:client_id>/plan/week")
def week(client_id: int) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        weeks = [_week(tx, c, deps.now()) for c in ownership.page_about(tx, client)]
    return render_template("week.html", client=client, weeks=weeks, asked=How.ASKED)


def _week(tx: Tx, connection: Connection, now: datetime) -> Week:
    zone = ZoneInfo(connection.time_zone)
    rules = collection_rules.of(tx, connection, now)
    found = course.of(tx, rules, now + timedelta(days=7))
    days = groupby(found[:SHOWN_MAX], key=lambda it: it.at.astimezone(zone).date())
    return Week(
        connection=connection,
        days=[(day, list(of_day)) for day, of_day in days],
        more=max(0, len(found) - SHOWN_MAX),
        is_off=rules.mode is Mode.OFF,
    )


def _ahead(tx: Tx, connection: Connection, now: datetime) -> Ahead:
    found = outlook.of(tx, connection, now)
    return Ahead(
        connection=connection,
        prospects=found[:SHOWN_MAX],
        more=max(0, len(found) - SHOWN_MAX),
        overdue=sum(bool(prospect.overdue) for prospect in found),
        forgotten=sum(prospect.is_forgotten for prospect in found),
    )

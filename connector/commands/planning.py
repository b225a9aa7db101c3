"""What comes next: every customer's next look, or all that is planned for the days to come."""

from __future__ import annotations

from argparse import Namespace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connector.account import collection_rules
from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, show
from connector.commands.people import connections_of
from connector.deps import Deps
from connector.next_step import course, outlook
from connector.next_step.course import Ahead

DAYS_MAX = 366


def add(verbs: Verbs) -> None:
    plan = verbs.verb("plan", show_plan, "what comes next for each customer, when and why")
    plan.option("client", nargs="?", default="").option("--client", dest="named", default="")
    plan.option(
        "--days", default="", help="everything that is planned for so many days, message by message"
    ).option("--why", action="store_true", help="with the reasons of each, as --json has them")
    plan.lists()


def show_plan(deps: Deps, given: Namespace) -> None:
    if bool(given.client) == bool(given.named):
        raise CommandError("name the client once, as CLIENT or with --client")
    client = given.client or given.named
    if given.days:
        _show_days(deps, client, _days(given.days), given)
        return
    rows = []
    with deps.reading() as tx:
        for connection in connections_of(tx, client):
            zone = ZoneInfo(connection.time_zone)
            for prospect in outlook.of(tx, connection, deps.now()):
                rows.append({
                    "company": connection.name, "customer": prospect.name,
                    "overdue": ", ".join(str(amount) for amount in prospect.overdue),
                    "next": prospect.look_at and prospect.look_at.astimezone(zone),
                    "reason": prospect.reason or "NO NEXT STEP AND NO REASON",
                })  # fmt: skip
    show(rows, as_json=given.json, empty="Nobody owes anything.")


def _show_days(deps: Deps, client: str, days: int, given: Namespace) -> None:
    now, rows = deps.now(), []
    with deps.reading() as tx:
        for connection in connections_of(tx, client):
            rules = collection_rules.of(tx, connection, now)
            found = course.of(tx, rules, now + timedelta(days=days))
            rows += [_row(connection, ahead) for ahead in found]
    if not given.json:
        rows = [_short(row, with_why=given.why) for row in rows]
    show(rows, as_json=given.json, empty=f"Nothing is planned for {days} days.")


def _row(connection: Connection, ahead: Ahead) -> dict[str, Any]:
    return {
        "company": connection.name,
        "at": ahead.at.astimezone(ZoneInfo(connection.time_zone)),
        "customer": ahead.name, "customer_id": ahead.customer_id, "step": ahead.step,
        "channel": ahead.channel, "currency": ahead.currency,
        "total": ahead.total.amount if ahead.total else None,
        "besides": [{"currency": it.currency, "total": it.amount} for it in ahead.besides],
        "invoices": list(ahead.invoices), "how": ahead.how, "why": "; ".join(ahead.why),
    }  # fmt: skip


def _short(row: dict[str, Any], *, with_why: bool) -> dict[str, object]:
    """For people, as narrow as a terminal."""
    totals = [row] * (row["total"] is not None) + row["besides"]
    about = [f"{it['currency']} {it['total']}" for it in totals]
    about += [", ".join(row["invoices"])] if row["invoices"] else []
    short = {
        "at": row["at"], "customer": row["customer"] or row["customer_id"], "step": row["step"],
        "about": about, "how": row["how"],
    }  # fmt: skip
    return short | ({"why": row["why"]} if with_why else {})


def _days(text: str) -> int:
    wrong = f"{text!r} is no number of days; write one from 1 to {DAYS_MAX}"
    days = whole_number(text, wrong)
    if not 1 <= days <= DAYS_MAX:
        raise CommandError(wrong)
    return days

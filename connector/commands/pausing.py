"""Pauses on the command line: for a client, a customer or an invoice, with reason and end."""

from __future__ import annotations

from argparse import Namespace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connector import local_days
from connector.answering import answers
from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs
from connector.commands.finding import find_customer, find_invoice
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, find_client, me
from connector.db import Tx
from connector.decided import holds
from connector.decided.holds import Hold
from connector.deps import Deps
from connector.mirroring import mirror
from connector.money import naming
from connector.rule_changes import own_rules
from connector.rules import named_customers, policy_pauses
from dunning.customer import customer_names

Place = tuple[Connection, str, str]
"""A company, and the id of the customer or invoice in it, or neither."""


def add(verbs: Verbs) -> None:
    for name, work, text in (
        ("pause", pause, "send nothing until resumed"),
        ("resume", resume, "end a pause"),
    ):
        verb = verbs.verb(name, work, text).takes("client")
        where = "by name or id" if name == "pause" else "as it was paused"
        verb.option("--customer", default="", help=where).option("--invoice", default="")
        verb.option("--segment", default="", help="a segment of the policy")
        if name == "pause":
            verb.option("--reason", default="asked for by hand")
            verb.option(
                "--until", default="", help="the day, or moment, at which it ends by itself"
            )
    verbs.verb("holds", list_holds, "every pause and how it ended, the newest first").takes(
        "client"
    ).lists().option("--customer", default="")


def pause(deps: Deps, given: Namespace) -> None:
    if given.segment:
        own_rules.pause_segment(
            deps, _client_of_segment(deps, given), given.segment, _day(given.until), by=me(),
            reason=given.reason,
        )  # fmt: skip
        say(f"Paused until {given.until}: the segment {given.segment}.")
        return
    for connection, customer_id, invoice_id in _places(deps, given):
        answers.pause(
            deps, connection.id, by=me(), reason=given.reason, customer_id=customer_id,
            invoice_id=invoice_id, until=_moment(given.until, connection) if given.until else None,
        )  # fmt: skip
    say(f"Paused: {given.customer or given.invoice or given.client}.")


def resume(deps: Deps, given: Namespace) -> None:
    if given.segment:
        own_rules.resume_segment(
            deps, _client_of_segment(deps, given), given.segment, by=me(), reason="resumed by hand"
        )
        say(f"Resumed: the segment {given.segment}.")
        return
    ended = sum(
        answers.resume(deps, connection.id, by=me(), customer_id=customer_id, invoice_id=invoice_id)
        for connection, customer_id, invoice_id in _places(deps, given)
    )
    say(f"{ended} pauses ended.")


def _client_of_segment(deps: Deps, given: Namespace) -> int:
    """A segment is the policy's, and its pause too: a new version says it. Raises CommandError."""
    if given.customer or given.invoice:
        raise CommandError("name a segment, a customer or an invoice; pause them one by one")
    with deps.reading() as tx:
        return find_client(tx, given.client).id


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"a segment is paused until a day, and {text!r} is none; write --until 2026-01-31"
        ) from None


def list_holds(deps: Deps, given: Namespace) -> None:
    now = deps.now()
    with deps.reading() as tx:
        if given.customer:
            connection, customer = find_customer(tx, given.client, given.customer)
            wanted = [(connection, customer.id)]
        else:
            wanted = [(connection, "") for connection in connections_of(tx, given.client)]
        rows = [
            row
            for connection, customer_id in wanted
            for row in (
                *_rows(tx, connection, customer_id, now),
                *_in_policy(tx, connection, customer_id, now),
            )
        ]
    if not given.json:
        rows = [_short(row) for row in rows]
    show(rows, as_json=given.json, empty="Nothing was ever paused.")


def _places(deps: Deps, given: Namespace) -> list[Place]:
    """What is meant. Raises CommandError."""
    if given.customer and given.invoice:
        raise CommandError("name a customer or an invoice, not both; pause them one by one")
    with deps.reading() as tx:
        if given.customer:
            connection, customer = find_customer(tx, given.client, given.customer)
            return [(connection, customer.id, "")]
        if given.invoice:
            connection, invoice = find_invoice(tx, given.client, given.invoice)
            return [(connection, "", invoice.id)]
        return [(connection, "", "") for connection in connections_of(tx, given.client)]


def _moment(text: str, connection: Connection) -> datetime:
    """A day begins in the company's own time zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date; write it as 2026-01-31") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(connection.time_zone))


def _rows(tx: Tx, connection: Connection, customer_id: str, now: datetime) -> list[dict[str, Any]]:
    found = holds.history(tx, connection.id, customer_id=customer_id)
    names = mirror.names(tx, connection.id, {hold.customer_id for hold in found})
    zone = ZoneInfo(connection.time_zone)
    numbers = naming.invoice_numbers(tx, connection.id, {hold.invoice_id for hold in found})
    return [
        {
            "id": hold.id, "company": connection.name, "kind": hold.kind,
            "segment": "", "customer": names.get(hold.customer_id, hold.customer_id),
            "invoice": numbers[hold.invoice_id], "reason": hold.reason, "by": hold.by,
            "at": hold.at.astimezone(zone), "until": hold.until and hold.until.astimezone(zone),
            "ended_at": (over := hold.over_at(now)) and over.astimezone(zone),
            "ended_by": _ended_by(hold, now),
        }
        for hold in found
    ]  # fmt: skip


def _in_policy(
    tx: Tx, connection: Connection, customer_id: str, now: datetime
) -> list[dict[str, Any]]:
    """Those that stand in the policy: of segments, of one customer, of all."""
    found = policy_pauses.history(tx, connection.client_id)
    if customer_id:
        meant = customer_names.names_of(customer_id, connection.id)
        found = [one for one in found if one.customer in meant]
    names = named_customers.known(tx, connection, {one.customer for one in found})
    zone = ZoneInfo(connection.time_zone)
    rows = []
    for one in found:
        if one.customer and one.customer not in names:
            continue
        until, _ = local_days.span(connection, one.until)
        over = min(filter(None, (one.ended_at, until if until <= now else None)), default=None)
        rows.append({
            "id": "", "company": connection.name, "kind": "policy", "segment": one.segment,
            "customer": names.get(one.customer, ""), "invoice": "", "reason": one.reason,
            "by": one.by, "at": one.at and one.at.astimezone(zone),
            "until": until.astimezone(zone), "ended_at": over and over.astimezone(zone),
            "ended_by": "itself" if over == until else one.ended_by,
        })  # fmt: skip
    return rows


def _ended_by(hold: Hold, now: datetime) -> str:
    return "itself" if hold.over_at(now) and hold.ended_by_itself else hold.ended_by


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """For people: who stands below when, in the company's own time."""
    segment = f"segment {row['segment']}" if row["segment"] else ""
    about = segment or row["customer"] or row["invoice"] or "everything"
    ended = [row["ended_at"], f"by {row['ended_by']}"] if row["ended_at"] else None
    return {
        "about": about, "reason": row["reason"], "set": [row["at"], f"by {row['by']}"],
        "until": row["until"], "ended": ended,
    }  # fmt: skip

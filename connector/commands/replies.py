"""What customers answered, read on the command line, and reminders that go on from there."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, me
from connector.decided import customer_answers
from connector.deps import Deps
from connector.inbound import suggestions


def add(verbs: Verbs) -> None:
    group = verbs.group("replies", "what customers answered and nobody has read")
    group.verb("list", list_replies, "every answer that holds its customer").takes("client").lists()
    group.verb("read", read_reply, "it is read: reminders go on").takes("client", "number")


def list_replies(deps: Deps, given: Namespace) -> None:
    rows: list[dict[str, Any]] = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            zone = ZoneInfo(connection.time_zone)
            waiting = customer_answers.unread(tx, connection.id, deps.now())
            suggested = suggestions.of(tx, connection.id, [one.answer for one in waiting])
            rows += [
                {
                    "number": one.hold.id, "customer": one.name,
                    "at": one.answer.received_at.astimezone(zone), "sender": one.answer.sender,
                    "subject": one.answer.subject, "text": one.answer.text,
                    "suggested": [asdict(it) for it in suggested[one.answer]],
                }
                for one in waiting
            ]  # fmt: skip
    if not given.json:
        rows = [
            {"number": row["number"], "at": row["at"], "from": [row["customer"], row["sender"]],
             "answer": [row["subject"], row["text"], *map(_told, row["suggested"])]}
            for row in rows
        ]  # fmt: skip
    show(rows, as_json=given.json, empty="Every answer is read.")


def _told(one: dict[str, Any]) -> str:
    """A suggestion on a line of its own."""
    by = f" by {one['on']}" if one["on"] else ""
    on = f", on {', '.join(one['invoices'])}" if one["invoices"] else ""
    return f"(suggested: {one['meaning']}{by}{on}, because of: {one['quote']})"


def read_reply(deps: Deps, given: Namespace) -> None:
    mend = f"see `ledgerhand replies list {given.client}`"
    number = whole_number(given.number, f"{given.number!r} is no number of an answer; {mend}")
    with deps.reading() as tx:
        connections = connections_of(tx, given.client)
    if not any(customer_answers.read(deps, c.id, number, by=me()) for c in connections):
        raise CommandError(f"no answer {number} waits to be read; {mend}")
    say(f"Answer {number} is read; reminders go on unless something else holds them.")

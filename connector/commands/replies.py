"""What customers answered, read on the command line, and reminders that go on from there."""

from __future__ import annotations

from argparse import Namespace
from typing import Any
from zoneinfo import ZoneInfo

from connector import customer_answers
from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, me
from connector.deps import Deps


def add(verbs: Verbs) -> None:
    group = verbs.group("replies", "what customers answered and nobody has read")
    group.verb("list", list_replies, "every answer that holds its customer").takes("client").lists()
    group.verb("read", read_reply, "it is read: reminders go on").takes("client", "number")


def list_replies(deps: Deps, given: Namespace) -> None:
    rows: list[dict[str, Any]] = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            zone = ZoneInfo(connection.time_zone)
            rows += [
                {
                    "number": one.hold.id, "customer": one.name,
                    "at": one.answer.received_at.astimezone(zone), "sender": one.answer.sender,
                    "subject": one.answer.subject, "text": one.answer.text,
                }
                for one in customer_answers.unread(tx, connection.id, deps.now())
            ]  # fmt: skip
    if not given.json:
        rows = [
            {"number": row["number"], "at": row["at"], "from": [row["customer"], row["sender"]],
             "answer": [row["subject"], row["text"]]}
            for row in rows
        ]  # fmt: skip
    show(rows, as_json=given.json, empty="Every answer is read.")


def read_reply(deps: Deps, given: Namespace) -> None:
    mend = f"see `ledgerhand replies list {given.client}`"
    number = whole_number(given.number, f"{given.number!r} is no number of an answer; {mend}")
    with deps.reading() as tx:
        connections = connections_of(tx, given.client)
    if not any(customer_answers.read(deps, c.id, number, by=me()) for c in connections):
        raise CommandError(f"no answer {number} waits to be read; {mend}")
    say(f"Answer {number} is read; reminders go on unless something else holds them.")

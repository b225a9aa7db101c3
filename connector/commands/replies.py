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
    group.verb("show", show_reply, "an answer with all that it quotes").takes("client", "number")
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
                    "whole": one.answer.whole or one.answer.text,
                    "suggested": [asdict(it) for it in suggested[one.answer]],
                }
                for one in waiting
            ]  # fmt: skip
    if not given.json:
        rows = [
            {"number": row["number"], "at": row["at"], "from": [row["customer"], row["sender"]],
             "answer": [row["subject"], row["text"], *_quotes(row, given.client),
                        *map(_told, row["suggested"])]}
            for row in rows
        ]  # fmt: skip
    show(rows, as_json=given.json, empty="Every answer is read.")


def _told(one: dict[str, Any]) -> str:
    """A suggestion on a line of its own."""
    by = f" by {one['on']}" if one["on"] else ""
    on = f", on {', '.join(one['invoices'])}" if one["invoices"] else ""
    return f"(suggested: {one['meaning']}{by}{on}, because of: {one['quote']})"


def _quotes(row: dict[str, Any], client: str) -> list[str]:
    """Where to read what is left out here."""
    if row["whole"] == row["text"]:
        return []
    return [f"(it quotes more: ledgerhand replies show {client} {row['number']})"]


def show_reply(deps: Deps, given: Namespace) -> None:
    number, mend = _number(given)
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            for one in customer_answers.unread(tx, connection.id, deps.now()):
                if one.hold.id == number:
                    whole = one.answer.whole or one.answer.text
                    say("".join(it for it in whole if it.isprintable() or it == "\n"))
                    return
    raise CommandError(f"no answer {number} waits to be read; {mend}")


def _number(given: Namespace) -> tuple[int, str]:
    """The answer's number, and where to look for one."""
    mend = f"see `ledgerhand replies list {given.client}`"
    return whole_number(given.number, f"{given.number!r} is no number of an answer; {mend}"), mend


def read_reply(deps: Deps, given: Namespace) -> None:
    number, mend = _number(given)
    with deps.reading() as tx:
        connections = connections_of(tx, given.client)
    if not any(customer_answers.read(deps, c.id, number, by=me()) for c in connections):
        raise CommandError(f"no answer {number} waits to be read; {mend}")
    say(f"Answer {number} is read; reminders go on unless something else holds them.")

"""What people rule by: clients and modes; and how a command finds whom it is about."""

from __future__ import annotations

import getpass
from argparse import Namespace
from typing import Any

from connector.clients import tenants
from connector.clients.tenants import Client, Connection
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say, show
from connector.db import Tx
from connector.deps import Deps
from connector.rule_changes import agreement, allowing
from connector.rule_changes.allowing import NeedsReason
from connector.rules import modes
from connector.rules.modes import Capability, Mode

AS_CLIENT = "client"
"""What is typed for a segment that is to follow the client's mode again."""


def add(verbs: Verbs) -> None:
    clients = verbs.group("client", "clients and their connections")
    clients.verb("list", list_clients, "every client").lists()
    switch = verbs.verb("mode", set_mode, "switch a capability: off, shadow, copilot, autopilot")
    switch.takes("client", "capability", "mode").option(
        "--segment", default="", metavar="NAME",
        help=f"for this segment of the policy alone; the mode {AS_CLIENT!r} ends that",
    ).option("--reason", default="", help="why a segment is to do more than now")  # fmt: skip


def me() -> str:
    return f"{getpass.getuser()} (command line)"


def find_client(tx: Tx, name: str) -> Client:
    """A client by id or name. Raises CommandError."""
    for client in tenants.clients(tx):
        if name in (str(client.id), client.name):
            return client
    raise CommandError(f"there is no client {name!r}; see `ledgerhand client list`")


def connections_of(tx: Tx, name: str) -> list[Connection]:
    return tenants.connections(tx, client_ids=[find_client(tx, name).id])


def chosen(deps: Deps, client: str, company: str) -> Connection:
    """The one company meant. Raises CommandError."""
    with deps.reading() as tx:
        name, found = find_client(tx, client).name, connections_of(tx, client)
    named = [one for one in found if not company or company in (one.name, str(one.id))]
    if len(named) != 1:
        names = ", ".join(one.name for one in found) or "none"
        raise CommandError(f"{name} has the companies {names}; name one of them with --company")
    return named[0]


def list_clients(deps: Deps, given: Namespace) -> None:
    rows = []
    with deps.reading() as tx:
        for client in tenants.clients(tx):
            on = {c.value: m.value for c, m in modes.of(tx, client.id).items()}
            apart = modes.by_segment(tx, client.id, Capability.REMIND)
            segments = [f"{name}: {mode}" for name, mode in apart.items()]
            for connection in tenants.connections(tx, client_ids=[client.id]):
                rows.append({
                    "id": client.id, "client": client.name, "ledger": connection.ledger,
                    "company": connection.name, "state": connection.state.value,
                    "reason": connection.state_reason, **on, "segments": segments,
                })  # fmt: skip
    if not given.json:
        rows = [_short(row) for row in rows]
    show(rows, as_json=given.json, empty="No client yet: connect a ledger in the pages.")


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """For people: of the capabilities, those that are not off."""
    on = [f"{name}: {row[name]}" for name in Capability if row[name] != Mode.OFF]
    state = ": ".join(filter(None, (row["state"], row["reason"])))
    return {
        "id": row["id"], "client": row["client"],
        "company": [f"{row['company']} ({row['ledger']})", state],
        "switched_on": [*on, *(f"remind {it}" for it in row["segments"])] or "nothing",
    }  # fmt: skip


def set_mode(deps: Deps, given: Namespace) -> None:
    follows = bool(given.segment) and given.mode == AS_CLIENT
    try:
        capability = Capability(given.capability)
        mode = None if follows else Mode(given.mode)
    except ValueError as error:
        raise CommandError(
            f"{error}; capabilities are {', '.join(Capability)}, modes are {', '.join(Mode)}"
        ) from None
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        companies = connections_of(tx, given.client)
        lately = agreement.of_reminders(tx, companies, given.segment, now=deps.now())
    if given.segment:
        say(f"People on messages to {given.segment} in the last 30 days: {lately}.")
    try:
        allowing.switch(
            deps, client.id, capability, mode, by=me(), segment=given.segment, reason=given.reason
        )
    except NeedsReason as error:
        raise CommandError(f"{error} with --reason") from None
    whom = f"{given.segment} at {client.name}" if given.segment else client.name
    say(f"{capability} is now {mode or 'as for the client'} for {whom}.")

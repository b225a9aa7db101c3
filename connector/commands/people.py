"""What people rule by: clients, modes, policies, pauses."""

from __future__ import annotations

import getpass
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from connector import agreement, answers, modes, policy, preview, tenants
from connector.agreement import Agreement
from connector.answers import CannotAnswer
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say, show, show_one
from connector.db import Tx
from connector.deps import Deps
from connector.modes import Capability, Mode
from connector.policy import Policy, PolicyError
from connector.tenants import Client, Connection, State
from dunning import shipped
from matching.items import Tally


def add(verbs: Verbs) -> None:
    clients = verbs.group("client", "clients and their connections")
    clients.verb("list", list_clients, "every client").lists()
    rules = verbs.group("policy", "the rules that a client sets")
    rules.verb("show", show_policy, "the policy in force").takes("client")
    rules.verb("set", set_policy, "a new version from a JSON file").takes("client", "file").option(
        "--reason", default="", help="why more is to be applied without a person"
    )
    rules.verb("shipped", show_shipped, "a policy to start from, as JSON").takes("name")
    rules.verb("history", list_versions, "every version, and what changed in it").takes(
        "client"
    ).lists()
    ahead = rules.verb("preview", preview_policy, "what a policy would do; nothing is saved")
    ahead.takes("client").option(
        "file", nargs="?", default="", help="a JSON file; without it the policy in force"
    ).lists()
    verbs.verb("mode", set_mode, "switch a capability: off, shadow, copilot, autopilot").takes(
        "client", "capability", "mode"
    )
    for name, work, text in (
        ("pause", pause, "send nothing until resumed"),
        ("resume", resume, "end a pause"),
    ):
        verb = verbs.verb(name, work, text).takes("client").option("--customer", default="")
        verb.option("--invoice", default="").option("--reason", default="asked for by hand")
        verb.option("--until", default="")


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
        found = connections_of(tx, client)
    named = [one for one in found if not company or company in (one.name, str(one.id))]
    if len(named) != 1:
        names = ", ".join(one.name for one in found) or "none"
        raise CommandError(f"{client} has the companies {names}; name one of them with --company")
    return named[0]


def list_clients(deps: Deps, given: Namespace) -> None:
    rows = []
    with deps.reading() as tx:
        for client in tenants.clients(tx):
            on = {c.value: m.value for c, m in modes.of(tx, client.id).items()}
            for connection in tenants.connections(tx, client_ids=[client.id]):
                rows.append({
                    "id": client.id, "client": client.name, "ledger": connection.ledger,
                    "company": connection.name, "state": connection.state.value,
                    "reason": connection.state_reason, **on,
                })  # fmt: skip
    show(rows, as_json=given.json, empty="No client yet: connect a ledger in the pages.")


def show_policy(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        version = policy.current(tx, find_client(tx, given.client).id)
    show_one({
        "version": version.number, "at": version.at, "by": version.by,
        "policy": version.policy.model_dump(mode="json"),
    })  # fmt: skip


def set_policy(deps: Deps, given: Namespace) -> None:
    rules = read_policy(given.file)
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        freed = agreement.of_freed(
            tx, connections_of(tx, given.client), policy.current(tx, client.id).policy.matching,
            rules.matching, now=deps.now(),
        )  # fmt: skip
    if freed:
        say("To be applied more freely, and how often it was right so far:")
        show([_freed_row(one) for one in freed], as_json=False, empty="")
    try:
        number = answers.set_policy(deps, client.id, rules, by=me(), reason=given.reason)
    except CannotAnswer as error:
        raise CommandError(f"{error} with --reason") from None
    say(f"Policy version {number} of {client.name} is in force.")


def _freed_row(one: Agreement) -> dict[str, str]:
    return {
        "company": one.company, "rule": one.rule, "what": one.words,
        "last_30_days": _share(one.lately), "backtest": _share(one.past),
    }  # fmt: skip


def _share(tally: Tally) -> str:
    return f"{tally.right} of {tally.decided}" if tally.decided else "nothing known"


def preview_policy(deps: Deps, given: Namespace) -> None:
    """The first day under the policy, and when the newest invoice would take each step."""
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        live = [c for c in connections_of(tx, given.client) if c.state is State.LIVE]
        invoices = {c.id: preview.newest_invoice(tx, c.id) for c in live}
        rules = policy.current(tx, client.id).policy
    if given.file:
        rules = read_policy(given.file)
    rows = []
    for connection in live:
        day = preview.first_day(deps, connection, rules.dunning)
        invoice = invoices[connection.id]
        dates = []
        if invoice is not None and invoice.due is not None:
            dates = preview.dates(
                rules.dunning, invoice.due, connection.time_zone, issued=invoice.issued
            )
        rows.append({
            "company": connection.name, "day_1": day.at.astimezone(ZoneInfo(connection.time_zone)),
            "written_to": day.customers, "due": day.due, "a_day": day.per_day,
            "totals": [str(total) for total in day.totals], "asked_about": len(day.asks),
            "invoice": invoice.number if invoice else "",
            "dates": [f"{step} {at:%Y-%m-%d %H:%M}" for step, at in dates],
        })  # fmt: skip
    show(rows, as_json=given.json, empty="No company is connected.")


def read_policy(name: str) -> Policy:
    """A policy document from a file. Raises CommandError with every fault."""
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"there is no file {name}")
    try:
        return policy.parse(path.read_bytes())
    except PolicyError as error:
        raise CommandError(f"{name}: {error}") from None


def show_shipped(_deps: Deps, given: Namespace) -> None:
    if given.name not in shipped.NAMES:
        raise CommandError(
            f"there is no policy {given.name!r}; there are {', '.join(shipped.NAMES)}"
        )
    show_one({"dunning": shipped.body(given.name)})


def list_versions(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = policy.versions(tx, find_client(tx, given.client).id)
    before = [*(it.policy for it in found[1:]), Policy()]
    rows = [
        {"version": it.number, "at": it.at, "by": it.by,
         "changes": policy.changes(earlier, it.policy)}
        for it, earlier in zip(found, before, strict=True)
    ]  # fmt: skip
    show(rows, as_json=given.json, empty="The policy is the one that everybody starts with.")


def set_mode(deps: Deps, given: Namespace) -> None:
    try:
        capability, mode = Capability(given.capability), Mode(given.mode)
    except ValueError as error:
        raise CommandError(
            f"{error}; capabilities are {', '.join(Capability)}, modes are {', '.join(Mode)}"
        ) from None
    with deps.writing() as tx:
        client = find_client(tx, given.client)
    answers.switch(deps, client.id, capability, mode, by=me())
    say(f"{capability} is now {mode} for {client.name}.")


def pause(deps: Deps, given: Namespace) -> None:
    until = _moment(given.until) if given.until else None
    with deps.reading() as tx:
        connections = connections_of(tx, given.client)
    for connection in connections:
        answers.pause(
            deps, connection.id, by=me(), reason=given.reason, customer_id=given.customer,
            invoice_id=given.invoice, until=until,
        )  # fmt: skip
    say(f"Paused: {given.customer or given.invoice or given.client}.")


def resume(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connections = connections_of(tx, given.client)
    ended = sum(
        answers.resume(
            deps, connection.id, by=me(), customer_id=given.customer, invoice_id=given.invoice
        )
        for connection in connections
    )
    say(f"{ended} pauses ended.")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date; write it as 2026-01-31") from None
    return moment.astimezone()

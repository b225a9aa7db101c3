"""What other rules would do to a client, before they hold; and rules that are laid over its own."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from connector.clients.tenants import Client, Connection, State
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, find_client, me
from connector.commands.policy_files import read_policy
from connector.deps import Deps
from connector.recipients import customer_places
from connector.rule_changes import allowing, preview, ruling
from connector.rule_changes.allowing import NeedsReason
from connector.rule_changes.membership import Membership, membership
from connector.rules import policy, policy_differences, starting
from connector.rules.policy import Policy, PolicyError, Version

TOLD_APART = ("dates", "segments", "moved", "doubts", "changes")
"""Lists of each company: people read them below the table."""


def add(rules: Verbs) -> None:
    ahead = rules.verb("preview", preview_policy, "what a policy would do; nothing is saved")
    ahead.takes("client").option(
        "file", nargs="?", default="", help="a JSON file; without it the policy in force"
    ).lists()
    begun = rules.verb(
        "start-from", start_from, "lay steps, segments and limits of a shipped policy over it"
    )
    begun.takes("client", "name").option(
        "--preview", action="store_true", help="only tell what it would do; nothing is saved"
    ).option("--reason", default="", help="why more is to be done without a person").lists()


def preview_policy(deps: Deps, given: Namespace) -> None:
    """The first day under the policy, who would be in which segment, when the newest invoice would
    take each step, and what differs from the policy in force."""
    with deps.reading() as tx:
        current = policy.current(tx, find_client(tx, given.client).id).policy
    _tell(deps, given, current, read_policy(given.file) if given.file else current)


def start_from(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        version = policy.current(tx, client.id)
    current = version.policy
    try:
        rules = starting.started_from(current, given.name)
    except PolicyError as error:
        raise CommandError(str(error)) from None
    if given.preview:
        _tell(deps, given, current, rules)
    else:
        _put_in_force(deps, client, version, rules, given)


def _put_in_force(
    deps: Deps, client: Client, current: Version, rules: Policy, given: Namespace
) -> None:
    if rules == current.policy:
        raise CommandError(f"{client.name} follows {given.name} already; nothing would change")
    try:
        number = allowing.set_policy(
            deps, client.id, rules, by=me(), reason=given.reason, base=current.number
        )
    except NeedsReason as error:
        raise CommandError(f"{error} with --reason") from None
    if not given.json:
        say(f"Policy version {number} of {client.name} is in force. What changed:")
    rows = [it._asdict() for it in policy_differences.changes(current.policy, rules)]
    show(rows, as_json=given.json, empty="")


def _tell(deps: Deps, given: Namespace, current: Policy, rules: Policy) -> None:
    with deps.reading() as tx:
        live = [c for c in connections_of(tx, given.client) if c.state is State.LIVE]
        doubts = ruling.doubts(tx, find_client(tx, given.client).id, rules)
    changes = policy_differences.changes(current, rules)
    rows = [
        _row(deps, one, current, rules, as_json=given.json)
        | {"doubts": doubts, "changes": list(map(str, changes))}
        for one in live
    ]
    if given.json:
        show(rows, as_json=True, empty="")
        return
    for doubt in doubts:
        say(f"But mind: {doubt}.")
    if changes:
        say("Not saved yet. What it would change of the policy in force:")
        show([it._asdict() for it in changes], as_json=False, empty="")
    short = [{name: row[name] for name in row if name not in TOLD_APART} for row in rows]
    show(short, as_json=False, empty="No company is connected.")
    for row in rows:
        _tell_lists(row)


def _tell_lists(row: Mapping[str, Any]) -> None:
    for name, title in (
        ("segments", "Who would be in which segment"),
        ("moved", "Who would change segment"),
        ("dates", f"When invoice {row['invoice']} would take each step"),
    ):
        if row[name]:
            say(f"{title}, at {row['company']}:")
        for line in row[name]:
            say(f"  {line}")


def _row(
    deps: Deps, connection: Connection, current: Policy, rules: Policy, *, as_json: bool
) -> dict[str, Any]:
    day = preview.first_day(deps, connection, rules.dunning)
    with deps.reading() as tx:
        found = membership(tx, connection, current.dunning, rules.dunning, deps.now())
        invoice, dates = preview.newest_invoice(tx, connection.id), []
        if invoice is not None and invoice.due is not None:
            dates = preview.dates(
                rules.dunning, invoice.due, connection.time_zone, issued=invoice.issued,
                place=customer_places.find(tx, connection.id, invoice.customer_id),
            )  # fmt: skip
    return {
        "company": connection.name,
        "day_1": day.at.astimezone(ZoneInfo(connection.time_zone)),
        "written_to": day.customers, "due": day.due, "a_day": day.per_day,
        "totals": [str(total) for total in day.totals], "asked_about": len(day.asks),
        **_membership_row(found, as_json=as_json),
        "invoice": invoice.number if invoice else "",
        "dates": [f"{step} {at:%Y-%m-%d %H:%M}" for step, at in dates],
    }  # fmt: skip


def _membership_row(found: Membership, *, as_json: bool) -> dict[str, Any]:
    if not as_json:
        return {
            "unreadable": found.unreadable,
            "segments": [f"{name} ({it.count}): {it}" for name, it in found.members.items()],
            "moved": [
                f"{left} to {to} ({it.count}): {it}" for (left, to), it in found.moved.items()
            ],
        }
    return {
        "unreadable": found.unreadable,
        "segments": [
            {"segment": name, "count": it.count, "customers": it.shown}
            for name, it in found.members.items()
        ],
        "moved": [
            {"from": left, "to": to, "count": it.count, "customers": it.shown}
            for (left, to), it in found.moved.items()
        ],
    }

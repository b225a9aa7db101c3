"""The rules that a client sets: shown with where they come from, set, tried, compared."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connector import agreement, answers, approvers, customer_places, policy, preview
from connector.agreement import Agreement
from connector.answers import NeedsReason
from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, find_client, me
from connector.deps import Deps
from connector.membership import Membership, membership
from connector.policy import Policy, PolicyError, Version
from connector.tenants import State
from dunning import shipped
from matching.items import Tally


def add(verbs: Verbs) -> None:
    rules = verbs.group("policy", "the rules that a client sets")
    rules.verb("show", show_policy, "the policy in force, as JSON").takes("client").option(
        "--origin", action="store_true", help="every value, and whose it is: client, firm or start"
    ).option("--json", action="store_true", help="with --origin, print JSON instead of a table")
    rules.verb("set", set_policy, "a new version from a JSON file").takes("client", "file").option(
        "--reason", default="", help="why more is to be done without a person"
    )
    rules.verb("shipped", show_shipped, "a policy to start from, as JSON").takes("name")
    rules.verb("history", list_versions, "every version, and what changed in it").takes(
        "client"
    ).lists()
    rules.verb("diff", compare, "what differs between two versions").takes(
        "client", "first", "second"
    ).lists()
    ahead = rules.verb("preview", preview_policy, "what a policy would do; nothing is saved")
    ahead.takes("client").option(
        "file", nargs="?", default="", help="a JSON file; without it the policy in force"
    ).lists()


def show_policy(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        version, firm = policy.current(tx, client.id), policy.firm_of(tx, client.id)
    if not given.origin:
        show_one(document_of(version))
        return
    rows = [
        {"place": place, "value": value, "from": whose}
        for place, value, whose in policy.origins(version, firm)
    ]
    show(rows, as_json=given.json, empty="")


def document_of(version: Version) -> dict[str, object]:
    """A version as it is printed, and read again from a file."""
    return {
        "version": version.number, "at": version.at, "by": version.by,
        "policy": version.policy.model_dump(mode="json"),
    }  # fmt: skip


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
    except NeedsReason as error:
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
    """The first day under the policy, who would be in which segment, and when the newest invoice
    would take each step."""
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        live = [c for c in connections_of(tx, given.client) if c.state is State.LIVE]
        invoices = {c.id: preview.newest_invoice(tx, c.id) for c in live}
        current = policy.current(tx, client.id).policy
    rules = read_policy(given.file) if given.file else current
    with deps.reading() as tx:
        strangers = approvers.strangers(tx, client.id, rules.dunning)
    rows = []
    for connection in live:
        day = preview.first_day(deps, connection, rules.dunning)
        invoice, dates = invoices[connection.id], []
        with deps.reading() as tx:
            found = membership(tx, connection, current.dunning, rules.dunning, deps.now())
            if invoice is not None and invoice.due is not None:
                dates = preview.dates(
                    rules.dunning, invoice.due, connection.time_zone, issued=invoice.issued,
                    place=customer_places.find(tx, connection.id, invoice.customer_id),
                )  # fmt: skip
        rows.append({
            "company": connection.name, "unknown_approvers": strangers,
            "day_1": day.at.astimezone(ZoneInfo(connection.time_zone)),
            "written_to": day.customers, "due": day.due, "a_day": day.per_day,
            "totals": [str(total) for total in day.totals], "asked_about": len(day.asks),
            **_membership_row(found, as_json=given.json),
            "invoice": invoice.number if invoice else "",
            "dates": [f"{step} {at:%Y-%m-%d %H:%M}" for step, at in dates],
        })  # fmt: skip
    show(rows, as_json=given.json, empty="No company is connected.")


def _membership_row(found: Membership, *, as_json: bool) -> dict[str, Any]:
    if not as_json:
        return {
            "segments": [f"{name} ({it.count}): {it}" for name, it in found.members.items()],
            "moved": [f"{left} to {to} ({it.count}): {it}"
                      for (left, to), it in found.moved.items()],
        }  # fmt: skip
    return {
        "segments": [
            {"segment": name, "count": it.count, "customers": it.shown}
            for name, it in found.members.items()
        ],
        "moved": [
            {"from": left, "to": to, "count": it.count, "customers": it.shown}
            for (left, to), it in found.moved.items()
        ],
    }


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
    show(
        history(found), as_json=given.json,
        empty="The policy is the one that everybody starts with.",
    )  # fmt: skip


def history(found: Sequence[Version]) -> list[dict[str, object]]:
    """Versions, the newest first, with what each changed."""
    before = [*(it.policy for it in found), Policy()][1:]
    return [
        {"version": it.number, "at": it.at, "by": it.by,
         "changes": list(map(str, policy.changes(earlier, it.policy)))}
        for it, earlier in zip(found, before, strict=True)
    ]  # fmt: skip


def compare(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = policy.versions(tx, find_client(tx, given.client).id)
    show_difference(found, given)


def show_difference(found: Sequence[Version], given: Namespace) -> None:
    """What differs between versions `first` and `second`. Raises CommandError."""
    known = {it.number: it.policy for it in found} | {0: Policy()}
    numbers = [
        whole_number(it, f"{it!r} is no version; write a number")
        for it in (given.first, given.second)
    ]
    if missing := [number for number in numbers if number not in known]:
        have = ", ".join(map(str, sorted(known)))
        raise CommandError(f"there is no version {missing[0]}; there are {have}")
    changed = policy.changes(*(known[number] for number in numbers))
    rows = [change._asdict() for change in changed]
    show(rows, as_json=given.json, empty="They say the same.")

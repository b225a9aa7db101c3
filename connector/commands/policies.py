"""The rules that a client sets: shown with where they come from, set, tried, compared."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from connector.commands import previewing
from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, find_client, me
from connector.commands.policy_files import BASE, base_of, overtaken, read_document
from connector.deps import Deps
from connector.rule_changes import agreement, allowing, ruling
from connector.rule_changes.agreement import Agreement
from connector.rule_changes.allowing import Changed, NeedsReason
from connector.rules import policy, policy_differences
from connector.rules.policy import Policy, Version
from dunning.checking import shipped
from matching.facts.items import Tally


def add(verbs: Verbs) -> None:
    rules = verbs.group("policy", "the rules that a client sets")
    rules.verb("show", show_policy, "the policy in force, as JSON").takes("client").option(
        "--origin", action="store_true", help="every value, and whose it is: client, firm or start"
    ).option("--json", action="store_true", help="with --origin, print JSON instead of a table")
    rules.verb("set", set_policy, "a new version from a JSON file").takes("client", "file").option(
        "--reason", default="", help="why more is to be done without a person"
    ).option("--base", default="", metavar="VERSION", help=BASE)
    rules.verb("shipped", show_shipped, "a policy to start from, as JSON").takes("name")
    rules.verb("history", list_versions, "every version, and what changed in it").takes(
        "client"
    ).lists()
    rules.verb("diff", compare, "what differs between two versions").takes(
        "client", "first", "second"
    ).lists()
    previewing.add(rules)


def show_policy(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        version, firm = policy.current(tx, client.id), policy.firm_of(tx, client.id)
    if not given.origin:
        show_one(document_of(version, policy.owner_of(client.id)))
        return
    rows = [
        {"place": place, "value": value, "from": whose}
        for place, value, whose in policy_differences.origins(version, firm)
    ]
    show(rows, as_json=given.json, empty="")


def document_of(version: Version, owner: str) -> dict[str, object]:
    """A version as it is printed, and read again from a file."""
    return {
        "of": owner, "version": version.number, "at": version.at, "by": version.by,
        "policy": version.policy.model_dump(mode="json"),
    }  # fmt: skip


def set_policy(deps: Deps, given: Namespace) -> None:
    document = read_document(given.file)
    rules = document.policy
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        current = policy.current(tx, client.id)
        freed = agreement.of_freed(
            tx, connections_of(tx, given.client), current.policy.matching, rules.matching,
            now=deps.now(),
        )  # fmt: skip
    base = base_of(document, given.base, owner=policy.owner_of(client.id), current=current)
    if freed:
        say("To be applied more freely, and how often it was right so far:")
        show([_freed_row(one) for one in freed], as_json=False, empty="")
    try:
        number = allowing.set_policy(
            deps, client.id, rules, by=me(), reason=given.reason, base=base
        )
    except Changed as error:
        raise overtaken(error) from None
    except NeedsReason as error:
        raise CommandError(f"{error} with --reason") from None
    say(f"Policy version {number} of {client.name} is in force.")
    with deps.reading() as tx:
        doubts = ruling.doubts(tx, client.id, rules)
    for doubt in doubts:
        say(f"But mind: {doubt}.")


def _freed_row(one: Agreement) -> dict[str, str]:
    return {
        "company": one.company, "rule": one.rule, "what": one.words,
        "last_30_days": _share(one.lately), "backtest": _share(one.past),
    }  # fmt: skip


def _share(tally: Tally) -> str:
    return f"{tally.right} of {tally.decided}" if tally.decided else "nothing known"


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
         "changes": list(map(str, policy_differences.changes(earlier, it.policy)))}
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
    changed = policy_differences.changes(*(known[number] for number in numbers))
    rows = [change._asdict() for change in changed]
    show(rows, as_json=given.json, empty="They say the same.")

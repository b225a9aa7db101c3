"""The rules of a firm, which its clients inherit: shown, tried on all of them, set, compared."""

from __future__ import annotations

from argparse import Namespace

from connector.clients import tenants
from connector.clients.tenants import Reseller
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import me
from connector.commands.policies import document_of, history, show_difference
from connector.commands.policy_files import BASE, base_of, overtaken, read_document, read_policy
from connector.db import Tx
from connector.deps import Deps
from connector.rule_changes import firm_rules
from connector.rule_changes.allowing import Changed, NeedsReason
from connector.rule_changes.firm_rules import Plan
from connector.rules import policy, starting
from connector.rules.policy import PolicyError


def add(verbs: Verbs) -> None:
    firm = verbs.group("firm", "what a firm sets for all its clients")
    rules = firm.group("policy", "the rules that clients have where they set none of their own")
    shown = rules.verb("show", show_policy, "the document in force, as JSON")
    made = rules.verb("set", set_policy, "a new version from a JSON file").takes("file")
    made.option("--reason", default="", help="why more is to be done without a person")
    made.option("--base", default="", metavar="VERSION", help=BASE)
    tried = rules.verb("preview", preview, "which clients it would change; nothing is kept")
    tried.takes("file").lists()
    begun = rules.verb("start-from", start_from, "lay a shipped policy over it")
    begun.takes("name").option(
        "--preview", action="store_true", help="only tell which clients it would change"
    ).option("--reason", default="", help="why more is to be done without a person").lists()
    told = rules.verb("history", list_versions, "every version, and what changed in it").lists()
    compared = rules.verb("diff", compare, "what differs between two versions")
    compared.takes("first", "second").lists()
    for verb in (shown, made, tried, begun, told, compared):
        verb.option("--firm", default="", metavar="NAME", help="one of several")


def show_policy(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        firm = firm_of(tx, given)
        show_one(document_of(policy.firm_current(tx, firm.id), policy.owning_firm(firm.id)))


def set_policy(deps: Deps, given: Namespace) -> None:
    document = read_document(given.file)
    with deps.reading() as tx:
        firm = firm_of(tx, given)
        current = policy.firm_current(tx, firm.id)
    base = base_of(document, given.base, owner=policy.owning_firm(firm.id), current=current)
    try:
        planned = firm_rules.plan(deps, firm.id, document.policy, base=base)
        _tell(planned, as_json=False)
        number = firm_rules.put_in_force(deps, planned, by=me(), reason=given.reason)
    except Changed as error:
        raise overtaken(error) from None
    except NeedsReason as error:
        raise CommandError(f"{error} with --reason") from None
    say(f"Version {number} of the rules of {firm.name} is in force.")


def start_from(deps: Deps, given: Namespace) -> None:
    """The same fields as `policy start-from` lays over a client's rules."""
    with deps.reading() as tx:
        firm = firm_of(tx, given)
        current = policy.firm_current(tx, firm.id)
    try:
        rules = starting.started_from(current.policy, given.name)
    except PolicyError as error:
        raise CommandError(str(error)) from None
    if rules == current.policy:
        raise CommandError(f"{firm.name} follows {given.name} already; nothing would change")
    planned = firm_rules.plan(deps, firm.id, rules, base=current.number)
    _tell(planned, as_json=given.json)
    if given.preview:
        return
    try:
        number = firm_rules.put_in_force(deps, planned, by=me(), reason=given.reason)
    except NeedsReason as error:
        raise CommandError(f"{error} with --reason") from None
    if not given.json:
        say(f"Version {number} of the rules of {firm.name} is in force.")


def preview(deps: Deps, given: Namespace) -> None:
    rules = read_policy(given.file)
    with deps.reading() as tx:
        firm = firm_of(tx, given)
    _tell(firm_rules.plan(deps, firm.id, rules), as_json=given.json)


def list_versions(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = policy.firm_versions(tx, firm_of(tx, given).id)
    show(history(found), as_json=given.json, empty="The firm has set no rules of its own.")


def compare(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = policy.firm_versions(tx, firm_of(tx, given).id)
    show_difference(found, given)


def _tell(planned: Plan, *, as_json: bool) -> None:
    found = planned.changed
    if not as_json:
        count = f"{len(found)} client{'' if len(found) == 1 else 's'}"
        say(f"The rules of {count} change:" if found else "The rules of no client change.")
    rows = [
        {"client": one.client.name, "changes": list(map(str, one.changes)),
         "moved": one.moved, "unreadable": one.unreadable,
         "in_the_way": one.refusal or one.wants_reason}
        for one in found
    ]  # fmt: skip
    if rows or as_json:
        show(rows, as_json=as_json, empty="")


def firm_of(tx: Tx, given: Namespace) -> Reseller:
    """The firm meant. Raises CommandError."""
    known = tenants.resellers(tx)
    found = [one for one in known if not given.firm or given.firm in (str(one.id), one.name)]
    if len(found) == 1:
        return found[0]
    if not known:
        raise CommandError("there is no firm yet: sign in and connect a ledger in the pages")
    names = ", ".join(f"{one.id} {one.name!r}" for one in known)
    raise CommandError(f"there are the firms {names}; name one of them with --firm")

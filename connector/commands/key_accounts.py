"""Customers to whom a person alone writes: named, listed, and written to by itself again."""

from __future__ import annotations

from argparse import Namespace

from connector.commands.arguments import Verbs
from connector.commands.finding import find_customer
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, me
from connector.deps import Deps
from connector.mirroring import mirror
from connector.rule_changes import own_rules
from connector.rule_changes.allowing import NeedsReason


def add(verbs: Verbs) -> None:
    group = verbs.group("key-account", "customers to whom a person alone writes")
    named = group.verb("add", name, "nothing goes out to this customer that nobody ordered")
    named.takes("client", "customer").option("--reason", required=True, help="why")
    group.verb("list", list_all, "those whom the policy names one by one").takes("client").lists()
    ended = group.verb("end", end, "it is written to by itself again")
    ended.takes("client", "customer").option("--reason", default="", help="why")


def name(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
    own_rules.keep_for_people(deps, connection, customer.id, given.reason, by=me())
    say(f"A person alone writes to {customer.name}.")


def end(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
    try:
        own_rules.let_go(deps, connection, customer.id, by=me(), reason=given.reason)
    except NeedsReason as error:
        raise CommandError(f"{error} with --reason") from None
    say(f"{customer.name} itself is no key account any more; its segment's rules hold.")


def list_all(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        rows = []
        for connection in connections_of(tx, given.client):
            found = own_rules.key_accounts(tx, connection)
            names = mirror.names(tx, connection.id, [one.customer_id for one in found])
            rows += [
                {"id": one.customer_id, "customer": names[one.customer_id],
                 "company": connection.name, "reason": one.why}
                for one in found if one.customer_id in names
            ]  # fmt: skip
    show(rows, as_json=given.json, empty="The policy names no customer as a key account.")

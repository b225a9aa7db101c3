"""What was learned of payers, on the command line."""

from __future__ import annotations

from argparse import Namespace
from functools import partial

from connector import aliases, mirror
from connector.aliases import State
from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, me
from connector.deps import Deps


def add(verbs: Verbs) -> None:
    learned = verbs.group("aliases", "names and accounts under which customers pay")
    learned.verb("list", list_aliases, "what is proposed, used, revoked or shared").lists().option(
        "--client", required=True
    )
    for name, text in (("accept", "use a proposed alias"), ("revoke", "never use it again")):
        settle = partial(settle_alias, accept=name == "accept")
        learned.verb(name, settle, text).takes("id").option("--client", required=True)


def list_aliases(deps: Deps, given: Namespace) -> None:
    rows = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            found = aliases.listed(tx, connection.id, tuple(State))
            names = mirror.names(tx, connection.id, {one.customer_id for one in found})
            rows += [
                {"id": one.id, "state": one.state, "sort": one.sort, "payer": one.name,
                 "customer": names.get(one.customer_id, one.customer_id),
                 "payments": len(one.seen), "by": one.by}
                for one in found
            ]  # fmt: skip
    show(rows, as_json=given.json, empty="nothing was noticed yet")


def settle_alias(deps: Deps, given: Namespace, *, accept: bool) -> None:
    id_ = whole_number(given.id, f"{given.id!r} is no number; see `ledgerhand aliases list`")
    with deps.writing() as tx:
        done = any(
            aliases.settle(tx, connection.id, id_, accept=accept, by=me(), at=deps.now())
            for connection in connections_of(tx, given.client)
        )
    if not done:
        raise CommandError(f"there is no alias {id_} to change; see `ledgerhand aliases list`")
    say("It is used from now on." if accept else "It is never used again.")

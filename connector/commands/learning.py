"""What was learned of a client, on the command line."""

from __future__ import annotations

from argparse import Namespace
from functools import partial

from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, me
from connector.deps import Deps
from connector.evidence import aliases
from connector.evidence.aliases import State
from connector.learning import learned
from connector.mirroring import mirror

USED, UNUSED = "It is used from now on.", "It is not used any more."


def add(verbs: Verbs) -> None:
    known = verbs.group("aliases", "names and accounts under which customers pay")
    known.verb("list", list_aliases, "what is proposed, used, revoked or shared").lists().option(
        "--client", required=True
    )
    for name, text in (("accept", "use a proposed alias"), ("revoke", "never use it again")):
        settle = partial(settle_alias, accept=name == "accept")
        known.verb(name, settle, text).takes("id").option("--client", required=True)
    lessons = verbs.group("learning", "what was learned of a client, and whether it is used")
    lessons.verb(
        "list", list_lessons, "payers, numbering, and how matches turned out"
    ).lists().option("--client", required=True)
    for name, text in (("accept", "use it, or use it again"), ("revoke", "do not use it")):
        settle = partial(settle_lesson, use=name == "accept")
        lessons.verb(name, settle, text).takes("key").option("--client", required=True)


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
    say(USED if accept else UNUSED)


def list_lessons(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        rows = [
            {"key": one.key, "state": one.state, "what": one.words, "effect": one.effect,
             "from": one.evidence, "by": one.by, "company": connection.name}
            for connection in connections_of(tx, given.client)
            for one in learned.lessons(tx, connection.id)
        ]  # fmt: skip
    if not given.json:
        rows = [{name: row[name] for name in ("key", "state", "what")} for row in rows]
    show(rows, as_json=given.json, empty="nothing was learned yet")


def settle_lesson(deps: Deps, given: Namespace, *, use: bool) -> None:
    known = done = False
    with deps.writing() as tx:
        for connection in connections_of(tx, given.client):
            try:
                done |= learned.settle(
                    tx, connection.id, given.key, use=use, by=me(), at=deps.now()
                )
            except LookupError:
                continue
            known = True
    if not known:
        raise CommandError(
            f"nothing named {given.key!r} can be changed; see `ledgerhand learning list`"
        )
    say((USED if use else UNUSED) if done else "It is so already.")

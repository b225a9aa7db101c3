"""Erasing the person behind a customer, on the command line: shown first, done with --yes."""

from __future__ import annotations

from argparse import Namespace

from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs
from connector.commands.finding import find_customer
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, me
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring import mirror
from connector.privacy import erasure
from connector.privacy.erasure import UnderWay
from providers.ledger import Kind

LEDGERS = (
    "The ledger is the client's own and was not touched: erase the customer there, too, and the"
    " mirror follows with the next sweep."
)


def add(verbs: Verbs) -> None:
    verb = verbs.verb("erase", erase, "erase what is kept of the person behind a customer")
    verb.takes("client", "customer").option("--reason", required=True, help="who asked, and when")
    verb.option("--yes", action="store_true", help="do it; without, it is only shown")
    verb.option(
        "--dry-run", action="store_true", help="only show it, whatever else is said"
    ).lists()


def erase(deps: Deps, given: Namespace) -> None:
    """Raises CommandError where nobody says why, or something is under way."""
    if not given.reason.strip():
        raise CommandError("say who asked for it and when with --reason")
    keep = given.yes and not given.dry_run
    with deps.reading() as tx:
        connection, customer_id = _whom(tx, given.client, given.customer)
    try:
        erased = erasure.erase(
            deps, connection, customer_id, by=me(), reason=given.reason.strip(), keep=keep
        )
    except UnderWay as error:
        raise CommandError(f"nothing was erased: {error}") from None
    if given.json:
        show_one({
            "customer": customer_id, "erased": keep, "rows": erased.rows, "on_hold": erased.on_hold,
        })  # fmt: skip
        return
    show(
        [{"table": name, "rows": many} for name, many in erased.rows.items()],
        as_json=False, empty="Nothing is kept of this person.",
    )  # fmt: skip
    if erased.is_nothing:
        return
    if not keep:
        say("Only shown: nothing was changed. Do it with --yes; it cannot be undone.")
        return
    say(f"Erased. Customer {customer_id} is on hold: nothing goes out until somebody resumes.")
    say(LEDGERS)


def _whom(tx: Tx, client: str, wanted: str) -> tuple[Connection, str]:
    """Also a customer whom the ledger has forgotten already, by its id. Raises CommandError."""
    for connection in connections_of(tx, client):
        if mirror.fetch(tx, connection.id, Kind.CUSTOMER, [wanted]):
            return connection, wanted
    connection, customer = find_customer(tx, client, wanted)
    return connection, customer.id

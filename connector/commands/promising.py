"""What customers said they would pay, and when: kept, waited for, and kept or broken."""

from __future__ import annotations

from argparse import Namespace

from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, amount, day, whole_number
from connector.commands.finding import find_customer, owed_invoices
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, find_client, me
from connector.commitments import promises, promising
from connector.commitments.promises import Kept
from connector.commitments.promising import CannotPromise
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring import mirror


def add(verbs: Verbs) -> None:
    group = verbs.group("promise", "what customers promised to pay, and whether they did")
    made = group.verb("add", make, "keep a promise; nobody is reminded of it before its day")
    made.takes("client", "customer").option("--on", required=True, help="the promised day")
    made.option("--amount", default="", help="without it, all that is open on the invoices")
    made.option("--invoice", action="append", default=[], help="a number; without it, all open")
    made.option("--words", default="", help="what the customer said")
    group.verb("list", list_promises, "every promise and how it ended").takes("client").lists()
    group.verb("cancel", cancel, "it was never made, or no longer holds").takes("client", "id")


def make(deps: Deps, given: Namespace) -> None:
    on = day("--on", given.on)
    with deps.writing() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
        invoices = owed_invoices(tx, connection, customer.id, given.invoice)
        currency = invoices[0].open.currency
        try:
            number, promise = promising.write_down(
                tx, connection, invoices, on=on, now=deps.now(),
                amount=amount("--amount", given.amount, currency) if given.amount else None,
                source="person", words=given.words, by=me(),
            )  # fmt: skip
        except CannotPromise as error:
            raise CommandError(str(error)) from None
    deps.ring("decide", connection.id)
    say(f"promise {number}: {customer.name} pays {promise.amount} by {promise.on}")


def list_promises(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        rows = [
            _row(tx, connection, one)
            for connection in connections_of(tx, given.client)
            for one in promises.listed(tx, connection.id)
        ]
    show(rows, as_json=given.json, empty="Nobody promised anything.")


def cancel(deps: Deps, given: Namespace) -> None:
    id_ = whole_number(given.id, f"{given.id!r} is no promise; see `ledgerhand promise list`")
    with deps.writing() as tx:
        for connection in connections_of(tx, given.client):
            if promises.cancel(tx, connection.id, id_, by=me(), at=deps.now()):
                break
        else:
            raise CommandError(f"{find_client(tx, given.client).name} has no open promise {id_}")
    deps.ring("decide", connection.id)
    say(f"promise {id_} is cancelled; the customer is reminded again")


def _row(tx: Tx, connection: Connection, one: Kept) -> dict[str, object]:
    names = mirror.names(tx, connection.id, [one.customer_id])
    return {
        "id": one.id, "customer": names.get(one.customer_id, one.customer_id),
        "amount": str(one.promise.amount), "by": one.promise.on, "made": one.promise.made,
        "state": one.state.value, "source": one.source, "words": one.words, "kept_by": one.by,
    }  # fmt: skip

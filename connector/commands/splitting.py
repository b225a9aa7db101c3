"""`ledgerhand receipts split`: money laid by hand on open invoices, with credits beside it."""

from __future__ import annotations

from argparse import Namespace

from connector.answering import splitting
from connector.answering.splitting import CannotSplit, Wish
from connector.cash_application import placeable
from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs
from connector.commands.finding import find_customer
from connector.commands.output import CommandError, say
from connector.commands.people import connections_of, me
from connector.db import Tx
from connector.deps import Deps
from connector.money import cash


def add(money: Verbs) -> None:
    verb = money.verb("split", split, "lay money that waits on the invoices that you name")
    verb.takes("id").option(
        "parts", nargs="+", metavar="NUMBER=AMOUNT",
        help="an invoice, or a credit to use, by its number or id: INV-1=100.00",
    )  # fmt: skip
    verb.option("--client", required=True)
    verb.option(
        "--rest-for", default="", metavar="CUSTOMER",
        help="on whose account the rest of money from the bank goes; else who pays most",
    )  # fmt: skip
    verb.option("--reason", default="", help="why; kept with the decision")


def split(deps: Deps, given: Namespace) -> None:
    """`id` is as `receipts list` shows it."""
    with deps.reading() as tx:
        connection, currency = _money(tx, given.client, given.id)
        amounts = dict(_part(tx, connection, part, currency) for part in given.parts)
        if len(amounts) < len(given.parts):
            raise CommandError("a document is named twice; write its amount once")
        rest_for = ""
        if given.rest_for:
            owner, customer = find_customer(tx, given.client, given.rest_for)
            if owner.id != connection.id:
                raise CommandError(f"{customer.name} is of {owner.name}, not {connection.name}")
            rest_for = customer.id
    wish = Wish(amounts, rest_for=rest_for, remark=given.reason)
    try:
        laid = splitting.split(deps, connection, given.id, wish, by=me())
    except CannotSplit as error:
        raise CommandError(f"{error}; nothing was changed") from None
    rest = f"; {laid.rest} stays on account" if laid.rest else ""
    say(
        f"{given.id} is split{rest}. `ledgerhand receipts undo {given.id} --client {given.client}`"
        " takes it back."
    )


def _money(tx: Tx, client: str, subject: str) -> tuple[Connection, str]:
    """Whose it is, and its currency. Raises CommandError."""
    kind, _, id_ = subject.partition(":")
    for connection in connections_of(tx, client):
        if item := cash.find(tx, connection.id, kind, id_):
            return connection, item.left.currency
    raise CommandError(
        f"{client} has no money {subject!r}; see `ledgerhand receipts list --client {client}`"
    )


def _part(tx: Tx, connection: Connection, part: str, currency: str) -> tuple[str, str]:
    """The id of the document, and the amount as it was typed. Raises CommandError."""
    number, equals, amount = part.rpartition("=")
    if not (equals and number and amount):
        raise CommandError(f"{part!r} names no document and amount; write it as INV-1=100.00")
    found = placeable.called(tx, connection.id, number, currency)
    if not found:
        raise CommandError(
            f"{connection.name} has no open invoice or credit {number!r} in {currency}; write the"
            " number as in the ledger, or its id"
        )
    if len(found) > 1:
        told = ", ".join(f"{it.invoice_id} of {it.customer_name}" for it in found)
        raise CommandError(f"{number!r} is the number of {len(found)} documents: use an id: {told}")
    return found[0].invoice_id, amount

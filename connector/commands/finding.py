"""What a command means: a customer by name or id, an invoice by number or id, some money."""

from __future__ import annotations

from connector.clients.tenants import Connection
from connector.commands.output import CommandError
from connector.commands.people import connections_of, find_client
from connector.commitments import promising
from connector.commitments.promising import CannotPromise
from connector.db import Tx
from connector.mirroring import mirror, numbers
from connector.money import cash
from connector.money.cash import BANK, Item
from matching.reading_texts.numbering import search_keys
from providers.ledger import Customer, Invoice, Kind

ALIKE_MAX = 50


def find_customer(tx: Tx, client: str, wanted: str) -> tuple[Connection, Customer]:
    """The customer of that id or name. Raises CommandError."""
    found: list[tuple[Connection, Customer]] = []
    for connection in connections_of(tx, client):
        by_id = mirror.customer(tx, connection.id, wanted)
        named = [one for one in mirror.customers(tx, connection.id) if one.name == wanted]
        found += [(connection, one) for one in ([by_id] if by_id else named)]
    if not found:
        raise CommandError(
            f"{find_client(tx, client).name} has no customer {wanted!r};"
            " write the name as in the ledger, or its id"
        )
    if len(found) > 1:
        ids = ", ".join(customer.id for _, customer in found)
        raise CommandError(
            f"{find_client(tx, client).name} has {len(found)} customers {wanted!r};"
            f" use an id of {ids}"
        )
    return found[0]


def owed_invoices(
    tx: Tx, connection: Connection, customer_id: str, numbers: list[str]
) -> list[Invoice]:
    """The open invoices that are meant, of one currency. Raises CommandError."""
    try:
        return promising.owed(tx, connection.id, customer_id, numbers=numbers)
    except CannotPromise as error:
        raise CommandError(f"{error} (--invoice names them)") from None


def find_invoice(tx: Tx, client: str, wanted: str) -> tuple[Connection, Invoice]:
    """The invoice of that number or id. Raises CommandError."""
    found: list[tuple[Connection, Invoice]] = []
    for connection in connections_of(tx, client):
        alike = numbers.having(tx, connection.id, search_keys(wanted), limit=ALIKE_MAX)
        ids = {wanted} | {id_ for kind, id_ in alike if kind == Kind.INVOICE}
        found += [
            (connection, one)
            for one in mirror.fetch(tx, connection.id, Kind.INVOICE, ids)
            if isinstance(one, Invoice) and wanted in (one.number, one.id)
        ]
    if not found:
        raise CommandError(
            f"{find_client(tx, client).name} has no invoice {wanted!r};"
            " write the number as in the ledger, or its id"
        )
    if len(found) > 1:
        ids_found = ", ".join(invoice.id for _, invoice in found)
        raise CommandError(
            f"{find_client(tx, client).name} has several invoices {wanted!r};"
            f" use an id of {ids_found}"
        )
    return found[0]


def money_of(tx: Tx, client: str, wanted: str) -> tuple[Connection, Item]:
    """Money by its id as `receipts list` shows it. Raises CommandError."""
    kind, _, id_ = wanted.partition(":")
    for connection in connections_of(tx, client):
        found = cash.find(tx, connection.id, kind, id_) or cash.find(
            tx, connection.id, BANK, wanted
        )
        if found:
            return connection, found
    raise CommandError(f"there is no money {wanted!r}; see `ledgerhand receipts list`")

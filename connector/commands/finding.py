"""Whom or what a command means: a customer by id or name, an invoice by id or number."""

from __future__ import annotations

from connector import mirror
from connector.commands.output import CommandError
from connector.commands.people import connections_of
from connector.db import Tx
from connector.tenants import Connection
from providers.ledger import Customer, Invoice, Kind


def find_customer(tx: Tx, client: str, wanted: str) -> tuple[Connection, Customer]:
    """The customer of that id or name. Raises CommandError."""
    found: list[tuple[Connection, Customer]] = []
    for connection in connections_of(tx, client):
        by_id = mirror.customer(tx, connection.id, wanted)
        named = [one for one in mirror.customers(tx, connection.id) if one.name == wanted]
        found += [(connection, one) for one in ([by_id] if by_id else named)]
    if not found:
        raise CommandError(
            f"{client} has no customer {wanted!r}; write the name as in the ledger, or its id"
        )
    if len(found) > 1:
        ids = ", ".join(customer.id for _, customer in found)
        raise CommandError(f"{client} has {len(found)} customers {wanted!r}; use an id of {ids}")
    return found[0]


def find_invoice(tx: Tx, client: str, wanted: str) -> tuple[Connection, Invoice]:
    """The invoice of that id, or the open one of that number. Raises CommandError."""
    found: list[tuple[Connection, Invoice]] = []
    for connection in connections_of(tx, client):
        by_id = mirror.fetch(tx, connection.id, Kind.INVOICE, [wanted])
        candidates = [*by_id, *mirror.open_records(tx, connection.id, [Kind.INVOICE])]
        meant = {
            it.id: it
            for it in candidates
            if isinstance(it, Invoice) and wanted in (it.number, it.id)
        }
        found += [(connection, it) for it in meant.values()]
    if not found:
        raise CommandError(
            f"{client} has no open invoice {wanted!r}; write its number as in the ledger, or its id"
        )
    if len(found) > 1:
        ids = ", ".join(invoice.id for _, invoice in found)
        raise CommandError(f"{client} has {len(found)} invoices {wanted!r}; use an id of {ids}")
    return found[0]

"""Whom a command means: a customer by id or by its name in the ledger."""

from __future__ import annotations

from connector import mirror
from connector.commands.output import CommandError
from connector.commands.people import connections_of
from connector.db import Tx
from connector.tenants import Connection
from providers.ledger import Customer, Invoice


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


def owed_invoices(
    tx: Tx, connection: Connection, customer_id: str, numbers: list[str]
) -> list[Invoice]:
    """The open invoices that are meant, of one currency. Raises CommandError."""
    records = mirror.of_customers(tx, connection.id, [customer_id])
    owed = [r for r in records if isinstance(r, Invoice) and r.open.amount > 0]
    chosen = [i for i in owed if not numbers or i.number in numbers]
    if missing := set(numbers) - {i.number for i in chosen}:
        raise CommandError(f"the customer owes nothing on {', '.join(sorted(missing))}")
    if not chosen:
        raise CommandError("the customer owes nothing ")
    currencies = {i.open.currency for i in chosen}
    if len(currencies) > 1:
        told = ", ".join(sorted(currencies))
        raise CommandError(f"the invoices are in {told}; name those of one currency by --invoice")
    return sorted(chosen, key=lambda i: i.id)

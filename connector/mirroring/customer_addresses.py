"""By which e-mail address a ledger knows its active customers: kept with the mirror, so that who
sent a mail is found in all companies at once."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from connector import db
from connector.db import Tx
from dunning.customer.persons import plain
from providers.ledger import Customer, Kind, Record

CHARACTERS_MAX = 254
address_table = db.table(
    "customer_address",
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("address", sa.String(CHARACTERS_MAX), nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "customer_id", "address"),
    sa.Index("ix_customer_address_everywhere", "address"),
)
a = address_table.c


def keep(tx: Tx, connection_id: int, records: Iterable[Record]) -> None:
    """Note the addresses of the customers among news of the ledger, in place of what was noted."""
    of_customers = [record for record in records if record.kind == Kind.CUSTOMER]
    if not of_customers:
        return
    was = sa.delete(address_table).where(
        a.connection_id == connection_id, a.customer_id == sa.bindparam("customer")
    )
    tx.execute(was, [{"customer": record.id} for record in of_customers])
    places = {
        (one.id, plain(email))
        for one in of_customers
        if isinstance(one, Customer) and one.active
        for email in one.emails
        if "@" in email and len(plain(email)) <= CHARACTERS_MAX
    }
    rows = [
        {"connection_id": connection_id, "customer_id": id_, "address": address}
        for id_, address in sorted(places)
    ]
    if rows:
        tx.execute(sa.insert(address_table), rows)


def holders(tx: Tx, address: str) -> set[tuple[int, str]]:
    """(connection id, customer id) of whoever has this address by the ledger of any tenant."""
    rows = tx.execute(
        sa.select(a.connection_id, a.customer_id).where(a.address == plain(address)),
        execution_options=db.across("an answer finds its tenant by who sent it"),
    )
    return {(row.connection_id, row.customer_id) for row in rows}

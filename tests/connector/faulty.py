"""A customer on whom our own code fails."""

from __future__ import annotations

import sqlalchemy as sa

from connector import agenda
from connector.deps import Deps
from connector.recipients import contacts
from connector.recipients.contacts import Contact, Role, contact_table


def make_unreadable(deps: Deps, connection_id: int, customer_id: str) -> None:
    """By a word that a newer version may have written, about its contact."""
    one = Contact(customer_id, Role.DUNNING, email="a@ash.example")
    with deps.writing() as tx:
        contacts.add(tx, connection_id, one, by="ann", at=deps.now())
        tx.execute(
            sa.update(contact_table)
            .where(contact_table.c.connection_id == connection_id)
            .values(prefers="pigeon")
        )
        agenda.mark(tx, connection_id, [customer_id])


def make_readable(deps: Deps, connection_id: int) -> None:
    """The fault is mended."""
    with deps.writing() as tx:
        tx.execute(sa.delete(contact_table).where(contact_table.c.connection_id == connection_id))

"""Whom to write to at a customer: people with their roles, kept by hand beside the ledger's own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from connector import audit, db
from connector.db import Moment, Tx
from dunning.customer.channels import Channel
from providers.email.mime import ADDRESS

EMAIL_CHARACTERS_MAX = 254
NAME_CHARACTERS_MAX = 200
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")

contact_table = db.table(
    "contact",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("name", sa.String(NAME_CHARACTERS_MAX), nullable=False),
    sa.Column("email", sa.String(EMAIL_CHARACTERS_MAX), nullable=False),
    sa.Column("phone", sa.String(16), nullable=False),
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("prefers", sa.String(10), nullable=False, server_default=""),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_contact_customer", "connection_id", "customer_id"),
)
c = contact_table.c
OF_CUSTOMERS = (
    sa.select(contact_table)
    .where(c.connection_id == db.CONNECTION, c.customer_id.in_(db.CUSTOMERS))
    .order_by(c.id)
)


Choice = Callable[[Sequence["Contact"], Sequence[str], Collection[str]], tuple[str, ...]]
"""Of a customer's contacts and the ledger's addresses, without those that are suppressed."""


class Role(StrEnum):
    """What somebody at the customer is there for: `dunning` gets the reminders, `billing` the
    invoices, `owner` runs the business, `escalation` is asked when nobody else answers."""

    BILLING = "billing"
    DUNNING = "dunning"
    OWNER = "owner"
    ESCALATION = "escalation"


ORDER = (Role.DUNNING, Role.BILLING)
"""Who gets reminders, the first choice first; after them come the ledger's own addresses."""


NEXT = (Role.BILLING, Role.OWNER, Role.ESCALATION)
"""Who is tried where nobody reads them."""


class BadContact(ValueError):
    """The contact cannot be kept; the text names what is wrong and how to write it."""


@dataclass(frozen=True, slots=True)
class Contact:
    """`email` is in lower case, `phone` in E.164; one of them may be empty. `prefers` is how they
    asked to be written to, None where they did not say."""

    customer_id: str
    role: Role
    name: str = ""
    email: str = ""
    phone: str = ""
    prefers: Channel | None = None
    id: int = 0
    by: str = ""
    at: datetime | None = None


def is_address(email: str) -> bool:
    """Whether it is one plain e-mail address."""
    return len(email) <= EMAIL_CHARACTERS_MAX and bool(ADDRESS.fullmatch(email))


def checked(contact: Contact) -> None:
    """Raises BadContact."""
    if not (contact.email or contact.phone):
        raise BadContact("a contact needs an e-mail address or a telephone number")
    if contact.email and not is_address(contact.email):
        raise BadContact(
            f"{contact.email!r} is not one plain e-mail address, such as name@example.com"
        )
    if contact.phone and not NUMBER.fullmatch(contact.phone):
        raise BadContact(f"{contact.phone!r} is no number in E.164, such as +14155552671")
    needed = {Channel.EMAIL: contact.email, Channel.TEXT: contact.phone}
    if contact.prefers and not needed.get(contact.prefers):
        raise BadContact(f"who prefers {contact.prefers} needs an address or a number for that")
    if len(contact.name) > NAME_CHARACTERS_MAX:
        raise BadContact(f"the name has more than {NAME_CHARACTERS_MAX} characters")


def add(tx: Tx, connection_id: int, contact: Contact, *, by: str, at: datetime) -> int:
    """Keep a contact; returns its id. The same person in the same role takes the place of what was
    kept before. Raises BadContact."""
    checked(contact)
    tx.execute(
        sa.delete(contact_table).where(
            c.connection_id == connection_id, c.customer_id == contact.customer_id,
            c.role == contact.role, c.email == contact.email,
            sa.or_(c.email != "", c.phone == contact.phone),
        )
    )  # fmt: skip
    new = sa.insert(contact_table).values(
        connection_id=connection_id, customer_id=contact.customer_id, name=contact.name,
        email=contact.email, phone=contact.phone, role=contact.role,
        prefers=contact.prefers or "", by=by, at=at,
    )  # fmt: skip
    id_ = int(tx.execute(new.returning(c.id)).scalar_one())
    _tell(tx, connection_id, "contact.added", contact, by=by, at=at)
    return id_


def drop(tx: Tx, connection_id: int, contact: Contact, *, by: str, at: datetime) -> None:
    tx.execute(sa.delete(contact_table).where(c.connection_id == connection_id, c.id == contact.id))
    _tell(tx, connection_id, "contact.dropped", contact, by=by, at=at)


def of_customers(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> dict[str, list[Contact]]:
    """By customer, in the order in which they were added."""
    told = {"connection": connection_id, "customers": list(customer_ids)}
    rows = tx.execute(OF_CUSTOMERS, told)
    found: dict[str, list[Contact]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(_contact(row))
    return found


def at_address(tx: Tx, email: str) -> set[tuple[int, str]]:
    """(connection id, customer id) wherever somebody with this address was named, by any tenant."""
    return _named_with(tx, sa.func.lower(c.email) == email.lower())


def at_number(tx: Tx, phone: str) -> set[tuple[int, str]]:
    """The same of a number in E.164."""
    return _named_with(tx, c.phone == phone)


def _named_with(tx: Tx, way: sa.ColumnElement[bool]) -> set[tuple[int, str]]:
    rows = tx.execute(
        sa.select(c.connection_id, c.customer_id).where(way),
        execution_options=db.across("an answer finds its tenant by who sent it"),
    )
    return {(row.connection_id, row.customer_id) for row in rows}


def addresses(contacts: Sequence[Contact], ledgers: Sequence[str]) -> list[tuple[str, ...]]:
    """The e-mail addresses for reminders: those of each choice, the first choice first."""
    by_role = [
        tuple(dict.fromkeys(one.email for one in contacts if one.role is role and one.email))
        for role in ORDER
    ]
    return [*by_role, tuple(ledgers)]


def usable(
    contacts: Sequence[Contact], ledgers: Sequence[str], suppressed: Collection[str]
) -> tuple[str, ...]:
    """Where reminders go: the addresses of the first choice of which any may be written to.
    `suppressed` are in lower case."""
    for choice in addresses(contacts, ledgers):
        if left := tuple(one for one in choice if one.lower() not in suppressed):
            return left
    return ()


def others(
    contacts: Sequence[Contact], ledgers: Sequence[str], suppressed: Collection[str]
) -> tuple[str, ...]:
    """Who is written to next where those who get reminders seem not to read them: the other
    addresses that may be used, in the order of NEXT; the ledger's own are for billing."""
    first = usable(contacts, ledgers, suppressed)
    known = [*((one.role, one.email) for one in contacts), *((Role.BILLING, it) for it in ledgers)]
    further = (email for role in NEXT for of, email in known if of is role and email)
    barred = {one.lower() for one in first} | set(suppressed)
    return tuple(dict.fromkeys(one for one in further if one.lower() not in barred))


def preferred(contacts: Sequence[Contact]) -> Channel | None:
    """How the first of those who get reminders and said so wants to be written to."""
    asked = (one for role in ORDER for one in contacts if one.role is role and one.prefers)
    return next((one.prefers for one in asked), None)


def _tell(
    tx: Tx, connection_id: int, event: str, contact: Contact, *, by: str, at: datetime
) -> None:
    audit.add(
        tx, connection_id, at=at, actor=by, event=event, about=f"customer:{contact.customer_id}",
        role=contact.role, name=contact.name, email=contact.email, phone=contact.phone,
    )  # fmt: skip


def _contact(row: Any) -> Contact:
    fields = {name: row._mapping[name] for name in Contact.__dataclass_fields__}
    prefers = Channel(row.prefers) if row.prefers else None
    return Contact(**fields | {"role": Role(row.role), "prefers": prefers})

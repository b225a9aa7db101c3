"""Everybody who is known at a customer, kept by hand or by the ledger, and who gets reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector import agenda
from connector.db import Tx
from connector.recipients import consents, contacts
from connector.recipients.contacts import BadContact, Contact, Role
from dunning.customer.channels import Channel
from providers.ledger import Customer


class Stopped(BadContact):
    """Mail to this address was stopped, and nobody says why it may be written to again."""


class Reminders(StrEnum):
    """Whether somebody gets them by e-mail; `stopped` is an address that must not be written to."""

    YES = "yes"
    NO = "no"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Person:
    """Without a number (`id`) the contact is an address of the ledger's own."""

    contact: Contact
    reminders: Reminders

    @property
    def is_ledgers(self) -> bool:
        return not self.contact.id


def everybody(tx: Tx, connection_id: int, customer: Customer) -> list[Person]:
    """Those kept by hand first, in the order in which they were added."""
    known = contacts.of_customers(tx, connection_id, [customer.id])[customer.id]
    ledgers = [Contact(customer.id, Role.BILLING, email=it) for it in customer.emails]
    addresses = [one.email for one in (*known, *ledgers) if one.email]
    stopped = consents.all_suppressed(tx, connection_id, Channel.EMAIL, addresses)
    chosen = contacts.usable(known, customer.emails, stopped)

    def of(contact: Contact) -> Reminders:
        if contact.email.lower() in stopped:
            return Reminders.STOPPED
        return Reminders.YES if contact.email in chosen else Reminders.NO

    return [Person(one, of(one)) for one in (*known, *ledgers)]


def add(
    tx: Tx, connection_id: int, contact: Contact, *, why: str, by: str, at: datetime
) -> None:  # fmt: skip
    """Keep a contact; its customer is looked at again. An address that said no, or that mail came
    back from, is taken up again where somebody says `why`. Raises BadContact."""
    contacts.add(tx, connection_id, contact, by=by, at=at)
    is_stopped = bool(contact.email) and consents.suppressed(
        tx, connection_id, Channel.EMAIL, contact.email
    )
    if is_stopped and not why:
        raise Stopped(f"e-mail to {contact.email} was stopped; say why it may be written to again")
    if is_stopped:
        consents.give(
            tx, connection_id, Channel.EMAIL, contact.email, customer_id=contact.customer_id,
            words=why, by=by, at=at,
        )  # fmt: skip
    agenda.mark(tx, connection_id, [contact.customer_id])


def drop(tx: Tx, connection_id: int, contact: Contact, *, by: str, at: datetime) -> None:
    """Take a contact away; its customer is looked at again."""
    contacts.drop(tx, connection_id, contact, by=by, at=at)
    agenda.mark(tx, connection_id, [contact.customer_id])

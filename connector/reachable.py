"""Everybody who is known at a customer, kept by hand or by the ledger, and who gets reminders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connector import consents, contacts
from connector.contacts import Contact, Role
from connector.db import Tx
from dunning.channels import Channel
from providers.ledger import Customer


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

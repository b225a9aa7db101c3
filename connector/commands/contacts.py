"""Whom to write to at a customer: contacts with their roles, beside the ledger's own addresses."""

from __future__ import annotations

from argparse import Namespace

from connector.commands.arguments import Verbs, whole_number
from connector.commands.finding import find_customer
from connector.commands.output import CommandError, say, show
from connector.commands.people import me
from connector.deps import Deps
from connector.recipients import contacts, reachable
from connector.recipients.contacts import BadContact, Contact, Role
from connector.recipients.reachable import Stopped
from dunning.customer.channels import Channel


def add(verbs: Verbs) -> None:
    people = verbs.group("contacts", "whom to write to at a customer, by role")
    people.verb("list", list_contacts, "contacts, and which of them get reminders").takes(
        "client", "customer"
    ).lists()
    new = people.verb("add", add_contact, "keep a contact; the role dunning gets the reminders")
    new.takes("client", "customer").option("--role", required=True, choices=list(Role))
    new.option("--name", default="").option("--email", default="")
    new.option("--phone", default="", help="in E.164, such as +14155552671")
    new.option(
        "--prefers", choices=[Channel.EMAIL, Channel.TEXT], help="how they asked to be written to"
    )
    new.option("--why", default="", help="why an address that was stopped may be written to again")
    people.verb("drop", drop_contact, "take a contact away, by its number in the list").takes(
        "client", "customer", "id"
    )


def list_contacts(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
        found = reachable.everybody(tx, connection.id, customer)
    show([{
        "id": one.contact.id or "", "role": "" if one.is_ledgers else one.contact.role.value,
        "name": one.contact.name, "email": one.contact.email, "phone": one.contact.phone,
        "from": one.contact.by or "the ledger", "prefers": one.contact.prefers or "",
        "reminders": one.reminders.value,
    } for one in found],
        as_json=given.json, empty=f"Nobody is known at {customer.name}.")  # fmt: skip


def add_contact(deps: Deps, given: Namespace) -> None:
    with deps.writing() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
        contact = Contact(
            customer.id, Role(given.role), given.name.strip(), given.email.strip().lower(),
            given.phone.strip(), Channel(given.prefers) if given.prefers else None,
        )  # fmt: skip
        try:
            reachable.add(tx, connection.id, contact, why=given.why.strip(), by=me(), at=deps.now())
        except Stopped as error:
            raise CommandError(f"{error}, with --why") from None
        except BadContact as error:
            raise CommandError(f"{error}; use --email and --phone") from None
    deps.ring("decide", connection.id)
    say(f"{contact.email or contact.phone} is {contact.role} at {customer.name}.")


def drop_contact(deps: Deps, given: Namespace) -> None:
    id_ = whole_number(given.id, f"{given.id!r} is no number; `ledgerhand contacts list` has them")
    with deps.writing() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
        known = contacts.of_customers(tx, connection.id, [customer.id])[customer.id]
        contact = next((one for one in known if one.id == id_), None)
        if contact is None:
            raise CommandError(f"{customer.name} has no contact {id_}; see `contacts list`")
        reachable.drop(tx, connection.id, contact, by=me(), at=deps.now())
    deps.ring("decide", connection.id)
    say(f"{contact.email or contact.phone} is no {contact.role} contact any more.")

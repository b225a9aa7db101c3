"""Who agreed to be texted or called, and what was said by telephone."""

from __future__ import annotations

from argparse import Namespace

from connector.clients.tenants import Connection
from connector.commands.arguments import Verb, Verbs
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, find_client, me
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring import mirror
from connector.phone import phone_contacts
from connector.recipients import consents
from connector.recipients.consents import MACHINE
from dunning.customer.channels import Channel
from providers.twilio.numbers import NoNumber, parse


def add(verbs: Verbs) -> None:
    agreed = verbs.group("consent", "who agreed to be texted or called by machine, and who did not")
    listing = agreed.verb("list", list_consents, "the last word of every number and address")
    listing.takes("client").lists().option(
        "--all", action="store_true", help="every word, the newest first"
    )
    yes = agreed.verb("give", give, "keep that a customer agreed")
    yes.takes("client").option("--customer", required=True, help="the customer's id in the ledger")
    yes.option("--channel", required=True, choices=list(Channel))
    _address(yes.option("--words", required=True, help="what was agreed to, and where it is kept"))
    no = agreed.verb("revoke", revoke, "keep that somebody said no; it counts at once")
    no.takes("client").option("--channel", choices=list(Channel), help="all by default")
    _address(no.option("--words", default="asked for by hand"))
    said = verbs.group("telephone", "texts and calls that went out, and what came of them")
    said.verb("list", list_contacts, "the newest first, with transcripts").takes("client").lists()


def _address(verb: Verb) -> None:
    verb.option("--number", default="", help="a telephone number").option("--email", default="")
    verb.option("--country", default="", help="whose number it is, such as US, without a plus")


def list_consents(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = [
            one
            for connection in connections_of(tx, given.client)
            for one in consents.listed(tx, connection.id, every=given.all)
        ]
    show([{
        "channel": one.channel.value, "address": one.address, "state": one.state.value,
        "customer": one.customer_id, "words": one.words, "by": one.by, "at": one.at,
    } for one in found], as_json=given.json, empty="Nobody has agreed yet.")  # fmt: skip


def give(deps: Deps, given: Namespace) -> None:
    channel = Channel(given.channel)
    address = _read(channel, given)
    with deps.writing() as tx:
        connection = _owner(tx, given.client, given.customer)
        consents.give(
            tx, connection.id, channel, address, customer_id=given.customer, words=given.words,
            by=me(), at=deps.now(),
        )  # fmt: skip
    say(f"{given.customer} agreed to {channel} at {address}.")


def revoke(deps: Deps, given: Namespace) -> None:
    """Texts and calls end together unless one is named; the no counts in each of the companies."""
    channels = [Channel(given.channel)] if given.channel else _of_address(given)
    with deps.writing() as tx:
        for connection in connections_of(tx, given.client):
            for channel in channels:
                address = _read(channel, given)
                customer_id = consents.places_of(tx, address).get(connection.id, "")
                consents.revoke(
                    tx, connection.id, channel, address, customer_id=customer_id,
                    words=given.words, by=me(), at=deps.now(),
                )  # fmt: skip
    say(f"Taken back: {', '.join(channels)} at {given.number or given.email}.")


def list_contacts(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = [
            contact
            for connection in connections_of(tx, given.client)
            for contact in phone_contacts.listed(tx, connection.id)
        ]
    show([{
        "at": one.at, "channel": one.channel.value, "customer": one.customer_id,
        "number": one.number, "status": one.status, "outcome": one.outcome,
        "decision": one.decision_id,
        "said": [one.text] if one.text else [
            f"{turn['who']}: {turn['words']}" for turn in one.transcript
        ],
    } for one in found], as_json=given.json, empty="Nobody was texted or called yet.")  # fmt: skip


def _of_address(given: Namespace) -> list[Channel]:
    return list(MACHINE) if given.number else [Channel.EMAIL]


def _read(channel: Channel, given: Namespace) -> str:
    """The address as it is kept. Raises CommandError."""
    if channel is Channel.EMAIL:
        if "@" not in given.email:
            raise CommandError("name the address with --email, such as ann@buyer.example")
        return consents.of(channel, given.email)
    if not given.number:
        raise CommandError("name the number with --number, such as +14155552671")
    try:
        return parse(given.number, country=given.country)
    except NoNumber as error:
        raise CommandError(f"--number: {error}, or name its country with --country US") from None


def _owner(tx: Tx, client: str, customer_id: str) -> Connection:
    for connection in connections_of(tx, client):
        if mirror.customer(tx, connection.id, customer_id) is not None:
            return connection
    name = find_client(tx, client).name
    raise CommandError(f"{name} has no customer {customer_id!r}; its id stands in the ledger")

"""Whose a mail or a text is: of the message that it answers, else its sender's, where they are
known; and who else of theirs is plainly meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.correspondence import messages
from connector.db import Tx
from connector.deps import Deps
from connector.inbound import answer_addresses
from connector.mirroring import customer_addresses, mirror
from connector.recipients import consents, contacts, outreach
from dunning.customer.persons import plain
from matching.facts.vocabulary import CALLED_INVOICE, NUMBER_WORDS
from providers.ledger import Invoice
from providers.messages import Reply

KNOWN_FOR = timedelta(days=90)
"""How long whoever got a message of ours is known by that."""
NUMBER_CHARACTERS_MIN = 4
"""A shorter number of an invoice may as well be a day or a quantity."""
NEVER = datetime.min.replace(tzinfo=UTC)
Place = tuple[int, str]
_NUMBER_AND_LETTER = re.compile(r"(?=.*\d).*[^\W\d_]", re.DOTALL)
_BETWEEN = r"[\s.:#°º-]{0,3}"
_ANNOUNCED = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(CALLED_INVOICE))})s?{_BETWEEN}"
    rf"(?:(?:{'|'.join(sorted(NUMBER_WORDS))}){_BETWEEN})?$"
)
_ANNOUNCED_CHARACTERS_MAX = 40
_GOES_ON = re.compile(r"[-/]\w|[.,:]\d")
"""As a date, an amount or a longer number does."""


@dataclass(frozen=True, slots=True)
class Known:
    """The places of a mail's sender, one in each company, each with its other customers who owe and
    may be meant, and the mail. Those `unread` are held by it and must not read its words: it may be
    for another client."""

    places: Mapping[Place, tuple[str, ...]]
    reply: Reply
    unread: frozenset[Place] = frozenset()

    def shown(self, place: Place) -> Reply:
        return _withheld(self.reply) if place in self.unread else self.reply


def answering(tx: Tx, place: Place, reply: Reply) -> Known:
    """Whose an answer to a message of ours is: of the customer of that message, and with it, at the
    same client, of each other customer with the sender's address or the message's of whom an
    invoice is plainly named."""
    sent = messages.named(tx, place[0], reply.in_reply_to)
    addresses = {reply.sender, *(sent.recipients if sent else ())}
    since = reply.received_at - KNOWN_FOR
    known = {
        it for one in addresses for it in (*_known(tx, one), *outreach.mailed(tx, one, since=since))
    }
    return _with_named(tx, place, reply, known)


def texting(tx: Tx, place: Place, reply: Reply) -> Known:
    """The same of a text: with each other customer who said something about texts or calls at its
    sender's number, who was reached there, or whose contact has it."""
    number = reply.sender
    reached = outreach.phoned(tx, number, since=reply.received_at - KNOWN_FOR)
    known = {*consents.holders(tx, number), *reached, *contacts.at_number(tx, number)}
    return _with_named(tx, place, reply, known)


def _with_named(tx: Tx, place: Place, reply: Reply, known: Collection[Place]) -> Known:
    told = _plainly(_named(tx, known, reply))
    return Known(_joined(tenants.connections(tx), {place: ()}, told), reply)


def find(tx: Tx, deps: Deps, reply: Reply, recipients: Collection[str]) -> Known:
    """Where its sender is known: somebody to whom a message of ours went in the last 90 days, who
    was named as a contact, or whose address the ledger has. No places where nobody knows them.

    Of several companies those count that get their answers at one of `recipients`, in small
    letters; what was sent to another company is not theirs. Of what is left it is where a message
    of the last 90 days has the same subject, else in the companies that wrote to them; in each
    company with the customer of whom an invoice is plainly named, whatever its subject. Where none
    is, it is kept with the one whose number stands in it, else the one written to last. Of several
    clients only the one reads it whose invoice alone is named. A notice is a machine's.
    """
    reply = replace(reply, automatic=reply.automatic or reply.notice)
    if not contacts.is_address(reply.sender) or messages.answered(tx, [reply.message_id]):
        return Known({}, reply)
    written = outreach.mailed(tx, reply.sender, since=reply.received_at - KNOWN_FOR)
    known = {*written, *_known(tx, reply.sender)}
    if not known:
        return Known({}, reply)
    companies = tenants.connections(tx)
    everyone = _addressed(tx, deps, known, companies, recipients)
    if len(everyone) <= 1:
        return Known(_by_company(tx, everyone, written, ()), reply)
    named = _named(tx, everyone, reply)
    plainly = _plainly(named)
    meant = {it for it in everyone if it in written and _is_about(tx, it, reply)} or everyone
    writers = {connection_id for connection_id, _ in written}
    wrote = {place for place in meant if place[0] in writers}
    told = plainly & meant
    if wrote:
        meant = wrote if wrote & told else wrote | told
    places = _by_company(tx, _in_each(meant, told), written, named)
    if meant < everyone:
        places = _joined(companies, places, plainly)
    return Known(places, reply, _unread(companies, places, wrote & told))


def _known(tx: Tx, address: str) -> set[Place]:
    """Those who have an address in the ledger, or whose contact has it."""
    return contacts.at_address(tx, address) | customer_addresses.holders(tx, address)


def _plainly(named: Mapping[Place, bool]) -> set[Place]:
    return {place for place, is_plain in named.items() if is_plain}


def _joined(
    companies: Collection[Connection], places: Mapping[Place, tuple[str, ...]],
    told: Collection[Place],
) -> dict[Place, tuple[str, ...]]:  # fmt: skip
    """The places with those who are plainly told beside them, as far as they are of the same
    clients: what is for one client is not another's."""
    client_of = {one.id: one.client_id for one in companies}
    clients = {client_of[connection_id] for connection_id, _ in places}
    found = dict(places)
    for connection_id, customer_id in sorted(told):
        if client_of[connection_id] not in clients:
            continue
        here = next((it for it in found if it[0] == connection_id), (connection_id, customer_id))
        others = {*found.get(here, ()), customer_id} - {here[1]}
        found[here] = tuple(sorted(others))
    return found


def _in_each(places: Collection[Place], told: Collection[Place]) -> set[Place]:
    """Of the customers of a company those who are plainly told; all where none is."""
    certain = {connection_id for connection_id, _ in told}
    return {place for place in places if place in told or place[0] not in certain}


def _unread(
    companies: Collection[Connection], places: Collection[Place], told: Collection[Place]
) -> frozenset[Place]:
    """The places of all clients but the one whom it is for, as far as anybody can tell."""
    client_of = {one.id: one.client_id for one in companies}
    readers = {client_of[id_] for id_, _ in places}
    if len(readers) > 1:
        readers = {client_of[id_] for id_, _ in told}
    if len(readers) > 1:
        readers = set()
    return frozenset(place for place in places if client_of[place[0]] not in readers)


def _by_company(
    tx: Tx, places: Collection[Place], written: Mapping[Place, datetime],
    named: Collection[Place],
) -> dict[Place, tuple[str, ...]]:  # fmt: skip
    """In each company the customer that was written to last, of those who are named if any is, with
    the others who owe."""
    ranked = sorted(places, key=lambda it: (it in named, written.get(it, NEVER), it))
    found: dict[Place, tuple[str, ...]] = {}
    for connection_id, last in sorted(dict(ranked).items()):
        others = {id_ for where, id_ in places if where == connection_id} - {last}
        owed = mirror.owed(tx, connection_id, gross=True, customer_ids=others) if others else {}
        found[connection_id, last] = tuple(sorted({customer_id for customer_id, _ in owed}))
    return found


def _withheld(reply: Reply) -> Reply:
    """The same without its words, of which only a plain no stays."""
    why = (
        "Not shown: this sender is known to several clients, and nothing in the mail shows that it"
        f" is for this one. It lies in the mailbox that it was sent to, under {reply.message_id};"
        " read it there, or ask the customer."
    )
    said = reply.bare or reply.text
    return replace(reply, subject="", text=said if consents.is_no(said) else why, whole="")


def _addressed(
    tx: Tx, deps: Deps, known: set[Place], companies: Collection[Connection],
    recipients: Collection[str],
) -> set[Place]:  # fmt: skip
    """Those in the companies that get their answers where the mail was sent to; all where no
    company does, none where only others do."""
    client_of = {one.id: one.client_id for one in companies}
    clients = set(client_of.values())
    there = answer_addresses.clients_at(tx, deps.config, clients, recipients)
    if own := {place for place in known if client_of[place[0]] in there}:
        return own
    return set() if there else known


def _is_about(tx: Tx, place: Place, reply: Reply) -> bool:
    """Whether its subject is that of a message of ours to its sender, but for what a mail program
    or a server puts before it."""
    said, (connection_id, customer_id) = reply.subject.casefold(), place
    return any(
        one.subject and re.search(rf"(?<!\w){re.escape(one.subject.casefold())}$", said)
        for one in messages.sent(tx, connection_id, customer_id=customer_id)
        if plain(reply.sender) in map(plain, one.recipients)
    )


def _named(tx: Tx, places: Collection[Place], reply: Reply) -> dict[Place, bool]:
    """Those of whom it names an invoice by its number, and whether plainly: digits alone may as
    well be an amount, a year, or a part of a telephone number or an address."""
    said = f"{reply.subject} {reply.text}".casefold()
    by_company: dict[int, list[str]] = defaultdict(list)
    for connection_id, customer_id in places:
        by_company[connection_id].append(customer_id)
    found: dict[Place, bool] = {}
    for connection_id, ids in by_company.items():
        for one in mirror.of_customers(tx, connection_id, ids):
            if isinstance(one, Invoice) and (spots := _spots(one.number.casefold(), said)):
                place = connection_id, one.customer_id
                found[place] = found.get(place, False) or any(spots)
    return found


def _spots(number: str, said: str) -> list[bool]:
    """For each place of a text that may be an invoice's number, both in small letters, whether it
    is plainly one: it has letters beside its digits, or a word for an invoice stands before it."""
    if len(number) < NUMBER_CHARACTERS_MIN or number not in said:
        return []
    has_letters = bool(_NUMBER_AND_LETTER.match(number))
    found = list(re.finditer(rf"(?<!\w){re.escape(number)}(?!\w)", said))
    before = (said[: at.start()][-_ANNOUNCED_CHARACTERS_MAX:] for at in found)
    return [
        not _GOES_ON.match(said, at.end()) and (has_letters or bool(_ANNOUNCED.search(text)))
        for at, text in zip(found, before, strict=True)
    ]

"""Mail and files that bring remittance advices: read outside any transaction, then kept."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from connector import audit, questions, remittances, tenants
from connector.db import Tx
from connector.deps import Deps
from connector.tenants import Connection
from connector.vault import Vault
from providers.email.bodies import answer
from providers.email.parcels import Parcel
from providers.receipts import Remittance
from providers.remittances import read
from providers.remittances.errors import BadRemittance

TAG_CHARACTERS = 16
READING_SECONDS_MAX = 60
"""What is attached and was not come to by then is named, and waits for a person."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Brought:
    """The advices of one mail; `troubles` say what in it could not be read as one, and why."""

    found: tuple[Remittance, ...]
    troubles: tuple[str, ...]


def address_of(deps: Deps, connection_id: int) -> str:
    """Where this connection's payers send advices; empty if no mailbox is set up. It cannot be
    guessed from another's."""
    mailbox, _, domain = deps.config.remittance_mailbox.partition("@")
    if not domain:
        return ""
    vault = Vault(deps.config.keys)
    tag = vault.reference(str(connection_id), place="remittances")[:TAG_CHARACTERS]
    return f"{mailbox}+{connection_id}-{tag}@{domain}".lower()


def addressee(tx: Tx, deps: Deps, parcel: Parcel) -> Connection | None:
    """The connection whose remittance address the mail was sent to."""
    start = deps.config.remittance_mailbox.partition("@")[0].lower() + "+"
    for address in parcel.recipients if len(start) > 1 else ():
        number = address.removeprefix(start).partition("-")[0]
        if not address.startswith(start) or not number.isdecimal() or len(number) > TAG_CHARACTERS:
            continue
        own = address_of(deps, int(number))
        if hmac.compare_digest(own.encode(), address.encode()):
            known = {c.id: c for c in tenants.connections(tx)}
            return known.get(int(number))
    return None


def import_file(deps: Deps, connection_id: int, raw: bytes, *, by: str) -> tuple[int, int]:
    """Keep the advices of a file; (how many are in it, how many are new). Raises BadRemittance."""
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    found = read.remittances(raw, home=connection.currency)
    with deps.writing() as tx:
        new = remittances.keep(tx, connection, found, source="file", by=by, at=deps.now())
    deps.ring("decide", connection_id)
    return len(found), new


def unpack(parcel: Parcel, *, home: str, replies: bool) -> Brought:
    """Every advice in a mail. What is attached goes before the body, which often says the same
    with less; of an answer, what it quotes from before is not read."""
    found: dict[tuple[object, ...], Remittance] = {}
    troubles: list[str] = []
    start = time.monotonic()
    for attachment in parcel.attachments:
        if time.monotonic() - start > READING_SECONDS_MAX:
            troubles.append(f"{attachment.name}: not come to in {READING_SECONDS_MAX} seconds")
            continue
        try:
            for one in read.remittances(attachment.content, home=home):
                found.setdefault(_gist(one), one)
        except BadRemittance as error:
            troubles.append(f"{attachment.name}: {error}")
    for one in _of_bodies(parcel, home, replies, troubles):
        found.setdefault(_gist(one), one)
        break
    return Brought(tuple(found.values()), tuple(troubles))


def take(
    deps: Deps, connection: Connection, brought: Brought, parcel: Parcel, *, customer_id: str = ""
) -> int:
    """Keep what a mail brought; what could not be read is put before a person, but not the body
    of a customer's answer, which a person reads anyway."""
    now = deps.now()
    with deps.writing() as tx:
        new = remittances.keep(
            tx, connection, brought.found, source="mail", by="customer", at=now,
            sender=parcel.sender, customer_id=customer_id,
        )  # fmt: skip
        if brought.troubles and not customer_id and (new or not brought.found):
            audit.add(
                tx, connection.id, at=now, actor="customer", event="remittance.unread",
                sender=parcel.sender, subject=parcel.subject, why=list(brought.troubles),
            )  # fmt: skip
            questions.show(
                tx, connection, subject=f"mail:{parcel.sender}"[:120], rule="remittance_unread",
                reasons=[f"a mail from {parcel.sender} to the remittance address cannot be read",
                         *brought.troubles], at=now,
            )  # fmt: skip
    deps.ring("decide", connection.id)
    return new


def _of_bodies(
    parcel: Parcel, home: str, replies: bool, troubles: list[str]
) -> Iterator[Remittance]:
    """HTML first: a table says more than its text."""
    told: list[str] = []
    if parcel.markup:
        try:
            yield read.of_markup(parcel.markup, home=home, quoted=not replies)
        except BadRemittance as error:
            told.append(f"the mail itself: {error}")
    if parcel.text:
        try:
            yield read.of_text(answer(parcel.text) if replies else parcel.text, home=home)
        except BadRemittance as error:
            told.append(f"the mail itself: {error}")
    if not parcel.attachments:
        troubles += told[:1]


def _gist(one: Remittance) -> tuple[object, ...]:
    return (one.total, *sorted((line.number, line.net.amount) for line in one.lines))

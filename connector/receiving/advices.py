"""Mail and files that bring remittance advices: read outside any transaction, then kept."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connector import audit
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import questions
from connector.deps import Deps
from connector.evidence import remittances
from connector.evidence.remittances import Source
from connector.lease import Fence
from connector.receiving import waiting_mail
from connector.vault import Vault
from providers.email import parcels
from providers.email.bodies import answer
from providers.email.parcels import Parcel
from providers.email.proof import is_vouched_for
from providers.receipts import Remittance
from providers.remittances import read
from providers.remittances.errors import BadRemittance

TAG_CHARACTERS = 16
READING_SECONDS_MAX = 10
"""What is attached and was not come to by then is named, and waits for a person. With the longest
reading of one file it stays within a lease."""
MAILS_MAX = 50
TRIES_MAX = 3


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
        new = remittances.keep(tx, connection, found, source=Source.FILE, by=by, at=deps.now())
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


def read_waiting(deps: Deps, connection: Connection, fence: Fence) -> int:
    """Read the mail that waits, each with its advices in one transaction; returns how many."""
    count = 0
    while count < MAILS_MAX:
        with deps.writing() as tx:
            mail = waiting_mail.take(tx, connection.id)
        if mail is None:
            break
        count += 1
        parcel = parcels.parcel(mail.raw)
        is_proven = is_vouched_for(mail.raw, deps.config.mail_auth_server)
        source = Source.MAIL if is_proven else Source.UNPROVEN
        if mail.tries > TRIES_MAX:
            brought = Brought((), (f"its reader broke down {TRIES_MAX} times",))
        else:
            brought = unpack(parcel, home=connection.currency, replies=bool(mail.customer_id))
        with deps.writing() as tx:
            fence.check(tx)
            _take(
                tx, connection, brought, parcel, source=source, customer_id=mail.customer_id,
                at=deps.now(),
            )  # fmt: skip
            waiting_mail.done(tx, connection.id, mail.id)
        fence.renew()
    return count


def _take(
    tx: Tx, connection: Connection, brought: Brought, parcel: Parcel, *, source: Source,
    customer_id: str, at: datetime,
) -> None:  # fmt: skip
    """Keep what a mail brought. What could not be read is put before a person, but for customers'
    answers, which a person reads anyway."""
    new = remittances.keep(
        tx, connection, brought.found, source=source, by="customer", at=at, sender=parcel.sender,
        customer_id=customer_id,
    )  # fmt: skip
    if not brought.troubles or customer_id or (brought.found and not new):
        return
    audit.add(
        tx, connection.id, at=at, actor="customer", event="remittance.unread",
        sender=parcel.sender, subject=parcel.subject, why=list(brought.troubles),
    )  # fmt: skip
    questions.show(
        tx, connection, subject=f"mail:{parcel.sender}"[:120], rule="remittance_unread", at=at,
        reasons=[f"a mail from {parcel.sender} to the remittance address cannot be read",
                 *brought.troubles],
    )  # fmt: skip


def _of_bodies(
    parcel: Parcel, home: str, replies: bool, troubles: list[str]
) -> Iterator[Remittance]:
    """HTML first: a table says more than its text."""
    told: list[str] = []
    if parcel.markup:
        try:
            yield read.of_markup(parcel.markup, home=home, is_answer=replies, own=answer)
        except BadRemittance as error:
            told.append(f"the mail itself: {error}")
    if parcel.text:
        try:
            text = answer(parcel.text) if replies else parcel.text
            yield read.of_text(text, home=home, is_answer=replies, own=answer)
        except BadRemittance as error:
            told.append(f"the mail itself: {error}")
    if not parcel.attachments:
        troubles += told[:1]


def _gist(one: Remittance) -> tuple[object, ...]:
    return (one.total, *sorted((line.number, line.net.amount) for line in one.lines))

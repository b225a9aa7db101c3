"""Addresses that must not be written to any more: a no counts at once, and a person is told.

A no to e-mail ends e-mail alone. What is owed stays owed, so it becomes somebody's task: another
contact, a call or a letter.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from connector import agenda
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.correspondence import messages, tracking
from connector.correspondence.tracking import Event, Kind, Link, Purpose
from connector.db import Tx
from connector.decided import questions
from connector.deps import Deps
from connector.mirroring import mirror
from connector.recipients import consents
from connector.rules.modes import Capability
from dunning.customer.channels import Channel

CUSTOMER = "the customer"
LEFT = "asked for no more reminders by e-mail"
SUBJECT_CHARACTERS_MAX = 120
_BY_MAIL = re.compile(r"unsubscribe\s+([0-9a-f]{40})\b", re.IGNORECASE)


def stop(
    tx: Tx, connection: Connection, address: str, *, customer_id: str, why: str, words: str,
    by: str, at: datetime,
) -> bool:  # fmt: skip
    """Write to an address no more, in any of the client's companies, and ask a person to see to
    the customer; False where it was stopped before. `words` are what was said."""
    if consents.suppressed(tx, connection.id, Channel.EMAIL, address):
        return False
    for company in tenants.connections(tx, client_ids=[connection.client_id]):
        consents.revoke(
            tx, company.id, Channel.EMAIL, address, customer_id=customer_id, words=words, by=by,
            at=at,
        )  # fmt: skip
    agenda.mark(tx, connection.id, [customer_id])
    _ask(
        tx, connection, address, customer_id, f"{address} {why}",
        "nothing goes to this address any more; name another contact, call, or send a letter",
        at=at,
    )  # fmt: skip
    return True


def doubt(tx: Tx, connection: Connection, address: str, *, customer_id: str, at: datetime) -> None:
    """Ask a person about a no in the name of an address, of which nothing shows that they who read
    its mail wrote it: anybody can write a From."""
    if not consents.suppressed(tx, connection.id, Channel.EMAIL, address):
        _ask(
            tx, connection, address, customer_id,
            f"a mail from {address} says stop, and nothing proves that they wrote it",
            "it is still written to; if they want no more, `ledgerhand consent revoke CLIENT"
            f" --email {address}` stops it",
            at=at,
        )  # fmt: skip


def _ask(
    tx: Tx, connection: Connection, address: str, customer_id: str, *reasons: str, at: datetime
) -> None:
    customer = mirror.customer(tx, connection.id, customer_id)
    name = customer.name if customer else customer_id
    questions.show(
        tx, connection, subject=f"address:{address}"[:SUBJECT_CHARACTERS_MAX], rule="address",
        reasons=[f"{name}: {reasons[0]}", *reasons[1:]], at=at, about=Capability.REMIND,
    )  # fmt: skip


def addresses(tx: Tx, link: Link) -> list[str]:
    """Whom the message of a link went to."""
    sent = messages.named(tx, link.connection_id, [link.message_id])
    return sent.recipients if sent else [link.recipient]


def unsubscribe(deps: Deps, link: Link, only: Collection[str] = ()) -> list[str]:
    """Somebody left by the link of a message: for all whom it went to, or for `only` those of them.
    Returns the addresses that are not written to from now on."""
    now = deps.now()
    with deps.writing() as tx:
        connection = tenants.connection(tx, link.connection_id)
        leaving = [one for one in addresses(tx, link) if not only or one in only]
        for address in leaving:
            tracking.note(tx, connection.id, Event(
                link.message_id, address.lower(), Kind.UNSUBSCRIBE, now, token=link.token
            ))  # fmt: skip
            stop(
                tx, connection, address, customer_id=link.customer_id, why=LEFT,
                words=f"by the link in {link.message_id}", by=CUSTOMER, at=now,
            )  # fmt: skip
    deps.ring("decide", link.connection_id)
    return leaving


def by_mail(deps: Deps, subject: str) -> bool:
    """Whether an e-mail's subject is what our mailto address asks for; then it is done."""
    found = _BY_MAIL.search(subject)
    if found is None:
        return False
    with deps.reading() as tx:
        link = tracking.find(tx, found[1].lower(), Purpose.LEAVE)
    if link is None:
        return False
    unsubscribe(deps, link)
    return True

"""What comes back: answers kept word for word, advices kept beside the money they speak of, and
what machines report about our own messages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import structlog

from connector import agenda, audit
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.correspondence import leaving, messages
from connector.correspondence.messages import Sent
from connector.db import Tx
from connector.decided import customer_answers, holds
from connector.deps import Deps
from connector.inbound import known_senders
from connector.inbound.known_senders import Known, Place
from connector.mail import returns
from connector.receiving import advices, waiting_mail
from connector.recipients import consents, contacts
from dunning.customer.persons import plain
from providers.email import bodies, parcels, parse, reports, signatures
from providers.email.own_words import own_words
from providers.email.proof import is_vouched_for
from providers.email.reports import Report
from providers.messages import Reply

log = structlog.get_logger()
QUOTED_MAX = 10
"""Among how many of our messages, the named one and the newest, a quotation is looked for."""


def accept(deps: Deps, raw: bytes) -> None:
    """Take one e-mail in (RFC 5322 bytes): an answer to a message of ours, or mail of somebody whom
    we know. Automatic answers are kept and change nothing; what is neither, and was sent to no
    remittance address, is not ours.

    Who leaves by mail is stopped, and what else they say in it is an answer to the message that
    they leave.

    A remittance advice counts wherever it stands, and also if a machine sent it. No mail goes round
    in a loop, whoever's machine answers ours: nothing that comes in is answered by mail. It is
    kept, it holds, it stops; what goes out is decided by the account's steps, each of them once.
    """
    reply = parse.reply(raw, received_at=deps.now())
    if left := leaving.by_mail(deps, reply.subject):
        if _only_leaves(reply):
            return
        reply = replace(reply, in_reply_to=(left.message_id, *reply.in_reply_to))
    parcel, report = parcels.parcel(raw), reports.report(raw)
    is_report = parcel.bounces or report is not None
    ids = (*(report.message_ids if report else ()), *reply.in_reply_to)
    with deps.reading() as tx:
        place = messages.answered(tx, ids)
        addressee = advices.addressee(tx, deps, parcel)
        known = Known({place: ()} if place else {}, replace(reply, in_reply_to=ids))
        if place and not is_report:
            known = known_senders.answering(tx, place, _own(tx, place, known.reply))
        elif not (place or addressee or is_report):
            known = known_senders.find(tx, deps, known.reply, parcel.recipients)
        shown = {
            one: known.shown(one) if one in known.unread else _own(tx, one, known.reply)
            for one in known.places
        }
    is_proven = is_vouched_for(raw, deps.config.mail_auth_server)
    for one, also in known.places.items():
        kept = b"" if is_report or one in known.unread else raw
        said = shown[one]
        keep(deps, one, said, report=report, raw=kept, is_proven=is_proven, also=also)
    if known.places:
        return
    if addressee is not None and not parcel.bounces:
        with deps.writing() as tx:
            waiting_mail.add(tx, addressee.id, raw, at=deps.now())
        deps.ring("decide", addressee.id)
    else:
        log.info("reply to nothing of ours")


def _own(tx: Tx, place: Place, reply: Reply) -> Reply:
    """The answer without what it quotes of our messages at this place."""
    sent = messages.sent(tx, place[0], customer_id=place[1])
    named = sorted(sent, key=lambda it: it.message_id not in reply.in_reply_to)
    ours = [text for one in named[:QUOTED_MAX] for text in (one.text, bodies.plain(one.html))]
    words = own_words(reply.whole or reply.text, sender=reply.sender, ours=ours)
    return replace(reply, text=words.text, whole=words.whole)


def keep(
    deps: Deps, place: tuple[int, str], reply: Reply, *, report: Report | None = None,
    raw: bytes = b"", is_proven: bool = True, also: Collection[str] = (),
) -> None:  # fmt: skip
    """Keep what a customer answered at a place (connection id, customer id), once, and let nothing
    go out to them before a person has read it. `raw` is searched for a remittance advice. A no to
    e-mail counts for its sender where it names a message that they got, or `is_proven` to be
    theirs; else a person is asked. `also` are other customers there who may be meant: they are held
    until this answer is read."""
    connection_id, customer_id = place
    now = deps.now()
    with deps.writing() as tx:
        if not customer_answers.keep(tx, connection_id, customer_id, reply):
            return
        audit.add(
            tx, connection_id, at=now, actor="customer", event="reply.received",
            about=f"customer:{customer_id}", automatic=reply.automatic,
        )  # fmt: skip
        _stop_where_told(tx, connection_id, customer_id, reply, report, is_proven=is_proven)
        if raw:
            waiting_mail.add(tx, connection_id, raw, at=now, customer_id=customer_id)
        if not reply.automatic:
            _hold(tx, connection_id, customer_id, reply, also, now=now)
    deps.ring("decide", connection_id)


def _hold(
    tx: Tx, connection_id: int, customer_id: str, reply: Reply, also: Collection[str], *,
    now: datetime,
) -> None:  # fmt: skip
    hold_id = holds.set_hold(
        tx, connection_id, customer_id=customer_id, kind=holds.REPLY, by="ledgerhand", at=now,
        reason="the customer answered; a person reads it first",
    )  # fmt: skip
    customer_answers.hold_by(tx, connection_id, reply, hold_id)
    for other_id in also:
        holds.set_hold(
            tx, connection_id, customer_id=other_id, kind=holds.REPLY, by="ledgerhand", at=now,
            reason="an answer from an address of this customer is kept with another who has it;"
            " a person reads it first",
            ends_with=hold_id,
        )  # fmt: skip
    agenda.mark(tx, connection_id, [customer_id, *also])


def _stop_where_told(
    tx: Tx, connection_id: int, customer_id: str, reply: Reply, report: Report | None, *,
    is_proven: bool,
) -> None:  # fmt: skip
    """An address that a report or its own holder takes off the list is off it at once."""
    connection, now = tenants.connection(tx, connection_id), reply.received_at
    sent = messages.named(tx, connection_id, reply.in_reply_to)
    if report is not None and sent is not None:
        returns.take(tx, connection, sent, report, at=now)
    elif _is_no(reply):
        _heed(tx, connection, customer_id, reply, sent, is_proven=is_proven)


def _heed(
    tx: Tx, connection: Connection, customer_id: str, reply: Reply, sent: Sent | None, *,
    is_proven: bool,
) -> None:  # fmt: skip
    """A no is its sender's; and where one answers what a group's mailbox got, the group's, too.
    Whoever names a message has read it, but may write in the name of somebody who has not."""
    now, recipients = reply.received_at, sent.recipients if sent else []
    if plain(reply.sender) in map(plain, recipients):
        meant = [reply.sender]
    elif is_proven:
        meant = [reply.sender, *recipients]
    else:
        meant = recipients
        leaving.doubt(tx, connection, reply.sender, customer_id=customer_id, at=now)
    for address in meant:
        leaving.stop(
            tx, connection, address, customer_id=customer_id, why=leaving.LEFT, words=reply.text,
            by=leaving.CUSTOMER, at=now,
        )  # fmt: skip


def _is_no(reply: Reply) -> bool:
    """Whether it is somebody's no to e-mail; what else they say, an answer keeps."""
    is_mail = not reply.automatic and contacts.is_address(reply.sender)
    return is_mail and consents.is_no(reply.bare or reply.text)


def _only_leaves(reply: Reply) -> bool:
    """Whether a mail to the address for leaving says nothing that a person must read."""
    besides = set(signatures.said(reply.text.split("\n"))) - set(reply.bare.split("\n"))
    return not besides and (not reply.bare or leaving.is_mere(reply.bare))

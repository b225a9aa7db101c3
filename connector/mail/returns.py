"""Messages that came back or were reported as spam: what an address will not take, it is not sent.

Anybody can write a report, but only who got a message knows its id, and a report counts only for
the addresses which that message went to.
"""

from __future__ import annotations

from datetime import datetime

from connector import agenda
from connector.clients.tenants import Connection
from connector.correspondence import leaving, messages, tracking
from connector.correspondence.messages import Sent
from connector.correspondence.tracking import Event, Kind
from connector.db import Tx
from connector.decided import questions
from connector.rules.modes import Capability
from providers.email.reports import Failure, Report

IN_A_ROW = 3
"""So many messages in succession that an address did not take for now count as never."""
SERVER, PROVIDER = "the mail server", "the mailbox provider"


def take(tx: Tx, connection: Connection, sent: Sent, report: Report, *, at: datetime) -> None:
    """Act on what is reported about a message that was sent."""
    if report.unwanted:
        for address in _meant(sent, report.complained) or sent.recipients:
            _complained(tx, connection, sent, address, at=at)
    for failure in report.failures:
        found = _meant(sent, failure.address)
        for address in found:
            _returned(tx, connection, sent, address, failure=failure, at=at)
        if not found and failure.lasting:
            _ask(tx, connection, sent, failure, at=at)


def _meant(sent: Sent, address: str) -> list[str]:
    """Whom of the recipients a report means. A server may name where an address leads to instead:
    then it is the only one there is, or nobody knows."""
    found = [one for one in sent.recipients if one.lower() == address]
    return found or (sent.recipients if len(sent.recipients) == 1 else [])


def _complained(tx: Tx, connection: Connection, sent: Sent, address: str, *, at: datetime) -> None:
    tracking.note(tx, connection.id, Event(sent.message_id, address.lower(), Kind.COMPLAINT, at))
    leaving.stop(
        tx, connection, address, customer_id=sent.customer_id, why="reported a reminder as spam",
        words=f"a complaint about {sent.message_id}", by=PROVIDER, at=at,
    )  # fmt: skip


def _returned(
    tx: Tx, connection: Connection, sent: Sent, address: str, *, failure: Failure, at: datetime
) -> None:
    kind = Kind.BOUNCE if failure.lasting else Kind.SOFT_BOUNCE
    tracking.note(
        tx, connection.id,
        Event(sent.message_id, address.lower(), kind, at, detail=failure.words),
    )  # fmt: skip
    if failure.lasting and _reached_nobody(tx, connection.id, sent):
        messages.came_back(tx, connection.id, sent.intent_key)
        agenda.mark(tx, connection.id, [sent.customer_id])
    why = f"does not take mail: {failure.words}"
    if not failure.lasting:
        if not _is_in_a_row(tx, connection.id, sent, address):
            return
        why = f"did not take {IN_A_ROW} messages in a row: {failure.words}"
    leaving.stop(
        tx, connection, address, customer_id=sent.customer_id, why=why, words=failure.words,
        by=SERVER, at=at,
    )  # fmt: skip


def _reached_nobody(tx: Tx, connection_id: int, sent: Sent) -> bool:
    """Whether every address that a message went to sent it back for good."""
    became = tracking.of_messages(tx, connection_id, [sent.message_id])[sent.message_id]
    failed = {event.recipient for event in became.events if event.kind is Kind.BOUNCE}
    return failed.issuperset(one.lower() for one in sent.recipients)


def _is_in_a_row(tx: Tx, connection_id: int, sent: Sent, address: str) -> bool:
    """Whether this message and those to the same address just before it all came back."""
    returned = tracking.softly_returned(tx, connection_id, address.lower())
    to_address = [
        one.message_id
        for one in messages.sent(tx, connection_id, customer_id=sent.customer_id)
        if one.sent_at <= sent.sent_at and address in one.recipients
    ]
    last = to_address[:IN_A_ROW]
    return len(last) == IN_A_ROW and returned.issuperset(last)


def _ask(tx: Tx, connection: Connection, sent: Sent, failure: Failure, *, at: datetime) -> None:
    """It is not known whose address failed: a person finds out."""
    what = f"a message to {', '.join(sent.recipients)} did not reach {failure.address}"
    questions.show(
        tx, connection, subject=f"message:{sent.message_id}"[: leaving.SUBJECT_CHARACTERS_MAX],
        rule="address", at=at, about=Capability.REMIND,
        reasons=[
            f"{what}: {failure.words}",
            "which of the addresses leads there is not known; correct it in the ledger",
        ],
    )  # fmt: skip

"""What comes back by text: answers, a no, and word of whether our own texts arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from connector import agenda, audit
from connector.account import account_faults, customer_rules
from connector.clients import tenants
from connector.correspondence import messages
from connector.db import Tx
from connector.deps import Deps
from connector.inbound import known_senders, replies
from connector.phone import conversation, phone_contacts, telephone_line
from connector.recipients import consents
from connector.recipients.consents import MACHINE
from connector.rules import policy
from dunning.customer.channels import Channel
from dunning.spoken import speech
from providers.messages import Reply
from providers.twilio import client, opt_out

log = structlog.get_logger()
FINAL = ("delivered", "undelivered", "failed")
ORDER = ("", "accepted", "queued", "sending", "sent", *FINAL)
"""How a text gets on (twilio.com/docs/messaging/api/message-resource, "Message Status values")."""


def receive(deps: Deps, form: Mapping[str, str]) -> str:
    """Take in one text from a customer; returns what it is answered at once, mostly nothing.

    The one text that goes out this way is the confirmation of a no: the answer to the very request
    that brought it, once, and only where Twilio does not give it.
    """
    number, text = form.get("From", ""), form.get("Body", "")
    if consents.is_no(text):
        return _stop(deps, number, text)
    with deps.reading() as tx:
        contact = phone_contacts.answered(tx, number, form.get("To", ""))
        place = contact.place if contact else _agreed(tx, deps, number, form.get("To", ""))
        if place is None:
            log.info("text from nobody we know")
            return ""
        reply = Reply(
            message_id=form.get("MessageSid", ""), in_reply_to=(contact.sid,) if contact else (),
            sender=number, subject="", text=text, received_at=deps.now(), automatic=False,
        )  # fmt: skip
        known = known_senders.texting(tx, place, reply)
    for one, also in known.places.items():
        replies.keep(deps, one, reply, also=also)
    return ""


def note_status(deps: Deps, token: str, form: Mapping[str, str]) -> bool:
    """How one of our texts got on; False where there is no such text. What comes late or again
    changes nothing."""
    status, sid, now = form.get("MessageStatus", ""), form.get("MessageSid", ""), deps.now()
    with deps.writing() as tx:
        contact = phone_contacts.of_token(tx, token, locked=True)
        if contact is None or contact.channel is not Channel.TEXT or not sid:
            return False
        if contact.sid not in ("", sid):
            return False
        if contact.status in FINAL or _place(status) <= _place(contact.status):
            return True
        ended_at = now if status in FINAL else None
        phone_contacts.change(
            tx, contact, sid=sid, status=status, ended_at=ended_at,
            outcome=status if ended_at else "",
        )  # fmt: skip
        if status in ("undelivered", "failed"):
            code = form.get("ErrorCode", "")
            audit.add(
                tx, contact.connection_id, at=now, actor="Twilio", event="text.failed",
                about=f"customer:{contact.customer_id}", decision_id=contact.decision_id,
                status=status, code=code,
            )  # fmt: skip
            messages.came_back(tx, contact.connection_id, contact.intent_key)
            agenda.mark(tx, contact.connection_id, [contact.customer_id])
            why = f"the text message did not arrive (Twilio error {code or 'unknown'})"
            conversation.ask_person(tx, contact, why, now=now)
            if code == client.OPTED_OUT:
                consents.revoke_number(
                    tx, contact.connection_id, contact.number, words=f"Twilio error {code}",
                    customer_id=contact.customer_id, by="Twilio", at=now,
                )  # fmt: skip
    deps.ring("deliver", contact.connection_id)
    deps.ring("decide", contact.connection_id)
    return True


def _agreed(tx: Tx, deps: Deps, number: str, line: str) -> tuple[int, str] | None:
    """(connection id, customer id) whose number it is by what was said about texts and calls from
    this line: of several companies, the last that came to know it."""
    for connection_id, customer_id in reversed(consents.places_of(tx, number).items()):
        client_id = tenants.connection(tx, connection_id).client_id
        ours = telephone_line.line_of(tx, deps.config, client_id)
        if ours is not None and ours.number == line:
            return connection_id, customer_id
    return None


def _stop(deps: Deps, number: str, text: str) -> str:
    """A no from a number ends texts and machine calls to it everywhere, at once."""
    said: dict[int, str] = {}
    with deps.writing() as tx:
        for connection_id, customer_id in consents.places_of(tx, number).items():
            if all(consents.suppressed(tx, connection_id, c, number) for c in MACHINE):
                continue
            consents.revoke_number(
                tx, connection_id, number, customer_id=customer_id, words=text, by="customer",
                at=deps.now(),
            )  # fmt: skip
            said[connection_id] = customer_id
    if not said or opt_out.answers_itself(text):
        return ""
    with deps.reading() as tx:
        return _confirmation(tx, *next(iter(said.items())), deps.now())


def _confirmation(tx: Tx, connection_id: int, customer_id: str, now: datetime) -> str:
    connection = tenants.connection(tx, connection_id)
    own, _ = account_faults.tried(
        connection_id, customer_id, lambda: customer_rules.of(tx, connection, customer_id, now)
    )
    rules = own or policy.dunning_of(tx, connection)
    return speech.say("stopped", speech.of_client(rules, connection.name))


def _place(status: str) -> int:
    return ORDER.index(status) if status in ORDER else -1

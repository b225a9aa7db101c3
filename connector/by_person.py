"""What a person did or decided and we write down: a call, a credit hold, a referral."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connector import agenda, audit, messages, mirror, notes, outreach
from connector.approvals import Approval
from connector.db import Tx
from connector.effects import SendReminder
from connector.modes import Mode
from connector.tenants import Connection
from dunning.channels import Channel
from dunning.persons import Contact
from dunning.steps import Do
from providers.ledger import Kind

WORDS = {
    Do.CALL: "called the customer about",
    Do.CREDIT_HOLD: "put the customer on credit hold for",
    Do.REFERRAL: "referred to an agency",
}
SECOND_PERSON = frozenset({Do.REFERRAL})
"""These take the word of two people."""


def needs_another(option: Mapping[str, Any]) -> bool:
    """Whether a second person must agree, and none has been asked yet."""
    return option.get("by_person") in SECOND_PERSON and not option.get("first_by")


def event_of(do: Do) -> str:
    """How the audit trail calls it."""
    return f"{do.replace(' ', '_')}.done"


def done(
    tx: Tx, connection: Connection, approval: Approval, asked: SendReminder,
    places: Sequence[Any], *, do: Do, key: str, by: str, now: datetime,
) -> bool:  # fmt: skip
    """Take the step and tell it in the ledger; False if it was taken before."""
    channel = Channel.CALL if do is Do.CALL else Channel.LETTER
    if not messages.claim_steps(
        tx, connection.id, places, customer_id=asked.customer_id,
        currency=asked.total.currency, mode=Mode.COPILOT, intent_key=key, at=now, channel=channel,
    ):  # fmt: skip
        return False
    if do is Do.CALL:
        customer = mirror.customer(tx, connection.id, asked.customer_id)
        contact = Contact(channel, now, asked.invoice_ids, conversation=True)
        outreach.keep(
            tx, connection.id, customer.emails if customer else (), contact,
            customer_id=asked.customer_id,
        )  # fmt: skip
    if notes.are_on(tx, connection):
        text = f"{by} {WORDS[do]} {asked.total}. Decision {approval.decision_id}."
        for kind, id_ in ((Kind.CUSTOMER, asked.customer_id),
                          *((Kind.INVOICE, id_) for id_ in asked.invoice_ids[:5])):  # fmt: skip
            notes.intend(tx, connection, kind, id_, text, told_by=("done", key, kind, id_),
                         decision_id=approval.decision_id, now=now)  # fmt: skip
    audit.add(
        tx, connection.id, at=now, actor=by, event=event_of(do),
        about=approval.subject, decision_id=approval.decision_id, amount=str(asked.total),
    )  # fmt: skip
    agenda.mark(tx, connection.id, [asked.customer_id])
    return True

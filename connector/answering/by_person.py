"""What a person did or decided and we write down, and what one takes back: a call, a credit hold, a
referral."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connector import agenda, audit
from connector.clients.tenants import Connection
from connector.commitments import promising
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import formal_steps, notes
from connector.decided.account_subjects import account_of
from connector.decided.approvals import Approval
from connector.decided.formal_steps import FormalStep
from connector.deps import Deps
from connector.mirroring import mirror
from connector.outgoing.effects import SendReminder
from connector.recipients import outreach
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact
from dunning.rules.steps import Do
from dunning.words.lines import one_line

WORDS = {
    Do.CALL: "called the customer about",
    Do.CREDIT_HOLD: "put the customer on credit hold for",
    Do.REFERRAL: "referred to an agency",
}
TAKEN_BACK = {
    Do.CREDIT_HOLD: "took the customer off credit hold for",
    Do.REFERRAL: "took back from the agency",
}
REASON_CHARACTERS_MAX = 500
QUOTED_MAX = 80
"""Of the reason in a note: Xero takes 250 characters in all."""
SECOND_PERSON = frozenset({Do.REFERRAL})
"""These take the word of two people."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person brings back from a call: what was said, and the day (of the client's zone) by
    which the customer will pay; either may be missing."""

    said: str = ""
    pays_on: date | None = None


NOTHING_HEARD = Heard()


class NotRevoked(ValueError):
    """Nothing was taken back; the text says why and what to do."""


def needs_another(option: Mapping[str, Any]) -> bool:
    """Whether a second person must agree, and none has been asked yet."""
    return option.get("by_person") in SECOND_PERSON and not option.get("first_by")


def event_of(do: Do, what: str = "done") -> str:
    """How the audit trail calls it."""
    return f"{do.replace(' ', '_')}.{what}"


def done(
    tx: Tx, connection: Connection, approval: Approval, asked: SendReminder,
    places: Sequence[Any], *, do: Do, key: str, by: str, now: datetime, heard: Heard,
) -> bool:  # fmt: skip
    """Take the step and tell it in the ledger, with what was `heard`; False if it was taken before.
    Raises CannotPromise where what is promised cannot be."""
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
    if do in TAKEN_BACK:
        formal_steps.keep(
            tx, connection.id, decision_id=approval.decision_id, customer_id=asked.customer_id,
            do=do, total=asked.total, invoice_ids=asked.invoice_ids,
            first_by=approval.options[0].get("first_by", ""), by=by, at=now,
        )  # fmt: skip
    notes.on_account(
        tx, connection, asked.customer_id, asked.invoice_ids,
        f"{by} {WORDS[do]} {asked.total}. Decision {approval.decision_id}.{_quoted(heard)}",
        told_by=("done", key), decision_id=approval.decision_id, now=now,
    )  # fmt: skip
    audit.add(
        tx, connection.id, at=now, actor=by, event=event_of(do),
        about=account_of(approval.subject), decision_id=approval.decision_id,
        amount=str(asked.total), **({"said": heard.said} if heard.said else {}),
    )  # fmt: skip
    if heard.pays_on:
        _promised(tx, connection, asked, heard, on=heard.pays_on, by=by, now=now)
    agenda.mark(tx, connection.id, [asked.customer_id])
    return True


def _quoted(heard: Heard) -> str:
    pays = f" They will pay by {heard.pays_on}." if heard.pays_on else ""
    return f"{pays} Said: {heard.said[:QUOTED_MAX]}" if heard.said else pays


def _promised(
    tx: Tx, connection: Connection, asked: SendReminder, heard: Heard, *, on: date, by: str,
    now: datetime,
) -> None:  # fmt: skip
    """All that is open on what the call was about, as it is by now."""
    invoices = promising.owed(tx, connection.id, asked.customer_id, ids=asked.invoice_ids)
    promising.write_down(
        tx, connection, invoices, on=on, now=now, source="person", words=heard.said, by=by
    )


def revoke(deps: Deps, connection: Connection, step: FormalStep, *, by: str, reason: str) -> None:
    """Take a credit hold or a referral back. Its step stays taken, as one that was turned down:
    what comes after it comes in its time. Raises NotRevoked."""
    why = one_line(reason)[:REASON_CHARACTERS_MAX]
    if not why:
        raise NotRevoked("write why it is taken back; who reads the ledger is told")
    with deps.writing() as tx:
        now = deps.now()
        if not formal_steps.revoke(tx, step, by=by, reason=why, at=now):
            raise NotRevoked(f"the {step.do} {step.id} was taken back before")
        notes.on_account(
            tx, connection, step.customer_id, step.invoice_ids,
            f"{by} {TAKEN_BACK[step.do]} {step.total}. Decision {step.decision_id}."
            f" Why: {why[:QUOTED_MAX]}",
            told_by=("revoked", str(step.id)), decision_id=step.decision_id, now=now,
        )  # fmt: skip
        audit.add(
            tx, connection.id, at=now, actor=by, event=event_of(step.do, "revoked"),
            about=f"customer:{step.customer_id}/{step.total.currency}", reason=why,
            decision_id=step.decision_id, amount=str(step.total),
        )  # fmt: skip
        agenda.mark(tx, connection.id, [step.customer_id])
    for job in ("decide", "deliver"):
        deps.ring(job, connection.id)

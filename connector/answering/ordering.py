"""Carrying out what a person chose of a question, and what turning it down brings about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from connector import agenda, audit
from connector.account import taking
from connector.answering import approved_cash, by_person
from connector.answering.by_person import NOTHING_HEARD, Heard
from connector.cash_application import lone_credits
from connector.clients import tenants
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import approvals, edits, notes
from connector.decided.account_subjects import account_of
from connector.decided.approvals import Approval
from connector.evidence import payout_clashes
from connector.late_fees import raising
from connector.learning import experience
from connector.mirroring import mirror
from connector.money import cash, line_questions
from connector.money.cash import Standing
from connector.next_step import lag_questions
from connector.notifications import thanks
from connector.outgoing import effects
from connector.outgoing.effects import Reminder, SendText
from connector.rules.modes import Capability, Mode
from connector.undoing import bounced, left_behind
from dunning.rules.steps import Do
from dunning.spoken import text_editing
from providers.ledger import Kind

PLACES = (
    (lone_credits.is_about, lone_credits.approve),
    (bounced.is_about, bounced.approve),
    (left_behind.is_about, left_behind.approve),
    (payout_clashes.is_about, payout_clashes.approve),
    (line_questions.is_about, approved_cash.set_same_aside),
)
"""What is no money that came in and waits, and how it is answered."""
APART = (
    (raising.asks, raising.order),
    (lag_questions.is_about, lag_questions.confirm),
)
"""What is no message, and how it is carried out."""


def carry_out(
    tx: Tx, approval: Approval, option: int, *, by: str, now: datetime,
    heard: Heard = NOTHING_HEARD,
) -> None:  # fmt: skip
    """Do what option number `option` says; `heard` is what a person brings back from a call. Raises
    ValueError or LookupError where that can no longer be done."""
    if approval.capability == Capability.CASH:
        connection = tenants.connection(tx, approval.connection_id)
        place = next((do for is_about, do in PLACES if is_about(approval)), approved_cash.approve)
        place(tx, connection, approval, option=option, by=by, now=now)
        experience.refresh(tx, connection, now=now)
        _look_again(tx, approval)
        return
    if apart := next((do for is_about, do in APART if is_about(approval)), None):
        apart(tx, approval, by=by, now=now)
        return
    if approval.capability == Capability.NOTE:
        notes.order(
            tx, approval.connection_id, approval.options[option],
            decision_id=approval.decision_id, now=now,
        )  # fmt: skip
        audit.add(
            tx, approval.connection_id, at=now, actor=by, event="note.approved",
            about=approval.subject, decision_id=approval.decision_id,
        )  # fmt: skip
        return
    if approval.capability == thanks.CAPABILITY:
        thanks.send(tx, approval, by=by, now=now)
        audit.add(
            tx, approval.connection_id, at=now, actor=by, event="thanks.approved",
            about=approval.subject, decision_id=approval.decision_id,
        )  # fmt: skip
        return
    if _second_opinion(tx, approval, by=by, now=now):
        return
    if not _take_steps(tx, approval, by=by, now=now, heard=heard):
        raise LookupError("a message about one of these invoices has been sent since")
    audit.add(
        tx, approval.connection_id, at=now, actor=by, event="remind.approved",
        about=account_of(approval.subject), decision_id=approval.decision_id,
    )  # fmt: skip


def turn_down(tx: Tx, approval: Approval, *, by: str, now: datetime) -> None:
    """Leave things as they are: the money stays unapplied, the message is not sent."""
    if approval.capability == Capability.CASH:
        kind, _, id_ = approval.subject.partition(":")
        item = cash.find(tx, approval.connection_id, kind, id_, locked=True)
        if item and item.left:
            cash.stand(tx, approval.connection_id, item, Standing.REVIEW, at=now)
        if bounced.is_about(approval):
            bounced.turn_down(tx, approval)
        elif line_questions.is_about(approval):
            line_questions.turn_down(tx, approval)
        connection = tenants.connection(tx, approval.connection_id)
        experience.refresh(tx, connection, now=now)
        _look_again(tx, approval)
    elif raising.asks(approval):
        raising.turn_down(tx, approval, by=by, now=now)
    elif approval.options and not _takes_no_step(approval):
        _leave_out(tx, approval, now=now)


def _takes_no_step(approval: Approval) -> bool:
    without = (thanks.CAPABILITY, Capability.NOTE)
    return approval.capability in without or lag_questions.is_about(approval)


def _look_again(tx: Tx, approval: Approval) -> None:
    """At everybody who was not reminded while the money might have been theirs."""
    id_, invoices = approval.connection_id, approvals.invoices_in(approval.options)
    agenda.mark(tx, id_, set(mirror.owner_by_id(tx, id_, Kind.INVOICE, invoices).values()))


def _second_opinion(tx: Tx, approval: Approval, *, by: str, now: datetime) -> bool:
    """Whether another person was asked. Raises LookupError where the same one answers twice."""
    option = approval.options[0]
    if by_person.needs_another(option):
        approvals.ask(
            tx, approval.connection_id, decision_id=approval.decision_id, at=now,
            capability=approval.capability, subject=approval.subject,
            summary=f"{approval.summary}; {by} agrees, a second person confirms",
            options=[option | {"first_by": by}],
        )  # fmt: skip
        return True
    if option.get("first_by") == by:
        raise LookupError("you agreed already; another person must confirm it")
    return False


def _in_their_words(tx: Tx, approval: Approval, effect: Reminder) -> Reminder:
    """A text message as a person edited it; a letter is put into words when it is sent."""
    made = edits.of_decision(tx, approval.connection_id, approval.decision_id)
    if not isinstance(effect, SendText) or made is None:
        return effect
    return replace(effect, text=text_editing.as_text(made.edited))


def _take_steps(tx: Tx, approval: Approval, *, by: str, now: datetime, heard: Heard) -> bool:
    option = approval.options[0]
    effect, places = _reminder(tx, approval)
    effect = replace(_in_their_words(tx, approval, effect), ordered_by=by)
    if option.get("by_person"):
        connection = tenants.connection(tx, approval.connection_id)
        return by_person.done(
            tx, connection, approval, effects.core_of(effect), places, do=Do(option["by_person"]),
            key=option["key"], by=by, now=now, heard=heard,
        )  # fmt: skip
    return taking.commit(
        tx, approval.connection_id, effect, places, key=option["key"], mode=Mode.COPILOT,
        decide=lambda: approval.decision_id, now=now,
    )  # fmt: skip


def _leave_out(tx: Tx, approval: Approval, *, now: datetime) -> None:
    """What comes after it comes in its time."""
    effect, places = _reminder(tx, approval)
    taking.claim(
        tx, approval.connection_id, effect, places, key=approval.options[0]["key"],
        mode=messages.TURNED_DOWN, now=now,
    )  # fmt: skip


def _reminder(tx: Tx, approval: Approval) -> tuple[Reminder, list[taking.Place]]:
    """What was proposed, and the steps that it takes; its account is looked at again."""
    option = approval.options[0]
    effect = effects.load(option["reminder"])
    assert isinstance(effect, Reminder)
    agenda.mark(tx, approval.connection_id, [effect.customer_id])
    return effect, [(i, step, date.fromisoformat(due)) for i, step, due in option["places"]]

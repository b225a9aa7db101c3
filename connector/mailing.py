"""Handing one reminder over: read the ledger again, decide again, write it, send it once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connector import (
    agenda,
    audit,
    clearance,
    domains,
    inbox,
    intents,
    mail_links,
    messages,
    notes,
    outreach,
    pay_links,
    perceive,
    sweeps,
    sync,
    taking,
    tracking,
)
from connector.accounts import accounts_of
from connector.db import Tx
from connector.deps import Deps
from connector.domains import Sender
from connector.effects import SendReminder
from connector.handover import NeedsPerson, hand_over
from connector.intents import Intent, Step
from connector.lease import Fence
from connector.ledgers import Opened
from connector.modes import Mode
from connector.tracking import Link
from dunning.account import Account
from dunning.channels import Channel
from dunning.decide import next_step
from dunning.decision import Ask, Send
from dunning.letters import Letterhead, compose
from dunning.persons import Contact
from dunning.policy import DunningPolicy
from providers.ledger import Kind
from providers.messages import Message
from providers.money import Money

READ_AGE_MAX = timedelta(seconds=60)
SYNC_FIRST = timedelta(seconds=3)
NOTED_INVOICES_MAX = 5


@dataclass(frozen=True, slots=True)
class Ready:
    """A reminder that still stands."""

    account: Account
    step: Send
    policy: DunningPolicy


def deliver(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> None:
    """Send the reminder of an intent, or end it with the reason why not.

    E-mail is at most once: where an earlier attempt may have got through, a person looks.
    """
    if intent.state is not Step.INTENDED:
        _end(deps, fence, intent, Step.PERSON, "it may have been sent already; it is not repeated")
        return
    with deps.reading() as tx:
        unread = inbox.has_waiting(tx, intent.connection_id)
        sender = domains.sender_of(tx, deps.config, ledger.connection.client_id)
    if not clearance.given(deps, fence, intent, sender):
        return
    if unread:
        with deps.writing() as tx:
            fence.check(tx)
            intents.wait(
                tx, intent, "changes wait to be read first", next_at=deps.now() + SYNC_FIRST
            )
        deps.ring("sync", intent.connection_id)
        return
    read_at = _read_again(deps, fence, ledger, intent)
    ready = _decide_again(deps, ledger, intent)
    if isinstance(ready, str):
        why_not = f"not sent: {ready} at re-read {read_at:%H:%M:%S}"
        _end(deps, fence, intent, Step.REFUSED, why_not)
        return
    message, links = _write(deps, ledger, intent, ready, sender)
    if deps.now() - read_at > READ_AGE_MAX:
        with deps.writing() as tx:
            fence.check(tx)
            intents.wait(tx, intent, "what was read is too old by now", next_at=deps.now())
        return
    _send(deps, fence, ledger, intent, message=message, links=links, read_at=read_at)


def give_up(deps: Deps, fence: Fence, intent: Intent, why: str) -> None:
    """Leave a reminder that was not sent to a person."""
    _end(deps, fence, intent, Step.PERSON, why)


def _read_again(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> datetime:
    """Read what the message is about from the ledger: its invoices, and whatever else changed."""
    effect = _reminder(intent)
    with deps.reading() as tx:
        swept_at = sweeps.progress(tx, intent.connection_id).swept_at
    if swept_at is None or deps.now() - swept_at > READ_AGE_MAX:
        sync.sweep(deps, intent.connection_id, fence)
    read_at = deps.now()
    records = ledger.reader().fetch(Kind.INVOICE, effect.invoice_ids)
    with deps.writing() as tx:
        perceive.keep(tx, fence, records, read_at=read_at)
    deps.reached("mailing.read")
    return read_at


def _decide_again(deps: Deps, ledger: Opened, intent: Intent) -> Ready | str:
    """The decision made once more on what has just been read, or why it no longer stands."""
    effect = _reminder(intent)
    now, currency = deps.now(), effect.total.currency
    with deps.reading() as tx:
        rules = taking.rules_of(tx, ledger.connection, now)
        found = accounts_of(tx, ledger.connection, [effect.customer_id], now, but_for=intent.key)[
            effect.customer_id
        ]
    if rules.mode not in (Mode.COPILOT, Mode.AUTOPILOT):
        return f"reminders are in mode {rules.mode}"
    account = next((a for a in found if a.currency == currency), None)
    if account is None:
        return f"balance {Money.zero(currency)}"
    step = next_step(account, rules.dunning, now)
    if effect.ordered_by and isinstance(step, Ask) and step.matter in taking.MAY_BE_ORDERED:
        step = step.proposed or step
    if not isinstance(step, Send):
        return step.reason
    if taking.reminder_of(account, step) != replace(effect, ordered_by=""):
        return f"the account changed: {effect.total} was decided on, {step.total} is due"
    return Ready(account, step, rules.dunning)


def _write(
    deps: Deps, ledger: Opened, intent: Intent, ready: Ready, sender: Sender
) -> tuple[Message, Sequence[Link]]:
    """The message, and the links in it that must be kept before it goes out."""
    effect, brand = _reminder(intent), ready.policy.brand
    pay = pay_links.of(deps, intent.connection_id, effect.invoice_ids, ledger.reader().pay_link)
    message_id, reply_to = f"<{intent.key}@{sender.domain}>", brand.reply_to or sender.address
    _, rules = ready.policy.applying_to(ready.account, ready.step.on)
    links = mail_links.of(
        deps.config, intent, ready.account, rules, message_id=message_id, pay=pay,
        mailbox=reply_to, at=deps.now(),
    )  # fmt: skip
    letterhead = Letterhead(company=ledger.connection.name)
    letter = compose(ready.account, ready.step, ready.policy, letterhead, links.pay)
    message = Message(
        message_id=message_id,
        sender_name=brand.sender_name or ledger.connection.name,
        sender=sender.address,
        reply_to=reply_to,
        recipients=ready.account.emails,
        subject=letter.subject,
        text=letter.text,
        html=mail_links.with_pixel(letter.html, links.pixel),
        unsubscribe=links.leave,
    )
    return message, links.kept


def _send(
    deps: Deps, fence: Fence, ledger: Opened, intent: Intent, *, message: Message,
    links: Sequence[Link], read_at: datetime,
) -> None:  # fmt: skip
    effect = _reminder(intent)

    def keep(tx: Tx) -> None:
        messages.keep(
            tx, intent.connection_id, message, intent_key=intent.key,
            decision_id=intent.decision_id, customer_id=effect.customer_id,
            currency=effect.total.currency, step=effect.step, invoice_ids=effect.invoice_ids,
            read_at=read_at, sent_at=deps.now(),
        )  # fmt: skip
        tracking.keep(tx, links)
        contact = Contact(Channel.EMAIL, deps.now(), effect.invoice_ids)
        outreach.keep(
            tx, intent.connection_id, message.recipients, contact, customer_id=effect.customer_id
        )

    try:
        accepted = hand_over(deps, fence, intent, message, keep=keep)
    except NeedsPerson as why:
        _end(deps, fence, intent, Step.PERSON, str(why))
        return
    if not accepted:
        return
    with deps.writing() as tx:
        fence.check(tx)
        intents.confirmed(tx, intent, accepted, now=deps.now())
        _tell(tx, intent, "sent", at=deps.now(), recipients=list(message.recipients))
        _intend_notes(tx, ledger, intent, message, now=deps.now())


def _end(deps: Deps, fence: Fence, intent: Intent, state: Step, error: str) -> None:
    """Not sent, or not known: in the first case its steps can be taken again."""
    effect = _reminder(intent)
    with deps.writing() as tx:
        fence.check(tx)
        intents.end(tx, intent, state, error, now=deps.now())
        if state is Step.REFUSED:
            messages.give_back_steps(tx, intent.connection_id, intent.key)
        agenda.mark(tx, intent.connection_id, [effect.customer_id])
        _tell(
            tx,
            intent,
            "not sent" if state is Step.REFUSED else "needs a person",
            at=deps.now(),
            reason=error,
        )
    deps.ring("decide", intent.connection_id)


def _intend_notes(
    tx: Tx, ledger: Opened, intent: Intent, message: Message, *, now: datetime
) -> None:
    connection, effect = ledger.connection, _reminder(intent)
    if not notes.are_on(tx, connection):
        return
    text = (
        f"Ledgerhand sent the message '{effect.step}' about {effect.total} to"
        f" {', '.join(message.recipients)}. Decision {intent.decision_id}."
    )
    places = [(Kind.CUSTOMER, effect.customer_id)]
    places += [(Kind.INVOICE, id_) for id_ in effect.invoice_ids[:NOTED_INVOICES_MAX]]
    for kind, record_id in places:
        notes.intend(tx, connection, kind, record_id, text, decision_id=intent.decision_id,
                     told_by=("note", intent.key, kind, record_id), now=now)  # fmt: skip


def _tell(tx: Tx, intent: Intent, event: str, *, at: datetime, **what: Any) -> None:
    audit.add(
        tx, intent.connection_id, at=at, actor="ledgerhand", event=f"send_reminder.{event}",
        about=intent.subject, decision_id=intent.decision_id, **what,
    )  # fmt: skip


def _reminder(intent: Intent) -> SendReminder:
    assert isinstance(intent.effect, SendReminder)
    return intent.effect

"""Handing one reminder over by e-mail: looked at once more, written, sent once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from connector import (
    clearance,
    domains,
    handover,
    intents,
    lettering,
    mail_links,
    messages,
    outreach,
    pay_links,
    second_look,
    tracking,
)
from connector.db import Tx
from connector.deps import Deps
from connector.domains import Sender
from connector.drafting import Outdated
from connector.effects import SendReminder
from connector.handover import NeedsPerson, hand_over
from connector.intents import Intent, Step
from connector.lease import Fence
from connector.ledgers import Opened
from connector.second_look import Look
from connector.tracking import Link
from dunning.channels import Channel
from dunning.letters import Letterhead
from dunning.persons import Contact
from dunning.placeholders import MissingData
from providers.messages import Message


def deliver(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> None:
    """Send the reminder of an intent, or end it with the reason why not.

    E-mail is at most once: where an earlier attempt may have got through, a person looks.
    """
    if intent.state is not Step.INTENDED:
        why = "it may have been sent already; it is not repeated"
        second_look.end(deps, fence, intent, Step.PERSON, why)
        return
    with deps.reading() as tx:
        sender = domains.sender_of(tx, deps.config, ledger.connection.client_id)
    if not clearance.given(deps, fence, intent, sender):
        return
    look = second_look.take(deps, fence, ledger, intent)
    if look is None:
        return
    if not look.account.emails:
        why = "not sent: there is no e-mail address that may be written to"
        second_look.end(deps, fence, intent, Step.REFUSED, why)
        return
    try:
        message, links = _write(deps, ledger, intent, look, sender)
    except MissingData as missing:
        second_look.end(deps, fence, intent, Step.PERSON, f"not sent: {missing}")
        return
    except Outdated as outdated:
        second_look.end(deps, fence, intent, Step.REFUSED, f"not sent: {outdated}")
        return
    if not second_look.is_too_old(deps, fence, intent, look):
        _send(deps, fence, ledger, intent, message=message, links=links, look=look)


def _write(
    deps: Deps, ledger: Opened, intent: Intent, look: Look, sender: Sender
) -> tuple[Message, Sequence[Link]]:
    """The message, and the links in it that must be kept before it goes out."""
    effect = _reminder(intent)
    _, rules = look.policy.applying_to(look.account, look.step.on)
    brand = rules.brand
    pay = pay_links.of(deps, intent.connection_id, effect.invoice_ids, ledger.reader().pay_link)
    message_id, reply_to = f"<{intent.key}@{sender.domain}>", brand.reply_to or sender.address
    links = mail_links.of(
        deps.config, intent, look.account, rules, message_id=message_id, pay=pay,
        mailbox=reply_to, at=deps.now(),
    )  # fmt: skip
    letter = lettering.write(
        deps, intent, look.account, look.step, look.policy,
        letterhead=Letterhead(company=ledger.connection.name), pay_links=links.pay,
        account_link=links.account,
    )  # fmt: skip
    message = Message(
        message_id=message_id,
        sender_name=brand.sender_name or ledger.connection.name,
        sender=sender.address,
        reply_to=reply_to,
        recipients=look.account.emails,
        subject=letter.subject,
        text=letter.text,
        html=mail_links.with_pixel(letter.html, links.pixel),
        unsubscribe=links.leave,
    )
    return message, links.kept


def _send(
    deps: Deps, fence: Fence, ledger: Opened, intent: Intent, *, message: Message,
    links: Sequence[Link], look: Look,
) -> None:  # fmt: skip
    effect = _reminder(intent)

    def keep(tx: Tx) -> None:
        messages.keep(
            tx, intent.connection_id, message, intent_key=intent.key,
            decision_id=intent.decision_id, customer_id=effect.customer_id,
            currency=effect.total.currency, step=effect.step, invoice_ids=effect.invoice_ids,
            read_at=look.read_at, sent_at=deps.now(),
        )  # fmt: skip
        tracking.keep(tx, links)
        contact = Contact(Channel.EMAIL, deps.now(), effect.invoice_ids)
        outreach.keep(
            tx, intent.connection_id, message.recipients, contact, customer_id=effect.customer_id
        )

    try:
        accepted = hand_over(
            deps, fence, intent, partial(handover.mail(deps).send, message), keep=keep
        )
    except NeedsPerson as why:
        second_look.end(deps, fence, intent, Step.PERSON, str(why))
        return
    if not accepted:
        return
    to = ", ".join(message.recipients)
    note = (
        f"Ledgerhand sent the message '{effect.step}' about {effect.total} to {to}."
        f" Decision {intent.decision_id}."
    )
    with deps.writing() as tx:
        fence.check(tx)
        intents.confirmed(tx, intent, accepted, now=deps.now())
        second_look.tell(tx, intent, "sent", at=deps.now(), recipients=list(message.recipients))
        second_look.intend_notes(tx, ledger.connection, intent, note, now=deps.now())


def _reminder(intent: Intent) -> SendReminder:
    assert isinstance(intent.effect, SendReminder)
    return intent.effect

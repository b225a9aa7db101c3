"""Handing one reminder over by e-mail: looked at once more, written, sent once."""

from __future__ import annotations

from functools import partial

from connector.access.ledgers import Opened
from connector.account import not_taken
from connector.correspondence import messages
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.mail import customer_mail, mail_links, pay_links
from connector.mail.mail_links import MailLinks
from connector.outgoing.effects import SendReminder, asked_by, invoices_of
from connector.outgoing.intents import Intent, Step
from connector.recipients import outreach
from connector.recipients.domains import Sender
from connector.syncing import second_look
from connector.syncing.second_look import Look
from connector.wording import lacking, lettering
from connector.wording.drafting import Outdated
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact
from dunning.deciding.recipients import addressed
from dunning.letter.letters import Letterhead
from dunning.words.placeholders import MissingData
from providers.messages import Message


def deliver(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> None:
    """Send the reminder of an intent, or end it with the reason why not."""
    sender = customer_mail.sender_for(deps, fence, ledger, intent)
    if sender is None:
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
        question = partial(
            lacking.ask, connection=ledger.connection, intent=intent, look=look, missing=missing,
            now=deps.now(),
        )  # fmt: skip
        why = f"not sent: {missing}"
        second_look.end(deps, fence, intent, Step.REFUSED, why, also=question)
        return
    except Outdated as outdated:
        tell_why = partial(
            not_taken.tell, intent=intent, why=str(outdated), invoices=look.invoices,
            now=deps.now(),
        )  # fmt: skip
        why = f"not sent: {outdated}"
        second_look.end(deps, fence, intent, Step.REFUSED, why, also=tell_why)
        return
    if not second_look.is_too_old(deps, fence, intent, look):
        _send(deps, fence, ledger, intent, message=message, links=links, look=look, sender=sender)


def _write(
    deps: Deps, ledger: Opened, intent: Intent, look: Look, sender: Sender
) -> tuple[Message, MailLinks]:
    """The message, and the links in it."""
    effect = _reminder(intent)
    _, rules = look.policy.applying_to(look.account, look.step.on)
    account = addressed(look.account, look.step.to)
    pay = pay_links.of(deps, intent.connection_id, invoices_of(effect), ledger.reader().pay_link)
    links = mail_links.of(
        deps.config, intent, account, rules, message_id=customer_mail.id_of(intent, sender),
        pay=pay, mailbox=customer_mail.answers_to(rules.brand, sender), at=deps.now(),
    )  # fmt: skip
    letter = lettering.write(
        deps, intent, look.account, look.step, look.policy,
        letterhead=Letterhead(company=ledger.connection.name), pay_links=links.pay,
        account_link=links.account,
    )  # fmt: skip
    message = customer_mail.framed(
        letter, intent, account, connection=ledger.connection, brand=rules.brand,
        sender=sender, links=links,
    )  # fmt: skip
    return message, links


def _send(
    deps: Deps, fence: Fence, ledger: Opened, intent: Intent, *, message: Message,
    links: MailLinks, look: Look, sender: Sender,
) -> None:  # fmt: skip
    effect = _reminder(intent)
    to = ", ".join(message.recipients)
    note = (
        f"Ledgerhand sent the message '{effect.step}' about {asked_by(effect)} to {to}."
        f" Decision {intent.decision_id}."
    )

    def keep(tx: Tx) -> None:
        messages.keep(
            tx, intent.connection_id, message, intent_key=intent.key,
            decision_id=intent.decision_id, customer_id=effect.customer_id,
            currency=effect.total.currency, step=effect.step, invoice_ids=invoices_of(effect),
            read_at=look.read_at, sent_at=deps.now(), invoices=look.invoices,
        )  # fmt: skip
        contact = Contact(Channel.EMAIL, deps.now(), invoices_of(effect))
        outreach.keep(
            tx, intent.connection_id, message.recipients, contact,
            customer_id=effect.customer_id, intent_key=intent.key,
        )  # fmt: skip

    def after(tx: Tx) -> None:
        second_look.intend_notes(tx, ledger.connection, intent, note, now=deps.now())

    customer_mail.send(deps, fence, intent, message, links, sender=sender, keep=keep, after=after)


def _reminder(intent: Intent) -> SendReminder:
    assert isinstance(intent.effect, SendReminder)
    return intent.effect

"""One mail to a customer: from whom, in what frame, and handed over at most once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from connector.access.ledgers import Opened
from connector.clients.tenants import Connection
from connector.correspondence import tracking
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.mail.mail_links import MailLinks, with_pixel
from connector.outgoing import intents
from connector.outgoing.intents import Intent, Step
from connector.recipients import clearance, domains, handover, mail_servers
from connector.recipients.domains import Sender
from connector.recipients.handover import NeedsPerson, hand_over
from connector.syncing import second_look
from dunning.customer.account import Account
from dunning.letter.letters import Letter
from dunning.rules.brand import Brand
from providers.email.smtp import Unusable
from providers.messages import Message


def sender_for(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> Sender | None:
    """Who sends it; None where it may not go out now, or may have gone out before: then a person
    looks, because e-mail is at most once."""
    if intent.state is not Step.INTENDED:
        why = "it may have been sent already; it is not repeated"
        second_look.end(deps, fence, intent, Step.PERSON, why)
        return None
    with deps.reading() as tx:
        sender = domains.sender_of(tx, deps.config, ledger.connection.client_id)
    return sender if clearance.given(deps, fence, intent, sender) else None


def id_of(intent: Intent, sender: Sender) -> str:
    """The same for every try of one intent."""
    return f"<{intent.key}@{sender.domain}>"


def answers_to(brand: Brand, sender: Sender) -> str:
    return brand.reply_to or sender.address


def framed(
    letter: Letter, intent: Intent, account: Account, *, connection: Connection, brand: Brand,
    sender: Sender, links: MailLinks,
) -> Message:  # fmt: skip
    """A letter as the mail that goes out."""
    return Message(
        message_id=id_of(intent, sender),
        sender_name=brand.sender_name or connection.name,
        sender=sender.address,
        reply_to=answers_to(brand, sender),
        recipients=account.emails,
        subject=letter.subject,
        text=letter.text,
        html=with_pixel(letter.html, links.pixel),
        unsubscribe=links.leave,
    )


def send(
    deps: Deps, fence: Fence, intent: Intent, message: Message, links: MailLinks, *,
    sender: Sender, keep: Callable[[Tx], None], after: Callable[[Tx], None],
) -> None:  # fmt: skip
    """Hand it over to the sender's mail server. `keep` writes down what went out, before it does;
    `after` what follows once it is known that it did."""

    def keep_all(tx: Tx) -> None:
        keep(tx)
        tracking.keep(tx, links.kept)

    post = partial(handover.mail(deps, sender.server).send, message)
    try:
        accepted = hand_over(deps, fence, intent, post, keep=keep_all)
    except NeedsPerson as why:
        second_look.end(deps, fence, intent, Step.PERSON, str(why))
        return
    except Unusable as fault:
        clearance.unusable(deps, fence, intent, sender, fault)
        return
    if not accepted:
        return
    with deps.writing() as tx:
        fence.check(tx)
        intents.confirmed(tx, intent, accepted, now=deps.now())
        second_look.tell(tx, intent, "sent", at=deps.now(), recipients=list(message.recipients))
        if sender.server:
            mail_servers.works(tx, sender.server)
        after(tx)

"""Handing one thank-you over by e-mail: the payment read again just before, sent once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connector import local_days
from connector.access.ledgers import Opened
from connector.account import collection_rules
from connector.account.accounts import account_of
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import notes
from connector.deps import Deps
from connector.firm_news import notice_rounds
from connector.firm_news.notice_rounds import Round
from connector.lease import Fence
from connector.mail import customer_mail, mail_links
from connector.mail.mail_links import MailLinks
from connector.notifications import thanks
from connector.notifications.thanks import ENDED, THANKED_WITHIN
from connector.outgoing import intents
from connector.outgoing.effects import SendThanks
from connector.outgoing.intents import Intent, Step
from connector.recipients import outreach
from connector.recipients.domains import Sender
from connector.rules.modes import ACTING
from connector.syncing import perceive, second_look
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact
from dunning.letter import thanks as wording
from dunning.rules.policy import DunningPolicy
from providers.ledger import Invoice, Kind, Payment, Record, Status
from providers.messages import Message
from providers.money import Money

STEP = "thank you"


@dataclass(frozen=True, slots=True)
class _Customer:
    """An account, and the policy that holds for it."""

    account: Account
    rules: DunningPolicy


def deliver(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> None:
    """Send the thank-you of an intent, or end it with the reason why not."""
    sender = customer_mail.sender_for(deps, fence, ledger, intent)
    if sender is None:
        return
    if second_look.waits_for_news(deps, fence, intent):
        return
    read_at = deps.now()
    records = _read_again(ledger, intent)
    with deps.writing() as tx:
        perceive.keep(tx, fence, records, read_at=read_at)
    deps.reached("thanking.read")
    found = _decide_again(deps, ledger, intent, records)
    if not isinstance(found, str):
        found = _without_money(ledger, intent) or found
    if isinstance(found, str):
        second_look.end(deps, fence, intent, Step.REFUSED, f"not sent: {found}")
    elif not _must_wait(deps, fence, intent, found):
        message, links = _write(deps, ledger, intent, found, sender)
        _send(
            deps,
            fence,
            ledger,
            intent,
            message=message,
            links=links,
            read_at=read_at,
            sender=sender,
        )


def _read_again(ledger: Opened, intent: Intent) -> list[Record]:
    effect, reader = _thanks(intent), ledger.reader()
    by_kind = _payments(effect) | {Kind.INVOICE: [*effect.invoice_ids]}
    return [record for kind, ids in by_kind.items() for record in reader.fetch(kind, ids)]


def _without_money(ledger: Opened, intent: Intent) -> str:
    """That a payment is not known to have brought money: a payment to an account for bad debts is
    how an invoice may be written off."""
    reader = ledger.reader()
    for kind, ids in _payments(_thanks(intent)).items():
        known = reader.banked(kind, ids)
        for id_ in ids:
            if id_ not in known:
                return f"payment {id_} is not known to have come into a bank account"
    return ""


def _payments(effect: SendThanks) -> dict[Kind, list[str]]:
    found: dict[Kind, list[str]] = defaultdict(list)
    for kind, id_ in effect.payments:
        found[Kind(kind)].append(id_)
    return found


def _decide_again(
    deps: Deps, ledger: Opened, intent: Intent, records: Sequence[Record]
) -> _Customer | str:
    """The customer, or why it is not thanked any more."""
    effect, connection, now = _thanks(intent), ledger.connection, deps.now()
    if fault := _no_longer(effect, records):
        return fault
    with deps.reading() as tx:
        rules = collection_rules.of(tx, connection, now)
        if notice_rounds.since(tx, connection.id, Round.THANKS) is None:
            return "thank-yous are switched off"
        account = account_of(tx, connection, effect.customer_id, effect.total.currency, now)
    mode = rules.for_account(account).mode
    if mode not in ACTING:
        return f"reminders are in mode {mode}"
    today = local_days.today(connection, now)
    _, own = rules.dunning.applying_to(account, today)
    return wording.obstacle(account, own, today) or _Customer(account, own)


def _no_longer(effect: SendThanks, records: Sequence[Record]) -> str:
    """What is not as it was decided on: the payment must stand, and the invoices be paid by it."""
    payments = {
        (one.kind.value, one.id): one
        for one in records
        if isinstance(one, Payment) and one.status not in ENDED
    }
    for kind, id_ in effect.payments:
        if (kind, id_) not in payments:
            return f"payment {id_} does not stand any more"
        parts = payments[kind, id_].allocations
        if parts and not {part.invoice_id for part in parts} & set(effect.invoice_ids):
            return f"payment {id_} is set against something else"
    paid = {one.id for one in records if isinstance(one, Invoice) and one.status is Status.PAID}
    missing = next((id_ for id_ in effect.invoice_ids if id_ not in paid), "")
    return f"invoice {missing} is open again" if missing else _another_amount(effect, records)


def _another_amount(effect: SendThanks, records: Sequence[Record]) -> str:
    """That these payments do not pay the invoices with as much money as was decided on."""
    settled = {one.id: one for one in records if isinstance(one, Invoice)}
    amounts = (
        part.amount
        for part in thanks.paid_parts(settled, records)
        if (part.payment[0].value, part.payment[1]) in effect.payments
    )
    total = Money.total(amounts, effect.total.currency)
    return "" if total == effect.total else f"{total} is paid with money, not {effect.total}"


def _must_wait(deps: Deps, fence: Fence, intent: Intent, customer: _Customer) -> bool:
    """Whether it is too early, or it comes too late: then it ends."""
    now = deps.now()
    moment = wording.allowed_at(customer.account, customer.rules, now)
    if moment is None or moment - intent.created_at > THANKED_WITHIN:
        why = "not sent: it could go out only when it is too late to say thank you"
        second_look.end(deps, fence, intent, Step.REFUSED, why)
        return True
    if moment <= now:
        return False
    with deps.writing() as tx:
        fence.check(tx)
        intents.wait(tx, intent, "waits for an hour at which it may go out", next_at=moment)
    return True


def _send(
    deps: Deps, fence: Fence, ledger: Opened, intent: Intent, *, message: Message,
    links: MailLinks, read_at: datetime, sender: Sender,
) -> None:  # fmt: skip
    effect = _thanks(intent)
    note = f"Ledgerhand thanked the customer for {effect.total}. Decision {intent.decision_id}."

    def keep(tx: Tx) -> None:
        messages.keep(
            tx, intent.connection_id, message, intent_key=intent.key,
            decision_id=intent.decision_id, customer_id=effect.customer_id,
            currency=effect.total.currency, step=STEP, invoice_ids=(), read_at=read_at,
            sent_at=deps.now(),
        )  # fmt: skip
        outreach.keep(
            tx, intent.connection_id, message.recipients,
            Contact(Channel.EMAIL, deps.now(), effect.invoice_ids),
            customer_id=effect.customer_id, is_step=False, intent_key=intent.key,
        )  # fmt: skip

    def after(tx: Tx) -> None:
        if notes.are_on(tx, ledger.connection):
            notes.intend(
                tx, ledger.connection, Kind.CUSTOMER, effect.customer_id, note,
                told_by=("thanked", intent.key), decision_id=intent.decision_id, now=deps.now(),
            )  # fmt: skip

    customer_mail.send(deps, fence, intent, message, links, sender=sender, keep=keep, after=after)


def _write(
    deps: Deps, ledger: Opened, intent: Intent, customer: _Customer, sender: Sender
) -> tuple[Message, MailLinks]:
    effect, account, rules = _thanks(intent), customer.account, customer.rules
    with deps.reading() as tx:
        letter = thanks.letter(tx, ledger.connection, effect, account, rules)
    links = mail_links.of(
        deps.config, intent, account, rules, message_id=customer_mail.id_of(intent, sender),
        pay={}, mailbox=customer_mail.answers_to(rules.brand, sender), at=deps.now(),
    )  # fmt: skip
    message = customer_mail.framed(
        letter, intent, account, connection=ledger.connection, brand=rules.brand, sender=sender,
        links=links,
    )  # fmt: skip
    return message, links


def _thanks(intent: Intent) -> SendThanks:
    assert isinstance(intent.effect, SendThanks)
    return intent.effect

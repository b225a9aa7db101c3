"""Texts and calls on their way out: allowed at the last moment, decided once more, sent once.

Twilio knows no idempotency key, so an attempt that may have got through is looked for, by its
callback or in Twilio's own list, and never repeated: what cannot be found is a person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from connector.access.ledgers import Opened
from connector.account import customer_rules
from connector.correspondence import messages, tracking
from connector.correspondence.tracking import Link
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.mail import mail_links, pay_links
from connector.outgoing import intents
from connector.outgoing.effects import PlaceCall, SendText, TextPayLinks
from connector.outgoing.intents import Intent, Step
from connector.phone import phone_contacts, telephone_line
from connector.phone.phone_contacts import Contact
from connector.phone.telephone_line import Line
from connector.recipients import clearance, consents, outreach
from connector.recipients.handover import NeedsPerson, hand_over
from connector.rules import modes
from connector.rules.modes import ACTING
from connector.syncing import second_look
from dunning.contact_hours.calling_hours import next_allowed
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact as Reached
from dunning.message.links import safe_link
from dunning.spoken import speech
from dunning.spoken.speech import Facts
from providers.errors import Refused, TryLater
from providers.http import FLIGHT_MAX
from providers.ledger import Invoice, Kind, Status
from providers.twilio import client
from providers.twilio.client import Twilio
from providers.twilio.numbers import E164, zones_of

NAMES = {Channel.TEXT: "text messages", Channel.CALL: "machine calls"}
ByTelephone = SendText | PlaceCall | TextPayLinks


class Barred(Exception):
    """What was to be sent may not be: the text says why."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to send or call about, with all that it takes."""

    intent: Intent
    ledger: Opened
    line: Line

    @property
    def channel(self) -> Channel:
        return Channel.CALL if isinstance(self.intent.effect, PlaceCall) else Channel.TEXT

    @property
    def effect(self) -> ByTelephone:
        assert isinstance(self.intent.effect, ByTelephone)
        return self.intent.effect

    @property
    def token(self) -> str:
        return phone_contacts.token_of(self.line.secret, self.intent.key)


def deliver(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> None:
    """Send the text or place the call of an intent, or end it with the reason why not."""
    with deps.reading() as tx:
        line = telephone_line.line_of(tx, deps.config, ledger.connection.client_id)
    if line is None:
        missing = ", ".join(telephone_line.missing(deps.config)) or "LEDGERHAND_TWILIO_NUMBER"
        clearance.hold_back(deps, fence, intent, f"there is no telephone line; set {missing}")
        return
    errand = Errand(intent, ledger, line)
    if intent.state is not Step.INTENDED:
        _settle(deps, fence, errand)
        return
    try:
        with deps.reading() as tx:
            _check(tx, errand)
        if isinstance(errand.effect, TextPayLinks):
            _hand_over(deps, fence, errand, _links_text(deps, errand))
        elif _may_ring(deps, fence, errand):
            _remind(deps, fence, errand)
    except Barred as why:
        second_look.end(deps, fence, intent, Step.PERSON, f"not sent: {why}; a person does it")


def _check(tx: Tx, errand: Errand) -> None:
    """Raises Barred where the channel is not switched on or the person has not agreed to it."""
    effect, channel, connection = errand.effect, errand.channel, errand.ledger.connection
    mode = modes.of(tx, connection.client_id)[modes.BY_MACHINE[channel]]
    if mode not in ACTING:
        raise Barred(f"{NAMES[channel]} are in mode {mode}")
    if not E164.fullmatch(effect.number):
        raise Barred(f"{effect.number!r} is no telephone number in E.164, such as +14155552671")
    if consents.suppressed(tx, connection.id, channel, effect.number):
        raise Barred(f"consent to {NAMES[channel]} at {effect.number} was taken back")
    asked_for = isinstance(effect, TextPayLinks)
    if not asked_for and not consents.given(
        tx, connection.id, channel, effect.number, effect.customer_id
    ):
        raise Barred(f"no consent to {NAMES[channel]} at {effect.number} is on record")


def _may_ring(deps: Deps, fence: Fence, errand: Errand) -> bool:
    """Whether it is an hour to ring where the number is; if not, the intent waits for it. The hours
    of the law and the policy are held to by the second look."""
    now = deps.now()
    opens = next_allowed(now, zones_of(errand.effect.number))
    if opens is None:
        raise Barred(f"nobody knows what time it is at {errand.effect.number}")
    if opens > now:
        with deps.writing() as tx:
            fence.check(tx)
            why = f"it is not between 8:00 and 21:00 there before {opens:%Y-%m-%d %H:%M} UTC"
            intents.wait(tx, errand.intent, why, next_at=opens)
    return opens <= now


def _remind(deps: Deps, fence: Fence, errand: Errand) -> None:
    effect, ledger = errand.effect, errand.ledger
    look = second_look.take(deps, fence, ledger, errand.intent)
    if look is None:
        return
    facts = speech.facts_of(
        look.account, look.step, look.policy, ledger.connection.name,
        callback=errand.line.forward_to,
    )  # fmt: skip
    text, link = "", None
    if isinstance(effect, SendText):
        _, rules = look.policy.applying_to(look.account, look.step.on)
        link = mail_links.in_text(
            deps.config, errand.intent, effect.customer_id, rules, number=effect.number,
            at=deps.now(),
        )  # fmt: skip
        text = speech.with_pages(
            effect.text, facts,
            pay=next(iter(_pay_pages(deps, errand, effect.invoice_ids[:1])), ""),
            account=mail_links.account_page(deps.config.public_url, link) if link else "",
        )  # fmt: skip
    if not second_look.is_too_old(deps, fence, errand.intent, look):
        contact = _contact(deps, errand, text=text, facts=facts, read_at=look.read_at)
        _hand_over(deps, fence, errand, contact, [link] if link else [])


def _links_text(deps: Deps, errand: Errand) -> Contact:
    """Of the invoices that the person on the telephone heard of, those that are open now."""
    effect, connection = errand.effect, errand.ledger.connection
    assert isinstance(effect, TextPayLinks)
    read_at = deps.now()
    found = errand.ledger.reader().fetch(Kind.INVOICE, effect.invoice_ids)
    open_ids = [r.id for r in found if isinstance(r, Invoice) and r.status is Status.OPEN]
    urls = _pay_pages(deps, errand, open_ids)
    with deps.reading() as tx:
        rules = customer_rules.of(tx, connection, effect.customer_id, deps.now())
    facts = speech.of_client(rules, connection.name)
    return _contact(
        deps, errand, text=speech.links_message(facts, urls), facts=facts, read_at=read_at
    )


def _pay_pages(deps: Deps, errand: Errand, invoice_ids: tuple[str, ...] | list[str]) -> list[str]:
    ask = errand.ledger.reader().pay_link
    found = pay_links.of(deps, errand.intent.connection_id, invoice_ids, ask)
    return [url for id_ in invoice_ids if (url := safe_link(found.get(id_, "")))]


def _contact(deps: Deps, errand: Errand, *, text: str, facts: Facts, read_at: datetime) -> Contact:
    intent, effect = errand.intent, errand.effect
    return Contact(
        connection_id=intent.connection_id, token=errand.token, intent_key=intent.key,
        decision_id=intent.decision_id, channel=errand.channel, customer_id=effect.customer_id,
        invoice_ids=effect.invoice_ids, number=effect.number, sender=errand.line.number,
        text=text, facts=asdict(facts), read_at=read_at, at=deps.now(),
    )  # fmt: skip


def _hand_over(
    deps: Deps, fence: Fence, errand: Errand, contact: Contact, links: Sequence[Link] = ()
) -> None:
    def keep(tx: Tx) -> None:
        _check(tx, errand)
        tracking.keep(tx, links)
        phone_contacts.keep(tx, contact)
        messages.count_from(tx, contact.connection_id, errand.intent.key, at=contact.at)
        reached = Reached(errand.channel, contact.at, tuple(contact.invoice_ids))
        outreach.keep(
            tx, contact.connection_id, [contact.number], reached,
            customer_id=contact.customer_id, intent_key=errand.intent.key,
        )  # fmt: skip

    def send() -> str:
        with errand.line.open(deps, contact.connection_id) as twilio:
            return _sent(twilio, errand.line, contact)

    try:
        sid = hand_over(deps, fence, errand.intent, send, keep=keep)
    except NeedsPerson as why:
        _not_sent(deps, fence, errand, why)
        return
    if sid:
        _confirm(deps, fence, errand, contact, sid)


def _sent(twilio: Twilio, line: Line, contact: Contact) -> str:
    if contact.channel is Channel.TEXT:
        return twilio.send_text(
            sender=contact.sender, to=contact.number, text=contact.text,
            callback=line.text_status(contact.token),
        )  # fmt: skip
    return twilio.place_call(
        sender=contact.sender, to=contact.number, url=line.call_turn(contact.token, 0),
        callback=line.call_status(contact.token),
    )  # fmt: skip


def _not_sent(deps: Deps, fence: Fence, errand: Errand, why: NeedsPerson) -> None:
    if why.unknown:
        with deps.writing() as tx:
            fence.check(tx)
            intents.unknown(tx, errand.intent, str(why), next_at=deps.now() + FLIGHT_MAX)
        return
    if why.code == client.OPTED_OUT:
        with deps.writing() as tx:
            fence.check(tx)
            consents.revoke_number(
                tx, errand.intent.connection_id, errand.effect.number, words=str(why),
                customer_id=errand.effect.customer_id, by="Twilio", at=deps.now(),
            )  # fmt: skip
    second_look.end(deps, fence, errand.intent, Step.PERSON, str(why))


def _settle(deps: Deps, fence: Fence, errand: Errand) -> None:
    """An earlier attempt may have got through: find out, and do not repeat it."""
    intent = errand.intent
    with deps.reading() as tx:
        contact = phone_contacts.of_intent(tx, intent.connection_id, intent.key)
        known = phone_contacts.sids_of(tx, intent.connection_id, errand.effect.number)
    assert contact is not None, "a contact is kept before anything goes out"
    assert intent.last_try is not None, "what is on its way was tried"
    settled_at, why = intent.last_try + FLIGHT_MAX, intent.error or "it may have been sent"
    try:
        sid = contact.sid or _looked_up(deps, errand, contact, since=intent.last_try, known=known)
    except TryLater as later:
        sid, settled_at, why = "", deps.now() + later.wait, str(later)
    except Refused as refused:
        sid, why = "", str(refused)
    if sid:
        _confirm(deps, fence, errand, contact, sid)
    elif deps.now() < settled_at:
        with deps.writing() as tx:
            fence.check(tx)
            intents.unknown(tx, intent, why, next_at=settled_at)
    else:
        why = "it may have been sent, and Twilio does not show it; it is not repeated"
        second_look.end(deps, fence, intent, Step.PERSON, why)


def _looked_up(
    deps: Deps, errand: Errand, contact: Contact, *, since: datetime, known: list[str]
) -> str:
    between = {"sender": contact.sender, "to": contact.number}
    with errand.line.open(deps, contact.connection_id) as twilio:
        if contact.channel is Channel.TEXT:
            return twilio.find_text(**between, text=contact.text, since=since)
        return twilio.find_call(**between, since=since, but_for=known)


def _confirm(deps: Deps, fence: Fence, errand: Errand, contact: Contact, sid: str) -> None:
    intent, effect, now = errand.intent, errand.effect, deps.now()
    with deps.writing() as tx:
        fence.check(tx)
        intents.confirmed(tx, intent, sid, now=now)
        phone_contacts.change(tx, contact, sid=sid)
        second_look.tell(tx, intent, "sent", at=now, number=effect.number, sid=sid)
        if isinstance(effect, SendText):
            note = (
                f"Ledgerhand sent the text message '{effect.step}' about {effect.total} to"
                f" {effect.number}. Decision {intent.decision_id}."
            )
            second_look.intend_notes(tx, errand.ledger.connection, intent, note, now=now)

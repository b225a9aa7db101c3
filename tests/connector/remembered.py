"""Two customers of one company about whom everything is remembered that Ledgerhand ever keeps."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from connector import audit, schema
from connector.commitments import promises
from connector.correspondence import letters, messages, tracking
from connector.correspondence.tracking import Event, Link, Purpose
from connector.db import Tx, across
from connector.decided import approvals, customer_answers, decisions, edits, formal_steps, holds
from connector.decided.edits import Edit
from connector.deps import Deps
from connector.disputed import disputes
from connector.disputed.disputes import Claim, Source, Type
from connector.evidence import aliases
from connector.inbound import suggestions
from connector.mail import pay_links
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import BANK, Item, Standing
from connector.outgoing import effects, intents
from connector.outgoing.effects import SendNotice, SendReminder, SendText
from connector.phone import phone_contacts
from connector.privacy.data_map import LEDGERS_OWN
from connector.recipients import consents, contacts, outreach
from connector.recipients.contacts import Role
from dunning.answers.suggesting import Meaning, Suggestion
from dunning.customer.account import Promise
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact as Reached
from dunning.own_words.editing import Wording
from dunning.rules.steps import Do
from providers.ledger import Allocation, RecordPayment
from providers.letters.pdf import Printed
from providers.messages import Message, Reply
from providers.postal import PostalAddress
from tests.connector.office import TODAY, connect, customer, invoice, usd
from tests.connector.remembered_money import returned


@dataclass(frozen=True)
class Person:
    """`sign` stands in every text that is about the person."""

    customer_id: str
    name: str
    email: str
    phone: str
    sign: str

    @property
    def traces(self) -> tuple[str, ...]:
        """What nobody may find any more."""
        return (self.name, self.email, self.phone, self.sign, f"12 {self.sign} Street")


JANE = Person("c1", "Zoë Ångström", "zoe@angstrom.example", "+14155552671", "quokka")
OTHER = Person("c2", "Harriet Vane", "harriet@vane.example", "+14155559999", "walrus")


def company(deps: Deps) -> int:
    """A company with both of them."""
    connection_id = connect(deps)
    for person in (JANE, OTHER):
        with deps.writing() as tx:
            remember(tx, deps, connection_id, person)
        page = f"https://pay.example/{person.sign}"
        pay_links.of(deps, connection_id, [f"i-{person.customer_id}"], lambda _id, page=page: page)
    with deps.writing() as tx:
        named = f"{JANE.name} owes USD 100.00; {OTHER.name} owes USD 100.00"
        notice = SendNotice(("firm@books.example",), "the day", named)
        send(tx, deps, connection_id, notice, "notice", subject="notice:digest", decision_id=0)
    return connection_id


def remember(tx: Tx, deps: Deps, connection_id: int, who: Person) -> None:
    at, id_ = deps.now(), who.customer_id
    address = PostalAddress((f"12 {who.sign} Street",), "Springfield", "", "12345", "US")
    owned = invoice(f"i-{id_}", customer_id=id_)
    mirror.store(
        tx, connection_id,
        [customer(id_, name=who.name, emails=(who.email,), address=address), owned],
        read_at=at,
    )  # fmt: skip
    decision_id = _decided(tx, deps, connection_id, who)
    _said(tx, deps, connection_id, who, decision_id)
    _written(tx, deps, connection_id, who, decision_id)
    _paid(tx, deps, connection_id, who)


def _decided(tx: Tx, deps: Deps, connection_id: int, who: Person) -> int:
    subject = f"customer:{who.customer_id}/USD"
    decision_id = decisions.record(
        tx, connection_id, at=deps.now(), capability="remind", subject=subject, mode="copilot",
        action="send", rule="friendly", policy_version=0,
        inputs={"account": {"customer_id": who.customer_id, "name": who.name,
                            "emails": [who.email], "open": "100.00"}},
        outcome={"reasons": [f"{who.name} is 29 days late"], "total": "100.00"},
    )  # fmt: skip
    approval_id = approvals.ask(
        tx, connection_id, decision_id=decision_id, capability="remind", subject=subject,
        summary=f"{who.name}: friendly about USD 100.00", at=deps.now(),
        options=[{"text": f"write to {who.email}", "script": f"Hello {who.name}, {who.sign}"}],
    )  # fmt: skip
    asked = approvals.find(tx, approval_id)
    assert asked
    approvals.answer(tx, asked, state="approved", by="ann", at=deps.now(), chosen=0)
    edits.keep(tx, Edit(
        connection_id, decision_id, subject, "ann", deps.now(),
        Wording("Reminder", f"Dear {who.name}"), Wording("Reminder", f"Dear {who.sign} of old"),
    ))  # fmt: skip
    audit.add(
        tx, connection_id, at=deps.now(), actor="ann", event="remind.edited", about=subject,
        decision_id=decision_id, difference=f"-Dear {who.name}\n+Dear {who.sign} of old",
    )  # fmt: skip
    return decision_id


def _said(tx: Tx, deps: Deps, connection_id: int, who: Person, decision_id: int) -> None:
    at, id_ = deps.now(), who.customer_id
    person = contacts.Contact(id_, Role.DUNNING, who.name, who.email, who.phone)
    contacts.add(tx, connection_id, person, by="ann", at=at)
    consents.give(tx, connection_id, Channel.TEXT, who.phone, customer_id=id_,
                  words=f"yes, said {who.sign} by phone", by="ann", at=at)  # fmt: skip
    consents.revoke(tx, connection_id, Channel.EMAIL, who.email, customer_id=id_,
                    words=f"no more, said {who.sign} in a mail", by="customer", at=at)  # fmt: skip
    promise = Promise((f"i-{id_}",), usd(100), TODAY, TODAY, usd(100))
    promises.add(tx, connection_id, id_, promise, source="reply", by="customer", at=at,
                 words=f"{who.sign} will pay on Friday")  # fmt: skip
    claim = Claim(id_, f"i-{id_}", usd(10), usd(100), Type.QUALITY,
                  f"the {who.sign} was broken on arrival", Source.REPLY)  # fmt: skip
    opened = disputes.add(tx, connection_id, claim, by="customer", at=at)
    disputes.end(tx, connection_id, opened, disputes.State.ACCEPTED, by="ann", at=at,
                 outcome=f"credited to {who.name} for the {who.sign}")  # fmt: skip
    formal_steps.keep(
        tx, connection_id, decision_id=decision_id, customer_id=id_, do=Do.CREDIT_HOLD,
        total=usd(100), invoice_ids=[f"i-{id_}"], first_by="", by="ann", at=at,
    )  # fmt: skip
    (hold,) = formal_steps.listed(tx, connection_id, customer_ids=[id_])
    formal_steps.revoke(tx, hold, by="ann", at=at, reason=f"{who.sign} came by and paid a part")
    holds.set_hold(tx, connection_id, customer_id=id_, by="ann", at=at, until=at + timedelta(1),
                   reason=f"{who.sign} is in hospital until May")  # fmt: skip
    audit.add(tx, connection_id, at=at, actor="ann", event="paused", about=id_,
              reason=f"{who.sign} is in hospital until May")  # fmt: skip
    customer_answers.keep(tx, connection_id, id_, Reply(
        f"<reply-{id_}>", (), who.email, f"Re: {who.sign}", f"This is {who.sign}", at, False,
        whole=f"All of it, {who.sign}",
    ))  # fmt: skip
    (answer,) = customer_answers.of_customer(tx, connection_id, id_)
    suggestions.begin(tx, connection_id, answer)
    found = Suggestion(Meaning.QUESTION, f"This is {who.sign}")
    suggestions.keep(tx, connection_id, answer, [found])
    phone_contacts.keep(tx, phone_contacts.Contact(
        connection_id, f"token{id_}", f"text-{id_}", decision_id, Channel.TEXT, id_,
        (f"i-{id_}",), who.phone, "+15550001111", f"Hello {who.sign}", {"customer": who.name},
        at, at, transcript=({"who": "customer", "words": f"{who.sign} speaking"},),
    ))  # fmt: skip
    phoned = phone_contacts.of_token(tx, f"token{id_}")
    assert phoned
    transcript = [{"at": at.isoformat(), "who": "customer", "words": f"{who.sign} speaking"}]
    phone_contacts.change(tx, phoned, transcript=transcript, ended_at=at)
    audit.add(tx, connection_id, at=at, actor="customer", event="call.ended",
              about=f"customer:{id_}", decision_id=decision_id, transcript=transcript)  # fmt: skip


def _written(tx: Tx, deps: Deps, connection_id: int, who: Person, decision_id: int) -> None:
    at, id_ = deps.now(), who.customer_id
    about = (id_, "friendly", (f"i-{id_}",), ("friendly",), usd(100))
    subject = f"customer:{id_}/USD"
    send(tx, deps, connection_id, SendReminder(*about), f"mail-{id_}", subject=subject,
         decision_id=decision_id)  # fmt: skip
    send(tx, deps, connection_id, SendText(*about, who.phone, f"Hello {who.sign}"), f"text-{id_}",
         subject=subject, decision_id=decision_id)  # fmt: skip
    messages.claim_steps(
        tx, connection_id, [(f"i-{id_}", "friendly", TODAY)], customer_id=id_, currency="USD",
        mode="copilot", intent_key=f"mail-{id_}", at=at,
    )  # fmt: skip
    message = Message(
        message_id=f"<mail-{id_}>", sender_name="Us", sender="us@books.example",
        recipients=(who.email,),
        subject=f"A word, {who.name}", text=f"Dear {who.sign}", html=f"<p>Dear {who.sign}</p>",
        reply_to="",
    )  # fmt: skip
    messages.keep(tx, connection_id, message, intent_key=f"mail-{id_}", decision_id=decision_id,
                  customer_id=id_, currency="USD", step="friendly", invoice_ids=[f"i-{id_}"],
                  read_at=at, sent_at=at)  # fmt: skip
    outreach.keep(tx, connection_id, [who.email, who.phone], Reached(Channel.EMAIL, at),
                  customer_id=id_)  # fmt: skip
    tracking.keep(tx, [
        Link(connection_id, f"{purpose}{id_}", f"<mail-{id_}>", f"mail-{id_}", id_, who.email,
             purpose, f"https://pay.example/{who.sign}", f"i-{id_}", at)
        for purpose in (Purpose.PAY, Purpose.PORTAL, Purpose.OPEN)
    ])  # fmt: skip
    opened = Event(f"<mail-{id_}>", who.email, tracking.Kind.OPEN, at, detail=who.sign,
                   token=f"open{id_}")  # fmt: skip
    tracking.note(tx, connection_id, opened)
    pdf = f"%PDF {who.sign}".encode()
    letter_id = letters.queue(
        tx, connection_id, Printed(pdf, hashlib.sha256(pdf).hexdigest(), 1), made_at=at,
        intent_key=f"letter-{id_}", decision_id=decision_id, customer_id=id_, name=who.name,
        total=usd(100), kind="reminder", step="friendly", facts={"invoice:i": "open"}, read_at=at,
        address=[who.name, f"12 {who.sign} Street"],
    )  # fmt: skip
    queued = letters.find(tx, letter_id)
    assert queued
    letters.end(tx, queued, letters.LetterState.CONFIRMED, by="ann", at=at,
                reason=f"posted to {who.sign} today")  # fmt: skip


def _paid(tx: Tx, deps: Deps, connection_id: int, who: Person) -> None:
    """A bank line, and what was written for it."""
    id_, line = who.customer_id, f"line-{who.customer_id}"
    cash.enter(tx, connection_id, Item(
        kind=BANK, id=line, version="", customer_id="", total=usd(40), left=usd(0), received=TODAY,
        payer=f"{who.name} {who.sign}", text=f"thanks from {who.sign}", state=Standing.APPLIED,
        decision_id=None,
    ))  # fmt: skip
    decision_id = decisions.record(
        tx, connection_id, at=deps.now(), capability="cash", subject=f"bank:{line}",
        mode="autopilot", action="apply", rule="exact", policy_version=0,
        inputs={"cash": {"id": line, "payer": who.name, "text": f"thanks from {who.sign}"}},
        outcome={"reasons": ["names INV-1"]},
    )  # fmt: skip
    paid = RecordPayment(line, id_, TODAY, usd(40), (Allocation(f"i-{id_}", usd(40)),),
                         f"from {who.name}", "")  # fmt: skip
    send(tx, deps, connection_id, paid, f"cash-{id_}", subject=f"bank:{line}",
         decision_id=decision_id)  # fmt: skip
    returned(tx, deps, connection_id, id_, name=who.name, sign=who.sign)
    aliases.observe(tx, connection_id, payer=who.name, account=f"DE{who.phone[1:]}00",
                    customer_id=id_, subject=f"bank:{line}", at=deps.now())  # fmt: skip


def send(
    tx: Tx, deps: Deps, connection_id: int, effect: effects.AnyEffect, key: str, *, subject: str,
    decision_id: int,
) -> None:  # fmt: skip
    """An effect that went out."""
    intents.add(tx, connection_id, effect, key=key, subject=subject, decision_id=decision_id,
                now=deps.now())  # fmt: skip
    (intent,) = intents.of_keys(tx, connection_id, [key])
    intents.confirmed(tx, intent, f"receipt of {key}", now=deps.now())


def everything(deps: Deps) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    options = across("a test reads what it likes")
    with deps.reading() as tx:
        return {
            name: [dict(row._mapping) for row in tx.execute(
                sa.select(table).order_by(*table.primary_key.columns), execution_options=options
            )]
            for name, table in sorted(schema.metadata().tables.items())
        }  # fmt: skip


def places(deps: Deps, *traces: str) -> list[str]:
    """Where one of them stands, outside the mirror, as a full-text search finds it."""
    found = []
    for name, rows in everything(deps).items():
        for row in rows if name not in LEDGERS_OWN else ():
            for column, value in row.items():
                raw = value.decode() if isinstance(value, bytes) else value
                text = json.dumps(raw, default=str, ensure_ascii=False)
                escaped = json.dumps(raw, default=str)
                if any(t.casefold() in f"{text}{escaped}".casefold() for t in traces):
                    found.append(f"{name}.{column}: {text[:200]}")
    return found

"""Customers' accounts, one for each currency, put together from all that the database holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connector import local_days
from connector.account.account_parts import (
    Place,
    credits_of,
    currencies_of,
    declined_of,
    disputed_of,
    due_invoice,
    paused_reason,
    payment_started,
    rates_of,
    sent_messages,
)
from connector.clients.tenants import Connection
from connector.commitments import payment_plans, promise_keeping, promises
from connector.correspondence import letters, messages, postal, purposes, tracking
from connector.correspondence.messages import Asked
from connector.db import Tx
from connector.decided import approvals, customer_answers, formal_steps, holds
from connector.decided.holds import Hold
from connector.mirroring import mirror
from connector.money import cash
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.past import booked, history
from connector.recipients import consents, contacts, outreach
from connector.recipients.customer_places import NOWHERE, place_of
from connector.recipients.outreach import Reached
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from dunning.customer.account import Account, DueInvoice, Promise, side_by_side
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact, plain
from dunning.customer.standing import standing_of
from dunning.deciding.instalments import PaymentPlan, under
from providers.ledger import CreditNote, Customer, Invoice, Kind, Payment, Record
from providers.money import Money

IN_WRITING = ("send_reminder", "send_text")


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything that was read for a number of customers, in a fixed number of queries."""

    connection: Connection
    today: date
    records: Mapping[str, Sequence[Record]]
    customers: Mapping[str, Customer]
    in_force: Sequence[Hold]
    asked: Mapping[Place, Sequence[Asked]]
    written: set[str]
    declined: Collection[str]
    mailed_to: Mapping[str, tuple[str, ...]]
    signs: tracking.Read
    letters: letters.ByIntent
    no_post: Mapping[str, str]
    people: Mapping[str, Sequence[contacts.Contact]]
    suppressed: set[str]
    paid: Mapping[Place, history.ById]
    promised: Sequence[promises.Kept]
    unpaid: Mapping[Place, Sequence[Promise]]
    plans: Mapping[str, Sequence[PaymentPlan]]
    disputed: Mapping[str, Sequence[tuple[str, Money]]]
    referred: set[str]
    waited_for: set[str]
    in_question: set[str]
    reached: Mapping[str, Sequence[Reached]]
    numbers: Mapping[str, Mapping[Channel, str]]
    books: booked.Booked
    read_from: date | None
    said: Mapping[str, purposes.For]
    answered: Mapping[str, datetime]


def accounts_of(
    tx: Tx, connection: Connection, customer_ids: Collection[str], now: datetime, *,
    but_for: Collection[str] = (), settled: bool = False,
) -> dict[str, list[Account]]:  # fmt: skip
    """By customer, one account for each currency in which something is owed, or, where it is
    `settled`, was owed at any time.

    `but_for` leaves out of the history the steps that the messages of these intents took: so that
    the decisions behind those messages can be made once more.
    """
    found = _read(tx, connection, customer_ids, now, but_for=but_for)
    return {
        customer_id: [
            account
            for account in _accounts(found, customer_id)
            if settled or account.currency in currencies_of(found.records.get(customer_id, ()))
        ]
        for customer_id in customer_ids
    }


def account_of(
    tx: Tx, connection: Connection, customer_id: str, currency: str, now: datetime
) -> Account:
    """A customer's account in one currency, also where nothing is owed in it."""
    found = _read(tx, connection, [customer_id], now, but_for=())
    return next(it for it in _accounts(found, customer_id, currency) if it.currency == currency)


def _accounts(found: _Found, customer_id: str, *also: str) -> list[Account]:
    """One in each currency in which anything is or was owed, and in these."""
    owed = currencies_of(found.records.get(customer_id, ()))
    paid = {currency for whose, currency in found.paid if whose == customer_id}
    counts = promises.counts(found.promised).get(customer_id, (0, 0))
    currencies = sorted({*owed, *paid, *also})
    return side_by_side([_account(found, customer_id, one, counts) for one in currencies])


def _read(
    tx: Tx, connection: Connection, customer_ids: Collection[str], now: datetime, *,
    but_for: Collection[str],
) -> _Found:  # fmt: skip
    id_ = connection.id
    records: dict[str, list[Record]] = defaultdict(list)
    for record in mirror.of_customers(tx, id_, customer_ids):
        if isinstance(record, Invoice | CreditNote | Payment):
            records[record.customer_id].append(record)
    placed = modes.of(tx, connection.client_id)[Capability.CASH] is not Mode.OFF
    known = mirror.fetch(tx, id_, Kind.CUSTOMER, customer_ids)
    customers = {it.id: it for it in known if isinstance(it, Customer)}
    numbers = _numbers(tx, connection, customer_ids)
    people = contacts.of_customers(tx, id_, customer_ids)
    addresses = {email for it in customers.values() for email in it.emails}
    addresses |= {one.email for found in people.values() for one in found if one.email}
    promised = promises.listed(tx, id_, customer_ids=customer_ids)
    numbered = {number for of_one in numbers.values() for number in of_one.values()}
    asked = messages.asked(tx, id_, customer_ids, but_for=but_for)
    keys = {one.intent_key for rows in asked.values() for one in rows}
    taken = intents.brief(tx, id_, keys)
    return _Found(
        connection=connection,
        today=local_days.today(connection, now),
        records=records,
        customers=customers,
        in_force=holds.in_force(tx, id_, now, customer_ids),
        asked=asked,
        written={it.key for it in taken if it.name in IN_WRITING and it.state == Step.CONFIRMED},
        declined=declined_of(tx, id_, asked),
        mailed_to=messages.recipients(tx, id_, customer_ids),
        signs=tracking.read(tx, id_, customer_ids),
        letters=letters.became(tx, id_, customer_ids),
        no_post=postal.unreachable(tx, connection, customers.values()),
        people=people,
        suppressed=consents.all_suppressed(tx, id_, Channel.EMAIL, addresses),
        paid=history.of_customers(tx, id_, customer_ids),
        promised=promised,
        unpaid=promise_keeping.unpaid(tx, id_, promised),
        plans=payment_plans.running(tx, id_, customer_ids),
        disputed=disputed_of(tx, id_, customer_ids),
        referred=formal_steps.with_an_agency(tx, id_, customer_ids),
        waited_for=cash.waited_for(tx, id_, customer_ids, placed=placed),
        in_question=approvals.invoices_in_question(tx, id_),
        reached=outreach.of_handles(tx, id_, addresses | numbered, now),
        numbers=numbers,
        books=booked.known(tx, connection, now),
        read_from=history.read_from(tx, connection),
        said=purposes.read(tx, id_, asked, {it.key: it.decision_id for it in taken}),
        answered=customer_answers.newest(tx, id_, customer_ids),
    )


def _numbers(
    tx: Tx, connection: Connection, customer_ids: Collection[str]
) -> Mapping[str, Mapping[Channel, str]]:
    """The numbers that may be used by machine: of the channels that act and by consent."""
    on = modes.of(tx, connection.client_id)
    acting = [channel for channel, needed in modes.BY_MACHINE.items() if on[needed] in modes.ACTING]
    if not acting:
        return {}
    return {
        customer_id: {channel: number for channel, number in found.items() if channel in acting}
        for customer_id, found in consents.numbers_of(tx, connection.id, customer_ids).items()
    }


def _account(found: _Found, customer_id: str, currency: str, counts: tuple[int, int]) -> Account:
    place = (customer_id, currency)
    customer = found.customers.get(customer_id)
    records = found.records.get(customer_id, ())
    invoices = [r for r in records if isinstance(r, Invoice) and r.total.currency == currency]
    in_force = [hold for hold in found.in_force if hold.customer_id in ("", customer_id)]
    paid = found.paid.get(place, {})
    numbers = found.numbers.get(customer_id, {})
    country, region = place_of(customer) if customer else NOWHERE
    standing = standing_of(
        [it for id_, it in paid.items() if id_ not in {i.id for i in invoices}],
        [(i.issued, i.total) for i in invoices],
        found.today, currency, kept=counts[0], broken=counts[1],
        read_from=found.read_from,
    )  # fmt: skip
    due = _due(found, customer_id, invoices, paid, in_force)
    sent = sent_messages(
        found.asked.get(place, ()), found.signs.signs, due, written=found.written,
        letters=found.letters, declined=found.declined, to=found.mailed_to, said=found.said,
    )  # fmt: skip
    others = _emails(found, customer, contacts.others)
    pages = found.signs.pay_pages.get(customer_id, ())
    page, opened_at = payment_started(found.connection, invoices, records, pages)
    return Account(
        customer_id=customer_id,
        name=customer.name if customer else "",
        emails=_emails(found, customer, contacts.usable),
        other_emails=others,
        other_contacts=tuple(
            tuple(one.contact for one in found.reached.get(plain(email), ())) for email in others
        ),
        prefers=contacts.preferred(found.people.get(customer_id, ())),
        currency=currency,
        invoices=due,
        credits=credits_of(records, currency),
        time_zone=found.connection.time_zone,
        sent=tuple(sent),
        paused_reason=paused_reason(in_force),
        unread_reply=any(hold.kind == holds.REPLY for hold in in_force),
        waiting_cash=customer_id in found.waited_for,
        standing=standing,
        promises=tuple(found.unpaid.get(place, ())),
        booked_until=found.books.until,
        booked_by=found.books.by,
        payment_started_for=page,
        payment_started_at=opened_at,
        contacts=tuple(_contacts(found, customer_id, currency)),
        text_to=numbers.get(Channel.TEXT, ""),
        call_to=numbers.get(Channel.CALL, ""),
        country=country, region=region,
        no_post=found.no_post.get(customer_id, ""),
        rates=rates_of(records, found.connection.currency),
        company=found.connection.id,
        answered_at=found.answered.get(customer_id),
    )  # fmt: skip


def _due(
    found: _Found, customer_id: str, invoices: Sequence[Invoice], paid: Collection[str],
    in_force: Sequence[Hold],
) -> tuple[DueInvoice, ...]:  # fmt: skip
    due = tuple(
        due_invoice(
            i, found.disputed.get(i.id, ()), in_force, reopened=i.id in paid,
            maybe_paid=i.id in found.in_question, referred=i.id in found.referred,
        )
        for i in sorted(invoices, key=lambda invoice: invoice.id)
    )  # fmt: skip
    for plan in found.plans.get(customer_id, ()):
        due = under(plan, due, found.today)
    return due


def _emails(all_: _Found, of: Customer | None, pick: contacts.Choice) -> tuple[str, ...]:
    return pick(all_.people.get(of.id, ()), of.emails, all_.suppressed) if of and of.active else ()


def _contacts(found: _Found, customer_id: str, currency: str) -> Iterator[Contact]:
    """In other currencies, and with the same person for other customers."""
    own_keys = {row.intent_key for row in found.asked.get((customer_id, currency), ())}
    for (asked_of, other), asked in found.asked.items():
        if asked_of == customer_id and other != currency:
            yield from {
                Contact(row.channel, row.at)
                for row in asked
                if row.intent_key not in own_keys and not row.was_left
            }
    customer = found.customers.get(customer_id)
    seen: set[Reached] = set()
    emails = _emails(found, customer, contacts.usable)
    for handle in (*emails, *found.numbers.get(customer_id, {}).values()):
        for reached in found.reached.get(plain(handle), ()):
            counted = reached.is_step and not reached.contact.conversation
            own = reached.customer_id == customer_id and counted
            if not own and reached not in seen:
                seen.add(reached)
                yield reached.contact

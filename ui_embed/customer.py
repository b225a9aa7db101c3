"""One customer: what is owed, and the credits and money that no invoice has taken yet; who is
written to there, what passed, what it promised, answered and disputes, and when it was paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, render_template

from connector import local_days
from connector.account import account_faults
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.commitments import disputing, payment_plans, promises
from connector.correspondence.postal import address_of
from connector.customers import timeline, where_it_stands
from connector.db import Tx
from connector.decided import customer_answers, formal_steps, holds
from connector.disputed import disputes
from connector.disputed.disputes import ENDINGS, Type
from connector.inbound import suggestions
from connector.late_fees import charge_views
from connector.mirroring import mirror
from connector.money import naming
from connector.next_step import credit
from connector.recipients import reachable
from connector.rules import policy
from providers.ledger import CreditNote, Customer, Invoice, Kind, Payment, Record, Status
from providers.letters.addressing import block
from providers.money import Money
from ui_embed import ownership, signs
from webhooks import parts

pages = Blueprint("customer", __name__)
ID_CHARACTERS_MAX = 64
KINDS = {
    Kind.PAYMENT: "Payment not applied", Kind.OVERPAYMENT: "Overpayment",
    Kind.PREPAYMENT: "Prepayment", Kind.CREDIT_NOTE: "Credit note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Credit:
    """Money or a credit of which `left` was set against no invoice yet."""

    kind: str
    number: str
    on: date
    total: Money
    left: Money


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open in one currency."""

    currency: str
    invoices: list[Invoice]
    credits: list[Credit]

    @property
    def gross(self) -> Money:
        return Money.total((one.open for one in self.invoices), self.currency)

    @property
    def at_hand(self) -> Money:
        return Money.total((one.left for one in self.credits), self.currency)

    @property
    def owed(self) -> Money:
        return self.gross - self.at_hand


@pages.get("/connections/<int:connection_id>/customers/<customer_id>")
def show(connection_id: int, customer_id: str) -> str:
    """As the mirror has it; the head of the page tells how old that is."""
    deps = parts.here()
    with deps.reading() as tx:
        connection, customer = one_or_404(tx, connection_id, customer_id)
        client = tenants.client(tx, connection.client_id)
        ownership.page_about(tx, client)
        lines = _address(tx, connection, customer)
        standings = _standings(mirror.of_customers(tx, connection.id, [customer.id]))
        invoice_ids = [invoice.id for one in standings for invoice in one.invoices]
        mine = [customer.id]
        contested = disputing.named(
            tx, connection.id, disputes.listed(tx, connection.id, customer_ids=mine)
        )
        rules = policy.current(tx, client.id).policy.dunning
        claims = any(one.interest for one in rules.variants())
        today = local_days.today(connection, deps.now())
        promised = promises.listed(tx, connection.id, customer_ids=mine)[::-1]
        named = {id_ for one in promised for id_ in one.promise.invoice_ids} | set(invoice_ids)
        unread = {
            one.answer: one for one in customer_answers.unread(tx, connection.id, deps.now(), mine)
        }
        people, people_fault = account_faults.tried(
            connection.id, customer.id, lambda: reachable.everybody(tx, connection.id, customer)
        )
        credits_ = credit.of_customers(tx, connection, mine, deps.now())
        return render_template(
            "customer.html", client=client, connection=connection, customer=customer, lines=lines,
            standings=standings, contested=contested[::-1], types=list(Type), endings=ENDINGS,
            where=where_it_stands.of(tx, connection, customer.id, deps.now()),
            holds=holds.history(
                tx, connection.id, customer_id=customer.id, invoice_ids=invoice_ids
            ),
            numbers=naming.invoice_numbers(tx, connection.id, named),
            people=people, people_fault=people_fault,
            promised=promised, kept_and_broken=promises.counts(promised)[customer.id],
            passed=timeline.of(tx, connection.id, customer.id),
            answers=customer_answers.of_customer(tx, connection.id, customer.id), unread=unread,
            suggested=suggestions.shown(tx, connection, unread, deps.now()),
            signs=signs.of(tx, connection, customer.id), now=deps.now(), today=today,
            agreed=[
                (one, payment_plans.progress(tx, connection.id, one, today))
                for one in payment_plans.listed(tx, connection.id, customer_ids=mine)[::-1]
            ],
            credits=credits_.limits, credit_fault="".join(it.why for it in credits_.unread),
            formal=formal_steps.listed(tx, connection.id, customer_ids=mine),
            charged=charge_views.of_customer(tx, connection.id, customer.id),
            interest_on=lambda one: claims and one.due is not None and one.due < today,
        )  # fmt: skip


def one_or_404(tx: Tx, connection_id: int, customer_id: str) -> tuple[Connection, Customer]:
    """A customer of one of the person's companies; any other answers as one that is not there."""
    connection = ownership.connection_or_404(tx, connection_id)
    customer = mirror.customer(tx, connection.id, customer_id[:ID_CHARACTERS_MAX])
    return (connection, customer) if customer else abort(404)


def _address(tx: Tx, connection: Connection, customer: Customer) -> tuple[str, ...]:
    address = address_of(tx, connection, customer)
    return block(customer.name, address, sent_from=connection.country) if address else ()


def _standings(records: list[Record]) -> list[Standing]:
    invoices = [one for one in records if isinstance(one, Invoice) and one.status is Status.OPEN]
    credits_ = [credit for one in records if (credit := _credit(one)) is not None]
    currencies = {one.open.currency for one in invoices} | {one.left.currency for one in credits_}
    return [
        Standing(
            currency,
            sorted(
                (one for one in invoices if one.open.currency == currency),
                key=lambda one: (one.due or one.issued, one.number),
            ),
            sorted(
                (one for one in credits_ if one.left.currency == currency), key=lambda one: one.on
            ),
        )
        for currency in sorted(currencies)
    ]


def _credit(record: Record) -> Credit | None:
    match record:
        case Payment() if record.unapplied and record.kind in KINDS:
            kind, left = KINDS[record.kind], record.unapplied
            return Credit(kind, record.reference, record.received, record.total, left)
        case CreditNote() if record.open and record.status is Status.OPEN:
            kind = KINDS[Kind.CREDIT_NOTE]
            return Credit(kind, record.number, record.issued, record.total, record.open)
    return None

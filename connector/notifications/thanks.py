"""Which payments a customer is thanked for: each once, and only for what it was reminded of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import db, local_days
from connector.account import collection_rules
from connector.account.accounts import account_of
from connector.account.collection_rules import Rules
from connector.clients.tenants import Connection
from connector.correspondence import messages
from connector.db import Moment, Tx
from connector.decided import approvals, decisions
from connector.decided.approvals import Approval
from connector.firm_news import notice_rounds
from connector.firm_news.notice_rounds import Round
from connector.mirroring import mirror
from connector.outgoing import effects, intents
from connector.outgoing.effects import SendThanks
from connector.rules.modes import Mode
from dunning.customer.account import Account
from dunning.letter import thanks as wording
from dunning.letter.letters import Letter
from dunning.message.draft import Letterhead
from dunning.rules.policy import DunningPolicy
from providers.ledger import RECEIVED, Invoice, Kind, Payment, Record, Status
from providers.money import Money

THANKED_WITHIN = timedelta(days=3)
"""Later than this a thank-you comes as a surprise."""
CAPABILITY = "thank_you"
ENDED = (Status.VOID, Status.DELETED)

thanked_table = db.table(
    "thanked",
    sa.Column("payment_kind", sa.String(20), nullable=False),
    sa.Column("payment_id", sa.String(64), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "payment_kind", "payment_id", "customer_id"),
    sa.Index("ix_thanked_customer", "connection_id", "customer_id"),
)
t = thanked_table.c
Place = tuple[str, str]
"""(customer id, currency)"""


@dataclass(frozen=True, slots=True)
class Part:
    """What one payment paid of one invoice with money."""

    payment: tuple[Kind, str]
    invoice: Invoice
    amount: Money
    received: date


def consider(tx: Tx, rules: Rules, customer_ids: Collection[str]) -> None:
    """Thank these customers for new payments that settle what we reminded them of, in the mode of
    reminders for each: by itself, after a person's word, or noted only."""
    since = notice_rounds.since(tx, rules.connection.id, Round.THANKS)
    if since is None or (rules.mode is Mode.OFF and not rules.modes):
        return
    start = max(since, rules.now - THANKED_WITHIN)
    news = mirror.news_of(
        tx, rules.connection.id, customer_ids, (Kind.INVOICE, *RECEIVED), since=start
    )  # fmt: skip
    settled = _reminded(tx, rules.connection.id, customer_ids, news)
    if not settled:
        return
    known = _known(tx, rules.connection.id, customer_ids)
    first = local_days.today(rules.connection, start)
    found: dict[Place, list[Part]] = defaultdict(list)
    for part in paid_parts(settled, news):
        if (part.invoice.customer_id, part.payment) not in known and part.received >= first:
            found[part.invoice.customer_id, part.amount.currency].append(part)
    for place, parts in found.items():
        own = _for_place(tx, rules, place)
        if own.mode is not Mode.OFF:
            _thank(tx, own, place, parts)


def _for_place(tx: Tx, rules: Rules, place: Place) -> Rules:
    """In the mode of the customer's segment, where any segment has one."""
    if not rules.modes:
        return rules
    return rules.for_account(account_of(tx, rules.connection, *place, rules.now))


def send(tx: Tx, approval: Approval, *, by: str, now: datetime) -> None:
    """A person agreed: the thank-you goes out. Raises LookupError where it went out before."""
    option, effect = approval.options[0], _asked_about(approval)
    new = intents.add(
        tx, approval.connection_id, replace(effect, ordered_by=by), key=option["key"],
        subject=approval.subject, decision_id=approval.decision_id, now=now,
    )  # fmt: skip
    if not new:
        raise LookupError("the customer was thanked before")


def letter(
    tx: Tx, connection: Connection, effect: SendThanks, account: Account, policy: DunningPolicy
) -> Letter:
    """The thank-you in words; `policy` is the customer's own."""
    found = mirror.fetch(tx, connection.id, Kind.INVOICE, effect.invoice_ids)
    numbers = [one.number or one.id for one in found if isinstance(one, Invoice)]
    return wording.compose(account, effect.total, numbers, policy, Letterhead(connection.name))


def letter_of(tx: Tx, connection: Connection, approval: Approval, now: datetime) -> Letter | None:
    """The thank-you that an approval is about, as it would be now; None where it is about none."""
    if approval.capability != CAPABILITY:
        return None
    effect, rules = _asked_about(approval), collection_rules.of(tx, connection, now)
    account = account_of(tx, connection, effect.customer_id, effect.total.currency, now)
    _, own = rules.dunning.applying_to(account, local_days.today(connection, now))
    return letter(tx, connection, effect, account, own)


def _asked_about(approval: Approval) -> SendThanks:
    effect = effects.load(approval.options[0]["thanks"])
    assert isinstance(effect, SendThanks)
    return effect


def _thank(tx: Tx, rules: Rules, place: Place, parts: Sequence[Part]) -> None:
    connection, (customer_id, currency) = rules.connection, place
    invoices = {part.invoice.id: part.invoice for part in parts}
    effect = SendThanks(
        customer_id=customer_id,
        payments=tuple(dict.fromkeys((part.payment[0].value, part.payment[1]) for part in parts)),
        invoice_ids=tuple(invoices),
        total=Money.total((part.amount for part in parts), currency),
    )
    numbers = ", ".join(one.number or one.id for one in invoices.values())
    why = f"{effect.total} settled {numbers}, which the customer was reminded of"
    subject = f"thanks:{customer_id}/{currency}"
    key = effects.key_of(
        connection.id, "thanks", customer_id,
        *sorted(f"{kind}:{id_}" for kind, id_ in effect.payments),
    )  # fmt: skip
    decision_id = decisions.record(
        tx, connection.id, at=rules.now, capability=CAPABILITY, subject=subject, mode=rules.mode,
        action="send", rule=CAPABILITY, policy_version=rules.version.number,
        inputs={"payments": list(effect.payments), "invoices": list(invoices)},
        outcome=effects.dump(effect) | {"reasons": [why]},
    )  # fmt: skip
    _claim(tx, rules, effect, decision_id)
    if rules.mode is Mode.AUTOPILOT:
        intents.add(
            tx, connection.id, effect, key=key, subject=subject, decision_id=decision_id,
            now=rules.now,
        )  # fmt: skip
    elif rules.mode is Mode.COPILOT:
        name = mirror.names(tx, connection.id, [customer_id]).get(customer_id, customer_id)
        approvals.ask(
            tx, connection.id, decision_id=decision_id, capability=CAPABILITY, subject=subject,
            summary=f"Thank {name}: {why}", at=rules.now,
            options=[{"text": "send the thank-you", "key": key, "thanks": effects.dump(effect)}],
        )  # fmt: skip


def _reminded(
    tx: Tx, connection_id: int, customer_ids: Collection[str], news: Sequence[Record]
) -> dict[str, Invoice]:
    """Of the news, the invoices that are paid and of which we reminded."""
    paid = {
        one.id: one for one in news if isinstance(one, Invoice) and one.status is Status.PAID
    }  # fmt: skip
    if not paid:
        return {}
    asked = {
        row.invoice_id
        for rows in messages.asked(tx, connection_id, customer_ids).values()
        for row in rows
        if not (row.was_left or row.came_back)
    }
    return {id_: one for id_, one in paid.items() if id_ in asked}


def paid_parts(settled: Mapping[str, Invoice], records: Sequence[Record]) -> Iterator[Part]:
    """By which payments these were settled: one ledger tells it on the invoice, one on the
    payment. What a credit paid is no part."""
    for invoice in settled.values():
        for paid in invoice.payments:
            yield Part((Kind.PAYMENT, paid.payment_id), invoice, paid.amount, paid.received)
    told = {paid.payment_id for invoice in settled.values() for paid in invoice.payments}
    for one in records:
        if isinstance(one, Payment) and one.status not in ENDED and one.id not in told:
            yield from _parts(settled, one)


def _parts(settled: Mapping[str, Invoice], payment: Payment) -> Iterator[Part]:
    """Where credits pay together with the money, nobody can say which of several customers or of
    other invoices it was for: then there is none. Of the invoices of one customer all are named,
    and only the sum of the amounts is sure."""
    pays = [one for one in payment.allocations if one.amount.amount > 0]
    rest = _taken(payment)
    less = rest < Money.total((one.amount for one in pays), rest.currency)
    whose = {settled[one.invoice_id].customer_id if one.invoice_id in settled else None
             for one in pays}  # fmt: skip
    if rest.amount <= 0 or (less and (None in whose or len(whose) > 1)):
        return
    for one in pays:
        amount = min(one.amount, rest) if less else one.amount
        rest -= amount
        if one.invoice_id in settled:
            invoice = settled[one.invoice_id]
            yield Part((payment.kind, payment.id), invoice, amount, payment.received)


def _taken(payment: Payment) -> Money:
    """How much of the money invoices took."""
    nothing = Money.zero(payment.total.currency)
    kept = payment.total - payment.unapplied - (payment.refunded or nothing)
    return kept - max(payment.elsewhere or nothing, nothing)


def _known(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> set[tuple[str, tuple[Kind, str]]]:  # fmt: skip
    """By customer, the payments that were decided on before."""
    rows = tx.execute(
        sa.select(t.customer_id, t.payment_kind, t.payment_id).where(
            t.connection_id == connection_id, t.customer_id.in_(customer_ids)
        )
    )
    return {(row.customer_id, (Kind(row.payment_kind), row.payment_id)) for row in rows}


def _claim(tx: Tx, rules: Rules, effect: SendThanks, decision_id: int) -> None:
    rows: list[dict[str, Any]] = [
        {"connection_id": rules.connection.id, "payment_kind": kind, "payment_id": id_,
         "customer_id": effect.customer_id, "mode": rules.mode, "decision_id": decision_id,
         "at": rules.now}
        for kind, id_ in effect.payments
    ]  # fmt: skip
    tx.execute(sa.insert(thanked_table), rows)

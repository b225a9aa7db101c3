"""Money of ours that somebody took out of the ledger again: noticed, and left to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from connector import audit
from connector.clients import tenants
from connector.concessions import conceded
from connector.db import Tx
from connector.disputed import cases
from connector.money import cash, set_aside
from connector.money.cash import Item, Standing
from connector.outgoing import effects, intents
from connector.outgoing.intention import STANDING, TAKEN_BACK
from connector.outgoing.intents import OPEN, Intent, Step
from connector.writing_back import applying, differences, stepwise
from providers.ledger import (
    RECEIVED,
    ApplyUnapplied,
    CreditDifference,
    Gone,
    Invoice,
    Kind,
    Payment,
    Record,
    RecordPayment,
    Status,
    Undo,
)
from providers.money import Money
from providers.registry import LEDGERS

MONEY = (*RECEIVED, Kind.BATCH_PAYMENT)
ENDED = (Status.VOID, Status.DELETED)
CORRECTED_MAX = 10_000
REVERSED = ".reversed"
"""How the events of it end in the audit log."""


def observe(tx: Tx, connection_id: int, records: Sequence[Record], *, read_at: datetime) -> None:
    """Compare what was read with what we have written: a payment that is gone, or no longer set
    against what we set it against, was reversed by somebody, and is not applied again by itself.

    Only what we knew to be written before the reading began can be missed in it.
    """
    money = {record.id: record for record in records if record.kind in MONEY}
    if not money:
        return
    subjects = [f"{record.kind}:{id_}" for id_, record in money.items()]
    written = intents.about(tx, connection_id, subjects)
    written += intents.brought(tx, connection_id, list(money))
    for intent in written:
        known = intent.state in STANDING and intent.ended_at and intent.ended_at <= read_at
        record = money.get(_record_id(intent))
        if not known or record is None or intents.is_open(tx, connection_id, intent.subject):
            continue
        gone = isinstance(record, Gone) or (isinstance(record, Payment) and record.status in ENDED)
        corrected_before = intent.state is Step.CORRECTED
        if corrected_before and not (gone and isinstance(intent.effect, RecordPayment)):
            continue  # nothing of ours stood there any more
        if gone or not _stands(intent, record):
            _reverse(tx, intent, gone=gone, now=read_at)


def reopened(
    tx: Tx, connection_id: int, records: Iterable[Record], before: Iterable[Invoice]
) -> list[tuple[Kind, str]]:
    """What of ours to read again, because an invoice that it paid is owed again, or shows a payment
    no longer: not every ledger announces payments. `before` is how they were known."""
    known = {invoice.id: invoice for invoice in before}
    ids = {
        record.id
        for record in records
        if isinstance(record, Invoice) and record.id in known and _lost(known[record.id], record)
    }
    if not ids:
        return []
    ledger = LEDGERS[tenants.connection(tx, connection_id).ledger]
    places: list[tuple[Kind, str]] = []
    for intent in intents.in_states(tx, connection_id, Step.CONFIRMED):
        effect = intent.effect
        assert isinstance(effect, (ApplyUnapplied, RecordPayment))
        if not ids.intersection(part.invoice_id for part in effect.allocations):
            continue
        if isinstance(effect, RecordPayment):
            places.append((ledger.written_as(effect), intent.receipt))
        elif effect.payment_kind in MONEY:
            places.append((effect.payment_kind, effect.payment_id))
    return places


def unfound(tx: Tx, intent: Intent) -> list[tuple[Kind, str]]:
    """What of ours to read again, because it was not taken back: it may be gone already."""
    effect = intent.effect
    if not isinstance(effect, Undo) or not isinstance(effect.done, RecordPayment):
        return []
    ledger = LEDGERS[tenants.connection(tx, intent.connection_id).ledger]
    return [(ledger.written_as(effect.done), effect.receipt)]


def not_on_the_way(tx: Tx, connection_id: int, news: Sequence[Record]) -> list[Record]:
    """The news without payments that we are just entering: they are known once confirmed."""
    if not any(isinstance(record, Payment) for record in news):
        return list(news)
    markers = [
        intent.marker
        for intent in intents.in_states(tx, connection_id, *OPEN, names=("record_payment",))
    ]
    return [
        record for record in news if not (isinstance(record, Payment) and _carries(record, markers))
    ]


def is_known(tx: Tx, connection_id: int, item: Item) -> bool:
    """Whether anything that we did with this money was undone or reversed."""
    done = intents.about(tx, connection_id, [item.subject])
    done += intents.brought(tx, connection_id, [item.id])
    return any(intent.state in TAKEN_BACK for intent in done)


def corrected(tx: Tx, connection_id: int, *, since: datetime) -> set[int]:
    """Decisions since then that people took back: here, or by setting the money against something
    else in the ledger. Money that is gone was not matched wrongly for that, and what was booked
    beside it is undone behind it."""
    wrong = (Step.UNDONE, Step.CORRECTED)
    ended = intents.listed(tx, connection_id, wrong, since=since, limit=CORRECTED_MAX)
    booked = {it.receipt for it in ended if isinstance(it.effect, CreditDifference)}
    return {
        it.decision_id
        for it in ended
        if not isinstance(it.effect, CreditDifference) and differences.used_credit(it) not in booked
    }


def give_back(
    tx: Tx, intent: Intent, *, now: datetime, to: Standing = Standing.REVIEW
) -> None:  # fmt: skip
    """A receipt that we entered is no longer in the ledger: only the bank knows of it again."""
    item, effect = applying.item_of(tx, intent, locked=True), intent.effect
    if item is None or not isinstance(effect, RecordPayment):
        return
    busy = intents.is_open(tx, intent.connection_id, item.subject)
    state = Standing.APPLYING if busy else to
    left = set_aside.given_back(tx, intent.connection_id, item, at=now)
    cash.stand(tx, intent.connection_id, item, state, at=now,
               left=left + (effect.banked or effect.total))  # fmt: skip


def _reverse(tx: Tx, intent: Intent, *, gone: bool, now: datetime) -> None:
    why = f"{'deleted or voided' if gone else 'changed'} in the ledger by somebody"
    state = Step.REVERSED if gone else Step.CORRECTED
    if not intents.end(tx, intent, state, why, now=now, expected=intent.state):
        return
    gone_why = f"the payment was {why}"
    conceded.payment_gone(tx, intent.connection_id, intent.decision_id, why=gone_why, now=now)
    cases.withdraw(tx, intent.connection_id, intent.decision_id, why=gone_why, at=now)
    audit.add(
        tx, intent.connection_id, at=now, actor="ledger", about=intent.subject, reason=why,
        event=f"{effects.dump(intent.effect)['effect']}{REVERSED}", decision_id=intent.decision_id,
    )  # fmt: skip
    if not gone:
        return
    if isinstance(intent.effect, RecordPayment):
        give_back(tx, intent, now=now, to=Standing.NEW)  # which asks a person about it
    elif item := applying.item_of(tx, intent, locked=True):
        nothing = Money.zero(item.total.currency)
        cash.stand(tx, intent.connection_id, item, Standing.CLOSED, left=nothing, at=now)


def _stands(intent: Intent, record: Record) -> bool:
    """Whether the money is still set against what we set it against."""
    if not isinstance(record, Payment) or isinstance(intent.effect, Undo):
        return True
    held: dict[str, Money] = {}
    for part in record.allocations:
        id_ = part.invoice_id.lower()
        held[id_] = held.get(id_, Money.zero(part.amount.currency)) + part.amount
    parts = stepwise.parts_of(intent.effect)
    placed = Money.total((part.amount for part in parts), record.total.currency)
    if not held and record.total - record.unapplied >= placed:
        return True  # a list may leave out what the money is set against
    return all(
        part.invoice_id.lower() in held
        and abs(held[part.invoice_id.lower()].amount) >= abs(part.amount.amount)
        for part in parts
    )


def _lost(before: Invoice, now: Invoice) -> bool:
    shown = {paid.payment_id for paid in now.payments}
    return now.open > before.open or any(it.payment_id not in shown for it in before.payments)


def _record_id(intent: Intent) -> str:
    effect = intent.effect
    if isinstance(effect, ApplyUnapplied):
        return effect.payment_id if effect.payment_kind in MONEY else ""
    return intent.receipt if isinstance(effect, RecordPayment) else ""


def _carries(payment: Payment, markers: Sequence[str]) -> bool:
    text = f"{payment.reference} {payment.memo}"
    return any(marker in text for marker in markers)

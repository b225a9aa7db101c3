"""Writes of cash one after the other: each an intent that waits for the one before, with the facts
that it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from connector.db import Tx
from connector.outgoing import effects, intents
from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    CreditNote,
    Effect,
    Invoice,
    Kind,
    Payment,
    Record,
    RecordPayment,
    Status,
    Undo,
)
from providers.money import Money

Place = tuple[Kind, str]


def commit(
    tx: Tx, connection_id: int, steps: Sequence[Effect], *, first: str, subject: str,
    records: Iterable[Record], decision_id: int, now: datetime, after_key: str = "",
) -> list[str]:  # fmt: skip
    """Intend them in their order, behind `after_key` where there is one; returns their keys, of
    which `first` is the first. `records` are what was decided on: each step stands on what the
    steps before leave of them."""
    keys: list[str] = []
    known = {_place(record): record for record in records}
    for number, step in enumerate(steps):
        key = effects.key_of(connection_id, "step", first, str(number)) if number else first
        intents.add(
            tx, connection_id, step, key=key, subject=subject, decision_id=decision_id,
            now=now, facts=effects.facts_of(known[it] for it in touched(step) if it in known),
            after_key=keys[-1] if keys else after_key,
        )  # fmt: skip
        known = _after(known, step)
        keys.append(key)
    return keys


def touched(effect: object) -> list[Place]:
    """The records that a write of cash stands on and changes."""
    if not isinstance(effect, (ApplyUnapplied, RecordPayment, CreditDifference, Undo)):
        return []
    places = [
        (Kind.INVOICE if part.amount.amount > 0 else Kind.CREDIT_NOTE, part.invoice_id)
        for part in effect.allocations
    ]
    done = effect.done if isinstance(effect, Undo) else effect
    if isinstance(done, ApplyUnapplied) and done.payment_id:
        places.append((done.payment_kind, done.payment_id))
    return places


def parts_of(step: object) -> tuple[Allocation, ...]:
    """What a write of cash sets against invoices."""
    return step.allocations if isinstance(step, (ApplyUnapplied, RecordPayment)) else ()


def net(allocations: Sequence[Allocation], like: Money) -> Money:
    """How much of the money itself they take: credits lessen it."""
    return Money.total((part.amount for part in allocations), like.currency)


def _after(known: Mapping[Place, Record], step: Effect) -> dict[Place, Record]:
    """The records as they will be once a step is done, for the facts of the next."""
    found = dict(known)
    for part in parts_of(step):
        kind = Kind.INVOICE if part.amount.amount > 0 else Kind.CREDIT_NOTE
        _lessen(found, (kind, part.invoice_id), abs(part.amount.amount))
    if isinstance(step, ApplyUnapplied):
        taken = net(step.allocations, step.allocations[0].amount)
        _lessen(found, (step.payment_kind, step.payment_id), taken.amount)
    return found


def _lessen(found: dict[Place, Record], place: Place, by: Decimal) -> None:
    record = found.get(place)
    if isinstance(record, Invoice | CreditNote):
        left = Money.of(record.open.amount - by, record.open.currency)
        found[place] = replace(record, open=left, status=Status.OPEN if left else Status.PAID)
    elif isinstance(record, Payment):
        left = Money.of(record.unapplied.amount - by, record.total.currency)
        found[place] = replace(record, unapplied=left, status=Status.OPEN if left else Status.PAID)


def _place(record: Record) -> Place:
    return record.kind, record.id

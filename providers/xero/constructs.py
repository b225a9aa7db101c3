"""What Xero is given for a settlement: credits first, then the money, one request for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from providers.constructs import Settlement, Write, check, differing
from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Effect,
    Kind,
    RecordPayment,
    Undo,
)
from providers.money import Money

ALLOCATIONS_MAX = 5
"""Allocations in one request: their ids together are its receipt, and each has 36 characters."""
SEVERAL = 2


def construct(settlement: Settlement) -> tuple[Effect, ...]:
    """Credit notes are allocated by requests of their own, before the money: what is refused for
    them is refused while nothing has been entered.

    Money from the bank is one payment, or one batch payment over several invoices, which is one
    line to match. With a rest it is one overpayment of the whole, allocated next: still one line.
    An overpayment is of one contact: with invoices of several, the rest is one by itself.
    """
    check(settlement)
    cash, credits_ = _split(settlement)
    return (*credits_, *_money(settlement, cash), *differing(settlement))


def written_as(effect: Effect) -> Kind:
    """The kind of the record that a receipt's number names."""
    if isinstance(effect, CreditDifference):
        return Kind.CREDIT_NOTE
    if not isinstance(effect, RecordPayment) or not effect.allocations:
        return Kind.OVERPAYMENT
    return Kind.BATCH_PAYMENT if len(effect.allocations) >= SEVERAL else Kind.PAYMENT


def undoing(writes: Sequence[Write]) -> tuple[Undo, ...]:
    """The newest first; allocations one by one, and before the overpayment that they are of."""
    ours = tuple(
        id_ for it in writes if _allocates(it.effect) for id_ in it.receipt.split(",")
    )  # fmt: skip
    return tuple(undo for write in reversed(writes) for undo in _undo(write, ours))


def _money(settlement: Settlement, cash: Sequence[Allocation]) -> Iterator[Effect]:
    owner, memo = settlement.owner, settlement.memo
    if settlement.kind:
        yield from _applied(settlement.kind, settlement.id, settlement.customer_id, cash, memo)
    elif settlement.banked:
        yield from _converted(settlement, cash)
    elif not settlement.rest:
        yield _receipt(settlement, settlement.left, owner, cash)
    elif set(settlement.customers) <= {owner}:
        yield _receipt(settlement, settlement.left, owner, ())
        yield from _applied(Kind.OVERPAYMENT, "", owner, cash, memo)
    else:
        if taken := settlement.left - settlement.rest:
            yield _receipt(settlement, taken, settlement.payer, cash)
        yield _receipt(settlement, settlement.rest, owner, ())


def _converted(settlement: Settlement, cash: Sequence[Allocation]) -> Iterator[RecordPayment]:
    """One payment for each invoice: whether a batch keeps rates is not documented."""
    banked = settlement.banked_of([part.amount for part in cash])
    owners = {part.allocation.invoice_id: part.customer_id for part in settlement.parts}
    for part, booked in zip(cash, banked, strict=True):
        one = _receipt(settlement, part.amount, owners[part.invoice_id], (part,))
        yield replace(one, banked=booked)


def _undo(write: Write, ours: tuple[str, ...]) -> Iterator[Undo]:
    effect = write.effect
    if not isinstance(effect, ApplyUnapplied):
        yield Undo(effect, write.receipt, "", ours, (write.key,), write.left, "")
        return
    left, known = write.left, (*ours, *write.draft.before)
    for part, id_ in zip(effect.allocations, write.receipt.split(","), strict=True):
        done = replace(effect, allocations=(part,))
        yield Undo(done, id_, "", known, (write.key,), left, "")
        left = left + part.amount if left is not None else None


def _allocates(effect: Effect) -> bool:
    return isinstance(effect, ApplyUnapplied)


def _split(settlement: Settlement) -> tuple[tuple[Allocation, ...], list[ApplyUnapplied]]:
    """What the money pays of each invoice, and what credits pay of them, in the order given."""
    open_: dict[str, Money] = {}
    owners: dict[str, str] = {}
    for part in settlement.parts:
        if part.allocation.amount.amount > 0:
            open_[part.allocation.invoice_id] = part.allocation.amount
            owners[part.allocation.invoice_id] = part.customer_id
    credits_: list[ApplyUnapplied] = []
    for part in settlement.parts:
        rest, taken = -part.allocation.amount, list[Allocation]()
        for invoice_id in [it for it in open_ if owners[it] == part.customer_id]:
            amount = min(rest, open_[invoice_id])
            if amount.amount > 0:
                taken.append(Allocation(invoice_id, amount))
                open_[invoice_id] = open_[invoice_id] - amount
                rest = rest - amount
        credits_ += _applied(
            Kind.CREDIT_NOTE, part.allocation.invoice_id, part.customer_id, taken, settlement.memo
        )
    return tuple(Allocation(id_, amount) for id_, amount in open_.items() if amount), credits_


def _applied(
    kind: Kind, id_: str, customer_id: str, parts: Sequence[Allocation], memo: str
) -> Iterator[ApplyUnapplied]:
    for start in range(0, len(parts), ALLOCATIONS_MAX):
        chunk = tuple(parts[start : start + ALLOCATIONS_MAX])
        yield ApplyUnapplied(kind, id_, customer_id, chunk, memo)


def _receipt(
    settlement: Settlement, total: Money, customer_id: str, parts: Sequence[Allocation]
) -> RecordPayment:
    return RecordPayment(
        receipt_id=settlement.id, customer_id=customer_id, received=settlement.received,
        total=total, allocations=tuple(parts), reference=settlement.reference,
        memo=settlement.memo,
    )  # fmt: skip

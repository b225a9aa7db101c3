"""What QuickBooks is given for a settlement: one payment for each customer, with all its lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from providers.constructs import CannotBuild, Part, Settlement, Write, check, differing
from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Draft,
    Effect,
    Kind,
    RecordPayment,
    Undo,
)


def construct(settlement: Settlement) -> tuple[Effect, ...]:
    """Money on account: its payment gets more lines. Money from the bank: a payment is of one
    customer, so each gets one over its share, the owner of the rest with the rest.

    A credit memo is a line beside the invoices, in the same payment ("Payment", LinkedTxn).
    """
    check(settlement)
    if not settlement.kind:
        return (*_payments(settlement), *differing(settlement))
    applied = ApplyUnapplied(
        settlement.kind, settlement.id, settlement.customer_id, _allocations(settlement.parts),
        settlement.memo,
    )  # fmt: skip
    return (applied, *differing(settlement))


def written_as(effect: Effect) -> Kind:
    """The kind of the record that an effect's receipt names."""
    return Kind.CREDIT_NOTE if isinstance(effect, CreditDifference) else Kind.PAYMENT


def undoing(writes: Sequence[Write]) -> tuple[Undo, ...]:
    """One write for each payment: deleted if it was ours, else without our lines.

    Raises CannotBuild where somebody changed a payment between two writes of ours.
    """
    found: dict[str, list[Write]] = {}
    for write in writes:
        found.setdefault(write.receipt, []).append(write)
    ours = tuple(found)
    return tuple(_undo(of_one, ours) for of_one in reversed(found.values()))


def version_after(draft: Draft) -> str:
    """The version that a write of ours left: a new payment has 0, a change adds 1 (recorded)."""
    before = _version_before(draft)
    return str(int(before) + 1) if before else "0"


def _payments(settlement: Settlement) -> Iterator[RecordPayment]:
    owner = settlement.owner
    customers = list(dict.fromkeys((*settlement.customers, owner)))
    shares = [settlement.taken(settlement.of(customer_id)) for customer_id in customers]
    shares = [
        share + settlement.rest if customer_id == owner else share
        for customer_id, share in zip(customers, shares, strict=True)
    ]
    banked = settlement.banked_of(shares)
    for customer_id, share, booked in zip(customers, shares, banked, strict=True):
        yield RecordPayment(
            receipt_id=settlement.id, customer_id=customer_id, received=settlement.received,
            total=share, allocations=_allocations(settlement.of(customer_id)),
            reference=settlement.reference, memo=settlement.memo, banked=booked,
        )  # fmt: skip


def _undo(writes: Sequence[Write], ours: tuple[str, ...]) -> Undo:
    first = writes[0]
    if isinstance(first.effect, CreditDifference):
        # what uses a credit memo changes its version: what stands on it is looked at instead
        return Undo(first.effect, first.receipt, "", ours, (first.key,), None, "")
    drafts = (first.draft, *first.later)
    for earlier, later in pairwise(drafts):
        if _version_before(later) != version_after(earlier):
            raise CannotBuild(
                f"payment {first.receipt} was changed by somebody else between two writes of"
                " Ledgerhand; undo it in QuickBooks"
            )
    done = first.effect
    if isinstance(done, ApplyUnapplied):
        done = replace(done, allocations=tuple(
            part for write in writes for part in write.effect.allocations
        ))  # fmt: skip
    return Undo(
        done=done, receipt=first.receipt, version=version_after(drafts[-1]), ours=(),
        keys=tuple(write.key for write in writes), left=first.left,
        memo="Undone by Ledgerhand",
    )  # fmt: skip


def _version_before(draft: Draft) -> str:
    return str(json.loads(draft.body).get("SyncToken") or "")


def _allocations(parts: Sequence[Part]) -> tuple[Allocation, ...]:
    return tuple(part.allocation for part in parts)

"""A settlement carried out over HTTP as the outbox does it, and what of it stands in the books."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from providers.constructs import Part, Settlement, Write
from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Draft,
    Effect,
    Kind,
    Payment,
    RecordPayment,
    Undo,
)
from providers.registry import LEDGERS
from tests.contract.ledger import Place, usd


@dataclass
class Done:
    """Writes in their order. A key is as good as a number here."""

    ledger: Place
    writes: list[Write] = field(default_factory=list)
    left: dict[str, Decimal] = field(default_factory=dict)

    def settle(self, settlement: Settlement) -> list[Effect]:
        """Write every step; what the step before brought in is what the next is about."""
        steps = LEDGERS[self.ledger.name].construct(settlement)
        brought = ""
        for step in steps:
            if isinstance(step, ApplyUnapplied) and not step.payment_id:
                step = replace(step, payment_id=brought)  # noqa: PLW2901
            receipt = self.write(step)
            brought = brought if isinstance(step, ApplyUnapplied) else receipt
        return list(steps)

    def write(self, step: Effect) -> str:
        assert isinstance(step, ApplyUnapplied | CreditDifference | RecordPayment)
        number = len(self.writes)
        marker = f"[lh:{number:08x}]"
        draft = self.ledger.writer.compose(step, marker)
        assert self.ledger.writer.find(step, draft, marker) == ""
        receipt = self.ledger.writer.send(draft, f"key-{number}")
        assert self.ledger.writer.send(draft, f"key-{number}") == receipt, "one key, one write"
        assert self.ledger.writer.find(step, draft, marker) == receipt
        self.writes.append(Write(f"key-{number}", step, receipt, draft, None))
        return receipt

    def undoing(self) -> tuple[Undo, ...]:
        """In QuickBooks a record's later writes tell its version."""
        writes = [
            replace(
                write,
                later=tuple(w.draft for w in self.writes[n + 1 :] if w.receipt == write.receipt),
            )
            for n, write in enumerate(self.writes)
        ]
        return LEDGERS[self.ledger.name].undoing(writes)

    def undo(self) -> None:
        for number, step in enumerate(self.undoing()):
            marker = f"[lh:9{number:07x}]"
            draft = self.compose(step, marker)
            assert self.ledger.writer.find(step, draft, marker) == ""
            assert self.ledger.writer.send(draft, f"undo-{number}") == step.receipt
            assert self.ledger.writer.find(step, draft, marker) == step.receipt

    def compose(self, step: Undo, marker: str = "[lh:90000000]") -> Draft:
        return self.ledger.writer.compose(step, marker)


def banked(ledger: Place, amount: str, *parts: tuple[str, str, str]) -> Settlement:
    """Money that only the bank knows of. `parts` are (customer, invoice or credit, amount)."""
    return Settlement(
        None, "main:b1", "", ledger.today, usd(amount), "WIRE 1", "why", _parts(parts)
    )


def on_account(
    ledger: Place, money: Payment, left: str, *parts: tuple[str, str, str]
) -> Settlement:
    return Settlement(
        money.kind, money.id, money.customer_id, ledger.today, usd(left), "", "why", _parts(parts)
    )


def credited(
    ledger: Place, credit: str, customer: str, left: str, *parts: tuple[str, str, str]
) -> Settlement:
    """A credit note by itself."""
    return Settlement(
        Kind.CREDIT_NOTE, credit, customer, ledger.today, usd(left), "", "why", _parts(parts)
    )


def _parts(parts: tuple[tuple[str, str, str], ...]) -> tuple[Part, ...]:
    return tuple(Part(owner, Allocation(id_, usd(amount))) for owner, id_, amount in parts)

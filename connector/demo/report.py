"""What was done for each company so far, counted from the product's own records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from connector.clients import meter
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import Standing
from connector.outgoing import intents
from connector.outgoing.effects import AnyEffect
from connector.outgoing.intents import Intent, Step
from connector.writing_back import stepwise
from providers.ledger import ApplyUnapplied, Kind, RecordPayment
from providers.money import Money

ALL = 1_000_000
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
CASH = ("apply_unapplied", "record_payment")


@dataclass(frozen=True, slots=True)
class Figures:
    """One company. `applied` are sums by currency; `calls` are API calls by kind."""

    name: str
    ledger: str
    invoices: int
    receipts: int
    applied_count: int
    applied: dict[str, Money]
    waiting: int
    notes: int
    messages: int
    calls: dict[str, int]

    def shown(self) -> dict[str, Any]:
        """As the report has it; amounts are text with the currency's own decimals."""
        return {
            "name": self.name, "ledger": self.ledger, "invoices_mirrored": self.invoices,
            "receipts": self.receipts, "applied_count": self.applied_count,
            "applied_amount": {
                currency: str(sum_.amount) for currency, sum_ in sorted(self.applied.items())
            },
            "waiting": self.waiting, "notes": self.notes, "messages": self.messages,
            "api_calls": dict(sorted(self.calls.items())),
        }  # fmt: skip


def figures(tx: Tx, connection: Connection) -> Figures:
    """A receipt counts as applied once any of it was; what others placed is no receipt of ours."""
    sums = cash.sums(tx, connection.id)
    placed = applied(tx, connection.id)
    amounts: dict[str, Money] = {}
    for money in placed.values():
        before = amounts.get(money.currency, Money.zero(money.currency))
        amounts[money.currency] = before + money
    counts = intents.counts(tx, connection.id)
    return Figures(
        name=connection.name,
        ledger=connection.ledger,
        invoices=mirror.count(tx, connection.id, Kind.INVOICE),
        receipts=sum(n for (state, _), (n, _, _) in sums.items() if state != Standing.CLOSED),
        applied_count=len(placed),
        applied=amounts,
        waiting=len(approvals.waiting(tx, connection.id)),
        notes=counts.get(("add_note", Step.CONFIRMED), 0),
        messages=counts.get(("send_reminder", Step.CONFIRMED), 0),
        calls=meter.totals(tx, [connection.id], date.min)[connection.id],
    )


def confirmed_cash(tx: Tx, connection_id: int) -> list[Intent]:
    """Every write of money that the ledger confirmed."""
    done = intents.listed(tx, connection_id, [Step.CONFIRMED], since=BEFORE_ALL, limit=ALL)
    return [intent for intent in done if _is_cash(intent.effect)]


def applied(tx: Tx, connection_id: int) -> dict[str, Money]:
    """What of the money was set against invoices, by the subject of the receipt."""
    found: dict[str, Money] = {}
    for intent in confirmed_cash(tx, connection_id):
        for part in stepwise.parts_of(intent.effect):
            before = found.get(intent.subject, Money.zero(part.amount.currency))
            found[intent.subject] = before + part.amount
    return found


def _is_cash(effect: AnyEffect) -> bool:
    """A credit note that pays is no money."""
    if isinstance(effect, ApplyUnapplied):
        return effect.payment_kind is not Kind.CREDIT_NOTE
    return isinstance(effect, RecordPayment)

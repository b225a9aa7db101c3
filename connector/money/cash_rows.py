"""Money that came in as a row, and back: what each item is, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from connector.mirroring.mirror_rows import minor, money
from connector.outgoing import effects
from providers.ledger import Payment, Status
from providers.money import Money
from providers.rates import Rate
from providers.receipts import Receipt

BANK = "bank"
TEXT_MAX = 2000
FACT_MAX = 140
PAYER_MAX = 200
PRICE_MAX = 40
ENDED = (Status.VOID, Status.DELETED)


class Standing(StrEnum):
    """`new` waits for a decision, `review` for a person, `applying` for the ledger; `shadow` was
    decided without effect; `applied`, `closed` (someone else placed it) and `ignored` (no
    customer's money) are done."""

    NEW = "new"
    REVIEW = "review"
    SHADOW = "shadow"
    APPLYING = "applying"
    APPLIED = "applied"
    CLOSED = "closed"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Item:
    """`kind` is a ledger kind, or bank. `left` is what no invoice has taken yet. `seen_at` is when
    it was last decided on, or began to wait for a sweep, aware UTC; None while it is new.
    `original` is what the payer sent in another currency, and `rate` the bank's own, as it says;
    `part_of` the bank's reference of the booking in one sum that it is a part of."""

    kind: str
    id: str
    version: str
    customer_id: str
    total: Money
    left: Money
    received: date
    payer: str
    text: str
    state: Standing
    decision_id: int | None
    seen_at: datetime | None = None
    payer_account: str = ""
    end_to_end_id: str = ""
    bank_reference: str = ""
    part_of: str = ""
    original: Money | None = None
    rate: Rate | None = None

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.id}"


def row_of_payment(connection_id: int, payment: Payment) -> dict[str, Any]:
    return {
        "connection_id": connection_id, "kind": payment.kind, "id": payment.id,
        "version": payment.version, "customer_id": payment.customer_id,
        "currency": payment.total.currency, "total_minor": minor(payment.total),
        "left_minor": minor(payment.unapplied) if payment.status not in ENDED else 0,
        "received": payment.received,
        "payer": "", "text": _remittance_of(payment),
        "state": Standing.NEW if is_live(payment) else Standing.CLOSED,
    }  # fmt: skip


def row_of_item(connection_id: int, item: Item) -> dict[str, Any]:
    return {
        "connection_id": connection_id, "kind": item.kind, "id": item.id, "version": item.version,
        "customer_id": item.customer_id, "currency": item.total.currency,
        "total_minor": minor(item.total), "left_minor": minor(item.left),
        "received": item.received, "payer": item.payer, "text": item.text, "state": item.state,
        "decision_id": item.decision_id,
    }  # fmt: skip


def _remittance_of(payment: Payment) -> str:
    """What was written with the money, without what we added to its memo."""
    return f"{payment.reference} {effects.without_ours(payment.memo)}".strip()[:TEXT_MAX]


def row_of_receipt(connection_id: int, receipt: Receipt) -> dict[str, Any]:
    return {
        "connection_id": connection_id, "kind": BANK, "id": f"{receipt.account}:{receipt.bank_id}",
        "version": "", "customer_id": receipt.customer_id, "currency": receipt.amount.currency,
        "total_minor": minor(receipt.amount), "left_minor": minor(receipt.amount),
        "received": receipt.received, "payer": receipt.payer[:PAYER_MAX],
        "text": receipt.reference[:TEXT_MAX], "state": Standing.NEW,
        "payer_account": receipt.payer_account[:FACT_MAX],
        "end_to_end_id": receipt.end_to_end_id[:FACT_MAX],
        "bank_reference": receipt.bank_reference[:FACT_MAX],
        "part_of": receipt.part_of[:FACT_MAX],
        "original_currency": receipt.original.currency if receipt.original else "",
        "original_minor": minor(receipt.original) if receipt.original else None,
        "rate_unit": receipt.rate.unit if receipt.rate else "",
        "rate_price": f"{receipt.rate.price:f}"[:PRICE_MAX] if receipt.rate else "",
    }  # fmt: skip


def shortened(facts: Mapping[str, str]) -> dict[str, str]:
    """What is said of a line, as long as it is kept."""
    most = {"text": TEXT_MAX, "payer": PAYER_MAX}
    return {name: told[: most.get(name, FACT_MAX)] for name, told in facts.items()}


def is_live(payment: Payment) -> bool:
    return payment.status == Status.OPEN and bool(payment.unapplied)


def sum_of(row: Any) -> tuple[int, Money, Money]:
    """How many items, their total, and what is left of it."""
    return row.n, money(int(row.total), row.currency), money(int(row.left), row.currency)


def item_of(row: Any) -> Item:
    original, rate = None, None
    if row.original_currency:
        original = money(row.original_minor, row.original_currency)
    if original and row.rate_price:
        other = row.currency if row.rate_unit == original.currency else original.currency
        rate = Rate(row.rate_unit, Decimal(row.rate_price), other)
    return Item(
        kind=row.kind, id=row.id, version=row.version, customer_id=row.customer_id,
        total=money(row.total_minor, row.currency),
        left=money(row.left_minor, row.currency), received=row.received,
        payer=row.payer, text=row.text, state=Standing(row.state), decision_id=row.decision_id,
        seen_at=row.seen_at, payer_account=row.payer_account, end_to_end_id=row.end_to_end_id,
        bank_reference=row.bank_reference, part_of=row.part_of, original=original, rate=rate,
    )  # fmt: skip

"""Money that arrived, what a processor's payout is made of, and what payers said about theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from providers.money import Money


@dataclass(frozen=True, slots=True)
class Receipt:
    """One credit on a bank statement.

    `bank_id` is the bank's own id of the line, unique within `account`. `reference` is the
    remittance advice as far as the bank passed it on. `customer_id` is set where the payer is
    already known.
    """

    account: str
    bank_id: str
    received: date
    amount: Money
    payer: str
    reference: str
    customer_id: str = ""


class Unbalanced(ValueError):
    """The parts of a payout do not make its amount; the text holds the figures."""


class PartKind(StrEnum):
    """`reserve` is money that the processor holds back or gives free, or carries over."""

    CHARGE = "charge"
    FEE = "fee"
    REFUND = "refund"
    DISPUTE = "dispute"
    ADJUSTMENT = "adjustment"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class PayoutPart:
    """One movement in a payout: `gross` less `fee` is `net`, all in the payout's currency.

    What leaves us is negative; a fee that is charged is positive. `paid` is what the customer
    paid in the currency of the charge, where that is another. `about` is the id of the charge
    that a refund or a dispute takes back.
    """

    id: str
    kind: PartKind
    day: date
    gross: Money
    fee: Money
    net: Money
    description: str = ""
    invoice_number: str = ""
    payer_name: str = ""
    payer_email: str = ""
    about: str = ""
    paid: Money | None = None

    @property
    def charged(self) -> Money:
        """What the customer paid or got back, in the customer's own currency."""
        return self.gross if self.paid is None else self.paid


@dataclass(frozen=True, slots=True)
class Payout:
    """What a processor sent to the bank in one sum. Raises Unbalanced unless its parts make it."""

    processor: str
    id: str
    arrived: date
    amount: Money
    parts: tuple[PayoutPart, ...]

    def __post_init__(self) -> None:
        name = f"{self.processor} payout {self.id}"
        for part in self.parts:
            if len({m.currency for m in (part.gross, part.fee, part.net, self.amount)}) > 1:
                raise Unbalanced(f"{name}: {part.id} is not in {self.amount.currency}")
            if part.gross - part.fee != part.net:
                raise Unbalanced(
                    f"{name}: {part.id} is {part.gross} less a fee of {part.fee},"
                    f" but {part.net} net"
                )
        made = self._sum(part.net for part in self.parts)
        if made != self.amount:
            raise Unbalanced(
                f"{name}: its {len(self.parts)} parts make {made}, the payout is"
                f" {self.amount}; the difference is {self.amount - made}"
            )

    @property
    def charges(self) -> tuple[PayoutPart, ...]:
        return tuple(part for part in self.parts if part.kind is PartKind.CHARGE)

    @property
    def fees(self) -> Money:
        """All that the processor kept for itself: the named difference of this payout."""
        own = self._sum(-part.net for part in self.parts if part.kind is PartKind.FEE)
        return own + self._sum(p.fee for p in self.parts if p.kind is not PartKind.FEE)

    def _sum(self, amounts: Iterator[Money]) -> Money:
        return Money.total(amounts, self.amount.currency)


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One invoice or credit note of an advice: `gross` less `discount` less `deduction` is `net`.

    `number` and `reason` stand as the payer wrote them. A credit note's amounts are negative.
    """

    number: str
    gross: Money
    discount: Money
    deduction: Money
    net: Money
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Remittance:
    """What a payer says a payment is for. `reference` is the payment's own: a trace, cheque or
    transfer number. `stated` tells whether `total` was written there or is our sum."""

    payer: str
    reference: str
    day: date | None
    total: Money
    lines: tuple[RemittanceLine, ...]
    stated: bool = True

    @property
    def doubts(self) -> tuple[str, ...]:
        """Where its own figures do not agree; with any of them, a person must look."""
        found = [
            f"{line.number}: {line.gross} less {line.discount} discount less {line.deduction}"
            f" deducted is not the {line.net} paid"
            for line in self.lines
            if line.gross - line.discount - line.deduction != line.net
        ]
        made = Money.total((line.net for line in self.lines), self.total.currency)
        if made != self.total:
            found.append(
                f"the lines make {made}, the total is {self.total}; the difference is"
                f" {self.total - made}"
            )
        return tuple(found)

"""Money that arrived, what a processor's payout is made of, and what payers said about theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from providers.money import Money
from providers.rates import Rate


@dataclass(frozen=True, slots=True)
class Receipt:
    """One credit on a bank statement.

    `bank_id` is the bank's own id of the line or one derived from what the line says, unique
    within `account`. `reference` is the remittance advice as far as the bank passed it on, with
    the `note` at its end that somebody may change later.
    `customer_id` is set where the payer is already known. `original` is what the payer sent, in
    another currency than came, and `rate` the bank's own, where it says so. `part_of` is the bank's
    reference of the booking in one sum that this is a part of, empty where it was booked alone;
    `is_inside` says that the same file has that sum as a line of its own.
    """

    account: str
    bank_id: str
    received: date
    amount: Money
    payer: str
    reference: str
    note: str = ""
    customer_id: str = ""
    payer_account: str = ""
    end_to_end_id: str = ""
    bank_reference: str = ""
    part_of: str = ""
    is_inside: bool = False
    original: Money | None = None
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement on an account: `amount` is above zero when money came in.

    `is_booked` is false for what the bank only announces. `is_return` marks what undoes an earlier
    movement: a bounced debit, money of our own that came back. `note` is text that may be another
    one in the next file: no part of `reference`, nor of the id. `is_listed_by_id` says that the
    bank vouches for `bank_reference` as the one id of the line. `bank_id` is set once the whole
    file is known. `part_of` is the bank's reference of the whole, where one booking was split;
    `is_inside` says that the whole is listed, too, because its other payments are not told.
    """

    day: date
    amount: Money
    payer: str = ""
    payer_account: str = ""
    reference: str = ""
    note: str = ""
    bank_reference: str = ""
    end_to_end_id: str = ""
    customer_id: str = ""
    is_booked: bool = True
    is_return: bool = False
    is_listed_by_id: bool = False
    bank_id: str = ""
    part_of: str = ""
    is_inside: bool = False
    original: Money | None = None
    rate: Rate | None = None

    @property
    def text(self) -> str:
        """All that is said of the movement."""
        return f"{self.reference} {self.note}".strip()

    @property
    def is_receipt(self) -> bool:
        return self.is_booked and not self.is_return and self.amount.amount > 0

    @property
    def takes_back(self) -> bool:
        return self.is_booked and self.is_return and self.amount.amount < 0


@dataclass(frozen=True, slots=True)
class Statement:
    """What one file says about one account over one period.

    `opening` and `closing` are booked balances, None where the format or the bank gives none;
    `unchecked` then says in a sentence why no balance was compared.
    """

    format: str
    account: str
    currency: str
    entries: tuple[Entry, ...]
    opening: Money | None = None
    closing: Money | None = None
    opened: date | None = None
    closed: date | None = None
    number: str = ""
    unchecked: str = ""
    remarks: tuple[str, ...] = field(default=())
    marks_returns: bool = False

    @property
    def receipts(self) -> list[Receipt]:
        """The booked credits that are not returns."""
        return [_receipt(self.account, entry) for entry in self.entries if entry.is_receipt]

    @property
    def returns(self) -> list[Receipt]:
        """What the bank booked to take an earlier credit back; amounts are above zero."""
        return self._went_out(lambda entry: entry.takes_back)

    @property
    def unmarked(self) -> list[Receipt]:
        """The booked debits of a format that does not say which of them takes a credit back;
        amounts are above zero."""
        if self.marks_returns:
            return []
        return self._went_out(lambda entry: entry.is_booked and entry.amount.amount < 0)

    def _went_out(self, which: Callable[[Entry], bool]) -> list[Receipt]:
        return [
            _receipt(self.account, replace(entry, amount=-entry.amount))
            for entry in self.entries
            if which(entry)
        ]


def _receipt(account: str, entry: Entry) -> Receipt:
    return Receipt(
        account=account, bank_id=entry.bank_id, received=entry.day, amount=entry.amount,
        payer=entry.payer, reference=entry.text, note=entry.note,
        customer_id=entry.customer_id,
        payer_account=entry.payer_account, end_to_end_id=entry.end_to_end_id,
        bank_reference=entry.bank_reference, part_of=entry.part_of, is_inside=entry.is_inside,
        original=entry.original, rate=entry.rate,
    )  # fmt: skip


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
    transfer number. `stated` tells whether `total` was written there or is our sum. `unclear` is
    what could not be told of its lines, each in a sentence."""

    payer: str
    reference: str
    day: date | None
    total: Money
    lines: tuple[RemittanceLine, ...]
    stated: bool = True
    unclear: tuple[str, ...] = ()

    @property
    def doubts(self) -> tuple[str, ...]:
        """Where its own figures do not agree or are not clear; with any of them, a person must
        look."""
        found = list(self.unclear)
        found += [
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

"""A deduction beside the price list: whether the invoice bills more than the list says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matching.deduction.claims import Check, Claim, Finding
from matching.facts.vocabulary import PRICED
from providers.documents import InvoiceDetail, InvoiceLine
from providers.money import Money

NAME = "price list"
SHOWN_MAX = 5


@dataclass(frozen=True, slots=True)
class Price:
    """`unit_price` of an item, before tax, from `valid_from` to `valid_to`, both days included;
    None for no limit."""

    item: str
    currency: str
    unit_price: Decimal
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


def key(item: str) -> str:
    """Under which an item is looked up: letter case and blanks do not count."""
    return " ".join(item.casefold().split())


@dataclass(frozen=True, slots=True)
class Billed:
    """A line with the price that the list has for it, if it has one."""

    line: InvoiceLine
    price: Price | None

    @property
    def over(self) -> Decimal:
        """What the line bills above the list, exact."""
        if self.price is None:
            return Decimal(0)
        return (self.line.unit_price - self.price.unit_price) * self.line.quantity

    def __str__(self) -> str:
        assert self.price
        line = self.line
        return (
            f"{self.price.item}: {_plain(line.quantity)} at {_plain(line.unit_price)}, listed at"
            f" {_plain(self.price.unit_price)}: {Money(self.over, self.price.currency)} too much"
        )


def check(claim: Claim, prices: Sequence[Price] | None, detail: InvoiceDetail) -> Check:
    """Prices of the invoice's day, in its currency. `prices` is None where there is no list."""
    if prices is None:
        return Check(NAME, Finding.NOT_AVAILABLE, "no price list is imported")
    lines = [Billed(line, _price(claim, line, prices)) for line in detail.lines]
    listed = [one for one in lines if one.price]
    if not listed:
        return Check(NAME, Finding.NOT_FOUND, "the list has no item of this invoice, on its day")
    dearer = [one for one in listed if one.over > 0]
    if found := _explains(claim, dearer):
        return Check(NAME, Finding.FOUND, _shown(found))
    return _unexplained(claim, detail, len(listed) == len(lines), dearer)


def _explains(claim: Claim, dearer: Sequence[Billed]) -> list[Billed]:
    """All that is too dear, or one line of it, if that is what was taken off."""
    for some in (list(dearer), *([one] for one in dearer)):
        over = Money(sum((one.over for one in some), Decimal(0)), claim.amount.currency)
        if some and claim.is_as_much_as(over):
            return some
    return []


def _unexplained(
    claim: Claim, detail: InvoiceDetail, is_whole: bool, dearer: Sequence[Billed]
) -> Check:
    """Only a list that has every line speaks against a payer, and only one who speaks of prices or
    takes off more than is too much. Tax on the difference cannot be told."""
    said = _shown(dearer) if dearer else "every listed line is billed at its list price"
    if detail.tax:
        why = f"{said}; the invoice bears tax, and the list is before tax"
        return Check(NAME, Finding.NOT_FOUND, why)
    if not is_whole:
        return Check(NAME, Finding.NOT_FOUND, f"{said}; other lines have no price in the list")
    is_meant = bool(dearer) or bool(PRICED.search(claim.words.lower()))
    finding = Finding.CONTRADICTS if is_meant else Finding.NOT_FOUND
    return Check(NAME, finding, f"{said}; {claim.amount} was taken off")


def _price(claim: Claim, line: InvoiceLine, prices: Sequence[Price]) -> Price | None:
    names = {key(name) for name in line.names}
    return next(
        (
            price for price in prices
            if key(price.item) in names and price.currency == claim.amount.currency
            and price.holds_on(claim.issued)
        ),
        None,
    )  # fmt: skip


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _shown(lines: Sequence[Billed]) -> str:
    more = f"; and {len(lines) - SHOWN_MAX} more" if len(lines) > SHOWN_MAX else ""
    return "; ".join(str(one) for one in lines[:SHOWN_MAX]) + more

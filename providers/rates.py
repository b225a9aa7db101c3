"""Rates of exchange: what one unit of a currency costs in another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from providers.money import Money, minor_unit

PLACES = 10
"""Enough to come back to the cent from any amount below a hundred million."""
SHOWN = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Rate:
    """One `unit` costs `price` of `currency`, both ISO 4217."""

    unit: str
    price: Decimal
    currency: str

    @classmethod
    def between(cls, paid: Money, came: Money) -> Rate:
        """The rate at which what was paid became what came; neither may be nothing."""
        return cls(paid.currency, quotient(came, paid), came.currency)

    def converted(self, amount: Money) -> Money | None:
        """The amount in the other of the two currencies; None if it is in neither."""
        if amount.currency == self.unit:
            return Money(amount.amount * self.price, self.currency)
        if amount.currency == self.currency:
            return Money(amount.amount / self.price, self.unit)
        return None

    def makes(self, paid: Money, came: Money) -> bool:
        """Whether one becomes the other at this rate, as exactly as it is written."""
        made = self.converted(paid)
        if made is None or made.currency != came.currency:
            return False
        places = max(0, -int(self.price.as_tuple().exponent))
        loose = came.amount * Decimal("0.5").scaleb(-places) / self.price
        return abs((made - came).amount) <= loose + minor_unit(came.currency)

    def __str__(self) -> str:
        return f"{shown(self.price)} {self.currency} for 1 {self.unit}"


def quotient(one: Money, other: Money) -> Decimal:
    """How much of one is one unit of the other."""
    return (one.amount / other.amount).quantize(Decimal(1).scaleb(-PLACES))


def shown(price: Decimal) -> str:
    return f"{price.quantize(SHOWN).normalize():f}"


def in_currency(amount: Money, currency: str, rates: Iterable[Rate]) -> Money | None:
    """An amount in another currency, by the first of the rates that leads there."""
    if amount.currency == currency:
        return amount
    for rate in rates:
        made = rate.converted(amount)
        if made is not None and made.currency == currency:
            return made
    return None

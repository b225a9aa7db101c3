"""Money: an amount that knows its currency and refuses another's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import format_currency, list_currencies

DECIMALS = {
    "BIF": 0, "BYR": 0, "CLP": 0, "DJF": 0, "ESP": 0, "GNF": 0, "ISK": 0, "ITL": 0, "JPY": 0,
    "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "TRL": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0,
    "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip
"""ISO 4217 wherever it is not 2. CLDR's figures are about display and change between its editions
(HUF has 2 in one and 0 in the next), while banks book by ISO and what is stored must not change."""


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum or comparison."""


@cache
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency by ISO 4217: 0.01 for USD, 1 for JPY."""
    return Decimal(1).scaleb(-DECIMALS.get(currency, 2))


def currency_limits(limits: dict[str, Decimal]) -> dict[str, Decimal]:
    """Amounts by currency, checked. Raises ValueError."""
    known = list_currencies()
    for currency, limit in limits.items():
        if currency not in known:
            raise ValueError(f"{currency!r} is no currency; write its ISO code, such as USD")
        if limit < 0:
            raise ValueError(f"{limit} {currency} is no limit; write 0 or more")
    return limits


def looser_limits(limits: Mapping[str, Decimal], before: Mapping[str, Decimal]) -> list[str]:
    """The currencies in which more is let pass than before. What is not named is held to the limits
    in other currencies, so one that is named now, beside others, may let more pass as well."""
    raised = [it for it in before if it not in limits or limits[it] > before[it]]
    return sorted({*raised, *(limits.keys() - before.keys() if before else ())})


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one ISO 4217 currency, rounded half up to the currency's minor unit."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError(f"an amount is a finite Decimal, not {self.amount!r}")
        rounded = self.amount.quantize(minor_unit(self.currency), ROUND_HALF_UP)
        object.__setattr__(self, "amount", rounded)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """Money from text or a number that is exact; a float is refused by its type."""
        if isinstance(amount, float):
            raise TypeError(f"{amount!r} is a float; money is exact")
        return cls(Decimal(amount), currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        return sum(parts, cls.zero(currency))

    @classmethod
    def totals(cls, parts: Iterable[Money]) -> tuple[Money, ...]:
        """The sum in each currency there is, by its code."""
        found: dict[str, Money] = {}
        for part in parts:
            found[part.currency] = found.get(part.currency, cls.zero(part.currency)) + part
        return tuple(found[currency] for currency in sorted(found))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,}"

    def shown(self, locale: str) -> str:
        """The amount as people of a locale write it, for example ``$1,234.50`` in ``en_US``."""
        return format_currency(self.amount, self.currency, locale=locale)

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self} and {other} are of two currencies")
        return other.amount

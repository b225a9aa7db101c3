"""Why less came than is owed: by the payer's words, or by what is usual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from matching.vocabulary import PARTIAL, REDUCED
from providers.money import Money, minor_unit

FEE_MINOR_MAX = 5_000
FEE_SHARE_MAX = Decimal("0.05")
"""What banks keep on the way of one transfer: in minor units of the currency, and of the whole."""
PERCENTS = {
    "discount": (Decimal(1), Decimal("1.5"), Decimal(2), Decimal("2.5"), Decimal(3), Decimal(5)),
    "withholding": tuple(Decimal(n) for n in (5, 10, 15, 20, 25, 30)),
}
SHARES = {
    Fraction(1, 2): "half", Fraction(1, 3): "a third", Fraction(2, 3): "two thirds",
    Fraction(1, 4): "a quarter", Fraction(3, 4): "three quarters",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reduction:
    """`kind` is fee, discount, withholding, deduction or partial. `usual` tells that the words or
    the size say so; `words` are the payer's own."""

    kind: str
    why: str
    usual: bool
    words: str = ""


def reduction(text: str, owed: Money, came: Money) -> Reduction:
    """What kind of difference it is that `came` is less than `owed`; `text` is in lower case."""
    return next(_by_words(text), None) or _by_size(owed, came)


def named(text: str) -> str:
    """The kind of difference that the payer's own words name, or empty; in lower case."""
    return next((found.kind for found in _by_words(text)), "")


def _by_words(text: str) -> Iterator[Reduction]:
    for kind, pattern in (*REDUCED.items(), ("partial", PARTIAL)):
        if found := pattern.search(text):
            yield Reduction(kind, f'the payer writes "{found.group()}"', True, found.group())


def _by_size(owed: Money, came: Money) -> Reduction:
    missing = owed - came
    cent = minor_unit(owed.currency)
    if missing.amount <= min(FEE_MINOR_MAX * cent, owed.amount * FEE_SHARE_MAX):
        return Reduction("fee", f"{missing} is what banks may keep", True)
    for kind, percents in PERCENTS.items():
        for percent in percents:
            if abs(owed.amount * percent / 100 - missing.amount) <= cent:
                return Reduction(kind, f"exactly {percent:g} % is missing", True)
    for share, words in SHARES.items():
        part = owed.amount * share.numerator / share.denominator
        if abs(part - came.amount) < cent:
            return Reduction("partial", f"exactly {words} came", True)
    return Reduction("partial", "no usual reason for the difference", False)

"""Why less came than is owed: by the payer's words, or by what is usual."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from matching.facts.vocabulary import PARTIAL, REDUCED
from providers.money import Money, minor_unit

FEE_MINOR_MAX = 5_000
FEE_SHARE_MAX = Decimal("0.05")
"""What banks keep on the way of one transfer: in minor units of the currency, and of the whole."""
FEE_NAMED_SHARE_MAX = Decimal("0.2")
"""The same of the whole where the payer calls it a fee."""
PERCENTS = {
    "discount": (Decimal(1), Decimal("1.5"), Decimal(2), Decimal("2.5"), Decimal(3), Decimal(5)),
    "withholding": tuple(Decimal(n) for n in (5, 10, 15, 20, 25, 30)),
}
SHARES = {
    Fraction(1, 2): "half", Fraction(1, 3): "a third", Fraction(2, 3): "two thirds",
    Fraction(1, 4): "a quarter", Fraction(3, 4): "three quarters",
}  # fmt: skip
PERCENT_AROUND = 12
"""So near to the word for a discount or a tax stands how much it is, in characters."""
ROUNDED_MAX = 5
"""Minor units by which a stated share may miss the amount, as payers round it line by line."""
VAT_PERCENTS = tuple(Decimal(n) / 2 for n in range(2 * 27 + 1))
"""What value-added taxes there are, by halves of a percent, and none: a tax that is withheld is
reckoned from what an invoice is without them."""
_STATED = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")


@dataclass(frozen=True, slots=True)
class Reduction:
    """`kind` is fee, discount, withholding, deduction or partial. `usual` tells that the words or
    the size say so; `words` are the payer's own."""

    kind: str
    why: str
    usual: bool
    words: str = ""


def reduction(text: str, owed: Money, came: Money) -> Reduction:
    """What kind of difference it is that `came` is less than `owed`; `text` is in lower case.

    The payer's word for a fee, a discount or a tax counts as far as that is usual, and where it
    states a share, for that alone; for more it is a deduction.
    """
    said = list(_by_words(text))
    if not said:
        return _by_size(owed, came)
    missing = owed - came
    for kind, found in said:
        if _is_usual(kind, text, found, owed, missing):
            return Reduction(kind, f'the payer writes "{found.group()}"', True, found.group())
    words = said[0][1].group()
    why = f'the payer writes "{words}", which does not explain {missing}'
    return Reduction("deduction", why, False, words)


def named(text: str) -> str:
    """The kind of difference that the payer's own words name, or empty; in lower case."""
    return next((kind for kind, _ in _by_words(text)), "")


def _by_words(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, pattern in (*REDUCED.items(), ("partial", PARTIAL)):
        if found := pattern.search(text):
            yield kind, found


def _is_usual(kind: str, text: str, found: re.Match[str], owed: Money, missing: Money) -> bool:
    """Whether a word may explain all that is missing."""
    cent = minor_unit(owed.currency)
    if kind == "fee":
        most = min(FEE_MINOR_MAX * cent, owed.amount * FEE_NAMED_SHARE_MAX)
        return missing.amount <= most
    if kind not in PERCENTS:
        return True
    around = text[max(0, found.start() - PERCENT_AROUND) : found.end() + PERCENT_AROUND]
    stated = [Decimal(one.replace(",", ".")) for one in _STATED.findall(around)]
    if not stated:
        return missing.amount <= owed.amount * max(PERCENTS[kind]) / 100 + cent
    bases = [owed.amount]
    if kind == "withholding":
        bases = [owed.amount * 100 / (100 + vat) for vat in VAT_PERCENTS]
    return any(
        abs(base * one / 100 - missing.amount) <= ROUNDED_MAX * cent
        for one in stated
        for base in bases
    )


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

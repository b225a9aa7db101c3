"""Texts and books that are as bad as they can be, for one payment each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matching.facts.items import Cash, OpenItem
from tests.matching.books import item, line

MAPLE = "Maple Landscaping"
ALIKE = 13
"""Customers that have one name."""


@dataclass(frozen=True, slots=True)
class Hostile:
    case: str
    cash: Cash
    book: Sequence[OpenItem]


def row(count: int, amount: str, *, first: int = 10_000) -> list[OpenItem]:
    """Equal invoices of one customer."""
    return [item(f"INV-{first + n}", amount, due_days=n % 60) for n in range(count)]


def odd_amount(number: int) -> str:
    return f"{number * 7919 % 90_000 / 100 + 10:.2f}"


def look_alikes(count: int) -> list[OpenItem]:
    """Open invoices of customers that are called alike."""
    return [
        replace(
            item(f"{10_000 + n}", odd_amount(n), due_days=n % 60),
            customer_id=f"elm{n % ALIKE}", customer_name="Elm Roofing",
        )
        for n in range(count)
    ]  # fmt: skip


SERIALS = " ".join(str(10_000 + n) for n in range(330))
SLIPS = " ".join(str(20_000 + n * 37) for n in range(330))
RANGES = ",".join(f"{10_000 + n}-{10_059 + n}" for n in range(330))
FEW_DIGITS = " ".join(str(n) for n in range(1, 81))
ODD = [item(f"INV-{10_000 + n}", odd_amount(n)) for n in range(400)]
MANY = row(400, "100")
CREDITS = [*row(200, "100"), *(item(f"CN-{n}", "-100") for n in range(20_000, 20_200))]
ELM = look_alikes(ALIKE * 420)
HOSTILE = tuple(
    Hostile(case, line(amount, text, payer), book)
    for case, text, amount, payer, book in (
        ("only digits", "7" * 20_000, "300", MAPLE, ODD),
        ("only separators", "-/ ,;" * 4_000, "300", MAPLE, ODD),
        ("only blanks", " " * 20_000, "300", MAPLE, ODD),
        ("only letters", "a" * 20_000, "300", MAPLE, ODD),
        ("only zeros", "0 " * 10_000, "300", MAPLE, ODD),
        ("only amounts", "$1," * 7_000, "300", MAPLE, ODD),
        ("only thousands", "1'" * 10_000, "300", MAPLE, ODD),
        ("only dates", "1/1/" * 5_000, "300", MAPLE, ODD),
        ("only tags", "?20" * 7_000, "300", MAPLE, ODD),
        ("only letters that look like digits", "1o" * 10_000, "300", MAPLE, ODD),
        ("only words of leaving out", "not incl " * 2_000, "300", MAPLE, ODD),
        ("an endless name", "", "300", "maple " * 4_000, ODD),
        ("only groups of an account", "de89 3704 " * 2_000, "300", MAPLE, ODD),
        ("only an account without end", "iban de89" + "3704" * 500, "300", MAPLE, ODD),
        ("only masks", "x* " * 7_000, "300", MAPLE, ODD),
        ("only telephones", "tel 0044 20 " * 2_000, "300", MAPLE, ODD),
        ("only streets", "1 a b c " * 2_000, "300", MAPLE, ODD),
        ("only the name", "maple landscaping " * 2_000, "300", MAPLE, ODD),
        ("only the name, and no payer", "maple landscaping " * 2_000, "300", "", ODD),
        ("a dozen of one name in the text", "elm roofing " * 2_000, "300.07", "", ELM),
        ("every number", SERIALS, "300", MAPLE, ODD),
        ("every number wrong", SLIPS, "300", MAPLE, ODD),
        ("ranges", RANGES, "300", MAPLE, ODD),
        ("few digits that mean any", FEW_DIGITS, "300", MAPLE, row(80, "100", first=1)),
        ("equal invoices, two of them", "", "200", MAPLE, MANY),
        ("equal invoices, three of them", "", "300", MAPLE, row(135, "100")),
        ("equal invoices, five of them", "", "500", MAPLE, row(22, "100")),
        ("equal invoices and a cut text", "INV-10001, INV-10002,", "500", MAPLE, MANY),
        ("credit notes", "INV-10001 10002", "100", MAPLE, CREDITS),
        ("a dozen of one name", "", "300.07", "Elm Roofing", ELM),
        ("a dozen of one name, all numbers", SERIALS, "300.07", "Elm Roofing", ELM),
        ("a dozen of one name, wrong numbers", SLIPS, "300.07", "Elm Roofing", ELM),
    )
)

"""Why less came than is owed."""

from __future__ import annotations

import pytest

from matching.reductions import reduction
from tests.matching.books import usd


@pytest.mark.parametrize(
    ("_case", "text", "kind", "words"),
    [
        ("a fee", "inv 1001 less bank charges", "fee", "bank charges"),
        ("a fee in German", "re 1001 abz. bankgebühren", "fee", "bankgebühren"),
        ("a discount", "1001 less 2%", "discount", "less 2%"),
        ("a discount after a dash", "1001 -2 %", "discount", "-2 %"),
        ("a discount in German", "1001 skonto", "discount", "skonto"),
        ("a tax", "1001 wht", "withholding", "wht"),
        ("a deduction", "1001 damaged goods", "deduction", "damaged"),
        ("goods that did not come", "1001 shortship", "deduction", "shortship"),
        ("a part", "part payment 1001", "partial", "part payment"),
        ("a part in Dutch", "deelbetaling 1001", "partial", "deelbetaling"),
    ],
)
def test_the_payers_words_tell(_case: str, text: str, kind: str, words: str) -> None:
    less = reduction(text, usd("1000"), usd("613.37"))

    assert (less.kind, less.usual, less.words) == (kind, True, words)
    assert words in less.why


@pytest.mark.parametrize(
    ("_case", "owed", "came", "kind", "usual"),
    [
        ("a few dollars", "1000", "985", "fee", True),
        ("a few dollars of hardly more", "30", "17", "partial", False),
        ("two percent", "5000", "4900", "discount", True),
        ("two percent, to the cent", "5555.55", "5444.44", "discount", True),
        ("ten percent", "1000", "900", "withholding", True),
        ("half", "1000", "500", "partial", True),
        ("a third", "1000", "333.33", "partial", True),
        ("no usual part", "1000", "613.37", "partial", False),
    ],
)
def test_else_the_size_tells(_case: str, owed: str, came: str, kind: str, usual: bool) -> None:
    less = reduction("inv 1001", usd(owed), usd(came))

    assert (less.kind, less.usual) == (kind, usual)
    assert less.words == ""

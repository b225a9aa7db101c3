"""Why less came than is owed."""

from __future__ import annotations

import pytest

from matching.by_reference.reductions import reduction
from providers.money import Money
from tests.matching.books import usd


@pytest.mark.parametrize(
    ("_case", "text", "came", "kind", "words"),
    [
        ("a fee", "inv 1001 less bank charges", "961.30", "fee", "bank charges"),
        ("a fee in German", "re 1001 abz. bankgebühren", "961.30", "fee", "bankgebühren"),
        ("a discount", "1001 less 2%", "980", "discount", "less 2%"),
        ("a discount after a dash", "1001 -2 %", "979.98", "discount", "-2 %"),
        ("a discount in German", "1001 skonto", "971.30", "discount", "skonto"),
        ("a discount with its share", "1001 2,5% skonto", "975", "discount", "skonto"),
        ("a share that is none of it", "1001 19% ust enthalten, skonto", "970", "discount",
            "skonto"),
        ("more than is usual, and stated", "1001 less 10% discount", "900", "discount",
            "less 10%"),
        ("a tax", "1001 wht", "850", "withholding", "wht"),
        ("a tax with its share", "1001 wht 7.5%", "925", "withholding", "wht"),
        ("a deduction", "1001 damaged goods", "613.37", "deduction", "damaged"),
        ("goods that did not come", "1001 shortship", "613.37", "deduction", "shortship"),
        ("a part", "part payment 1001", "613.37", "partial", "part payment"),
        ("a part in Dutch", "deelbetaling 1001", "613.37", "partial", "deelbetaling"),
        ("a part, and a fee that is not all of it", "part payment 1001 less bank charges",
            "613.37", "partial", "part payment"),
    ],
)  # fmt: skip
def test_the_payers_words_tell(_case: str, text: str, came: str, kind: str, words: str) -> None:
    less = reduction(text, usd("1000"), usd(came))

    assert (less.kind, less.usual, less.words) == (kind, True, words)
    assert words in less.why


@pytest.mark.parametrize(
    ("_case", "text", "owed", "came"),
    [
        ("a share that is not the amount", "inv 1001 less 2% skonto", "100", "80"),
        ("half as much as that share", "inv 1001 min 2% korting", "1100", "1089"),
        ("a discount of a fifth", "inv 1001 discount", "100", "80"),
        ("a discount of more than half", "inv 1001 skonto", "500", "200"),
        ("a fee of more than half", "inv 1001 bank charges", "500", "200"),
        ("a fee of a third, though a small one", "inv 1001 bank charges", "30", "20"),
        ("a large fee, though a small part", "inv 1001 sha", "90000", "88000"),
        ("a tax of more than half", "inv 1001 wht", "500", "200"),
        ("a tax of another share", "inv 1001 wht 10%", "500", "425"),
    ],
)
def test_a_word_explains_no_more_than_is_usual(_case: str, text: str, owed: str, came: str) -> None:
    less = reduction(text, usd(owed), usd(came))

    assert (less.kind, less.usual) == ("deduction", False)
    assert less.words
    assert less.words in text


@pytest.mark.parametrize(
    ("_case", "text", "owed", "came"),
    [
        ("of what is owed", "inv 1001 less wht 3%", "10700", "10379"),
        ("of it without a tax of 7 %", "inv 1001 less wht 3%", "10700", "10400"),
        ("of it without a tax of 21 %", "1001 retención irpf 15%", "1210", "1060"),
        ("to the cent", "1001 retenue 1,5 %", "5834.17", "5751.22"),
    ],
)
def test_a_tax_that_is_withheld_may_be_reckoned_before_vat(
    _case: str, text: str, owed: str, came: str
) -> None:
    less = reduction(text, usd(owed), usd(came))

    assert (less.kind, less.usual) == ("withholding", True)


@pytest.mark.parametrize(
    ("_case", "text", "owed", "came"),
    [
        ("without a tax that there is nowhere", "inv 1001 wht 3%", "10700", "10462"),
        ("between two of them", "inv 1001 wht 3%", "10700", "10400.70"),
        ("a discount", "inv 1001 less 3% skonto", "10700", "10400"),
    ],
)
def test_no_other_share_is(_case: str, text: str, owed: str, came: str) -> None:
    assert reduction(text, usd(owed), usd(came)).kind == "deduction"


@pytest.mark.parametrize(("owed", "came", "kind"), [
    ("10000", "9800", "discount"), ("10000", "8000", "deduction"),
])  # fmt: skip
def test_a_currency_without_cents_is_held_to_the_same(owed: str, came: str, kind: str) -> None:
    less = reduction("1001 less 2%", Money.of(owed, "JPY"), Money.of(came, "JPY"))

    assert less.kind == kind


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

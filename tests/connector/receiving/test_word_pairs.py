"""Which known lines a file tells of once more: each for one, by the words, and with as many steps
for each line where many are of one day and sum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.money.cash_rows import BANK, Item, Standing
from connector.receiving import word_pairs
from providers.receipts import Receipt
from tests.connector.office import TODAY, usd
from tests.connector.pairs import calls

FEW, MANY = 40, 160
FEE = usd("9.99")


def known(*texts: str, **facts: str) -> list[Item]:
    return [
        Item(BANK, f"main:{n}", "", "", FEE, FEE, TODAY, "", text, Standing.NEW, None, **facts)
        for n, text in enumerate(texts)
    ]


def now(*texts: str, **facts: str) -> list[Receipt]:
    plain = Receipt("main", "", TODAY, FEE, "", "")
    return [
        replace(plain, bank_id=f"r{n}", reference=text, **facts) for n, text in enumerate(texts)
    ]


def paired(
    lines: list[Item], receipts: list[Receipt], *, is_same_file: bool = False
) -> dict[str, str]:
    """By the text that is known, the one that is said now."""
    found = [*word_pairs.found(lines, receipts, is_same_file=is_same_file)]
    assert len({it.line.id for it in found}) == len({id(it.receipt) for it in found}) == len(found)
    return {it.line.text: it.receipt.reference for it in found}


@pytest.mark.parametrize(("lines", "receipts", "expected"), [
    (["a"], ["a b", "a"], {"a": "a"}),
    (["a", "b"], ["a b", "a"], {"a": "a", "b": "a b"}),
    (["", "a b"], ["a b", "c"], {"": "c", "a b": "a b"}),
    (["a b c", "a b"], ["a", "a b"], {"a b": "a b", "a b c": "a"}),
    (["a a"], ["a"], {"a a": "a"}),
    (["a"], ["b"], {}),
    (["a b"], ["a c"], {}),
])  # fmt: skip
def test_what_has_most_in_common_goes_together(
    lines: list[str], receipts: list[str], expected: dict[str, str]
) -> None:
    assert paired(known(*lines), now(*receipts)) == expected


def test_facts_that_differ_part_two_lines() -> None:
    lines = known("a", end_to_end_id="E1")
    assert paired(lines, now("a E1", end_to_end_id="E2")) == {}
    assert paired(lines, now("a", end_to_end_id="E1")) == {"a": "a"}
    assert paired(lines, now("a")) == {"a": "a"}


def test_in_the_same_file_whatever_is_left_goes_together_in_its_order() -> None:
    lines, receipts = known("a", "b", "c"), now("x", "b d", "y", "z")
    assert paired(lines, receipts) == {"b": "b d"}
    assert paired(lines, receipts, is_same_file=True) == {"a": "x", "b": "b d", "c": "y"}


def test_other_days_and_sums_are_other_lines() -> None:
    other = [replace(now("a")[0], amount=usd("5")), replace(now("a")[0], account="second")]
    assert paired(known("a"), other) == {}


@pytest.mark.parametrize(("before", "after"), [
    ("", "Subscription member {}"), ("Payer {}", "Payer {} subscription March"),
    ("member fee", "member fee {}"), ("Subscription member {}", "member {}"),
    ("member {} March", "other {} March"),
])  # fmt: skip
def test_the_steps_grow_with_the_lines_and_not_with_their_pairs(before: str, after: str) -> None:
    def steps(count: int) -> int:
        lines = known(*(before.format(n) for n in range(count)))
        receipts = now(*(after.format(n) for n in range(count)))
        return calls(lambda: [*word_pairs.found(lines, receipts, is_same_file=False)])

    assert steps(MANY) <= steps(FEW) * MANY / FEW * 1.5

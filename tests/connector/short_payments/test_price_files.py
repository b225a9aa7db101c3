"""Price lists as files: read whole or not at all."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from connector.short_payments.price_files import BadPriceList, read
from matching.deduction.prices import Price

HEAD = "item,unit_price,currency,valid_from,valid_to\n"


def test_a_list_is_read_to_the_last_digit() -> None:
    raw = "SKU;Description;Price;Currency;Valid from;Valid to\nB-1;Bolt;0.125;usd;2026-01-01;\n"
    assert read(raw.encode()) == [
        Price("B-1", "USD", Decimal("0.125"), date(2026, 1, 1), None)
    ]  # fmt: skip


def test_one_item_may_have_prices_one_after_the_other_and_in_currencies() -> None:
    raw = HEAD + "A,1,USD,,2026-06-30\nA,2,USD,2026-07-01,\nA,1,EUR,,\n"
    assert len(read(raw.encode())) == 3


@pytest.mark.parametrize(
    ("_case", "raw", "told"),
    [
        ("empty", "", "the file is empty"),
        ("a head alone", HEAD, "no price"),
        ("no column", "item,currency\nA,USD\n", "line 1: no column unit_price, valid_from"),
        ("no item", HEAD + ",1,USD,,\n", "line 2: the item must have"),
        ("a sign", HEAD + "A,$1.00,USD,,\n", "line 2: '$1.00' is no price; write it as 1234.50"),
        ("thousands", HEAD + 'A,"1,234.50",USD,,\n', "line 2: '1,234.50' is no price"),
        ("below zero", HEAD + "A,-1,USD,,\n", "line 2: '-1' is no price"),
        ("no currency", HEAD + "A,1,DOLLAR,,\n", "line 2: 'DOLLAR' is no currency"),
        ("two dates in one", HEAD + "A,1,USD,03/04/2026,\n", "line 2: '03/04/2026' may be two"),
        ("backwards", HEAD + "A,1,USD,2026-02-02,2026-02-01\n", "which is before 2026-02-02"),
        ("cells missing", HEAD + "A,1\n", "line 2: 2 cells, and the first line has 5"),
        ("two prices", HEAD + "A,1,USD,,\na,2,USD,2026-01-01,\n",
            "line 3: a has a price in USD for the same day on line 2"),
        ("every fault", HEAD + "A,x,USD,,\nB,1,USD,,\nC,1,XX,,\n", "line 2: .*line 4: "),
    ],
)  # fmt: skip
def test_a_bad_list_is_refused_with_line_and_reason(_case: str, raw: str, told: str) -> None:
    pattern = told if ".*" in told else re.escape(told)
    with pytest.raises(BadPriceList, match=pattern):
        read(raw.encode())


def test_faults_without_end_are_counted() -> None:
    raw = HEAD + "".join("A,x,USD,,\n" for _ in range(25))
    with pytest.raises(BadPriceList, match="and 15 more") as caught:
        read(raw.encode())
    assert len(caught.value.faults) == 25

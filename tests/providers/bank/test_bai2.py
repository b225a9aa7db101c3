"""BAI2: control totals at every level, kinds of funds, continuations and returned items."""

from __future__ import annotations

import pytest

from providers.bank.refusal import BadStatement
from providers.money import Money
from tests.providers.bank.shelf import amounts, only, raw, read, received


def test_balances_movements_and_what_continues() -> None:
    statement = only("bank.bai")
    assert (statement.opening, statement.closing) == (
        Money.of(1000, "USD"), Money.of("1305.50", "USD")
    )  # fmt: skip
    assert amounts(statement) == ["250.50", "100.00", "-45.00"]
    assert received(statement) == ["250.50", "100.00"]
    assert statement.entries[2].is_return


def test_tags_in_continuations_say_who_paid_and_what_for() -> None:
    paid = only("bank.bai").receipts[0]
    assert (paid.payer, paid.payer_account, paid.end_to_end_id) == (
        "ALDER INC", "8348572423", "E2E-9"
    )  # fmt: skip
    assert paid.reference.startswith("INV-1001, INV-1002 08/18/26")
    assert paid.bank_reference == "WIRE77"


def test_several_records_on_a_line_and_a_wrapped_line() -> None:
    text = raw("bank.bai").replace(b"INV-3/\n", b"INV\n-3  /   ")
    statement = only(text)
    assert amounts(statement) == ["250.50", "100.00", "-45.00"]
    assert statement.receipts[1].reference == "ACH CREDIT INV -3"


@pytest.mark.parametrize("funds", [b"S,1,2,3", b"V,260302,1200", b"D,2,0,5,1,5", b"Z", b"0", b""])
def test_every_kind_of_funds_brings_its_own_fields(funds: bytes) -> None:
    text = raw("bank.bai").replace(b"V,260302,,REF2", funds + b",REF2")
    assert only(text).receipts[1].bank_reference == "REF2"


@pytest.mark.parametrize(("old", "new", "told"), [
    (b"49,270100,9", b"49,270101,9", r"control total of the account 0123456789 is 2,701.01, but"),
    (b"49,270100,9", b"49,270100,8", "should have 8 records, but it has 9"),
    (b"98,270100,1,11", b"98,270100,2,11", "should have 2 parts, but it has 1"),
    (b"99,270100,1,13/\n", b"", "no end"),
    (b"49,270100,9/\n", b"", "49, the end of the account before, is missing"),
    (b"02,031001234,122099999,1", b"02,031001234,122099999,2", "takes back an earlier one"),
    (b"02,031001234,122099999,1", b"02,031001234,122099999,3", "a person must look"),
    (b"16,142,10000", b"16,142,100.00", "no amount in whole cents"),
    (b"16,142,10000,V,260302,", b"16,142,10000,Q,260302,", "no type of funds"),
    (b"16,142", b"16,14x", "no type code"),
    (b"USD,2/", b"XQX,2/", "no currency"),
    (b"260302,2359", b"260231,2359", "no day of the calendar"),
    (b"015,130550", b"015,130551", "control total"),
])  # fmt: skip
def test_what_is_wrong_is_named(old: bytes, new: bytes, told: str) -> None:
    assert old in raw("bank.bai")
    with pytest.raises(BadStatement, match=told):
        read(raw("bank.bai").replace(old, new, 1))


def test_a_wrong_closing_balance_is_refused_even_where_the_totals_agree() -> None:
    text = raw("bank.bai").replace(b"015,130550", b"015,130551").replace(b",270100,", b",270101,")
    with pytest.raises(BadStatement, match=r"make USD 1,305\.50, but the closing balance"):
        read(text)


def test_without_balances_the_counted_totals_stand_in() -> None:
    bare = raw("bank.bai").replace(b"010,100000,,,015,130550,,", b"100,35050,2,,400,4500,1,")
    bare = bare.replace(b",270100,", b",79100,")
    assert "no opening (010)" in only(bare).unchecked
    wrong = bare.replace(b"100,35050,2", b"100,35051,2").replace(b",79100,", b",79101,")
    with pytest.raises(BadStatement, match=r"type 100 .* of 2 movements of USD 350\.51"):
        read(wrong)

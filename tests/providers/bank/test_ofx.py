"""OFX and QFX: SGML and XML, other currencies, ids that the bank vouches for."""

from __future__ import annotations

import pytest

from providers.bank.refusal import BadStatement
from providers.money import Money
from tests.providers.bank.shelf import amounts, only, raw, read


def test_version_1() -> None:
    statement = only("old.ofx")
    assert (statement.format, statement.account) == ("OFX (bank)", "121000248/1234567890")
    assert amounts(statement) == ["250.50", "-9.99"]
    assert "no opening balance" in statement.unchecked
    (paid,) = statement.receipts
    assert (paid.payer, paid.reference, paid.bank_reference) == ("Alder & Sons", "INV-1001", "F1")


def test_version_2_with_a_decimal_comma_and_its_own_currency() -> None:
    (paid,) = only("new.qfx").receipts
    assert (paid.amount, paid.payer) == (Money.of("1.50", "USD"), "Birch")


def test_an_id_that_stands_twice_is_refused_only_where_day_and_amount_are_the_same_too() -> None:
    twice = raw("old.ofx").replace(b"<FITID>F2", b"<FITID>F1")
    assert len(only(twice).entries) == 2
    with pytest.raises(BadStatement, match="id 'F1' stands twice"):
        read(twice.replace(b"-9.99", b"250.50"))


@pytest.mark.parametrize(("old", "new", "told"), [
    (b"</OFX>", b"", "cut short"),
    (b"<CURDEF>USD", b"", "no <CURDEF>"),
    (b"<ACCTID>1234567890", b"", "no <ACCTID>"),
    (b"<FITID>F1", b"", "no <FITID>"),
    (b"<TRNAMT>250.50", b"<TRNAMT>(250.50)", "no amount"),
    (b"20260302120000", b"2026030", "no date"),
    (b"20260302120000", b"20260230", "no day of the calendar"),
    (b"<NAME>Fee", b"<CORRECTFITID>F0<CORRECTACTION>DELETE", "corrects transaction 'F0'"),
    (b"<OFX>", b'<!DOCTYPE a [<!ENTITY b "c">]><OFX>', "declares entities"),
    (b"STMTRS>", b"XSTMTRS>", "holds no statement"),
])  # fmt: skip
def test_what_is_wrong_is_named(old: bytes, new: bytes, told: str) -> None:
    assert old in raw("old.ofx")
    with pytest.raises(BadStatement, match=told):
        read(raw("old.ofx").replace(old, new))

"""Lockbox: cheques, the invoices of their overflow records, and the totals of batch and box."""

from __future__ import annotations

import pytest

from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import only, raw, read, received


def test_cheques_with_every_invoice_that_they_name() -> None:
    statement = only("lockbox.txt")
    assert (statement.format, statement.account) == ("BAI lockbox", "LOCKBOX0777123")
    assert received(statement) == ["250.50", "100.00"]
    first, second = statement.receipts
    assert first.reference == "INV-1001 INV-1002 20.00 INV-1003"
    assert (first.end_to_end_id, first.payer_account) == ("1234", "012345678 0000112233")
    assert (second.payer, second.reference) == ("BIRCH SUPPLY COMPANY", "INV-2001")


@pytest.mark.parametrize(("old", "new", "told"), [
    (b"0020000035050", b"0020000035051", "total is USD 350.51, but the cheques make USD 350.50"),
    (b"00010000035050", b"00010000035051", "record 8: the total is USD 350.51"),
    (b"9000010", b"9000011", "should have 000011 records, but it has 10"),
    (b"9000010", b"2000010", "no end"),
    (b"4001001601", b"4001002601", "goes on with no cheque of batch 001, item 002"),
    (b"60010010000025050", b"6001001000002505x", "no amount in whole cents"),
    (b"0777123260302", b"0777123260230", "no day of the calendar"),
])  # fmt: skip
def test_what_is_wrong_is_named(old: bytes, new: bytes, told: str) -> None:
    assert old in raw("lockbox.txt")
    with pytest.raises(BadStatement, match=told):
        read(raw("lockbox.txt").replace(old, new, 1))


@pytest.mark.parametrize(("dropped", "told"), [
    ("78", r"a batch has no total \(7\)"), ("8", r"it has no total \(8\)"),
])  # fmt: skip
def test_cheques_without_their_totals_are_refused_and_not_left_out(dropped: str, told: str) -> None:
    lines = [line for line in raw("lockbox.txt").decode().splitlines() if line[0] not in dropped]
    lines[-1] = f"9{len(lines):06}"
    with pytest.raises(BadStatement, match=told):
        read("\n".join(lines).encode() + b"\n")


@pytest.mark.parametrize("currency", ["EUR", "GBP", "CAD"])
def test_dollars_are_not_made_of_another_currency(currency: str) -> None:
    with pytest.raises(BadStatement, match=f"own currency is {currency}"):
        read("lockbox.txt", currency=currency)
    assert only("lockbox.txt", currency="").currency == "USD"

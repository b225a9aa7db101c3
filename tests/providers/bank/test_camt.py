"""CAMT: balances, details taken apart, the whole remittance, announcements and returns."""

from __future__ import annotations

from datetime import date

import pytest

from providers.bank.refusal import BadStatement
from providers.money import Money
from tests.providers.bank.shelf import amounts, first, only, raw, read, received


def test_a_statement_proves_its_balances_and_splits_a_batch_into_its_payments() -> None:
    statement = only("statement_053_v2.xml")
    assert (statement.format, statement.account) == ("CAMT.053", "DE89370400440532013000")
    assert (statement.opening, statement.closing) == (
        Money.of("1000", "EUR"), Money.of("1405.40", "EUR")
    )  # fmt: skip
    assert amounts(statement) == ["250.50", "100.00", "200.00", "-45.10", "-100.00", "999.99"]
    assert received(statement) == ["250.50", "100.00", "200.00"]
    assert statement.remarks == ("1 line is announced and not booked yet: not imported",)


def test_who_paid_and_the_whole_advice() -> None:
    paid = only("statement_053_v2.xml").receipts[0]
    assert (paid.payer, paid.payer_account) == ("Linden GmbH", "DE75512108001245126199")
    assert paid.reference == "Rechnung INV-1001 RF18539007547034 INV-1002 less discount"
    assert (paid.end_to_end_id, paid.bank_reference) == ("E2E-77", "REF-1")
    assert paid.received == date(2026, 3, 2)


def test_who_lets_another_pay_is_the_payer() -> None:
    text = raw("statement_053_v2.xml")
    debtor = b"<Dbtr><Nm>Linden GmbH</Nm></Dbtr>"
    assert debtor in text
    for ultimate in (b"<Nm>Alder AG</Nm>", b"<Pty><Nm>Alder AG</Nm></Pty>"):
        told = debtor + b"<UltmtDbtr>" + ultimate + b"</UltmtDbtr>"
        paid = only(text.replace(debtor, told)).receipts[0]
        assert (paid.payer, paid.payer_account) == ("Alder AG", "DE75512108001245126199")
    nobody = debtor + b"<UltmtDbtr><Id/></UltmtDbtr>"
    assert only(text.replace(debtor, nobody)).receipts[0].payer == "Linden GmbH"


def test_not_provided_is_no_reference() -> None:
    assert only("statement_053_v2.xml").receipts[1].end_to_end_id == ""


def test_what_comes_back_is_marked_and_is_no_receipt() -> None:
    returned = only("statement_053_v2.xml").entries[3]
    assert (returned.is_return, returned.reference) == (True, "Returned direct debit")
    turned = raw("statement_053_v2.xml").replace(b"<RvslInd>true</RvslInd>", b"")
    assert not only(turned).entries[3].is_return


@pytest.mark.parametrize("version", ["02", "03", "04", "06", "08", "13"])
def test_every_version_is_read_by_the_names_of_its_elements(version: str) -> None:
    text = raw("statement_053_v2.xml").replace(b"053.001.02", f"053.001.{version}".encode())
    assert len(only(text).entries) == 6


def test_a_missing_namespace_does_no_harm() -> None:
    text = raw("statement_053_v2.xml")
    bare = text.replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', b"")
    assert bare != text
    assert only(bare) == only(text)


def test_an_intermediate_report_claims_no_balance() -> None:
    report = only("report_052_v6.xml")
    assert (report.opening, report.closing) == (None, None)
    assert "intermediate report" in report.unchecked
    assert report.receipts == only("statement_053_v2.xml").receipts


def test_details_that_do_not_make_up_the_entry_are_kept_whole() -> None:
    (receipt,) = only("notification_054_v8.xml").receipts
    assert (receipt.amount, receipt.payer) == (Money.of(12, "CHF"), "Elm AG")
    assert receipt.reference == "1001 1002"


def test_a_closing_balance_that_does_not_follow_is_refused_with_the_figures() -> None:
    text = raw("statement_053_v2.xml").replace(b"1405.40", b"1405.41")
    with pytest.raises(BadStatement, match=r"EUR 405.40 make EUR 1,405.40, but .* EUR 1,405.41"):
        read(text)


def test_a_balance_in_another_currency_is_refused() -> None:
    text = raw("statement_053_v2.xml").replace(b'Ccy="EUR">1405', b'Ccy="SEK">1405')
    with pytest.raises(BadStatement, match="the closing balance is in SEK"):
        read(text)


def test_pages_meet_in_interim_balances() -> None:
    text = raw("statement_053_v2.xml").replace(b"<Cd>CLBD</Cd>", b"<Cd>ITBD</Cd>")
    assert only(text).closing == Money.of("1405.40", "EUR")
    both = text.replace(b"<Cd>OPBD</Cd>", b"<Cd>ITBD</Cd>")
    assert only(both).opening == Money.of("1000", "EUR")
    previous = raw("statement_053_v2.xml").replace(b"<Cd>OPBD</Cd>", b"<Cd>PRCD</Cd>")
    assert only(previous).opening == Money.of("1000", "EUR")


@pytest.mark.parametrize(("old", "new", "told"), [
    (b"250.50", b"250.501", "finer than 0.01"),
    (b"250.50", b"1e3", "no amount"),
    (b"2026-03-02</Dt></BookgDt><ValDt>", b"2026-02-30</Dt></BookgDt><ValDt>", "no date"),
    (b"<CdtDbtInd>CRDT</CdtDbtInd><Sts>", b"<Sts>", "neither CRDT nor DBIT"),
    (b'Ccy="EUR">250', b'Ccy="XQX">250', "no currency"),
    (b"<IBAN>DE89370400440532013000</IBAN>", b"", "names no account"),
    (b"</Document>", b"", "the XML is broken"),
])  # fmt: skip
def test_what_is_wrong_is_named(old: bytes, new: bytes, told: str) -> None:
    assert old in raw("statement_053_v2.xml")
    with pytest.raises(BadStatement, match=told):
        read(raw("statement_053_v2.xml").replace(old, new))


def test_an_empty_message_is_refused() -> None:
    with pytest.raises(BadStatement, match="holds no statement"):
        read(b"<Document><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>")


def test_without_a_booking_date_the_value_date_stands_and_then_the_files_own() -> None:
    text = raw("statement_053_v2.xml").replace(
        b"<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt>", b"<ValDt>"
    )
    assert first(only(text)).day == date(2026, 3, 2)
    neither = text.replace(b"<ValDt><Dt>2026-03-02</Dt></ValDt>", b"")
    assert first(only(neither)).day == date(2026, 3, 3)

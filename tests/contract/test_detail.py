"""What every ledger shows of one invoice: its lines, its terms, its files, in few calls."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pdfplumber

from providers.documents import InvoiceDetail, InvoiceLine, PaymentTerms
from tests.contract.ledger import Place, usd


def detail(ledger: Place, invoice: str) -> InvoiceDetail:
    found = ledger.reader.detail(invoice)
    assert found
    return found


def sold(quickbooks: Place, *lines: dict[str, Any], **more: object) -> str:
    made = quickbooks.books.hand.create("Invoice", {
        "CustomerRef": {"value": quickbooks.books.customer("Ash")},
        "CurrencyRef": {"value": "USD"}, "TxnDate": quickbooks.today.isoformat(),
        "Line": list(lines), **more,
    })  # fmt: skip
    return str(made["Id"])


def line(item: str, **sales: object) -> dict[str, Any]:
    return {
        "DetailType": "SalesItemLineDetail", "Description": "Bolts",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, **sales},
    }  # fmt: skip


def test_a_plain_invoice_has_lines_and_neither_files_nor_terms(ledger: Place) -> None:
    invoice = ledger.invoice(ledger.books.customer("Ash"), "INV-1", "100.00")
    found = detail(ledger, invoice)
    assert [(it.quantity, it.unit_price) for it in found.lines] == [(1, 100)]
    assert (found.tax, found.terms, found.files) == (usd("0"), None, ())
    assert bool(found.terms_untold) is (ledger.name == "xero")
    assert found.files_untold == ""


def test_an_invoice_that_is_not_there_is_none(ledger: Place) -> None:
    assert ledger.reader.detail("00000000-0000-0000-0000-000000000000") is None


def test_its_copy_is_a_pdf_that_names_it_in_one_call(ledger: Place) -> None:
    invoice = ledger.invoice(ledger.books.customer("Ash"), "INV-1", "100.00")
    with pdfplumber.open(BytesIO(ledger.reader.copy_of(invoice))) as document:
        text = "".join(page.extract_text() for page in document.pages)
    assert "INV-1" in text
    assert "100.00" in text
    gone = {"quickbooks": "999999", "xero": "00000000-0000-0000-0000-000000000000"}
    assert ledger.reader.copy_of(gone[ledger.name]) == b""


def test_quickbooks_tells_sku_price_terms_and_files_in_four_calls(quickbooks: Place) -> None:
    hand = quickbooks.books.hand
    item = hand.create("Item", {
        "Name": "Bolt M8", "Sku": "B-8", "Type": "Service", "IncomeAccountRef": {"value": "1"},
    })["Id"]  # fmt: skip
    terms = hand.create("Term", {
        "Name": "2% 10", "DueDays": 30, "DiscountPercent": 2, "DiscountDays": 10,
    })["Id"]  # fmt: skip
    invoice = sold(
        quickbooks, line(item, Qty=8, UnitPrice=Decimal("0.125")), line(item) | {"Amount": 30},
        SalesTermRef={"value": terms},
    )  # fmt: skip
    ref = {"EntityRef": {"type": "Invoice", "value": invoice}, "IncludeOnSend": False}
    hand.create("Attachable", {"FileName": "pod.pdf", "AttachableRef": [ref]})
    hand.create("Attachable", {"Note": "called", "AttachableRef": [ref]})
    quickbooks.calls.clear()
    found = detail(quickbooks, invoice)
    assert found.lines == (
        InvoiceLine(("Bolt M8", "B-8"), "Bolts", Decimal(8), Decimal("0.125")),
        InvoiceLine(("Bolt M8", "B-8"), "Bolts", Decimal(1), Decimal(30)),
    )
    assert found.terms == PaymentTerms("2% 10", Decimal(2), 10)
    assert found.files == ("pod.pdf",)
    assert len(quickbooks.calls) == 4


def test_terms_by_the_day_of_the_month_are_not_guessed(quickbooks: Place) -> None:
    terms = quickbooks.books.hand.create("Term", {
        "Name": "2% by the 10th", "DayOfMonthDue": 30, "DiscountPercent": 2,
        "DiscountDayOfMonth": 10,
    })["Id"]  # fmt: skip
    invoice = sold(quickbooks, line("1") | {"Amount": 30}, SalesTermRef={"value": terms})
    found = detail(quickbooks, invoice)
    assert found.terms is None
    assert "count by the day of the month" in found.terms_untold


def test_xero_tells_the_code_and_the_price_after_the_lines_discount(xero: Place) -> None:
    made = xero.books.hand.create("Invoices", {
        "Type": "ACCREC", "Status": "AUTHORISED",
        "DueDate": (xero.today + timedelta(days=9)).isoformat(),
        "Contact": {"ContactID": xero.books.customer("Ash")}, "Date": xero.today.isoformat(),
        "LineItems": [{"Description": "Bolts", "ItemCode": "B-8", "Quantity": 100,
                       "UnitAmount": Decimal("2.00"), "DiscountRate": 10, "AccountCode": "200"}],
    })  # fmt: skip
    invoice = str(made["InvoiceID"])
    xero.calls.clear()
    found = detail(xero, invoice)
    (one,) = found.lines
    assert (one.names, one.quantity, one.unit_price) == (("B-8",), 100, Decimal("1.80"))
    assert len(xero.calls) == 1
    xero.books.hand.attach("Invoices", invoice, "pod.pdf", b"signed")
    xero.books.hand.attach("Invoices", invoice, "pod.pdf", b"signed again")
    assert detail(xero, invoice).files == ("pod.pdf",)
    assert len(xero.calls) == 3

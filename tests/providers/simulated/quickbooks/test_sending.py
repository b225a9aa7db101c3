from __future__ import annotations

from typing import Any

import pytest

from tests.providers.simulated.quickbooks.place import Place

OCTETS = {"Content-Type": "application/octet-stream"}


def test_sending_marks_the_invoice_and_keeps_the_address(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    sent = connected.post(f"invoice/{invoice}/send?sendTo=a%2Bb@c.example", b"", headers=OCTETS)
    assert sent["EmailStatus"] == "EmailSent"
    assert sent["BillEmail"] == {"Address": "a+b@c.example"}
    assert sent["DeliveryInfo"] == {
        "DeliveryType": "Email", "DeliveryTime": "2026-11-20T12:00:00-08:00",
    }  # fmt: skip
    assert sent["SyncToken"] == "1"
    assert connected.post(f"invoice/{invoice}/send", b"")["SyncToken"] == "2"


def test_nothing_is_sent_to_nowhere(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    assert connected.refused(f"invoice/{invoice}/send", b"")["code"] == "6000"
    assert connected.refused("invoice/99/send", b"")["code"] == "610"
    assert connected.get(f"invoice/{invoice}")["EmailStatus"] == "NotSet"


def test_the_pdf_is_one_and_names_the_invoice(connected: Place) -> None:
    invoice = connected.invoice(connected.customer("Ann (Berlin)"), "12.50")
    answer = connected.call("GET", f"invoice/{invoice}/pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.4")
    assert answer.data.rstrip().endswith(b"%%EOF")
    assert b"Invoice 1001" in answer.data
    assert b"Ann \\(Berlin\\)" in answer.data


@pytest.mark.parametrize(
    ("_case", "more", "has_link"),
    [
        (
            "payable and addressed",
            {"AllowOnlineACHPayment": True, "BillEmail": "a@b.example"},
            True,
        ),
        ("not payable", {"BillEmail": "a@b.example"}, False),
        ("no address", {"AllowOnlineCreditCardPayment": True}, False),
    ],
)
def test_a_pay_link_needs_online_payment_and_an_address(
    connected: Place, _case: str, more: dict[str, Any], has_link: bool
) -> None:
    if "BillEmail" in more:
        more = {**more, "BillEmail": {"Address": more["BillEmail"]}}
    invoice = connected.invoice(connected.customer(), **more)
    shown = connected.get(f"invoice/{invoice}?include=invoiceLink&minorversion=75")
    assert ("InvoiceLink" in shown) == has_link
    assert "InvoiceLink" not in connected.get(f"invoice/{invoice}")


def test_a_company_without_online_payment_has_no_pay_links(connected: Place) -> None:
    connected.hand.prefer("SalesFormsPrefs", ETransactionPaymentEnabled=False)
    invoice = connected.invoice(
        connected.customer(), AllowOnlineACHPayment=True, BillEmail={"Address": "a@b.example"}
    )
    shown = connected.get(f"invoice/{invoice}?include=invoiceLink")
    assert "InvoiceLink" not in shown
    assert shown["AllowOnlineACHPayment"] is False

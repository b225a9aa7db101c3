"""Invoices and credit notes: numbers, states, arithmetic and what may be edited."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.providers.simulated.xero.stage import Stage, invoice, read, rows_of

NO_IDENTITY = (
    "The Contact must contain at least 1 of the following elements to identify the contact:"
    " Name, ContactID, ContactNumber"
)


def moved(stage: Stage, invoice_id: str) -> str:
    return str(stage.rows(f"Invoices/{invoice_id}")[0]["UpdatedDateUTC"])


def test_amounts_are_numbers_with_two_decimals_as_written(stage: Stage) -> None:
    made = stage.invoice("4.00")
    text = stage.call("GET", f"Invoices/{made['InvoiceID']}").text
    assert '"Total":4.00,' in text
    assert '"CurrencyRate":1.0000000000' in text
    assert '"Date":"\\/Date(1790812800000+0000)\\/","DateString":"2026-10-01T00:00:00"' in text
    assert '"UpdatedDateUTCString":"2026-11-02T09:30:00+00:00"' in text


@pytest.mark.parametrize("day", ["2026-10-01", "2026-10-01T00:00:00", "/Date(1790812800000+0000)/",
                                 "/Date(1790812800000)/"])  # fmt: skip
def test_dates_are_taken_in_both_forms(stage: Stage, day: str) -> None:
    assert stage.invoice(Date=day)["DateString"] == "2026-10-01T00:00:00"


def test_tax_follows_the_account_and_the_kind_of_amounts(stage: Stage) -> None:
    contact = stage.contact()
    exclusive = stage.put("Invoices", **invoice(contact, "100.00", LineAmountTypes="Exclusive"))
    inclusive = stage.put("Invoices", **invoice(contact, "115.00", LineAmountTypes="Inclusive"))
    for made in (exclusive, inclusive):
        assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (100, 15, 115)
    line = exclusive["LineItems"][0]
    assert (line["TaxType"], line["TaxAmount"]) == ("OUTPUT2", Decimal("15.00"))


def test_unit_amounts_have_four_decimals_only_on_request(stage: Stage) -> None:
    body = invoice(stage.contact(), "0.12345")
    two = rows_of(stage.call("PUT", "Invoices", body))[0]
    four = rows_of(stage.call("PUT", "Invoices", body, unitdp="4"))[0]
    assert two["LineItems"][0]["UnitAmount"] == Decimal("0.12")
    assert four["LineItems"][0]["UnitAmount"] == Decimal("0.1235")


def test_a_line_amount_must_be_quantity_times_price(stage: Stage) -> None:
    line = {"Description": "x", "Quantity": 2, "UnitAmount": 50, "LineAmount": 99,
            "AccountCode": "200"}  # fmt: skip
    body = invoice(stage.contact(), "1.00", LineItems=[line])
    said = "The line total 99.00 does not match the expected line total 100.00"
    assert stage.refused("PUT", "Invoices", body) == [said]
    discounted = line | {"DiscountRate": 10, "LineAmount": 90}
    assert stage.put("Invoices", **body | {"LineItems": [discounted]})["Total"] == 90


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Type": "OTHER"}, "The Type 'OTHER' is not valid; valid values are ACCREC, ACCPAY"),
        ({"Date": "soon"}, "The Date 'soon' is not a valid date"),
        ({"CurrencyCode": "XXX"}, "Organisation is not subscribed to currency XXX"),
        ({"LineItems": []}, "One or more line items must be specified"),
        ({"LineItems": [{"UnitAmount": 1}]}, "Account code must be specified."),
        ({"LineItems": [{"UnitAmount": 1, "AccountCode": "999"}]},
         "Account code '999' is not a valid code for this document."),
        ({"Contact": {}}, NO_IDENTITY),
    ],
)  # fmt: skip
def test_a_wrong_invoice_is_refused(stage: Stage, change: dict[str, Any], said: str) -> None:
    body = invoice(stage.contact(), "10.00") | change
    assert said in stage.refused("PUT", "Invoices", body)
    assert stage.rows("Invoices") == []


def test_invoice_numbers_are_given_out_and_must_be_unique(stage: Stage) -> None:
    contact = stage.contact()
    first = stage.invoice(contact=contact)
    assert first["InvoiceNumber"] == "INV-0001"
    taken = invoice(contact, "5.00", InvoiceNumber="INV-0002")
    stage.put("Invoices", **taken)
    assert stage.refused("PUT", "Invoices", taken) == ["Invoice # must be unique."]
    assert stage.invoice(contact=contact)["InvoiceNumber"] == "INV-0003"
    assert stage.rows("Invoices/INV-0001")[0]["InvoiceID"] == first["InvoiceID"]


def test_post_overwrites_the_invoice_of_the_same_number(stage: Stage) -> None:
    contact = stage.contact()
    stage.put("Invoices", **invoice(contact, "5.00", InvoiceNumber="A-1"))
    stage.post("Invoices", **invoice(contact, "7.00", InvoiceNumber="A-1"))
    assert [row["Total"] for row in stage.rows("Invoices")] == [7]


def test_a_bill_may_repeat_its_suppliers_number(stage: Stage) -> None:
    body = invoice(stage.contact(), "5.00", Type="ACCPAY", InvoiceNumber="X")
    assert stage.put("Invoices", **body)["InvoiceID"] != stage.put("Invoices", **body)["InvoiceID"]


def test_states_go_forward_only(stage: Stage) -> None:
    made = stage.invoice(Status="DRAFT")
    path = f"Invoices/{made['InvoiceID']}"
    assert stage.post(path, Status="AUTHORISED")["Status"] == "AUTHORISED"
    said = "Invoice not of valid status for modification"
    assert stage.refused("POST", path, {"Status": "DRAFT"}) == [said]
    assert stage.post(path, Status="VOIDED")["AmountDue"] == 0
    assert stage.refused("POST", path, {"Reference": "late"}) == [said]
    assert stage.rows(path)[0]["Status"] == "VOIDED"


def test_an_invoice_with_a_payment_cannot_be_edited_or_voided(stage: Stage) -> None:
    made = stage.invoice()
    path = f"Invoices/{made['InvoiceID']}"
    stage.pay(made["InvoiceID"], "40.00")
    for change in ({"Reference": "other"}, {"Status": "VOIDED"}):
        assert stage.refused("POST", path, change) == [
            "Invoice not of valid status for modification",
            "This document cannot be edited as it has a payment or credit note allocated to it.",
        ]
    assert stage.rows(path)[0]["AmountDue"] == 60


def test_due_date_and_sent_mark_change_unseen_on_a_partly_paid_invoice(stage: Stage) -> None:
    made = stage.invoice()
    path = f"Invoices/{made['InvoiceID']}"
    stage.pay(made["InvoiceID"], "40.00")
    before = moved(stage, made["InvoiceID"])
    stage.world.clock.advance(timedelta(seconds=5))
    changed = stage.post(path, DueDate="2026-12-24", SentToContact=True)
    assert changed["DueDateString"] == "2026-12-24T00:00:00"
    assert changed["SentToContact"] is True
    assert moved(stage, made["InvoiceID"]) == before


def test_the_noise_of_a_client_library_is_no_edit(stage: Stage) -> None:
    made = stage.invoice()
    stage.pay(made["InvoiceID"], "100.00")
    path = f"Invoices/{made['InvoiceID']}"
    noisy = {"SentToContact": True, "HasAttachments": False, "HasErrors": False}
    assert stage.post(path, **noisy)["Status"] == "PAID"


@pytest.mark.parametrize(
    ("lock", "said"),
    [("PeriodLockDate", "period lock date"), ("EndOfYearLockDate", "end of year lock date")],
)
def test_a_locked_period_takes_no_document_and_no_payment(
    stage: Stage, lock: str, said: str
) -> None:
    made = stage.invoice(Date="2026-11-02")
    stage.xero.act(stage.tenant).set_organisation(**{lock: "2026-10-31"})
    message = f"The document date cannot be before the {said}, currently set at 31-Oct-2026"
    late = invoice(made["Contact"]["ContactID"], "1.00", Date="2026-10-31")
    assert stage.refused("PUT", "Invoices", late) == [message]
    payment = {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "090"},
               "Date": "2026-10-31", "Amount": 1}  # fmt: skip
    assert stage.refused("PUT", "Payments", payment) == [message]
    assert stage.put("Payments", **payment | {"Date": "2026-11-01"})["Status"] == "AUTHORISED"
    shown = stage.rows("Organisation")[0][lock]
    assert shown == "/Date(1793404800000+0000)/"


def test_foreign_invoices_carry_their_rate(stage: Stage) -> None:
    made = stage.invoice(CurrencyCode="USD", CurrencyRate=0.6)
    assert (made["CurrencyCode"], made["CurrencyRate"]) == ("USD", Decimal("0.6000000000"))
    by_the_day = stage.invoice(CurrencyCode="USD")
    assert by_the_day["CurrencyRate"] == Decimal("0.5952380000") or by_the_day["CurrencyRate"] < 1


def test_a_draft_has_no_online_invoice_and_an_approved_one_has(stage: Stage) -> None:
    draft = stage.invoice(Status="DRAFT")
    assert stage.call("GET", f"Invoices/{draft['InvoiceID']}/OnlineInvoice").status_code == 404
    made = stage.invoice()
    row = stage.rows(f"Invoices/{made['InvoiceID']}/OnlineInvoice")[0]
    assert row["OnlineInvoiceUrl"].startswith("https://in.xero.com/")


def test_an_invoice_comes_as_pdf_when_pdf_is_accepted(stage: Stage) -> None:
    made = stage.invoice()
    path = f"Invoices/{made['InvoiceID']}"
    answer = stage.call("GET", path, headers={"Accept": "application/pdf"})
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.4")
    assert b"(Invoice INV-0001)" in answer.data
    assert "INV-0001.pdf" in answer.headers["Content-Disposition"]


def test_an_email_by_xero_marks_the_invoice_as_sent(stage: Stage) -> None:
    silent = stage.invoice()
    path = f"Invoices/{silent['InvoiceID']}/Email"
    assert stage.refused("POST", path, {}) == ["The contact does not have an email address"]
    contact = stage.contact("Written", EmailAddress="pay@alder.test")
    made = stage.invoice(contact=contact)
    assert stage.call("POST", f"Invoices/{made['InvoiceID']}/Email", {}).status_code == 204
    assert stage.rows(f"Invoices/{made['InvoiceID']}")[0]["SentToContact"] is True
    assert stage.world.store.all(stage.tenant, "sentmail")[0]["to"] == ["pay@alder.test"]


def test_an_unknown_invoice_is_not_found_in_plain_text(stage: Stage) -> None:
    answer = stage.call("GET", "Invoices/8a6f0c3e-0000-4000-8000-000000000000")
    assert answer.status_code == 404
    assert answer.text == "The resource you're looking for cannot be found"


def test_a_caller_that_does_not_ask_for_json_gets_xml(stage: Stage) -> None:
    answer = stage.call("GET", "Organisation", headers={"Accept": "*/*"})
    assert answer.mimetype == "text/xml"
    assert "<Name>Alder &amp; Co</Name>" in answer.text


def test_an_error_names_the_element_that_broke_the_rule(stage: Stage) -> None:
    body = invoice(stage.contact(), "1.00", CurrencyCode="XXX", Reference="mine")
    document = read(stage.call("PUT", "Invoices", body))
    assert (document["ErrorNumber"], document["Type"]) == (10, "ValidationException")
    assert document["Message"] == "A validation exception occurred"
    assert document["Elements"][0]["Reference"] == "mine"

"""How a POST finds the document it means, and the terms of a new invoice."""

from __future__ import annotations

import pytest

from tests.providers.simulated.xero.stage import Stage, invoice

NOBODY = "8a6f0c3e-0000-4000-8000-000000000000"


@pytest.mark.parametrize("day", ["2026-10-01", "2026-10-01T00:00:00"])
def test_an_invoice_without_a_due_date_gets_the_terms(stage: Stage, day: str) -> None:
    body = invoice(stage.contact(), "10.00", Date=day)
    del body["DueDate"]
    assert stage.put("Invoices", **body)["DueDateString"] == "2026-10-31T00:00:00"


def test_an_invoice_without_dates_is_of_today(stage: Stage) -> None:
    body = invoice(stage.contact(), "10.00")
    del body["DueDate"], body["Date"]
    made = stage.put("Invoices", **body)
    assert made["DateString"] == made["DueDateString"] == "2026-11-02T00:00:00"


def test_post_finds_an_invoice_by_its_id(stage: Stage) -> None:
    made = stage.invoice()
    changed = stage.post("Invoices", InvoiceID=made["InvoiceID"], Reference="PO 9")
    assert (changed["InvoiceID"], changed["Reference"]) == (made["InvoiceID"], "PO 9")
    body = {"Invoices": [{"InvoiceID": NOBODY, "Reference": "PO 9"}]}
    said = f"Invoice with InvoiceID {NOBODY} could not be found"
    assert stage.refused("POST", "Invoices", body) == [said]


def test_post_of_a_bill_is_always_a_new_bill(stage: Stage) -> None:
    body = invoice(stage.contact(), "10.00", Type="ACCPAY", InvoiceNumber="7")
    assert (
        stage.post("Invoices", **body)["InvoiceID"] != stage.post("Invoices", **body)["InvoiceID"]
    )


def test_an_invoice_can_be_renumbered(stage: Stage) -> None:
    made = stage.invoice()
    stage.post(f"Invoices/{made['InvoiceID']}", InvoiceNumber="A-7")
    assert stage.rows("Invoices/A-7")[0]["InvoiceID"] == made["InvoiceID"]
    assert stage.call("GET", "Invoices/INV-0001").status_code == 404


def test_an_approved_invoice_of_nothing_is_paid(stage: Stage) -> None:
    assert stage.invoice("0.00")["Status"] == "PAID"


def test_a_credit_note_is_edited_found_and_voided(stage: Stage) -> None:
    note = stage.put("CreditNotes", **invoice(stage.contact(), "20.00", Type="ACCRECCREDIT"))
    assert note["CreditNoteNumber"] == "CN-0001"
    changed = stage.post("CreditNotes", CreditNoteNumber="CN-0001", Reference="short pay")
    assert changed["CreditNoteID"] == note["CreditNoteID"]
    assert stage.rows("CreditNotes/CN-0001")[0]["Reference"] == "short pay"
    path = f"CreditNotes/{note['CreditNoteID']}"
    pdf = stage.call("GET", path, headers={"Accept": "application/pdf"})
    assert b"(CreditNote CN-0001)" in pdf.data
    assert stage.post(path, Status="VOIDED")["RemainingCredit"] == 0


def test_what_belongs_to_other_documents_is_not_implemented(stage: Stage) -> None:
    contact = stage.contact()
    made = stage.invoice(contact=contact)
    for method, path in (
        ("PUT", f"Invoices/{made['InvoiceID']}/Allocations"),
        ("GET", f"Contacts/{contact}/Allocations"),
        ("GET", f"Contacts/{contact}/OnlineInvoice"),
        ("POST", f"Contacts/{contact}/Email"),
        ("DELETE", f"Contacts/{contact}"),
        ("DELETE", f"Contacts/{contact}/Attachments"),
    ):
        assert stage.call(method, path).status_code == 501
    assert stage.call("GET", f"Contacts/{contact}/Cows").status_code == 404

"""People who work inside the ledger, and books of thousands of invoices."""

from __future__ import annotations

from decimal import Decimal

import pytest

from providers.simulated.xero.refusals import Invalid
from tests.providers.simulated.xero.stage import Stage, invoice, payment


def test_a_person_can_do_what_the_api_can(stage: Stage) -> None:
    desk = stage.xero.act(stage.tenant, "Mia Book")
    contact = desk.create("Contacts", {"Name": "Alder"})["ContactID"]
    made = desk.create("Invoices", invoice(contact, "100.00"))
    paid = desk.create("Payments", payment(made["InvoiceID"], "30.00"))
    assert desk.get("Invoices", made["InvoiceID"])["AmountDue"] == Decimal("70.00")
    desk.delete("Payments", paid["PaymentID"])
    note = desk.create("CreditNotes", invoice(contact, "20.00", Type="ACCRECCREDIT"))
    used = {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Amount": 20, "Date": "2026-11-01"}
    allocation = desk.allocate("CreditNotes", note["CreditNoteID"], used)
    assert desk.get("Invoices", made["InvoiceID"])["AmountDue"] == 80
    desk.take_back("CreditNotes", note["CreditNoteID"], allocation)
    desk.note("Invoices", made["InvoiceID"], "Rang them")
    assert desk.update("Contacts", contact, {"FirstName": "Al"})["FirstName"] == "Al"
    assert desk.delete("Invoices", made["InvoiceID"])["Status"] == "VOIDED"
    assert desk.delete("Contacts", contact)["ContactStatus"] == "ARCHIVED"
    rows = stage.rows(f"Invoices/{made['InvoiceID']}/History")
    assert rows[-1]["Details"] == "Received by Mia Book"
    assert "Rang them" in [row["Details"] for row in rows]


def test_a_person_is_refused_as_the_api_refuses(stage: Stage) -> None:
    desk = stage.xero.act(stage.tenant)
    with pytest.raises(Invalid, match="Invoice could not be found"):
        desk.create("Payments", payment("none", "1.00"))
    with pytest.raises(Invalid, match="There is no Cows; there are invoices"):
        desk.create("Cows", {})
    with pytest.raises(Invalid, match="An organisation has no Colour"):
        desk.set_organisation(Colour="red")
    with pytest.raises(Invalid, match="Invoices none could not be found"):
        desk.get("Invoices", "none")
    assert desk.all("Payments") == []


@pytest.mark.timeout(120)
def test_ten_thousand_invoices_are_made_and_listed_in_seconds(stage: Stage) -> None:
    desk = stage.xero.act(stage.tenant)
    contacts = [desk.create("Contacts", {"Name": f"C{n}"})["ContactID"] for n in range(100)]
    for number in range(10_000):
        desk.create("Invoices", invoice(contacts[number % 100], "10.00"))
    rows = stage.rows("Invoices", page="10", pageSize="1000", where="AmountDue>0")
    assert len(rows) == 1000

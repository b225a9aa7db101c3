from __future__ import annotations

from tests.providers.simulated.xero.stage import Stage


def test_aged_receivables_list_the_open_invoices_of_a_contact(stage: Stage) -> None:
    contact = stage.contact("Alder")
    one = stage.invoice("100.00", contact=contact, DueDate="2026-10-31")
    two = stage.invoice("50.00", contact=contact, DueDate="2026-11-30")
    stage.pay(one["InvoiceID"], "40.00")
    report = stage.rows("Reports/AgedReceivablesByContact", contactId=contact)[0]
    header, section, closing = report["Rows"]
    assert [cell["Value"] for cell in header["Cells"]][1] == "Number"
    cells = [[cell["Value"] for cell in row["Cells"]] for row in section["Rows"]]
    assert cells[0][3:] == ["2 days overdue", "100.00", "40.00", "0.00", "60.00"]
    assert cells[1][1:4] == [two["InvoiceNumber"], "2026-11-30T00:00:00", ""]
    assert [cell["Value"] for cell in closing["Rows"][0]["Cells"]][-1] == "110.00"


def test_a_report_needs_a_contact(stage: Stage) -> None:
    path = "Reports/AgedReceivablesByContact"
    assert stage.call("GET", path, contactId=stage.tenant).status_code == 400
    contact = stage.contact()
    assert stage.call("GET", path, contactId=contact, date="soon").status_code == 400
    assert stage.call("GET", "Reports/BankStatement").status_code == 404
    empty = stage.rows(path, contactId=contact)[0]["Rows"][2]["Rows"][0]
    assert [cell["Value"] for cell in empty["Cells"]][-1] == "0.00"

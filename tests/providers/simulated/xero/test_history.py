from __future__ import annotations

import pytest

from tests.providers.simulated.xero.stage import Stage

WRONG = "The document with the supplied id was not found for this endpoint."
PAID = (
    "Payment received from Cash Cow on 1 November 2026 for 11.05. This invoice has been fully paid"
)


def test_a_note_is_kept_and_shown_as_system_generated(stage: Stage) -> None:
    path = f"Invoices/{stage.invoice()['InvoiceID']}/History"
    kept = stage.put(path, HistoryRecords=[{"Details": "Called, will pay Friday [lh:7]"}])
    assert kept["Details"] == "Called, will pay Friday [lh:7]"
    row = stage.rows(path)[0]
    assert (row["Changes"], row["User"]) == ("Note", "System Generated")
    assert row["Details"] == "Called, will pay Friday [lh:7]"
    assert row["DateUTCString"] == "2026-11-02T09:30:00"


def test_post_adds_a_note_as_put_does(stage: Stage) -> None:
    path = f"contacts/{stage.contact()}/history"
    stage.post(path, HistoryRecords=[{"Details": "One"}])
    stage.post(path, HistoryRecords=[{"Details": "Two"}])
    assert [row["Details"] for row in stage.rows(path)][:2] == ["Two", "One"]


@pytest.mark.parametrize(("length", "accepted"), [(250, True), (251, False)])
def test_a_note_has_at_most_250_characters(stage: Stage, length: int, accepted: bool) -> None:
    path = f"Invoices/{stage.invoice()['InvoiceID']}/History"
    before = len(stage.rows(path))
    answer = stage.call("PUT", path, {"HistoryRecords": [{"Details": "x" * length}]})
    assert answer.status_code == (200 if accepted else 400)
    assert len(stage.rows(path)) == before + accepted


def test_xero_writes_its_own_rows(stage: Stage) -> None:
    contact = stage.contact("Cash Cow")
    made = stage.invoice("11.05", contact=contact)
    path = f"Invoices/{made['InvoiceID']}"
    stage.post(path, Reference="PO 7")
    stage.pay(made["InvoiceID"], "11.05", Date="2026-11-01")
    rows = [(row["Changes"], row["Details"]) for row in stage.rows(f"{path}/History")]
    assert rows == [
        ("Paid", PAID),
        ("Edited", "Received through the Xero API from Helping Hand"),
        ("Created", "Received through the Xero API from Helping Hand"),
    ]


def test_a_voided_invoice_says_so(stage: Stage) -> None:
    path = f"Invoices/{stage.invoice()['InvoiceID']}"
    stage.post(path, Status="VOIDED")
    assert stage.rows(f"{path}/History")[0]["Changes"] == "Voided"


def test_payments_and_unapplied_cash_take_no_notes(stage: Stage) -> None:
    made = stage.invoice()
    paid = stage.pay(made["InvoiceID"], "1.00")
    path = f"Payments/{paid['PaymentID']}/History"
    assert stage.refused("PUT", path, {"HistoryRecords": [{"Details": "x"}]}) == [WRONG]
    assert [row["Changes"] for row in stage.rows(path)] == ["Created"]


def test_an_empty_note_is_refused(stage: Stage) -> None:
    path = f"Contacts/{stage.contact()}/History"
    assert stage.refused("PUT", path, {"HistoryRecords": [{"Details": ""}]})
    assert len(stage.rows(path)) == 1

"""Payments and batch payments: arithmetic, refusals, undoing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.providers.simulated.xero.stage import Stage, invoice, payment, read, rows_of

OVER = "Payment amount exceeds the amount outstanding on this document"
NOT_OPEN = "Payments can only be made against Authorised documents"


def shown(stage: Stage, made: dict[str, Any]) -> dict[str, Any]:
    return stage.rows(f"Invoices/{made['InvoiceID']}")[0]


def batch(*parts: tuple[dict[str, Any], float], **more: Any) -> dict[str, Any]:
    rows = [{"Invoice": {"InvoiceID": made["InvoiceID"]}, "Amount": amount}
            for made, amount in parts]  # fmt: skip
    return {"Account": {"Code": "090"}, "Date": "2026-11-01", "Payments": rows} | more


def test_a_payment_reduces_what_is_due_and_moves_the_invoice(stage: Stage) -> None:
    made = stage.invoice()
    stage.world.clock.advance(timedelta(seconds=1))
    paid = stage.pay(made["InvoiceID"], "40.00", Reference="[lh:1a2b3c4d]")
    assert (paid["PaymentType"], paid["Status"]) == ("ACCRECPAYMENT", "AUTHORISED")
    assert paid["Reference"] == "[lh:1a2b3c4d]"
    assert paid["Invoice"]["AmountDue"] == 60
    after = shown(stage, made)
    assert (after["AmountDue"], after["AmountPaid"], after["Status"]) == (60, 40, "AUTHORISED")
    assert after["Payments"][0]["PaymentID"] == paid["PaymentID"]
    assert after["UpdatedDateUTC"] != made["UpdatedDateUTC"]


def test_the_last_cent_makes_it_paid_and_taking_back_makes_it_open(stage: Stage) -> None:
    made = stage.invoice()
    stage.pay(made["InvoiceID"], "40.00", Date="2026-10-05")
    last = stage.pay(made["InvoiceID"], "60.00", Date="2026-10-20")
    full = shown(stage, made)
    assert (full["Status"], full["AmountDue"]) == ("PAID", 0)
    assert full["FullyPaidOnDate"] == "/Date(1792454400000+0000)/"
    gone = stage.post(f"Payments/{last['PaymentID']}", Payments=[{"Status": "DELETED"}])
    assert gone["Status"] == "DELETED"
    after = shown(stage, made)
    assert (after["Status"], after["AmountDue"]) == ("AUTHORISED", 60)
    assert "FullyPaidOnDate" not in after
    assert len(after["Payments"]) == 1
    assert stage.rows("Payments", where='Status=="DELETED"')[0]["PaymentID"] == last["PaymentID"]


def test_a_payment_is_deleted_once_and_never_changed(stage: Stage) -> None:
    made = stage.invoice()
    path = f"Payments/{stage.pay(made['InvoiceID'], '40.00')['PaymentID']}"
    assert stage.refused("POST", path, {"Reference": "x"})
    assert stage.post(path, Status="DELETED")["Status"] == "DELETED"
    assert stage.refused("POST", path, {"Status": "DELETED"})
    assert shown(stage, made)["AmountDue"] == 100


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Amount": 100.01}, [OVER]),
        ({"Amount": 0}, ["The payment amount must be greater than zero"]),
        ({"Amount": "abc"}, ["The Amount 'abc' is not a valid amount"]),
        ({"Account": {"Code": "200"}}, ["Payments to account '200' are not enabled"]),
        ({"Account": {}}, ["The account to pay from or into could not be found"]),
        ({"Account": {"Code": "092"}},
         ["The payment account must be in NZD or in the base currency NZD"]),
        ({"Invoice": {"InvoiceID": "0"}}, ["Invoice could not be found"]),
    ],
)  # fmt: skip
def test_a_wrong_payment_is_refused(stage: Stage, change: dict[str, Any], said: list[str]) -> None:
    made = stage.invoice()
    body = payment(made["InvoiceID"], "10.00") | change
    assert stage.refused("PUT", "Payments", body) == said
    assert shown(stage, made)["AmountDue"] == 100
    assert stage.rows("Payments") == []


@pytest.mark.parametrize("state", ["DRAFT", "VOIDED", "PAID"])
def test_only_an_authorised_invoice_can_be_paid(stage: Stage, state: str) -> None:
    made = stage.invoice(Status="DRAFT" if state == "DRAFT" else "AUTHORISED")
    if state == "VOIDED":
        stage.post(f"Invoices/{made['InvoiceID']}", Status="VOIDED")
    if state == "PAID":
        stage.pay(made["InvoiceID"], "100.00")
    said = stage.refused("PUT", "Payments", payment(made["InvoiceID"], "10.00"))
    assert said == ([NOT_OPEN] if state == "DRAFT" else [NOT_OPEN, OVER])


def test_a_document_of_another_kind_is_no_invoice(stage: Stage) -> None:
    made = stage.invoice()
    note = stage.put("CreditNotes", **invoice(
        made["Contact"]["ContactID"], "20.00", Type="ACCRECCREDIT"))  # fmt: skip
    said = stage.refused("PUT", "Payments", payment(note["CreditNoteID"], "5.00"))
    assert said == ["Invoice could not be found"]


def test_a_foreign_invoice_can_be_paid_in_its_own_or_the_base_currency(stage: Stage) -> None:
    made = stage.invoice("60.00", CurrencyCode="USD", CurrencyRate=0.6)
    base = stage.pay(made["InvoiceID"], "30.00")
    assert (base["Amount"], base["BankAmount"]) == (30, 50)
    own = stage.pay(made["InvoiceID"], "30.00", Account={"Code": "091"})
    assert (own["Amount"], own["BankAmount"]) == (30, 30)
    assert shown(stage, made)["Status"] == "PAID"


def test_some_of_many_payments_may_fail_and_are_told_apart(stage: Stage) -> None:
    made = stage.invoice()
    parts = [payment(made["InvoiceID"], "60.00"), payment(made["InvoiceID"], "60.00"),
             payment(made["InvoiceID"], "40.00")]  # fmt: skip
    answer = stage.call("PUT", "Payments", {"Payments": parts}, summarizeErrors="false")
    rows = rows_of(answer)
    assert answer.status_code == 200
    assert [row["StatusAttributeString"] for row in rows] == ["OK", "ERROR", "OK"]
    assert rows[1]["ValidationErrors"] == [{"Message": OVER}]
    assert shown(stage, made)["Status"] == "PAID"


def test_without_the_switch_a_400_hides_what_was_done(stage: Stage) -> None:
    made = stage.invoice()
    parts = [payment(made["InvoiceID"], "60.00"), payment(made["InvoiceID"], "60.00")]
    answer = stage.call("PUT", "Payments", {"Payments": parts})
    assert answer.status_code == 400
    assert len(read(answer)["Elements"]) == 1
    assert shown(stage, made)["AmountDue"] == 40


def test_a_batch_is_one_receipt_for_several_invoices(stage: Stage) -> None:
    one, two = stage.invoice("10.00"), stage.invoice("20.00")
    made = stage.put("BatchPayments", **batch((one, 10), (two, 15.5), Details="[lh:9]"))
    assert (made["Type"], made["Status"]) == ("RECBATCH", "AUTHORISED")
    assert (made["TotalAmount"], made["Details"]) == (Decimal("25.50"), "[lh:9]")
    assert shown(stage, one)["Status"] == "PAID"
    assert shown(stage, two)["AmountDue"] == Decimal("4.50")
    rows = stage.rows("Payments")
    assert {row["BatchPaymentID"] for row in rows} == {made["BatchPaymentID"]}
    single = stage.rows(f"BatchPayments/{made['BatchPaymentID']}")[0]
    assert len(single["Payments"]) == 2


def test_a_batch_is_done_as_a_whole_or_not_at_all(stage: Stage) -> None:
    one, two = stage.invoice("10.00"), stage.invoice("20.00")
    assert stage.refused("PUT", "BatchPayments", batch((one, 10), (two, 21))) == [OVER]
    assert shown(stage, one)["AmountDue"] == 10
    assert stage.rows("Payments") == []


@pytest.mark.parametrize("path", ["BatchPayments", "BatchPayments/{id}"])
def test_a_batch_is_deleted_as_a_whole(stage: Stage, path: str) -> None:
    one, two = stage.invoice("10.00"), stage.invoice("20.00")
    made = stage.put("BatchPayments", **batch((one, 10), (two, 20)))
    part = made["Payments"][0]["PaymentID"]
    said = "A payment that was made through a batch payment cannot be deleted singly"
    assert stage.refused("POST", f"Payments/{part}", {"Status": "DELETED"}) == [said]
    body = {"BatchPaymentID": made["BatchPaymentID"], "Status": "DELETED"}
    gone = stage.post(path.format(id=made["BatchPaymentID"]), **body)
    assert gone["Status"] == "DELETED"
    assert (shown(stage, one)["AmountDue"], shown(stage, two)["AmountDue"]) == (10, 20)
    assert stage.refused("POST", "BatchPayments", body)


def test_a_credit_can_be_paid_out(stage: Stage) -> None:
    note = stage.put("CreditNotes", **invoice(stage.contact(), "20.00", Type="ACCRECCREDIT"))
    paid = stage.put("Payments", CreditNote={"CreditNoteID": note["CreditNoteID"]},
                     Account={"Code": "090"}, Date="2026-11-01", Amount=20)  # fmt: skip
    assert paid["PaymentType"] == "ARCREDITPAYMENT"
    after = stage.rows(f"CreditNotes/{note['CreditNoteID']}")[0]
    assert (after["Status"], after["RemainingCredit"]) == ("PAID", 0)

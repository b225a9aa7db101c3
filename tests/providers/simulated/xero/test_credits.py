"""Unapplied cash and credit notes: how they come in, are used on invoices and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.simulated.xero.stage import Stage, invoice, read

ALLOCATED_TOO_MUCH = "cannot be allocated, the amount is greater than the amount outstanding"


def receive(contact: str, amount: float, kind: str = "RECEIVE-OVERPAYMENT", **more: Any) -> Any:
    return {
        "Type": kind, "Contact": {"ContactID": contact}, "BankAccount": {"Code": "090"},
        "Date": "2026-11-01", "LineAmountTypes": "NoTax",
        "LineItems": [{"Description": "Money received", "LineAmount": amount,
                       "AccountCode": "610"}],
    } | more  # fmt: skip


def credit(stage: Stage, kind: str, contact: str, amount: float) -> str:
    """The address of a new credit of 50."""
    if kind == "CreditNotes":
        made = stage.put("CreditNotes", **invoice(contact, str(amount), Type="ACCRECCREDIT"))
        return f"CreditNotes/{made['CreditNoteID']}"
    name = kind.removesuffix("s")
    made = stage.put("BankTransactions", **receive(contact, amount, f"RECEIVE-{name.upper()}"))
    return f"{kind}/{made[f'{name}ID']}"


def allocation(made: dict[str, Any], amount: float, **more: Any) -> dict[str, Any]:
    return {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Amount": amount,
            "Date": "2026-11-01"} | more  # fmt: skip


@pytest.fixture(params=["CreditNotes", "Overpayments", "Prepayments"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_credit_is_used_on_an_invoice_and_taken_back(stage: Stage, kind: str) -> None:
    made = stage.invoice("100.00")
    path = credit(stage, kind, made["Contact"]["ContactID"], 50)
    used = stage.put(f"{path}/Allocations", **allocation(made, 30))
    after = stage.rows(f"Invoices/{made['InvoiceID']}")[0]
    assert (after["AmountDue"], after["AmountCredited"], after["AmountPaid"]) == (70, 30, 0)
    assert after[kind][0]["AppliedAmount"] == 30
    assert stage.rows(path)[0]["RemainingCredit"] == 20
    assert stage.rows(path)[0]["Allocations"][0]["AllocationID"] == used["AllocationID"]
    gone = read(stage.call("DELETE", f"{path}/Allocations/{used['AllocationID']}"))
    assert (gone["AllocationId"], gone["IsDeleted"]) == (used["AllocationID"], True)
    assert stage.rows(f"Invoices/{made['InvoiceID']}")[0]["AmountDue"] == 100
    assert stage.rows(path)[0]["RemainingCredit"] == 50
    assert stage.call("DELETE", f"{path}/Allocations/{used['AllocationID']}").status_code == 404


def test_a_credit_that_is_used_up_is_paid(stage: Stage, kind: str) -> None:
    made = stage.invoice("100.00")
    path = credit(stage, kind, made["Contact"]["ContactID"], 50)
    stage.put(f"{path}/Allocations", **allocation(made, 50))
    assert stage.rows(path)[0]["Status"] == "PAID"
    assert stage.refused("PUT", f"{path}/Allocations", allocation(made, 1))
    assert stage.rows(f"Invoices/{made['InvoiceID']}")[0]["AmountDue"] == 50


@pytest.mark.parametrize("amount", [50.01, 100])
def test_no_more_than_is_left_can_be_used(stage: Stage, kind: str, amount: float) -> None:
    made = stage.invoice("60.00")
    path = credit(stage, kind, made["Contact"]["ContactID"], 50)
    said = stage.refused("PUT", f"{path}/Allocations", allocation(made, amount))
    assert said[0].endswith(ALLOCATED_TOO_MUCH)
    assert stage.rows(path)[0]["RemainingCredit"] == 50
    assert stage.rows(f"Invoices/{made['InvoiceID']}")[0]["AmountDue"] == 60


@pytest.mark.parametrize("missing", ["Invoice", "Amount", "Date"])
def test_an_allocation_must_be_whole(stage: Stage, missing: str) -> None:
    made = stage.invoice("60.00")
    path = credit(stage, "Overpayments", made["Contact"]["ContactID"], 50)
    body = allocation(made, 5)
    del body[missing]
    assert stage.refused("PUT", f"{path}/Allocations", body) == [
        f"An allocation must have its {missing}"
    ]


def test_a_credit_stays_with_its_contact_and_currency(stage: Stage) -> None:
    foreign = stage.invoice("60.00", CurrencyCode="USD")
    path = credit(stage, "Overpayments", stage.contact("Somebody else"), 50)
    assert stage.refused("PUT", f"{path}/Allocations", allocation(foreign, 5)) == [
        "Overpayment cannot be allocated to an invoice in another currency",
        "Overpayment cannot be allocated to an invoice of another contact",
    ]


def test_an_overpayment_is_one_line_coded_to_receivables(stage: Stage) -> None:
    contact = stage.contact()
    made = stage.put("BankTransactions", **receive(contact, 50, Reference="[lh:2]"))
    assert made["OverpaymentID"] != made["BankTransactionID"]
    line = made["LineItems"][0]
    assert (line["AccountCode"], line["TaxType"], made["TotalTax"]) == ("610", "NONE", 0)
    kept = stage.rows("Overpayments", References="[lh:2],other")[0]
    assert stage.rows("Overpayments", References="other") == []
    assert (kept["Reference"], kept["RemainingCredit"]) == ("[lh:2]", 50)
    two = receive(contact, 5)
    two["LineItems"] *= 2
    said = "An overpayment must have exactly one line item"
    assert stage.refused("PUT", "BankTransactions", two) == [said]


def test_an_overpayment_cannot_be_edited_but_voided_while_unused(stage: Stage) -> None:
    owed = stage.invoice("60.00")
    made = stage.put("BankTransactions", **receive(owed["Contact"]["ContactID"], 50))
    path = f"BankTransactions/{made['BankTransactionID']}"
    same = {field: made[field] for field in ("Type", "LineItems", "BankAccount")}
    overpayment = f"Overpayments/{made['OverpaymentID']}"
    assert stage.refused("POST", path, same | {"Reference": "x"})
    used = stage.put(f"{overpayment}/Allocations", **allocation(owed, 5))
    assert stage.refused("POST", path, same | {"Status": "DELETED"})
    stage.call("DELETE", f"{overpayment}/Allocations/{used['AllocationID']}")
    assert stage.post(path, **same, Status="DELETED")["Status"] == "DELETED"
    after = stage.rows(overpayment)[0]
    assert (after["Status"], after["RemainingCredit"]) == ("VOIDED", 0)


def test_money_received_can_be_booked_and_edited(stage: Stage) -> None:
    body = receive(stage.contact(), 20, "RECEIVE")
    body["LineItems"][0]["AccountCode"] = "260"
    made = stage.put("BankTransactions", **body)
    path = f"BankTransactions/{made['BankTransactionID']}"
    same = {field: made[field] for field in ("Type", "LineItems", "BankAccount")}
    assert stage.post(path, **same, Reference="new")["Reference"] == "new"
    assert stage.rows("BankTransactions", where='Type=="RECEIVE"')[0]["Total"] == 20


def test_a_credit_lowers_the_balance_of_its_contact(stage: Stage) -> None:
    made = stage.invoice("100.00")
    contact = made["Contact"]["ContactID"]
    credit(stage, "Overpayments", contact, 30)
    balances = stage.rows(f"Contacts/{contact}")[0]["Balances"]
    assert balances["AccountsReceivable"]["Outstanding"] == 70


def test_a_locked_period_keeps_its_allocations(stage: Stage) -> None:
    made = stage.invoice("100.00")
    path = credit(stage, "Overpayments", made["Contact"]["ContactID"], 50)
    used = stage.put(f"{path}/Allocations", **allocation(made, 30))
    stage.xero.act(stage.tenant).set_organisation(PeriodLockDate="2026-11-01")
    gone = stage.call("DELETE", f"{path}/Allocations/{used['AllocationID']}")
    assert gone.status_code == 400
    assert "period lock date, currently set at 01-Nov-2026" in gone.text
    assert stage.rows(path)[0]["RemainingCredit"] == 20


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"LineItems": []}, "One or more line items must be specified"),
        ({"BankAccount": {"Code": "850"}}, "The BankAccount must be an account of type BANK"),
        ({"LineItems": [{"LineAmount": 0}]},
         "The total of a bank transaction must be greater than zero"),
        ({"LineItems": [{"Quantity": "x", "LineAmount": 1}]},
         "The Quantity 'x' is not a valid number"),
        ({"Reference": "x" * 256}, "The value 'Reference' cannot be longer than 255 characters"),
    ],
)  # fmt: skip
def test_a_wrong_receipt_is_refused(stage: Stage, change: dict[str, Any], said: str) -> None:
    body = receive(stage.contact(), 5) | change
    assert stage.refused("PUT", "BankTransactions", body) == [said]
    assert stage.rows("Overpayments") == []


def test_a_deleted_receipt_stays_deleted(stage: Stage) -> None:
    made = stage.put("BankTransactions", **receive(stage.contact(), 20, "RECEIVE"))
    same = {field: made[field] for field in ("Type", "LineItems", "BankAccount")}
    path = f"BankTransactions/{made['BankTransactionID']}"
    assert stage.post(path, **same, Status="DELETED")["Status"] == "DELETED"
    said = "Bank transaction not of valid status for modification"
    assert stage.refused("POST", path, same) == [said]

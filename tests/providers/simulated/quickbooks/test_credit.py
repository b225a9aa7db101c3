from __future__ import annotations

import pytest

from tests.providers.simulated.quickbooks.place import Place, build, invoice_body


def test_a_credit_memo_lowers_what_the_customer_owes(connected: Place) -> None:
    customer = connected.customer()
    made = connected.post("creditmemo", invoice_body(customer, "30"))
    assert (made["RemainingCredit"], made["Balance"], made["TotalAmt"]) == (30, 30, 30)
    assert "DueDate" not in made
    assert connected.get(f"customer/{customer}")["Balance"] == -30


def test_credits_are_applied_by_themselves_where_the_company_wants_it(connected: Place) -> None:
    connected.hand.prefer("SalesFormsPrefs", AutoApplyCredit=True)
    customer = connected.customer()
    new = connected.invoice(customer, "20", TxnDate="2026-11-10")
    old = connected.invoice(customer, "20", TxnDate="2026-10-10")
    connected.pumped()
    made = connected.post("creditmemo", invoice_body(customer, "30"))
    assert (made["RemainingCredit"], len(made["LinkedTxn"])) == (0, 2)
    assert connected.get(f"invoice/{old}")["Balance"] == 0
    assert connected.get(f"invoice/{new}")["Balance"] == 10
    assert connected.get(f"customer/{customer}")["Balance"] == 10
    payments = connected.query("select * from Payment")["Payment"]
    assert [payment["TotalAmt"] for payment in payments] == [0, 0]


def test_credits_wait_where_the_company_does_not(connected: Place) -> None:
    customer = connected.customer()
    connected.invoice(customer, "20")
    assert connected.post("creditmemo", invoice_body(customer, "30"))["RemainingCredit"] == 30
    assert connected.query("select * from Payment") == {}


@pytest.mark.parametrize("path", ["salesreceipt", "refundreceipt"])
def test_receipts_leave_nothing_open(connected: Place, path: str) -> None:
    customer = connected.customer()
    made = connected.post(path, invoice_body(customer, "30"))
    assert (made["TotalAmt"], made["Balance"]) == (30, 0)
    assert made["DepositToAccountRef"]["name"] == "Undeposited Funds"
    assert connected.get(f"customer/{customer}")["Balance"] == 0


def test_an_estimate_owes_nothing(connected: Place) -> None:
    customer = connected.customer()
    assert connected.post("estimate", invoice_body(customer))["TxnStatus"] == "Pending"
    assert connected.get(f"customer/{customer}")["Balance"] == 0


def test_a_sale_over_the_counter_needs_no_customer(connected: Place) -> None:
    body = invoice_body("") | {"CustomerRef": None}
    made = connected.post("salesreceipt", body)
    assert "CustomerRef" not in made
    assert made["CurrencyRef"]["value"] == "USD"
    change = {"Id": made["Id"], "SyncToken": "0", "PrivateNote": "Cash box"}
    assert connected.post("salesreceipt", body | change)["PrivateNote"] == "Cash box"


def test_a_credit_in_another_currency_also_shows_the_companys_own() -> None:
    place = build(multi_currency=True)
    place.connect()
    customer = place.customer(CurrencyRef={"value": "EUR"})
    body = invoice_body(customer, "50") | {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": "1.2"}
    assert place.post("creditmemo", body)["HomeBalance"] == 60

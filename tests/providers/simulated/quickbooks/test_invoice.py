from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from providers.simulated.quickbooks.refusals import Refusal
from tests.providers.simulated.quickbooks.place import Place, build, invoice_body, paying


def test_a_minimal_invoice_is_filled_in_as_the_ledger_does(connected: Place) -> None:
    address = {"Id": "2", "Line1": "4581 Finch St.", "City": "Bayshore"}
    customer = connected.customer(BillAddr=address, ShipAddr=address)
    made = connected.post("invoice", invoice_body(customer))
    assert made["DocNumber"] == "1001"
    assert (made["TxnDate"], made["DueDate"]) == ("2026-11-20", "2026-12-20")
    assert made["Line"] == [
        {
            "Id": "1", "LineNum": 1, "Amount": 100, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": "1", "name": "Services"}, "TaxCodeRef": {"value": "NON"},
            },
        },
        {"Amount": 100, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
    ]  # fmt: skip
    assert (made["BillAddr"], made["ShipAddr"]) == (address, address)
    assert (made["PrintStatus"], made["EmailStatus"]) == ("NeedToPrint", "NotSet")
    assert made["LinkedTxn"] == []
    assert (made["TotalAmt"], made["Balance"]) == (100, 100)


def test_numbers_go_up_by_one_and_are_shared_with_other_sales_forms(connected: Place) -> None:
    customer = connected.customer()
    numbers = [
        connected.post(path, invoice_body(customer))["DocNumber"]
        for path in ("invoice", "creditmemo", "salesreceipt", "estimate", "refundreceipt")
    ]
    assert numbers == ["1001", "1002", "1003", "1004", "1005"]


def test_where_numbers_are_the_companys_own_a_second_use_is_refused(connected: Place) -> None:
    connected.hand.prefer("SalesFormsPrefs", CustomTxnNumbers=True)
    customer = connected.customer()
    assert "DocNumber" not in connected.post("invoice", invoice_body(customer))
    connected.post("invoice", invoice_body(customer) | {"DocNumber": "A-1"})
    error = connected.refused("invoice", invoice_body(customer) | {"DocNumber": "A-1"})
    assert (error["code"], error["Message"]) == ("6140", "Duplicate Document Number Error")
    assert connected.query("select count(*) from Invoice") == {"totalCount": 2}


@pytest.mark.parametrize(
    ("_case", "term", "issued", "due"),
    [
        ("net 15", "2", "2026-11-20", "2026-12-05"),
        ("on receipt", "1", "2026-11-20", "2026-11-20"),
        ("the 10th", "10", "2026-11-20", "2026-12-10"),
        ("the 10th, later this month", "10", "2026-11-01", "2026-11-10"),
        ("the 10th is too near", "10", "2026-11-07", "2026-12-10"),
        ("over new year", "10", "2026-12-20", "2027-01-10"),
    ],
)
def test_the_term_says_when_an_invoice_is_due(
    connected: Place, _case: str, term: str, issued: str, due: str
) -> None:
    connected.post("term", {"Name": "The 10th", "DayOfMonthDue": 10, "DueNextMonthDays": 5})
    body = invoice_body(connected.customer()) | {"TxnDate": issued, "SalesTermRef": {"value": term}}
    assert connected.post("invoice", body)["DueDate"] == due


def test_the_customers_own_term_holds_unless_the_invoice_says_when(connected: Place) -> None:
    customer = connected.customer(SalesTermRef={"value": "4"})
    assert connected.post("invoice", invoice_body(customer))["DueDate"] == "2027-01-19"
    body = invoice_body(customer) | {"DueDate": "2026-11-25"}
    assert connected.post("invoice", body)["DueDate"] == "2026-11-25"


def test_amounts_may_be_text_and_add_up_with_discount_and_tax(connected: Place) -> None:
    body = invoice_body(connected.customer()) | {"TxnTaxDetail": {"TotalTax": "8.10"}}
    body["Line"][0]["Amount"] = "100.00"
    body["Line"].append({
        "Amount": "10", "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    })  # fmt: skip
    made = connected.post("invoice", body)
    assert str(made["TotalAmt"]) == "98.1"
    kinds = [line["DetailType"] for line in made["Line"]]
    assert kinds == ["SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail"]


def test_a_line_may_only_say_something(connected: Place) -> None:
    body = invoice_body(connected.customer())
    body["Line"].append({"DetailType": "DescriptionOnly", "Description": "As agreed"})
    made = connected.post("invoice", body)
    assert made["TotalAmt"] == 100
    assert made["Line"][1]["Description"] == "As agreed"


def test_quantity_times_price_is_the_amount(connected: Place) -> None:
    body = invoice_body(connected.customer())
    detail = {"ItemRef": {"value": "4"}, "UnitPrice": 75, "Qty": 4.5}
    body["Line"] = [{"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}]
    assert str(connected.post("invoice", body)["TotalAmt"]) == "337.5"
    body["Line"][0]["Amount"] = 300
    assert connected.refused("invoice", body)["code"] == "6070"


@pytest.mark.parametrize(
    ("_case", "change", "code"),
    [
        ("no customer", {"CustomerRef": None}, "2020"),
        ("unknown customer", {"CustomerRef": {"value": "77"}}, "610"),
        ("no lines", {"Line": []}, "2020"),
        ("amount is no number", {"Line": [{"Amount": "ten"}]}, "2020"),
        ("long memo", {"CustomerMemo": {"value": "x" * 1001}}, "2050"),
        ("long note", {"PrivateNote": "x" * 4001}, "2050"),
        ("long number", {"DocNumber": "x" * 22}, "2050"),
        ("no date", {"TxnDate": "tomorrow"}, "2170"),
        ("unknown property", {"BadJson": True}, "2010"),
        ("other currency", {"CurrencyRef": {"value": "EUR"}}, "6000"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused(
    connected: Place, _case: str, change: dict[str, Any], code: str
) -> None:
    body = invoice_body(connected.customer()) | change
    assert connected.refused("invoice", body)["code"] == code
    assert connected.query("select count(*) from Invoice") == {"totalCount": 0}
    assert connected.get("customer/1")["Balance"] == 0


def line(**change: Any) -> dict[str, Any]:
    whole = dict(invoice_body("1")["Line"][0]) | change
    return {"Line": [whole]}


@pytest.mark.parametrize(
    ("_case", "change", "code"),
    [
        ("word", line(Amount="ten"), "2080"),
        ("yes", line(Amount=True), "2080"),
        ("endless", line(Amount="Infinity"), "2080"),
        ("16 digits", line(Amount="1234567890123456"), "2080"),
        ("none", line(Amount=None), "2020"),
        ("unknown kind", line(DetailType="Guess"), "2020"),
        ("unknown property", line(Colour="red"), "2010"),
        ("unknown item", line(SalesItemLineDetail={"ItemRef": {"value": "99"}}), "610"),
    ],
)
def test_a_line_that_cannot_be_is_refused(
    connected: Place, _case: str, change: dict[str, Any], code: str
) -> None:
    body = invoice_body(connected.customer()) | change
    assert connected.refused("invoice", body)["code"] == code


def test_lines_without_id_get_new_ones_and_known_ones_keep_theirs(connected: Place) -> None:
    made = connected.post("invoice", invoice_body(connected.customer()))
    sent = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    fresh = connected.post("invoice", sent | line(Amount=120))
    assert [one.get("Id") for one in fresh["Line"]] == ["2", None]
    kept = connected.post("invoice", sent | {"SyncToken": "1"} | line(Amount=130, Id="2"))
    assert [one.get("Id") for one in kept["Line"]] == ["2", None]
    assert (kept["TotalAmt"], kept["Balance"]) == (130, 130)


def test_a_full_update_without_lines_or_customer_is_refused(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    body = {"Id": invoice, "SyncToken": "0", "PrivateNote": "Hello"}
    assert connected.refused("invoice", body)["code"] == "2020"
    shown = connected.post("invoice", body | {"sparse": True})
    assert (shown["PrivateNote"], shown["TotalAmt"]) == ("Hello", 100)


def test_a_changed_amount_moves_balance_and_customer(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    connected.hand.create("Payment", paying(customer, "30", **{f"i{invoice}": "30"}))
    connected.hand.update("Invoice", {"Id": invoice, **line(Amount=150)})
    assert connected.get(f"invoice/{invoice}")["Balance"] == 120
    assert connected.get(f"customer/{customer}")["Balance"] == 120


def test_an_invoice_cannot_fall_below_what_was_applied_or_change_hands(connected: Place) -> None:
    customer, other = connected.customer("Ann"), connected.customer("Bea")
    invoice = connected.invoice(customer)
    connected.hand.create("Payment", paying(customer, "30", **{f"i{invoice}": "30"}))
    for change in (line(Amount=20), {"CustomerRef": {"value": other}}):
        with pytest.raises(Refusal) as refused:
            connected.hand.update("Invoice", {"Id": invoice, **change})
        assert refused.value.code == "6000"
    assert connected.get(f"invoice/{invoice}")["Balance"] == 70


def test_voiding_sets_all_to_zero_and_frees_the_payment(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    payment = connected.hand.create("Payment", paying(customer, "100", **{f"i{invoice}": "100"}))
    connected.pumped()
    version = connected.get(f"invoice/{invoice}")["SyncToken"]
    voided = connected.post("invoice?operation=void", {"Id": invoice, "SyncToken": version})
    assert (voided["TotalAmt"], voided["Balance"], voided["PrivateNote"]) == (0, 0, "Voided")
    assert [one["Amount"] for one in voided["Line"]] == [0, 0]
    assert voided["LinkedTxn"] == []
    freed = connected.get(f"payment/{payment['Id']}")
    assert (freed["UnappliedAmt"], freed["Line"]) == (100, [])
    assert connected.get(f"customer/{customer}")["Balance"] == -100
    assert connected.pumped() == ["qbo.payment.updated.v1", "qbo.invoice.void.v1"]


def test_a_note_survives_voiding_behind_the_word(connected: Place) -> None:
    invoice = connected.invoice(connected.customer(), PrivateNote="Ask Bob")
    assert connected.void("Invoice", invoice)["PrivateNote"] == "Voided - Ask Bob"


def test_deleting_leaves_a_stub_and_frees_the_payment(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    payment = connected.hand.create("Payment", paying(customer, "40", **{f"i{invoice}": "40"}))
    version = connected.get(f"invoice/{invoice}")["SyncToken"]
    gone = connected.post("invoice?operation=delete", {"Id": invoice, "SyncToken": version})
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": invoice}
    answer = connected.call("GET", f"invoice/{invoice}")
    assert answer.status_code == 400
    assert b'"code":"610"' in answer.data
    assert connected.get(f"payment/{payment['Id']}")["UnappliedAmt"] == 40
    assert connected.get(f"customer/{customer}")["Balance"] == -40
    assert connected.query("select * from Invoice") == {}


def test_a_closed_period_can_be_read_only(connected: Place) -> None:
    customer = connected.customer()
    old = connected.invoice(customer, TxnDate="2026-10-31")
    connected.hand.close_books(date(2026, 10, 31))
    connected.pumped()
    attempts = (
        ("invoice", invoice_body(customer) | {"TxnDate": "2026-10-31"}),
        ("invoice", {"Id": old, "SyncToken": "0", "sparse": True, "PrivateNote": "x"}),
        ("invoice?operation=void", {"Id": old, "SyncToken": "0"}),
        ("invoice?operation=delete", {"Id": old, "SyncToken": "0"}),
    )
    for path, body in attempts:
        error = connected.refused(path, body)
        assert error["code"] == "6210"
        assert error["Message"].startswith("Account Period Closed")
    assert connected.get(f"invoice/{old}")["SyncToken"] == "0"
    assert connected.pumped() == []
    paid = connected.post("payment", paying(customer, "100", **{f"i{old}": "100"}))
    assert paid["TxnDate"] == "2026-11-20"
    connected.hand.close_books(None)
    connected.void("Invoice", old)


def test_an_invoice_in_another_currency_also_shows_the_companys_own() -> None:
    place = build(multi_currency=True)
    place.connect()
    customer = place.customer(CurrencyRef={"value": "EUR"})
    assert place.refused("invoice", invoice_body(customer))["code"] == "2020"
    body = invoice_body(customer) | {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": 1.1}
    made = place.post("invoice", body)
    assert (made["TotalAmt"], made["HomeTotalAmt"], made["HomeBalance"]) == (100, 110, 110)
    pay = paying(customer, "40", **{f"i{made['Id']}": "40"}) | {"CurrencyRef": {"value": "EUR"}}
    place.post("payment", pay)
    shown = place.get(f"invoice/{made['Id']}")
    assert (shown["Balance"], shown["HomeBalance"]) == (60, 66)

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.simulated.quickbooks.place import Place

INCOME = {"value": "1"}


def test_a_new_company_has_what_every_company_starts_with(connected: Place) -> None:
    accounts = connected.query("select * from Account")["Account"]
    kinds = {account["AccountType"] for account in accounts}
    assert {"Accounts Receivable", "Bank", "Income", "Expense"} <= kinds
    assert connected.get("account/4")["Name"] == "Undeposited Funds"
    assert connected.get("item/1")["IncomeAccountRef"] == {"value": "1", "name": "Services"}
    assert connected.get("term/3")["DueDays"] == 30
    methods = connected.query("select * from PaymentMethod")["PaymentMethod"]
    assert [method["Name"] for method in methods] == ["ACH", "Cash", "Check", "Visa", "Wire"]


@pytest.mark.parametrize(
    ("path", "body", "shown"),
    [
        ("account", {"Name": "Petty cash", "AccountType": "Bank"}, {"Classification": "Asset"}),
        ("item", {"Name": "Freight", "IncomeAccountRef": INCOME}, {"Type": "Service"}),
        ("term", {"Name": "Net 45", "DueDays": 45}, {"Type": "STANDARD"}),
        ("term", {"Name": "The 5th", "DayOfMonthDue": 5}, {"Type": "DATE_DRIVEN"}),
        ("paymentmethod", {"Name": "Giro"}, {"Type": "NON_CREDIT_CARD"}),
    ],
)
def test_lists_grow(
    connected: Place, path: str, body: dict[str, Any], shown: dict[str, Any]
) -> None:
    made = connected.post(path, body)
    assert made.items() >= (body | shown | {"Active": True, "SyncToken": "0"}).items()
    assert connected.refused(path, body)["code"] == "6240"
    assert len(connected.pumped()) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("account", {"AccountType": "Bank"}),
        ("account", {"Name": "Odd", "AccountType": "Guess"}),
        ("item", {"Name": "Freight"}),
        ("term", {"DueDays": 45}),
    ],
)
def test_what_a_list_needs_is_asked_for(connected: Place, path: str, body: dict[str, Any]) -> None:
    assert connected.refused(path, body)["code"] == "2020"


def test_an_inactive_item_is_marked_and_cannot_be_sold(connected: Place) -> None:
    shown = connected.hand.deactivate("Item", "1")
    assert (shown["Name"], shown["Active"]) == ("Services (deleted)", False)
    again = {"Id": "1", "SyncToken": "1", "sparse": True, "Active": False, "Name": shown["Name"]}
    assert connected.post("item", again)["SyncToken"] == "1"
    customer = connected.customer()
    detail = {"ItemRef": {"value": "1"}}
    line = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    body = {"CustomerRef": {"value": customer}, "Line": [line]}
    assert connected.refused("invoice", body)["code"] == "610"

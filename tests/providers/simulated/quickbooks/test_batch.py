from __future__ import annotations

from typing import Any

import pytest

from tests.providers.simulated.quickbooks.place import Place, invoice_body


def batch(place: Place, *items: dict[str, Any], **how: Any) -> list[dict[str, Any]]:
    answer = place.post("batch", {"BatchItemRequest": list(items)}, **how)
    done: list[dict[str, Any]] = answer
    return done


def test_every_item_has_its_own_result(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer, "301")
    connected.hand.update("Invoice", {"Id": invoice, "PrivateNote": "x"})
    done = batch(
        connected,
        {"bId": "1", "operation": "create", "Vendor": {"DisplayName": "Boraski"}},
        {"bId": "2", "operation": "delete", "Invoice": {"Id": "129", "SyncToken": "0"}},
        {
            "bId": "3", "operation": "update",
            "Invoice": {"Id": invoice, "SyncToken": "0", "sparse": True, "PrivateNote": "y"},
        },
        {"bId": "4", "Query": "select * from Invoice where TotalAmt > '300.00'"},
        {"bId": "5", "operation": "create", "Invoice": invoice_body(customer)},
    )  # fmt: skip
    assert [item["bId"] for item in done] == ["1", "2", "3", "4", "5"]
    assert done[0]["Vendor"]["DisplayName"] == "Boraski"
    assert done[1]["Fault"]["Error"][0]["code"] == "610"
    assert done[1]["Fault"]["Error"][0]["element"] == ""
    assert done[2]["Fault"]["Error"][0]["code"] == "5010"
    assert [row["Id"] for row in done[3]["QueryResponse"]["Invoice"]] == [invoice]
    assert done[4]["Invoice"]["Balance"] == 100
    assert connected.get(f"invoice/{invoice}")["PrivateNote"] == "x"


def test_a_void_can_be_an_item(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    version = {"Id": invoice, "SyncToken": "0"}
    item = {"bId": "1", "operation": "update", "optionsData": "void", "Invoice": version}
    assert batch(connected, item)[0]["Invoice"]["TotalAmt"] == 0


@pytest.mark.parametrize(
    "item",
    [
        {"bId": "1", "operation": "guess", "Invoice": {}},
        {"bId": "1", "operation": "create", "Guess": {}},
        {"bId": "1", "Query": "select * from Guess"},
    ],
)
def test_an_item_that_makes_no_sense_fails_alone(connected: Place, item: dict[str, Any]) -> None:
    good = {"bId": "2", "operation": "create", "Customer": {"DisplayName": "Ann"}}
    done = batch(connected, item, good)
    assert "Fault" in done[0]
    assert done[1]["Customer"]["DisplayName"] == "Ann"


def test_thirty_items_are_the_most(connected: Place) -> None:
    items = [
        {"bId": str(n), "operation": "create", "Customer": {"DisplayName": f"C{n}"}}
        for n in range(31)
    ]
    assert connected.refused("batch", {"BatchItemRequest": items})["code"] == "1040"
    assert connected.query("select count(*) from Customer") == {"totalCount": 0}
    assert len(batch(connected, *items[:30])) == 30


def test_an_empty_batch_is_refused(connected: Place) -> None:
    assert connected.refused("batch", {"BatchItemRequest": []})["code"] == "2020"
    assert connected.refused("batch", {"Guess": 1})["code"] == "2020"


def test_a_batch_is_repeated_under_its_request_id(connected: Place) -> None:
    item = {"bId": "1", "operation": "create", "Customer": {"DisplayName": "Ann"}}
    body = {"BatchItemRequest": [item]}
    first = connected.call("POST", "batch?requestid=b-1", body)
    again = connected.call("POST", "batch?requestid=b-1", body)
    assert first.data == again.data
    assert b"Fault" not in again.data

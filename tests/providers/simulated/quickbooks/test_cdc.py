from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.providers.simulated.quickbooks.place import Place, paying


def changes(place: Place, entities: str, since: str) -> list[dict[str, Any]]:
    since = since.replace("+", "%2B")
    answer = place.get(f"cdc?entities={entities}&changedSince={since}")
    found: list[dict[str, Any]] = answer[0]["QueryResponse"]
    return found


def test_what_changed_since_a_moment_comes_whole_earliest_first(connected: Place) -> None:
    customer = connected.customer()
    first, second = connected.invoice(customer), connected.invoice(customer)
    connected.clock.advance(timedelta(minutes=10))
    third = connected.invoice(customer)
    connected.clock.advance(timedelta(minutes=10))
    connected.hand.update("Invoice", {"Id": first, "PrivateNote": "x"})
    invoices, payments = changes(connected, "Invoice,Payment", "2026-11-20T12:05:00-08:00")
    assert [row["Id"] for row in invoices["Invoice"]] == [third, first]
    assert (invoices["startPosition"], invoices["maxResults"]) == (1, 2)
    assert invoices["Invoice"][1]["PrivateNote"] == "x"
    assert payments == {}
    everything = changes(connected, "invoice", "2026-11-20T20:00:00Z")[0]["Invoice"]
    assert [row["Id"] for row in everything] == [second, third, first]


def test_deleted_records_come_as_stubs(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    connected.clock.advance(timedelta(minutes=10))
    connected.hand.delete("Invoice", invoice)
    (found,) = changes(connected, "Invoice", "2026-11-20T12:00:00-08:00")
    assert found["Invoice"] == [{
        "domain": "QBO", "status": "Deleted", "Id": invoice,
        "MetaData": {"LastUpdatedTime": "2026-11-20T12:10:00-08:00"},
    }]  # fmt: skip


def test_a_payment_shows_with_the_invoice_and_the_customer_that_it_changed(
    connected: Place,
) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    connected.clock.advance(timedelta(minutes=10))
    connected.hand.create("Payment", paying(customer, "10", **{f"i{invoice}": "10"}))
    names = "Customer,Invoice,Payment,CreditMemo"
    found = changes(connected, names, "2026-11-20T12:05:00-08:00")
    assert [len(next(iter(one.values()), [])) for one in found] == [1, 1, 1, 0]


def test_an_inactive_customer_comes_with_what_it_is_now(connected: Place) -> None:
    customer = connected.customer()
    connected.hand.deactivate("Customer", customer)
    (found,) = changes(connected, "Customer", "2026-11-20T12:00:00-08:00")
    assert [row["Active"] for row in found["Customer"]] == [False]


def test_a_thousand_records_are_the_most_over_all_entities(connected: Place) -> None:
    customer = connected.customer()
    for _ in range(995):
        connected.invoice(customer)
    for _ in range(10):
        connected.hand.create("Payment", paying(customer, "1"))
    found = changes(connected, "Customer,Invoice,Payment", "2026-11-20T12:00:00-08:00")
    counts = [one["maxResults"] for one in found]
    assert counts == [1, 995, 4]


def test_a_wrong_question_is_refused(connected: Place) -> None:
    for query, code in (
        ("entities=Invoice", b"2020"),
        ("changedSince=2026-11-20", b"2020"),
        ("entities=Guess&changedSince=2026-11-20", b"4001"),
        ("entities=Invoice&changedSince=2026-10-01", b"4001"),
        ("entities=Invoice&changedSince=soon", b"2020"),
    ):
        answer = connected.call("GET", f"cdc?{query}")
        assert answer.status_code == 400
        assert b'"code":"' + code in answer.data


def test_a_moment_whose_plus_sign_was_lost_on_the_way_is_understood(connected: Place) -> None:
    connected.customer()
    answer = connected.get("cdc?entities=Customer&changedSince=2026-11-20T20:00:00+00:00")
    assert len(answer[0]["QueryResponse"][0]["Customer"]) == 1

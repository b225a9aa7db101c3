from __future__ import annotations

from datetime import timedelta

from tests.providers.simulated.quickbooks.place import Place, build, invoice_body, paying


def test_a_repeated_request_is_one_write_with_one_answer(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    connected.pumped()
    body = paying(customer, "100", **{f"i{invoice}": "100"})
    first = connected.call("POST", "payment?requestid=r-1", body)
    connected.clock.advance(timedelta(minutes=30))
    again = connected.call("POST", "payment?minorversion=75&requestid=r-1", body)
    assert first.status_code == again.status_code == 200
    assert first.data == again.data
    assert connected.query("select count(*) from Payment") == {"totalCount": 1}
    assert connected.pumped() == ["qbo.invoice.updated.v1", "qbo.payment.created.v1"]


def test_the_first_answer_is_given_even_to_another_body(connected: Place) -> None:
    first = connected.call("POST", "customer?requestid=r-1", {"DisplayName": "Ann"})
    other = connected.call("POST", "customer?requestid=r-1", {"DisplayName": "Bea"})
    assert first.data == other.data


def test_updates_voids_and_deletes_are_repeated_too(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    body = {"Id": invoice, "SyncToken": "0"}
    for query in ("operation=void", "operation=delete"):
        version = {**body, "SyncToken": "1" if "delete" in query else "0"}
        first = connected.call("POST", f"invoice?{query}&requestid={query}", version)
        again = connected.call("POST", f"invoice?{query}&requestid={query}", version)
        assert first.status_code == 200
        assert first.data == again.data


def test_a_refusal_is_not_remembered(connected: Place) -> None:
    body = invoice_body("1")
    assert connected.call("POST", "invoice?requestid=r-1", body).status_code == 400
    connected.customer()
    assert connected.call("POST", "invoice?requestid=r-1", body).status_code == 200


def test_a_day_later_the_same_id_is_a_new_request(connected: Place) -> None:
    body = {"CustomerRef": {"value": connected.customer()}, "TotalAmt": 5}
    connected.post("payment?requestid=r-1", body)
    connected.clock.advance(timedelta(hours=24))
    connected.connect()
    connected.post("payment?requestid=r-1", body)
    assert connected.query("select count(*) from Payment") == {"totalCount": 2}


def test_the_id_is_the_companys_own(connected: Place) -> None:
    connected.post("customer?requestid=r-1", {"DisplayName": "Ann"})
    other = build()
    other.connect()
    other.post("customer?requestid=r-1", {"DisplayName": "Bea"})
    assert other.query("select * from Customer")["Customer"][0]["DisplayName"] == "Bea"


def test_the_request_log_names_the_id(connected: Place) -> None:
    connected.post("customer?requestid=r-1", {"DisplayName": "Ann"})
    assert connected.requests()[-1]["idempotency_key"] == "r-1"

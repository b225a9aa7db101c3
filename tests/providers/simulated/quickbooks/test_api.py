from __future__ import annotations

import json
from typing import Any

import pytest

from providers.simulated.faults import Fault
from tests.providers.simulated.quickbooks.place import Place, build, invoice_body


def fault(answer: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answer.data)
    return read


def test_every_answer_carries_the_vendors_own_id_of_the_call(connected: Place) -> None:
    for answer in (
        connected.call("GET", "companyinfo/1"),
        connected.call("GET", "customer/99"),
        connected.client.get("/v3/company/1/customer/1"),
        connected.client.get("/.well-known/openid_configuration"),
        connected.client.get("/nowhere"),
    ):
        assert answer.headers["intuit_tid"].startswith("1-")


def test_answers_are_wrapped_and_stamped_and_never_kept(connected: Place) -> None:
    answer = connected.call("GET", "companyinfo/1")
    assert fault(answer)["time"] == "2026-11-20T12:00:00.000-08:00"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("token", ["", "guess"])
def test_an_unknown_token_is_turned_away_by_the_gateway(place: Place, token: str) -> None:
    place.token = token
    answer = place.call("POST", "customer", {"DisplayName": "Ann"})
    assert answer.status_code == 401
    assert fault(answer)["fault"]["type"] == "AUTHENTICATION"
    assert fault(answer)["fault"]["error"][0]["code"] == "3200"
    assert place.hand.find("Customer") == []


@pytest.mark.parametrize("realm", ["9341450000000002", "1"])
def test_a_token_opens_only_its_own_company(connected: Place, realm: str) -> None:
    connected.quickbooks.add_company("Other", "USD", "US", "America/New_York")
    connected.realm = realm
    answer = connected.call("GET", "companyinfo/1")
    assert answer.status_code == 403
    assert fault(answer)["fault"]["error"][0]["code"] == "3100"


def test_a_user_who_lost_the_company_is_refused(connected: Place) -> None:
    connected.quickbooks.shut_out("craig@company.example", connected.realm)
    answer = connected.call("GET", "companyinfo/1")
    assert answer.status_code == 401
    assert fault(answer)["Fault"]["Error"][0]["code"] == "120"


def test_a_company_that_stopped_paying_can_only_be_read(connected: Place) -> None:
    customer = connected.customer()
    connected.hand.subscribe(active=False)
    for path, body in (
        ("invoice", invoice_body(customer)),
        ("customer", {"Id": customer, "SyncToken": "0", "sparse": True, "Notes": "x"}),
    ):
        assert connected.refused(path, body)["code"] == "6190"
    assert connected.get(f"customer/{customer}")["SyncToken"] == "0"
    connected.hand.subscribe(active=True)
    connected.post("invoice", invoice_body(customer))


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "customer/1/5", "500"),
        ("GET", "customer/1/pdf/5", "500"),
        ("GET", "customer", "500"),
        ("GET", "guess/1", "500"),
        ("GET", "download", "500"),
        ("POST", "customer/1", "500"),
        ("POST", "customer?operation=guess", "500"),
        ("POST", "customer?operation=void", "500"),
        ("POST", "preferences?operation=delete", "500"),
        ("POST", "term/1/send", "500"),
        ("GET", "term/1/pdf", "500"),
        ("POST", "preferences", "500"),
        ("POST", "companyinfo", "500"),
        ("GET", "query", "2020"),
        ("GET", "customer/1.5", "2030"),
        ("GET", "customer/99", "610"),
        ("GET", "download/99", "610"),
    ],
)
def test_what_is_not_there_is_refused(connected: Place, method: str, path: str, code: str) -> None:
    connected.customer()
    answer = connected.call(method, path, {} if method == "POST" else None)
    assert answer.status_code == 400, answer.text
    assert fault(answer)["Fault"]["Error"][0]["code"] == code
    assert fault(answer)["Fault"]["type"] == "ValidationFault"


def test_an_id_that_is_no_number_is_refused_without_a_time(connected: Place) -> None:
    assert fault(connected.call("GET", "customer/1.5")) == {"Fault": {
        "Error": [{
            "Message": "Invalid ID", "Detail": "Id should be a valid number. Supplied value:1.5",
            "code": "2030", "element": "Id",
        }],
        "type": "ValidationFault",
    }}  # fmt: skip


@pytest.mark.parametrize("body", ["", "{", "[]", "word"])
def test_a_body_that_is_no_object_is_refused(connected: Place, body: str) -> None:
    answer = connected.call("POST", "customer", body)
    assert answer.status_code == 400
    assert fault(answer)["Fault"]["Error"][0]["code"] == "2010"


def test_an_update_names_record_and_version(connected: Place) -> None:
    customer = connected.customer()
    assert connected.refused("customer", {"Id": customer, "Notes": "x"})["code"] == "2020"
    assert connected.refused("invoice?operation=void", {"SyncToken": "0"})["code"] == "2020"
    assert connected.refused("invoice?operation=void", {"Id": "x"})["code"] == "2030"


def test_the_name_of_an_unknown_property_and_the_known_ones_are_told(connected: Place) -> None:
    detail = connected.refused("invoice", {"BadJson": True})["Detail"]
    assert 'Unrecognized field "BadJson"' in detail
    assert "com.intuit.schema.finance.v3.Invoice" in detail
    assert "known properties" in detail


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "invoice/1", "quickbooks.invoice.read"),
        ("POST", "invoice?operation=void", "quickbooks.invoice.write"),
        ("GET", "invoice/1/pdf", "quickbooks.invoice.pdf.read"),
        ("POST", "invoice/1/send", "quickbooks.invoice.send.write"),
        ("GET", "query?query=x", "quickbooks.query.read"),
        ("POST", "query", "quickbooks.query.read"),
        ("GET", "cdc", "quickbooks.cdc.read"),
        ("POST", "batch", "quickbooks.batch.write"),
        ("POST", "upload", "quickbooks.upload.write"),
        ("GET", "reports/AgedReceivables", "quickbooks.reports.read"),
        ("GET", "companyinfo/1", "quickbooks.companyinfo.read"),
        ("GET", "preferences", "quickbooks.preferences.read"),
    ],
)
def test_every_request_is_written_down_under_its_kind(
    connected: Place, method: str, path: str, kind: str
) -> None:
    connected.call(method, path)
    row = connected.requests()[-1]
    assert (row["kind"], row["company"], row["client"]) == (kind, connected.realm, "app-1")


def test_sign_in_is_written_down_too(connected: Place) -> None:
    connected.client.get("/.well-known/openid_configuration")
    connected.client.get("/op/v1/jwks")
    connected.client.get("/v1/openid_connect/userinfo")
    connected.client.post("/v2/oauth2/tokens/revoke")
    kinds = [row["kind"] for row in connected.requests()]
    assert kinds == [
        f"quickbooks.oauth.{step}" for step in ("token", "discovery", "jwks", "userinfo", "revoke")
    ]


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("429", 429, b"3001"),
        ("500", 500, b"10000"),
        ("503", 503, b"<html>"),
        ("html", 502, b"<html>"),
    ],
)
def test_a_fault_strikes_in_the_vendors_own_shape_and_nothing_is_done(
    connected: Place, name: str, status: int, says: bytes
) -> None:
    connected.world.faults.replace([Fault(name, on="quickbooks.customer.write", seconds=7)])
    answer = connected.call("POST", "customer", {"DisplayName": "Ann"})
    assert answer.status_code == status
    assert says in answer.data
    assert ("Retry-After" in answer.headers) == (name in {"429", "503"})
    assert connected.hand.find("Customer") == []
    connected.post("customer", {"DisplayName": "Ann"})


def test_a_company_knows_where_and_in_what_currency_it_is(connected: Place) -> None:
    company = connected.get(f"companyinfo/{connected.realm}")
    assert (company["Country"], company["DefaultTimeZone"]) == ("US", "America/Los_Angeles")
    assert company["CompanyAddr"]["Country"] == "USA"
    preferences = connected.get("preferences")
    assert preferences["CurrencyPrefs"] == {
        "MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"},
    }  # fmt: skip


def test_preferences_are_changed_group_by_group() -> None:
    place = build(multi_currency=True)
    place.connect()
    body = {
        "Id": "1", "SyncToken": "0", "sparse": True,
        "AccountingInfoPrefs": {"BookCloseDate": "2026-10-31"},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False},
    }  # fmt: skip
    shown = place.post("preferences", body)
    assert shown["AccountingInfoPrefs"]["BookCloseDate"] == "2026-10-31"
    assert shown["AccountingInfoPrefs"]["CustomerTerminology"] == "Customers"
    assert shown["CurrencyPrefs"]["MultiCurrencyEnabled"] is True
    assert place.pumped() == ["qbo.preferences.updated.v1"]


def test_a_company_renames_itself(connected: Place) -> None:
    body = {"Id": "1", "SyncToken": "0", "sparse": True}
    shown = connected.post("companyinfo", body | {"CompanyName": "Craig & Sons"})
    assert (shown["CompanyName"], shown["SyncToken"]) == ("Craig & Sons", "1")
    body["SyncToken"] = "1"
    assert connected.refused("companyinfo", body | {"CompanyName": ""})["code"] == "2020"

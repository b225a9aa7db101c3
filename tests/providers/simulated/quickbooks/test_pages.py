from __future__ import annotations

import json
import re

import pytest

from tests.providers.simulated.quickbooks.place import ACCOUNTING, CALLBACK, Place

ASKED = {
    "client_id": "app-1", "response_type": "code", "scope": ACCOUNTING, "redirect_uri": CALLBACK,
    "state": "s-1",
}  # fmt: skip


def test_consent_is_asked_after_a_person_has_signed_in(place: Place) -> None:
    page = place.client.get("/connect/oauth2", query_string=ASKED).text
    assert "Craig Carlson (craig@company.example)" in page
    assert "Approve" not in page
    asked = ASKED | {"user": place.user["sub"]}
    page = place.client.get("/connect/oauth2", query_string=asked).text
    assert "Craig&#39;s Landscaping" in page
    assert re.search(r'<button[^>]*name="decision"[^>]*value="approve"', page)
    assert re.search(r'<button[^>]*name="decision"[^>]*value="deny"', page)


def test_every_field_has_a_label_and_the_page_a_language_and_a_title(place: Place) -> None:
    asked = ASKED | {"user": place.user["sub"]}
    page = place.client.get("/connect/oauth2", query_string=asked).text
    assert '<html lang="en">' in page
    assert "<title>Connect Ledgerhand - simulated QuickBooks</title>" in page
    assert page.count('type="radio"') == page.count("<label><input")
    assert "<legend>Company</legend>" in page


def test_signing_in_only_asks_for_no_company(place: Place) -> None:
    asked = ASKED | {"user": place.user["sub"], "scope": "openid email"}
    page = place.client.get("/connect/oauth2", query_string=asked).text
    assert "Sign in to Ledgerhand" in page
    assert 'name="company"' not in page


def test_approval_goes_back_with_code_state_and_company(place: Place) -> None:
    told = place.consent()
    assert told["state"] == "s"
    assert told["realmId"] == place.realm
    assert told["code"]


def test_denial_goes_back_with_an_error_and_gives_no_grant(place: Place) -> None:
    assert place.consent(decision="deny") == {"error": "access_denied", "state": "s"}
    page = place.client.get(f"/app/{place.realm}/apps").text
    assert "No app is connected" in page


@pytest.mark.parametrize(
    ("_case", "change"),
    [
        ("unknown app", {"client_id": "guess"}),
        ("foreign redirect", {"redirect_uri": "https://evil.example/"}),
        ("no code asked for", {"response_type": "token"}),
        ("unknown scope", {"scope": "everything"}),
        ("no scope", {"scope": ""}),
        ("no state", {"state": ""}),
    ],
)
def test_a_wrong_request_is_shown_to_the_person_and_goes_nowhere(
    place: Place, _case: str, change: dict[str, str]
) -> None:
    asked = ASKED | {"user": place.user["sub"], "company": place.realm, "decision": "approve"}
    for answer in (
        place.client.get("/connect/oauth2", query_string=asked | change),
        place.client.post("/connect/oauth2", data=asked | change),
    ):
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
        assert "Location" not in answer.headers


def test_nobody_can_consent_for_a_company_of_others(place: Place) -> None:
    other = place.quickbooks.add_company("Other", "USD", "US", "America/New_York")
    answer = place.client.post("/connect/oauth2", data=ASKED | {
        "user": place.user["sub"], "company": other, "decision": "approve",
    })  # fmt: skip
    assert answer.status_code == 400
    assert "Choose one of your companies" in answer.text


def test_the_apps_page_launches_and_disconnects(connected: Place) -> None:
    page = connected.client.get(f"/app/{connected.realm}/apps").text
    assert 'href="https://app.example/launch"' in page
    answer = connected.client.post(
        f"/app/{connected.realm}/disconnect", data={"client_id": "app-1"}
    )
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        f"https://app.example/disconnected?realmId={connected.realm}"
    )
    assert connected.call("GET", "companyinfo/1").status_code == 401


def test_disconnecting_an_app_without_a_page_shows_the_apps_again(place: Place) -> None:
    answer = place.client.post(f"/app/{place.realm}/disconnect", data={"client_id": "none"})
    assert answer.headers["Location"] == f"/app/{place.realm}/apps"


def test_the_first_page_leads_to_the_apps_of_every_company(place: Place) -> None:
    page = place.client.get("/").text
    assert f"/app/{place.realm}/apps" in page


def test_pages_are_not_counted_as_requests(place: Place) -> None:
    place.client.get("/")
    place.client.get("/connect/oauth2", query_string=ASKED)
    assert place.requests() == []


def test_a_customer_pays_on_the_page_that_the_link_leads_to(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(
        customer, "80.25", BillEmail={"Address": "amy@bird.example"}, AllowOnlineACHPayment=True
    )
    link = connected.get(f"invoice/{invoice}?include=invoiceLink")["InvoiceLink"]
    path = link.removeprefix("http://localhost")
    assert "USD 80.25" in connected.client.get(path).text
    assert connected.client.post(path).status_code == 303
    assert "This invoice is paid" in connected.client.get(path).text
    connected.client.post(path)
    payments = connected.query("select * from Payment")["Payment"]
    assert [payment["PaymentRefNum"] for payment in payments] == [f"WEB{invoice}"]
    assert connected.get(f"invoice/{invoice}")["Balance"] == 0


def test_a_guessed_pay_link_shows_nothing(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    answer = connected.client.get(f"/pay/{connected.realm}/{invoice}/guess")
    assert answer.status_code == 404
    assert json.dumps("80") not in answer.text

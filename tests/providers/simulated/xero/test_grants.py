from __future__ import annotations

import pytest

from tests.providers.simulated.xero.stage import Stage, read


def connections(stage: Stage, path: str = "/connections") -> list[dict[str, str]]:
    headers = {"Authorization": f"Bearer {stage.tokens['access_token']}"}
    rows: list[dict[str, str]] = read(stage.client.get(path, headers=headers))
    return rows


@pytest.fixture
def both(stage: Stage) -> str:
    tenant = stage.xero.add_company("Birch", "AUD", "AU", "Australia/Sydney")
    stage.xero.add_user("ann@books.test", "Ann Two", [stage.tenant, tenant])
    stage.sign_in(stage.tenant, tenant, user="ann@books.test")
    return tenant


def test_one_consent_for_two_organisations_is_one_set_of_tokens(stage: Stage, both: str) -> None:
    rows = connections(stage, "/Connections")
    assert {row["tenantId"] for row in rows} == {stage.tenant, both}
    assert len({row["authEventId"] for row in rows}) == 1
    assert {row["tenantName"] for row in rows} == {"Alder & Co", "Birch"}
    for tenant in (stage.tenant, both):
        assert stage.call("GET", "Organisation", tenant=tenant).status_code == 200


def test_connections_can_be_narrowed_to_one_consent(stage: Stage, both: str) -> None:
    event = connections(stage)[0]["authEventId"]
    assert len(connections(stage, f"/connections?authEventId={event}")) == 2
    assert connections(stage, "/connections?authEventId=other") == []


def test_a_disconnected_organisation_is_forbidden_and_the_others_stay(
    stage: Stage, both: str
) -> None:
    row = next(row for row in connections(stage) if row["tenantId"] == both)
    headers = {"Authorization": f"Bearer {stage.tokens['access_token']}"}
    assert stage.client.delete(f"/connections/{row['id']}", headers=headers).status_code == 204
    assert stage.client.delete(f"/connections/{row['id']}", headers=headers).status_code == 404
    refused = stage.call("GET", "Organisation", tenant=both)
    assert (refused.status_code, read(refused)["Title"]) == (403, "Forbidden")
    assert read(refused)["Detail"] == "AuthenticationUnsuccessful"
    assert stage.call("GET", "Organisation").status_code == 200


def test_the_organisation_can_disconnect_the_app_itself(stage: Stage) -> None:
    path = f"/connected-apps/{stage.tenant}"
    page = stage.client.get(path)
    assert "Helping Hand" in page.text
    form = {"connection": connections(stage)[0]["id"]}
    assert "No app is connected" in stage.client.post(path, data=form).text
    assert stage.call("GET", "Organisation").status_code == 403


def test_the_organisations_are_listed_with_their_apps(stage: Stage) -> None:
    assert f"/connected-apps/{stage.tenant}" in stage.client.get("/connected-apps").text
    assert stage.client.get("/connected-apps/none").status_code == 404


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        ("accounting.contacts.read", "GET", "Contacts", 200),
        ("accounting.contacts.read", "PUT", "Contacts", 401),
        ("accounting.contacts", "GET", "Contacts", 200),
        ("accounting.contacts", "GET", "Invoices", 401),
        ("accounting.invoices.read", "GET", "CreditNotes", 200),
        ("accounting.payments.read", "GET", "Overpayments", 200),
        ("accounting.payments.read", "GET", "BankTransactions", 401),
        ("accounting.settings.read", "GET", "Accounts", 200),
        ("accounting.invoices", "GET", "Reports/AgedReceivablesByContact", 401),
        ("accounting.invoices", "GET", "Journals", 401),
    ],
)
def test_each_endpoint_asks_for_its_own_scope(
    stage: Stage, scopes: str, method: str, path: str, status: int
) -> None:
    stage.xero.add_user("leo@books.test", "Leo Ledger", [stage.tenant])
    stage.sign_in(user="leo@books.test", scopes=scopes)
    body = {"Name": "Cedar"} if method == "PUT" else None
    answer = stage.call(method, path, body)
    assert answer.status_code == status
    if status == 401:
        assert read(answer)["Detail"] == "AuthorizationUnsuccessful"


def test_scopes_grow_with_each_consent_but_old_tokens_do_not(stage: Stage) -> None:
    stage.xero.add_user("leo@books.test", "Leo Ledger", [stage.tenant])
    old = stage.sign_in(user="leo@books.test", scopes="accounting.contacts.read")
    stage.sign_in(user="leo@books.test", scopes="accounting.invoices.read")
    assert stage.call("GET", "Contacts").status_code == 200
    assert stage.call("GET", "Invoices").status_code == 200
    stage.tokens = old
    assert stage.call("GET", "Invoices").status_code == 401


def test_a_connection_made_again_keeps_its_id(stage: Stage) -> None:
    before = connections(stage)[0]
    stage.sign_in()
    after = connections(stage)[0]
    assert after["id"] == before["id"]
    assert after["authEventId"] != before["authEventId"]

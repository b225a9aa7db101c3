from __future__ import annotations

import pytest
from werkzeug.test import Client

from connector.clients.tenants import State
from tests.ui_embed.office import Office, Visitor, company_of, path_of

USER = "books@quickbooks.example"


@pytest.fixture
def realm(desk: Office) -> str:
    return company_of(desk, "quickbooks", "Corner Shop")


def arrive(visitor: Visitor, path: str) -> str:
    """Follow a launch through the sign-in; returns where it leads then."""
    url = visitor.start(path)
    assert "scope=openid+profile+email" in url
    back = visitor.consent(url, user=visitor.user("quickbooks", USER))
    assert path_of(visitor.get(back)) == path
    return str(visitor.get(path).headers["Location"])


def test_from_the_store_straight_to_the_consent_page(desk: Office, realm: str) -> None:
    visitor = desk.visitor()
    url = arrive(visitor, "/launch/quickbooks")
    assert "com.intuit.quickbooks.accounting" in url
    user = visitor.user("quickbooks", USER)
    connected = visitor.get(visitor.consent(url, user=user, company=realm))
    assert path_of(connected) == "/clients/1/connections"


def test_from_inside_quickbooks_to_the_page_of_that_company(desk: Office, realm: str) -> None:
    visitor = desk.visitor()
    visitor.sign_in("quickbooks", USER)
    visitor.connect("quickbooks", USER, realm)
    visitor.post("/sign-out")
    there = arrive(desk.visitor(), f"/launch/quickbooks?realmId={realm}")
    assert there == "/clients/1/connections"


def test_a_company_of_somebody_else_is_not_shown(desk: Office, realm: str) -> None:
    other_realm = desk.universe.vendors.quickbooks.add_company("Other", "USD", "US", "UTC")
    desk.universe.vendors.quickbooks.add_user("o@firm.example", "Other", [other_realm])
    owner, other = desk.visitor(), desk.visitor()
    owner.sign_in("quickbooks", USER)
    owner.connect("quickbooks", USER, realm)
    other.sign_in("quickbooks", "o@firm.example")
    other.connect("quickbooks", "o@firm.example", other_realm)
    assert path_of(other.get(f"/launch/quickbooks?realmId={realm}")) == "/"
    assert "This company is not connected yet" in other.page("/")


def test_opening_the_page_about_an_ended_connection_changes_nothing(
    desk: Office, realm: str
) -> None:
    owner = desk.visitor()
    owner.sign_in("quickbooks", USER)
    owner.connect("quickbooks", USER, realm)
    desk.universe.settle()
    stranger = desk.visitor()
    for _ in range(3):
        page = stranger.page(f"/disconnected/quickbooks?realmId={realm}")
    assert "Sign in with Intuit" in page
    assert "Corner Shop" not in page
    assert desk.universe.rung == [("sync", 1)]
    before = calls(desk)
    desk.universe.settle()
    assert calls(desk) - before <= 2
    assert desk.connections()[0].state is State.LIVE


def calls(desk: Office) -> int:
    with desk.universe.deps.engine.connect() as tx:
        return int(tx.exec_driver_sql("SELECT sum(calls) FROM api_day").scalar_one())


def test_a_disconnect_made_inside_quickbooks_is_noticed_at_once(desk: Office, realm: str) -> None:
    owner = desk.visitor()
    owner.sign_in("quickbooks", USER)
    where = path_of(owner.connect("quickbooks", USER, realm))
    desk.universe.settle()
    inside = desk.universe.vendors.quickbooks
    ended = Visitor(desk.universe, desk.app.test_client())
    answer = Client(inside.app).post(f"/app/{realm}/disconnect", data={"client_id": "qb-app"})
    landing = path_of(answer)
    assert landing == f"/disconnected/quickbooks?realmId={realm}"
    ended.page(landing)
    desk.universe.settle()
    assert desk.connections()[0].state is State.RECONNECT
    page = owner.page(where)
    assert "QuickBooks Online no longer lets Ledgerhand into Corner Shop" in page
    assert "Reconnect Corner Shop" in page
    assert "QuickBooks Online no longer lets Ledgerhand into" in owner.page("/")
    owner.connect("quickbooks", USER, realm, "/connect/quickbooks?client=1")
    desk.universe.settle()
    assert desk.connections()[0].state is State.LIVE
    assert "no longer lets" not in owner.page(where)


@pytest.mark.parametrize("value", ["", "0", "../..", "é", "9" * 5000])
def test_a_strange_company_is_nobodys(desk: Office, value: str) -> None:
    desk.visitor().page(f"/disconnected/quickbooks?realmId={value}")
    assert desk.universe.rung == []


def test_there_are_no_other_ledgers(desk: Office) -> None:
    visitor = desk.visitor()
    for path in ("/launch/sage", "/disconnected/sage", "/sign-in/sage"):
        assert visitor.get(path).status_code == 404

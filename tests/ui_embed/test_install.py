"""Installing end to end, on the vendors' own pages."""

from __future__ import annotations

import pytest

from connector.tenants import State
from tests.ui_embed.office import Office, company_of, path_of

LEDGERS = ("quickbooks", "xero")
TITLES = {"quickbooks": "QuickBooks Online", "xero": "Xero"}


@pytest.mark.parametrize("ledger", LEDGERS)
def test_from_the_first_page_to_a_live_company(desk: Office, ledger: str) -> None:
    company = company_of(desk, ledger, "Corner Shop")
    visitor = desk.visitor()
    assert "Sign in with" in visitor.page("/")
    signed_in = visitor.sign_in(ledger, f"books@{ledger}.example", company)
    assert (signed_in.status_code, path_of(signed_in)) == (303, "/")
    assert "No company is connected yet" in visitor.page("/")
    connected = visitor.connect(ledger, f"books@{ledger}.example", company)
    assert connected.status_code == 303
    where = path_of(connected)
    page = visitor.page(where)
    assert f"Corner Shop is connected to {TITLES[ledger]}. The first import has begun." in page
    assert "records read so far" in page
    assert "<h1>Corner Shop</h1>" in page
    desk.universe.settle()
    page = visitor.page(where)
    assert "Last data" in page
    assert "Corner Shop (" in page
    assert desk.connections()[0].state is State.LIVE
    assert "Corner Shop" in visitor.page("/")


@pytest.mark.parametrize("ledger", LEDGERS)
def test_disconnecting_gives_the_company_back_and_keeps_the_page(desk: Office, ledger: str) -> None:
    company = company_of(desk, ledger, "Corner Shop")
    visitor = desk.visitor()
    visitor.sign_in(ledger, f"books@{ledger}.example", company)
    where = path_of(visitor.connect(ledger, f"books@{ledger}.example", company))
    desk.universe.settle()
    answer = visitor.post(f"/disconnect/{desk.connections()[0].id}", on=where)
    assert path_of(answer) == where
    page = visitor.page(where)
    assert "is disconnected from" in page
    assert f"Connect to {TITLES[ledger]}" in page
    assert desk.connections()[0].state is State.DISCONNECTED
    again = visitor.connect(
        ledger, f"books@{ledger}.example", company, f"/connect/{ledger}?client=1"
    )
    assert path_of(again) == where
    desk.universe.settle()
    assert desk.connections()[0].state is State.LIVE
    assert len(desk.connections()) == 1


def test_one_client_may_have_a_company_in_each_ledger(desk: Office) -> None:
    realm = company_of(desk, "quickbooks", "Corner Shop")
    tenant = company_of(desk, "xero", "Corner Shop Ltd")
    visitor = desk.visitor()
    visitor.sign_in("quickbooks", "books@quickbooks.example")
    where = path_of(visitor.connect("quickbooks", "books@quickbooks.example", realm))
    path = "/connect/xero?client=1"
    assert path_of(visitor.connect("xero", "books@xero.example", tenant, path)) == where
    assert [c.client_id for c in desk.connections()] == [1, 1]


def test_a_second_company_becomes_a_client_of_its_own(desk: Office) -> None:
    first = company_of(desk, "quickbooks", "First")
    second = desk.universe.vendors.quickbooks.add_company("Second", "USD", "US", "UTC")
    desk.universe.vendors.quickbooks.add_user(
        "books@quickbooks.example", "Bookkeeper", [first, second]
    )
    visitor = desk.visitor()
    visitor.sign_in("quickbooks", "books@quickbooks.example")
    for company in (first, second):
        visitor.connect("quickbooks", "books@quickbooks.example", company)
    page = visitor.page("/")
    assert "First" in page
    assert "Second" in page
    assert "New client" not in page
    assert [c.client_id for c in desk.connections()] == [1, 2]


def test_a_company_of_another_person_is_refused_with_a_clear_sentence(desk: Office) -> None:
    company = company_of(desk, "quickbooks", "Corner Shop")
    desk.universe.vendors.quickbooks.add_user("other@firm.example", "Other", [company])
    owner, other = desk.visitor(), desk.visitor()
    owner.sign_in("quickbooks", "books@quickbooks.example")
    owner.connect("quickbooks", "books@quickbooks.example", company)
    other.sign_in("quickbooks", "other@firm.example")
    answer = other.connect("quickbooks", "other@firm.example", company)
    assert path_of(answer) == "/"
    page = other.page("/")
    assert "Corner Shop is already connected by somebody else" in page
    assert "No company is connected yet" in page
    assert [c.client_id for c in desk.connections()] == [1]


def test_a_link_from_elsewhere_does_not_open_a_consent_page(desk: Office) -> None:
    visitor = desk.visitor()
    company_of(desk, "quickbooks")
    visitor.sign_in("quickbooks", "books@quickbooks.example")
    answer = visitor.get("/connect/quickbooks", headers={"Sec-Fetch-Site": "cross-site"})
    assert path_of(answer) == "/"
    assert desk.pending() == 0


def test_unverified_people_are_sent_back(desk: Office) -> None:
    company_of(desk, "quickbooks")
    store = desk.universe.world.store
    row = store.all("", "user.quickbooks")[0]
    with store.transaction():
        store.put("", "user.quickbooks", row["sub"], row | {"email_verified": False})
    visitor = desk.visitor()
    visitor.sign_in("quickbooks", "books@quickbooks.example")
    page = visitor.page("/")
    assert "Verify your e-mail address with the vendor first" in page
    assert "Sign in with Intuit" in page
    assert desk.people() == 0


def test_signing_in_starts_a_new_session_and_signing_out_ends_it(desk: Office) -> None:
    company_of(desk, "quickbooks")
    visitor = desk.visitor()
    visitor.get("/sign-in/quickbooks")
    with visitor.client.session_transaction() as session:
        before = session["id"]
    visitor.sign_in("quickbooks", "books@quickbooks.example")
    with visitor.client.session_transaction() as session:
        assert session["id"] != before
    visitor.post("/sign-out")
    assert "Your clients stay connected" in visitor.page("/")
    assert visitor.get("/connect/quickbooks").status_code == 303


def test_who_must_sign_in_first_comes_back_to_the_page_wanted(desk: Office) -> None:
    company = company_of(desk, "quickbooks")
    visitor = desk.visitor()
    visitor.sign_in("quickbooks", "books@quickbooks.example")
    visitor.connect("quickbooks", "books@quickbooks.example", company)
    visitor.post("/sign-out")
    assert path_of(visitor.get("/clients/1/audit?decision=2")) == "/"
    answer = visitor.sign_in("quickbooks", "books@quickbooks.example")
    assert path_of(answer) == "/clients/1/audit?decision=2"

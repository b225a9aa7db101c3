"""Installing end to end, on the vendors' own pages."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import Client

from connector.clients.tenants import State
from tests.ui_embed.office import Office, company_of, office, path_of

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


def test_several_organisations_of_one_consent_become_several_clients(desk: Office) -> None:
    vendor = desk.universe.vendors.xero
    tenants = [vendor.add_company(name, "USD", "US", "UTC") for name in ("First", "Second")]
    vendor.add_user("books@xero.example", "Bookkeeper", tenants)
    visitor = desk.visitor()
    visitor.sign_in("xero", "books@xero.example", tenants[0])
    url = visitor.start("/connect/xero")
    asked = dict(parse_qsl(urlsplit(url).query))
    form = {"user": "books@xero.example", "tenant": tenants, "decision": "allow"}
    allowed = Client(vendor.app).post("/identity/connect/authorize", query_string=asked, data=form)
    assert path_of(visitor.get(path_of(allowed))) == "/"
    page = visitor.page("/")
    assert page.count("is connected to Xero. The first import has begun.") == 2
    assert "New client" not in page
    assert [(c.name, c.client_id) for c in desk.connections()] == [("First", 1), ("Second", 2)]


def test_a_vendor_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    bases = '{"discovery": "http://nobody.invalid:1/x", "api": "http://nobody.invalid:1"}'
    with office(data_dir=tmp_path, quickbooks_bases=bases) as desk:
        visitor = desk.visitor()
        assert path_of(visitor.get("/sign-in/quickbooks")) == "/"
        assert "QuickBooks Online does not answer at the moment" in visitor.page("/")
        tenant = company_of(desk, "xero")
        visitor.sign_in("xero", "books@xero.example", tenant)
        assert path_of(visitor.get("/connect/quickbooks")) == "/"
        assert "QuickBooks Online does not answer at the moment" in visitor.page("/")
        assert "New client" not in visitor.page("/")


@pytest.mark.parametrize("path", ["/connect/sage", "/connect/xero?client=x"])
def test_there_is_nothing_else_to_connect(desk: Office, path: str) -> None:
    visitor = desk.visitor()
    visitor.sign_in("xero", "books@xero.example", company_of(desk, "xero"))
    assert visitor.get(path).status_code == 404


def test_disconnecting_twice_is_told_and_harmless(desk: Office) -> None:
    company = company_of(desk, "quickbooks", "Corner Shop")
    visitor = desk.visitor()
    visitor.sign_in("quickbooks", "books@quickbooks.example")
    visitor.connect("quickbooks", "books@quickbooks.example", company)
    for _ in range(2):
        visitor.post("/disconnect/1", on="/clients/1/connections")
    assert "Corner Shop was not connected any more" in visitor.page("/clients/1/connections")
    assert "No company is connected." in visitor.page("/clients/1")


def test_an_installation_without_a_ledger_says_who_can_mend_it(tmp_path: Path) -> None:
    with office(data_dir=tmp_path, quickbooks_client_id="", xero_client_id="") as desk:
        page = desk.visitor().page("/")
        assert "No ledger is set up yet" in page
        assert "Sign in with" not in page

"""Any customer can be found and looked at: the list, and the links from wherever one is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from connector.rules.modes import Mode
from tests.simulation.books import QuickBooksBooks
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office
from ui_embed import audit, customers

WHERE, ALDER = "/clients/1/customers", "/connections/1/customers/1"
BIRCH = '/customers/2">Birch</a>'


@pytest.fixture
def shop(desk: Office) -> Shop:
    """Alder has paid; Birch owes 80.00 that is late, in shadow."""
    made = busy_shop(desk)
    book = QuickBooksBooks(desk.universe, made.realm)
    book.invoice(
        book.customer("Birch"), "1002", amount=Decimal("80.00"), issued=date(2026, 1, 20),
        due=date(2026, 2, 20),
    )  # fmt: skip
    desk.universe.switch("quickbooks", remind=Mode.COPILOT)
    made.tick()
    return made


def test_a_customer_is_found_by_name_and_by_the_number_of_an_invoice(shop: Shop) -> None:
    page = shop.owner.page(WHERE)
    assert f'<a href="{ALDER}">Alder</a>' in page
    assert BIRCH in page
    for wanted in ("bir", "1002"):
        page = shop.owner.page(f"{WHERE}?find={wanted}")
        assert BIRCH in page
        assert "Alder" not in page
        assert "USD 80.00" in page
    assert "invoice 1002" in page
    page = shop.owner.page(f"{WHERE}?find=<b>nobody")
    assert "No customer is called so, and no invoice has this number." in page
    assert "<b>nobody" not in page


def test_the_list_goes_on_page_by_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customers, "SHOWN_MAX", 1)
    first = shop.owner.page(WHERE)
    assert "page 1 of 2" in first
    assert 'rel="next" href="/clients/1/customers?page=2"' in first
    second = shop.owner.page(f"{WHERE}?page=2")
    assert BIRCH in second
    assert 'rel="prev"' in second
    assert shop.owner.get(f"{WHERE}?page=x").status_code == 404


def test_a_stranger_finds_nobody(shop: Shop) -> None:
    stranger = shop.stranger()
    for path in (WHERE, f"{WHERE}?find=alder", "/clients/1/audit?company=1&customer_id=1"):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/clients/2/audit?company=1&customer_id=1").status_code == 404
    assert "Alder" not in stranger.page("/clients/2/customers?find=alder")


@pytest.mark.parametrize("path", [
    "/clients/1", "/clients/1/plan", "/clients/1/worklist", "/clients/1/plan/week",
    "/clients/1/aging", "/approvals/2/letter", "/why/2", "/clients/1/audit",
])  # fmt: skip
def test_whoever_is_named_is_led_to(shop: Shop, path: str) -> None:
    assert BIRCH in shop.owner.page(path)


def test_why_names_the_customer_of_a_question_and_no_id(shop: Shop) -> None:
    page = shop.owner.page("/why/2")
    assert f'<dd><a href="/connections/1{BIRCH}, USD at Corner Shop</dd>' in page
    assert "customer 2" not in page


def test_a_question_about_money_leads_to_its_customer(shop: Shop) -> None:
    page = shop.owner.page("/clients/1")
    assert f'Customer: <a href="{ALDER}">Alder</a>' in page


def test_the_trail_is_narrowed_to_a_customer_by_name(shop: Shop) -> None:
    page = shop.owner.page("/clients/1/audit?customer=birch")
    assert "All that is about" in page
    assert "Decided about a reminder" in page
    for other in ("Alder", "Completed the first import", "Decided about money that came in"):
        assert other not in page
    assert shop.owner.page("/clients/1/audit?company=1&customer_id=2").count(BIRCH) > 1
    page = shop.owner.page("/clients/1/audit?customer=nobody")
    assert "No customer is called so." in page
    assert "Completed the first import" not in page
    page = shop.owner.page("/clients/1/audit?customer=r")
    assert "Which customer do you mean?" in page
    assert 'href="/clients/1/audit?company=1&amp;customer_id=2"' in page


@pytest.mark.parametrize("query", [
    "company=1&customer_id=99", "customer_id=1", "company=9&customer_id=1", "before=x", "after=-1",
])  # fmt: skip
def test_a_trail_of_what_is_not_there_is_not_there(shop: Shop, query: str) -> None:
    assert shop.owner.get(f"/clients/1/audit?{query}").status_code == 404


def test_the_trail_goes_on_to_older_entries_and_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "ENTRIES_MAX", 3)
    seen, path = [], "/clients/1/audit"
    while path:
        page = shop.owner.page(path)
        seen.append(page)
        _, found, rest = page.partition('rel="next" href="')
        path = rest.partition('"')[0].replace("&amp;", "&") if found else ""
    assert "Completed the first import" not in seen[0]
    assert "Completed the first import" in "".join(seen)
    assert "Connected the company" in seen[-1]
    assert all('rel="prev"' in page for page in seen[1:])
    assert 'rel="prev"' not in seen[0]

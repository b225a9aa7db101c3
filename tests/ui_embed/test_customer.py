"""The page of a customer: what is owed, and every credit and payment that nothing has taken yet."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.modes import Mode
from tests.connector.firm import Firm
from tests.connector.paper import customer_at
from tests.simulation.books import books_of
from tests.simulation.clerk import clerk_of
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office, Visitor, company_of


@pytest.fixture(params=["quickbooks", "xero"])
def firm(desk: Office, request: pytest.FixtureRequest) -> Firm:
    universe, ledger = desk.universe, request.param
    company = company_of(desk, ledger, "Corner Shop")
    return Firm(universe, ledger, company, books_of(universe, ledger, company), mailbox=None)  # type: ignore[arg-type]


def connected(desk: Office, firm: Firm) -> Visitor:
    owner, user = desk.visitor(), f"books@{firm.ledger}.example"
    owner.sign_in(firm.ledger, user, firm.company)
    owner.connect(firm.ledger, user, firm.company)
    desk.universe.settle()
    desk.universe.connections[firm.ledger] = desk.connections()[0].id
    return owner


def test_unapplied_money_and_credits_are_shown_and_taken_off(desk: Office, firm: Firm) -> None:
    customer = customer_at(firm, "Alder & <Sons>")
    firm.owe(customer, "1001", "120.00", late_days=4)
    firm.books.credit(customer, Decimal("12.50"), firm.today)
    hand = clerk_of(firm.universe.vendors, firm.ledger, firm.company, firm.world.store)
    hand.leave(customer, firm.today, "WIRE 7", "30.00")
    owner = connected(desk, firm)
    page = owner.page(f"/connections/1/customers/{customer}")
    money = "Payment not applied" if firm.ledger == "quickbooks" else "Overpayment"
    for told in ("Alder &amp; &lt;Sons&gt;", "In USD: 77.50 owed", "42.50 is at hand", money,
                 "Credit note", "12.50", "30.00", "1001", "120.00", "1 Quay Street",
                 "pay@buyer.example"):  # fmt: skip
        assert told in page, told
    assert "<Sons>" not in page
    assert f"/connections/1/customers/{customer}" in owner.page("/clients/1/aging")


def test_a_reminder_asks_for_what_is_left_after_them(desk: Office, firm: Firm) -> None:
    customer = customer_at(firm, "Alder")
    firm.owe(customer, "1001", "120.00", late_days=4)
    firm.books.credit(customer, Decimal("12.50"), firm.today)
    connected(desk, firm)
    desk.universe.switch(firm.ledger, remind=Mode.COPILOT)
    desk.universe.settle()
    (asked,) = firm.asked()
    assert "about USD 107.50" in asked.summary


def test_a_customer_without_anything_says_so(desk: Office, firm: Firm) -> None:
    customer = customer_at(firm, "Alder", None)
    page = connected(desk, firm).page(f"/connections/1/customers/{customer}")
    assert "Nothing is open, and no money or credit is left." in page
    assert "no postal address; enter it in the ledger" in page


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


@pytest.mark.parametrize("path", [
    "/connections/1/customers/nobody", "/connections/99/customers/1",
    f"/connections/{2**40}/customers/1", f"/connections/1/customers/{'9' * 500}",
])  # fmt: skip
def test_who_is_not_there_is_not_there(shop: Shop, path: str) -> None:
    assert shop.owner.get(path).status_code == 404


def test_a_stranger_sees_nobody(shop: Shop) -> None:
    assert shop.stranger().get("/connections/1/customers/1").status_code == 404

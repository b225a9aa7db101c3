"""The page of a customer: what is owed, and every credit and payment that nothing has taken yet."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.privacy import erasure
from connector.rules.modes import Mode
from tests.connector.book_of_payers import paid_for_a_year
from tests.connector.by_post import customer_at
from tests.connector.firm import Firm
from tests.simulation.books import books_of
from tests.simulation.clerk import clerk_of
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office, Visitor, company_of


@pytest.fixture
def firm(desk: Office, ledger: str) -> Firm:
    universe = desk.universe
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


@pytest.mark.either_ledger
def test_a_customer_without_anything_says_so(desk: Office, firm: Firm) -> None:
    customer = customer_at(firm, "Alder", None)
    page = connected(desk, firm).page(f"/connections/1/customers/{customer}")
    assert "Nothing is open, and no money or credit is left." in page
    assert "no postal address; enter it in the ledger" in page


@pytest.mark.either_ledger
def test_a_credit_limit_is_recommended_with_what_it_stands_on(desk: Office, firm: Firm) -> None:
    known, stranger = customer_at(firm, "Alder"), customer_at(firm, "Birch")
    paid_for_a_year(firm, known)
    firm.owe(known, "1001", "120.00", late_days=-4)
    firm.owe(stranger, "1002", "80.00", late_days=4)
    owner = connected(desk, firm)
    page = owner.page(f"/connections/1/customers/{known}")
    for told in ("1,600.00 of credit in USD", "120.00 is open, which leaves 1,480.00",
                 "nothing is changed because of it", "100% of 24 invoices",
                 "2 months of purchases"):  # fmt: skip
        assert told in page, told
    other = owner.page(f"/connections/1/customers/{stranger}")
    assert "not enough data: 0 paid invoices, at least 6 are needed" in other


def test_what_is_left_of_an_erased_customer_can_still_be_looked_at(
    desk: Office, firm: Firm
) -> None:
    customer = customer_at(firm, "Quokka")
    firm.owe(customer, "1001", "120.00", late_days=8)
    owner = connected(desk, firm)
    desk.universe.switch(firm.ledger, remind=Mode.COPILOT)
    desk.universe.settle()
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, by="ann")
    desk.universe.settle()
    (entry,) = firm.log("remind.decided")
    why = f"/why/{entry.decision_id}"
    assert "Quokka" in owner.page(why)
    erased = erasure.erase(
        firm.deps, firm.connection, customer, by="ann", reason="asked by mail", keep=True
    )
    assert erased.on_hold
    page = re.sub(r'<a href="/connections/1/customers/[^"]+">Quokka</a>', "", owner.page(why))
    assert "Quokka" not in page, "only as the ledger itself goes on to call it"
    assert "120.00" in page
    assert "[erased] this customer" in owner.page(f"/connections/1/customers/{customer}")
    assert owner.get("/clients/1/audit").status_code == 200


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


PAGE = "/connections/1/customers/1"


def test_a_customer_is_paused_with_a_reason_until_a_day_and_resumed(shop: Shop) -> None:
    shop.owner.post(f"{PAGE}/pause", on=PAGE, reason="<b>flood</b>", until="2027-01-31")
    page = shop.owner.page(PAGE)
    assert "&lt;b&gt;flood&lt;/b&gt;" in page
    assert "It ends by itself" in page
    assert "31 Jan 2027, 00:00" in page
    shop.owner.post(f"{PAGE}/resume", on=PAGE)
    page = shop.owner.page(PAGE)
    assert "by books@quickbooks.example." in page
    assert "&lt;b&gt;flood&lt;/b&gt;" in page, "the history is kept"
    assert "Resume</button>" not in page


@pytest.mark.parametrize(("until", "told"), [
    ("2001-01-31", "Not paused: the pause would have ended on 2001-01-31"),
    ("soon", "&#39;soon&#39; is no date; write it as 2026-01-31"),
])  # fmt: skip
def test_a_day_that_cannot_be_is_told_and_nobody_is_paused(
    shop: Shop, until: str, told: str
) -> None:
    shop.owner.post(f"{PAGE}/pause", on=PAGE, until=until)
    page = shop.owner.page(PAGE)
    assert told in page
    assert "This customer was never paused." in page


def test_a_sign_that_nothing_gives_is_said_to_be_missing(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    assert "not available: QuickBooks Online does not tell" in page
    assert "not available: no message carried a link to it" in page
    assert "not available: opens are not tracked for this customer" in page


def test_a_stranger_pauses_nobody(shop: Shop) -> None:
    stranger = shop.stranger()
    for act in ("pause", "resume"):
        assert stranger.post(f"{PAGE}/{act}", reason="mine").status_code == 404
    assert "This customer was never paused." in shop.owner.page(PAGE)

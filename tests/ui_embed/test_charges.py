"""Charges for being late on the pages: read, approved, waived, taken back, for the own client."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.account import collection_rules
from connector.late_fees import asking_charges, charges
from connector.late_fees.charges import Charge
from connector.rules.modes import Mode
from dunning.fees.late_fees import FeeState
from tests.connector.charging import set_terms
from tests.connector.firm import Firm
from tests.simulation.books import books_of
from tests.ui_embed.books import OWNER, Shop
from tests.ui_embed.office import Office, company_of, path_of

TERMS = {"late_fees": {"percent": "1.5"}, "customers_are": "business",
         "interest": {"country": "GB"}}  # fmt: skip


@pytest.fixture
def firm(desk: Office) -> Firm:
    universe, realm = desk.universe, company_of(desk, "quickbooks", "Corner Shop")
    book = books_of(universe, "quickbooks", realm)
    return Firm(universe, "quickbooks", realm, book, mailbox=None)  # type: ignore[arg-type]


@pytest.fixture
def shop(desk: Office, firm: Firm) -> Shop:
    """QuickBooks company Corner Shop, whose terms have late fees; Ash is ten days late."""
    invoice = firm.owe(firm.books.customer("Ash & <Sons>"), "1001", "200.00")
    owner = desk.visitor()
    owner.sign_in("quickbooks", OWNER)
    owner.connect("quickbooks", OWNER, firm.company)
    desk.universe.settle()
    desk.universe.connections["quickbooks"] = desk.connections()[0].id
    desk.universe.switch("quickbooks", remind=Mode.COPILOT)
    set_terms(firm, **TERMS)
    return Shop(desk, firm.company, owner, invoice)


def one(firm: Firm) -> Charge:
    with firm.deps.reading() as tx:
        (found,) = charges.listed(tx, 1)
    return found


def where(firm: Firm) -> str:
    return f"/connections/1/customers/{one(firm).customer_id}"


def test_a_draft_stands_on_both_pages_with_its_working_out(shop: Shop, firm: Firm) -> None:
    today = shop.owner.page("/clients/1")
    page = shop.owner.page(where(firm))
    for told in ("1.5 % of USD 200.00 open", "invoice 1001, from 2026-02-21 to 2026-03-20"):
        assert told in today, told
        assert told in page, told
    assert "late fee of USD 3.00" in today
    assert "Late fee USD 3.00" in page
    assert "Ash &amp; &lt;Sons&gt;" in page
    assert "<Sons>" not in page + today


def test_an_approved_charge_is_told_with_its_invoice_and_taken_back(shop: Shop, firm: Firm) -> None:
    (question,) = firm.asked()
    shop.owner.post(f"/approvals/{question.id}/approve", on=where(firm), option="0")
    shop.desk.universe.settle()
    charge = one(firm)
    assert firm.books.balance(charge.receipt) == 3
    assert f"as invoice {firm.hand.get('Invoice', charge.receipt)['DocNumber']}" in shop.owner.page(
        where(firm)
    )
    assert "Raised an invoice of USD 3.00 for being late with invoice 1001" in shop.owner.page(
        "/clients/1"
    )
    answer = shop.owner.post(f"/connections/1/charges/{charge.id}/undo", on=where(firm))
    assert path_of(answer) == f"{where(firm)}"
    shop.desk.universe.settle()
    assert one(firm).state is FeeState.UNDONE
    assert "Taken back" in shop.owner.page(where(firm))
    assert "Voided the invoice of USD 3.00" in shop.owner.page("/clients/1")


def test_what_is_not_charged_after_all_is_told_until_somebody_has_seen_it(
    shop: Shop, firm: Firm
) -> None:
    set_terms(firm, customers_are="business")
    with firm.deps.writing() as tx:
        rules = collection_rules.of(tx, firm.connection, firm.deps.now())
        asking_charges.tell(tx, rules, one(firm), why="it changed & <went>")
    today = shop.owner.page("/clients/1")
    assert "is not charged: it changed &amp; &lt;went&gt;" in today
    assert "Charge for being late" in today
    assert "I have seen it" in today
    assert "Lapsed" in shop.owner.page(where(firm))
    (news,) = firm.asked()
    shop.owner.post(f"/approvals/{news.id}/reject", on="/clients/1")
    assert (firm.asked(), one(firm).state) == ([], FeeState.LAPSED)


def test_a_waiver_needs_a_reason_and_shows_it(shop: Shop, firm: Firm) -> None:
    waive = f"/connections/1/charges/{one(firm).id}/waive"
    shop.owner.post(waive, on=where(firm), reason=" ")
    assert one(firm).state is FeeState.DRAFTED
    assert "say why the fee" in shop.owner.page(where(firm))
    shop.owner.post(waive, on=where(firm), reason="They are <new>")
    assert (one(firm).state, one(firm).by) == (FeeState.WAIVED, OWNER)
    assert "They are &lt;new&gt;" in shop.owner.page(where(firm))
    assert firm.asked() == []


def test_interest_by_law_is_worked_out_and_says_why_there_is_none(shop: Shop, firm: Firm) -> None:
    page = shop.owner.page(where(firm))
    there = f"/connections/1/invoices/{shop.invoice}/interest"
    assert f'href="{there}"' in page
    assert "is in GBP, the debt is in USD" in shop.owner.page(there)
    shop.owner.post(there, on=where(firm))
    assert "Not drafted" in shop.owner.page(where(firm))
    assert one(firm).fee.amount.amount == Decimal("3.00")


@pytest.mark.parametrize("path", [
    "/connections/1/charges/{id}/waive", "/connections/1/charges/{id}/undo",
    "/connections/1/invoices/{invoice}/interest",
])  # fmt: skip
def test_a_charge_of_another_client_does_not_exist(shop: Shop, firm: Firm, path: str) -> None:
    universe = shop.desk.universe
    other = company_of(shop.desk, "xero", "Elsewhere")
    stranger = shop.desk.visitor()
    stranger.sign_in("xero", "books@xero.example", other)
    stranger.connect("xero", "books@xero.example", other)
    universe.settle()
    id_ = one(firm).id
    for own in ("1", "2"):
        there = path.format(id=id_, invoice=shop.invoice).replace("/1/", f"/{own}/", 1)
        assert stranger.post(there, on="/clients/2", reason="x").status_code == 404
    assert one(firm).state is FeeState.DRAFTED


def test_who_is_not_there_is_not_there(shop: Shop) -> None:
    for path in ("/connections/1/charges/99/waive", f"/connections/1/charges/{2**40}/undo"):
        assert shop.owner.post(path, reason="x").status_code == 404
    assert shop.owner.get("/connections/1/invoices/nothing/interest").status_code == 404


def test_without_a_token_nothing_is_decided(shop: Shop, firm: Firm) -> None:
    answer = shop.owner.client.post(f"/connections/1/charges/{one(firm).id}/waive")
    assert answer.status_code == 400
    assert one(firm).state is FeeState.DRAFTED

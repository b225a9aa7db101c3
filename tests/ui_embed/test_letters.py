"""The page of letters: what waits, its PDF, that it was posted or is not, and for whose eyes."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.correspondence import letters
from connector.correspondence.letters import Letter
from connector.decided import holds
from tests.connector.by_post import PAPER, approve_as_letter, customer_at
from tests.connector.faulty import make_unreadable
from tests.connector.firm import Firm
from tests.simulation.books import books_of
from tests.ui_embed.books import OWNER, Shop
from tests.ui_embed.office import Office, company_of, path_of

WHERE = "/clients/1/letters"


@pytest.fixture
def shop(desk: Office) -> Shop:
    """QuickBooks company Corner Shop; a letter to a customer waits to be printed."""
    universe, realm = desk.universe, company_of(desk, "quickbooks", "Corner Shop")
    book = books_of(universe, "quickbooks", realm)
    firm = Firm(universe, "quickbooks", realm, book, mailbox=None)  # type: ignore[arg-type]
    customer = customer_at(firm, "Alder & <Sons>")
    invoice = firm.owe(customer, "1001", "120.00", late_days=4)
    owner = desk.visitor()
    owner.sign_in("quickbooks", OWNER)
    owner.connect("quickbooks", OWNER, realm)
    universe.settle()
    universe.connections["quickbooks"] = desk.connections()[0].id
    universe.switch("quickbooks", **PAPER)
    universe.settle()
    approve_as_letter(firm)
    return Shop(desk, realm, owner, invoice)


def one(shop: Shop) -> Letter:
    with shop.desk.universe.deps.reading() as tx:
        (found,) = letters.listed(tx, 1)
    return found


def test_what_waits_is_shown_with_all_that_matters(shop: Shop) -> None:
    page = shop.owner.page(WHERE)
    for told in (">Alder &amp; &lt;Sons&gt;</a>, USD 120.00", one(shop).sha256, "Reminder",
                 "1 Quay Street, Portland, ME 04101", "Letter 1 was posted"):  # fmt: skip
        assert told in page, told
    assert "<Sons>" not in page
    assert f'href="{WHERE}"' in shop.owner.page("/clients/1")


def test_the_pdf_is_the_very_bytes(shop: Shop) -> None:
    answer = shop.owner.get("/letters/1.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert 'filename="letter-1.pdf"' in answer.headers["Content-Disposition"]
    assert hashlib.sha256(answer.data).hexdigest() == one(shop).sha256


def test_posted_is_what_a_person_says_once(shop: Shop) -> None:
    answer = shop.owner.post("/letters/1/confirm", on=WHERE)
    assert (answer.status_code, path_of(answer)) == (303, WHERE)
    page = shop.owner.page(WHERE)
    assert "Letter 1 counts as sent from now on." in page
    assert "No letter waits." in page
    assert (one(shop).state, one(shop).by) == ("confirmed", OWNER)
    shop.owner.post("/letters/1/drop", on=WHERE, reason="changed my mind")
    assert "Not done: letter 1 is confirmed already." in shop.owner.page(WHERE)
    assert one(shop).state == "confirmed"
    assert "Confirmed that a letter was posted" in shop.owner.page("/clients/1/audit")


def test_a_dropped_letter_says_why(shop: Shop) -> None:
    shop.owner.post("/letters/1/drop", on=WHERE, reason="they <b>called</b>")
    page = shop.owner.page(WHERE)
    assert "not sent, they &lt;b&gt;called&lt;/b&gt;" in page
    assert (one(shop).state, one(shop).reason) == ("dropped", "they <b>called</b>")


def test_a_letter_about_what_was_paid_says_that_it_should_not_go(shop: Shop) -> None:
    hand = shop.desk.universe.vendors.quickbooks.act(shop.realm)
    hand.create("Payment", {
        "CustomerRef": {"value": one(shop).customer_id}, "CurrencyRef": {"value": "USD"},
        "TotalAmt": Decimal(120), "Line": [
            {"Amount": Decimal(120), "LinkedTxn": [{"TxnId": shop.invoice, "TxnType": "Invoice"}]},
        ],
    })  # fmt: skip
    shop.desk.universe.pass_time(timedelta(minutes=2))
    page = shop.owner.page(WHERE)
    assert "Do not post it:" in page
    assert "invoice 1001" in page


def test_a_letter_that_the_customer_answered_is_made_anew_where_a_person_says_so(
    shop: Shop,
) -> None:
    assert "Make letter 1 anew" not in shop.owner.page(WHERE)
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        holds.set_hold(
            tx, 1, customer_id=one(shop).customer_id, kind=holds.REPLY, by="ledgerhand",
            at=deps.now(), reason="the customer answered",
        )  # fmt: skip
    page = shop.owner.page(WHERE)
    assert (
        "<strong>Do not post it:</strong> the customer answered; a person reads it first." in page
    )
    assert "Make letter 1 anew" in page
    answer = shop.owner.post("/letters/1/anew", on=WHERE)
    assert (answer.status_code, path_of(answer)) == (303, WHERE)
    assert "Letter 1 is made anew, if it is still due." in shop.owner.page(WHERE)
    assert (one(shop).state, one(shop).by, one(shop).reason) == ("dropped", OWNER, "made anew")
    shop.owner.post("/letters/1/anew", on=WHERE)
    assert "Not done: letter 1 is dropped already." in shop.owner.page(WHERE)


def test_a_customer_who_cannot_be_read_is_told_of_beside_its_letter(shop: Shop) -> None:
    make_unreadable(shop.desk.universe.deps, 1, one(shop).customer_id)
    page = shop.owner.page(WHERE)
    assert "Ledgerhand could not read this customer by a fault of its own (ValueError)" in page


def test_a_stranger_neither_sees_nor_ends_it(shop: Shop) -> None:
    stranger = shop.stranger()
    assert stranger.get(WHERE).status_code == 404
    assert stranger.get("/letters/1.pdf").status_code == 404
    for act in ("confirm", "anew", "drop"):
        assert stranger.post(f"/letters/1/{act}").status_code == 404
    assert one(shop).state == "queued"


@pytest.mark.parametrize("path", ["/letters/99.pdf", f"/letters/{2**40}.pdf"])
def test_a_letter_that_is_not_there_is_not_there(shop: Shop, path: str) -> None:
    assert shop.owner.get(path).status_code == 404


def test_the_page_of_today_tells_of_the_letter(shop: Shop) -> None:
    assert "Made a letter, the reminder, about USD 120.00: invoice 1001" in shop.owner.page(
        "/clients/1"
    )

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from connector.decided import approvals
from connector.money import cash
from connector.past.booked import SUBJECT
from connector.receiving import receipts
from connector.rules.modes import Mode
from providers.simulated.faults import Fault
from tests.simulation.books import QuickBooksBooks
from tests.simulation.universe import save_policy
from tests.ui_embed.books import OWNER, Shop, busy_shop
from tests.ui_embed.office import Office, path_of


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def balance(shop: Shop) -> Decimal:
    return QuickBooksBooks(shop.desk.universe, shop.realm).balance(shop.invoice)


def test_what_waits_is_shown_with_its_options(shop: Shop) -> None:
    page = shop.owner.page("/clients/1")
    assert "USD 120.00 came in from Alder on 01 Mar 2026 with the text &#34;1001&#34;." in page
    assert "Approve: Apply USD 120.00 to invoice 1001" in page
    assert "Leave it as it is" in page
    assert "1 question waits for you" in shop.owner.page("/")


def test_one_click_approves_and_the_ledger_has_it(shop: Shop) -> None:
    answer = shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    assert path_of(answer) == "/clients/1"
    page = shop.owner.page("/clients/1")
    assert "Approved. It is on its way." in page
    assert "Under way" in page
    shop.tick()
    assert balance(shop) == 0
    page = shop.owner.page("/clients/1")
    assert "Applied USD 120.00 to invoice 1001" in page
    assert "Nothing waits for you." in page


def test_leaving_it_changes_nothing_in_the_ledger(shop: Shop) -> None:
    shop.owner.post("/approvals/1/reject", on="/clients/1")
    shop.tick()
    assert balance(shop) == Decimal("120.00")
    page = shop.owner.page("/clients/1")
    assert "Left as it is. Nothing was changed in the ledger." in page
    assert shop.states()[0] == "rejected"


def test_the_second_answer_is_told_that_it_came_too_late(shop: Shop) -> None:
    shop.owner.post("/approvals/1/reject", on="/clients/1")
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    shop.tick()
    assert "Not done: approval 1 is already rejected" in shop.owner.page("/clients/1")
    assert balance(shop) == Decimal("120.00")


@pytest.mark.parametrize(("option", "status"), [("7", 303), ("-1", 400), ("", 400), ("x", 400)])
def test_an_option_that_was_not_offered_is_refused(shop: Shop, option: str, status: int) -> None:
    answer = shop.owner.post("/approvals/1/approve", on="/clients/1", option=option)
    assert answer.status_code == status
    assert shop.states()[0] == "waiting"


def test_pausing_and_resuming(shop: Shop) -> None:
    shop.owner.post("/pause/1", on="/clients/1", reason="on holiday <b>")
    page = shop.owner.page("/clients/1")
    assert "on holiday &lt;b&gt;" in page
    assert "<strong>Paused</strong> by books@quickbooks.example" in page
    shop.owner.post("/resume/1", on="/clients/1")
    assert "<strong>Paused</strong>" not in shop.owner.page("/clients/1")


def test_what_the_ledger_refuses_is_shown_with_the_reason(shop: Shop) -> None:
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    hand = shop.desk.universe.vendors.quickbooks.act(shop.realm)
    hand.close_books(shop.desk.universe.world.clock.now().date())
    shop.tick()
    page = shop.owner.page("/clients/1")
    assert "Could not be done" in page
    assert 'class="reason"' in page
    assert balance(shop) == Decimal("120.00")


def test_what_is_planned_is_shown(shop: Shop) -> None:
    book = QuickBooksBooks(shop.desk.universe, shop.realm)
    book.invoice(
        book.customer("Birch"), "1002", amount=Decimal("80.00"), issued=date(2026, 2, 20),
        due=date(2026, 3, 20),
    )  # fmt: skip
    shop.desk.universe.switch("quickbooks", remind=Mode.SHADOW)
    shop.tick()
    page = shop.owner.page("/clients/1")
    assert '<strong><a href="/connections/1/customers/2">Birch</a>.</strong>' in page
    assert "Looked at again" in page


def test_yesterday_is_not_today(shop: Shop) -> None:
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    shop.tick()
    shop.desk.universe.pass_time(timedelta(days=1))
    shop.owner.sign_in("quickbooks", "books@quickbooks.example")
    assert "Nothing was done yet today." in shop.owner.page("/clients/1")
    with shop.desk.universe.deps.reading() as tx:
        assert approvals.waiting(tx, 1) == []


def test_money_from_the_bank_and_the_notes_about_it_are_told(shop: Shop) -> None:
    book = QuickBooksBooks(shop.desk.universe, shop.realm)
    book.invoice(
        book.customer("Birch"), "1002", amount=Decimal("80.00"), issued=date(2026, 2, 20),
        due=date(2026, 3, 20),
    )  # fmt: skip
    shop.tick()
    shop.desk.universe.switch("quickbooks", cash=Mode.AUTOPILOT, note=Mode.AUTOPILOT)
    statement = (
        b"account,bank_id,date,amount,currency,payer,reference\n"
        b"checking,77,2026-03-02,80.00,USD,Birch,Invoice 1002\n"
    )
    receipts.import_statement(shop.desk.universe.deps, 1, statement, by="tests")
    shop.tick()
    page = shop.owner.page("/clients/1")
    assert "Entered a payment of USD 80.00, with USD 80.00 to invoice 1002" in page
    assert "Wrote a note on invoice 1002: Ledgerhand applied USD 80.00" in page


def test_what_the_ledger_asked_to_wait_for_is_tried_again(shop: Shop) -> None:
    faults = shop.desk.universe.world.faults
    faults.replace([Fault("429", on="quickbooks.payment.write", times=-1)])
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    shop.tick()
    assert "It is tried again by itself." in shop.owner.page("/clients/1")
    faults.replace([])
    shop.desk.universe.pass_time(timedelta(minutes=5))
    assert "Applied USD 120.00 to invoice 1001" in shop.owner.page("/clients/1")


def test_a_credit_that_pays_with_the_money_is_called_one(shop: Shop) -> None:
    desk = shop.desk
    book = QuickBooksBooks(desk.universe, shop.realm)
    birch = book.customer("Birch")
    book.invoice(
        birch, "2001", amount=Decimal("100.00"), issued=date(2026, 1, 20), due=date(2026, 2, 19)
    )
    credit = book.credit(birch, Decimal("30.00"), date(2026, 2, 1))
    desk.universe.vendors.quickbooks.act(shop.realm).create("Payment", {
        "CustomerRef": {"value": birch}, "CurrencyRef": {"value": "USD"},
        "TotalAmt": Decimal("70.00"), "TxnDate": "2026-03-01", "PaymentRefNum": "2001 less credit",
    })  # fmt: skip
    for _ in range(2):
        desk.universe.pass_time(timedelta(minutes=20))
    number = book.hand.get("CreditMemo", credit)["DocNumber"]
    told = f"Approve: Apply USD 100.00 to invoice 2001 and USD 30.00 of credit {number}"
    assert told in shop.owner.page("/clients/1")


def test_money_that_does_not_add_up_is_a_red_card_until_it_does(shop: Shop) -> None:
    deps, connection_id = shop.desk.universe.deps, shop.desk.connections()[0].id
    assert "does not add up" not in shop.owner.page("/clients/1")
    with deps.reading() as tx:
        (item,) = cash.listed(tx, connection_id, tuple(cash.Standing))

    def leave(minor: int) -> None:
        with deps.writing() as tx:
            c = cash.cash_table.c
            tx.execute(
                sa.update(cash.cash_table)
                .where(c.connection_id == connection_id, c.id == item.id)
                .values(left_minor=minor)
            )

    leave(50_00)
    place = f"/discrepancies/{connection_id}"
    shop.owner.post(f"{place}/check", on="/clients/1")
    page = shop.owner.page("/clients/1")
    assert "Money that does not add up" in page
    assert "Of USD 120.00, USD 70.00 is missing" in page
    assert "ask who changed it there" in page
    assert shop.desk.visitor().get("/healthz").json["receipts_not_adding_up"] == 1  # type: ignore[index]
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    assert "this money does not add up" in shop.owner.page("/clients/1")
    leave(120_00)
    shop.owner.post(f"{place}/check", on="/clients/1")
    page = shop.owner.page("/clients/1")
    assert "All money adds up again." in page
    assert "Money that does not add up" not in page
    leave(50_00)
    shop.owner.post(f"{place}/check", on="/clients/1")
    shop.owner.post(f"{place}/explain", on="/clients/1", subject=item.subject, reason=" ")
    assert "Not done: write why" in shop.owner.page("/clients/1")
    shop.owner.post(f"{place}/explain", on="/clients/1", subject=item.subject, reason="a charge")
    page = shop.owner.page("/clients/1")
    assert "Kept. This money is decided on again." in page
    assert "Money that does not add up" not in page


def test_books_that_may_be_behind_the_bank_are_asked_about(shop: Shop) -> None:
    universe = shop.desk.universe
    save_policy(universe, "quickbooks", bank_lag_days_max=5)
    universe.switch("quickbooks", remind=Mode.COPILOT)
    shop.owner.post("/approvals/1/reject", on="/clients/1")
    for _ in range(11):
        universe.pass_time(timedelta(days=1))
    shop.owner.sign_in("quickbooks", OWNER)
    page = shop.owner.page("/clients/1")
    assert "Reminders are held." in page
    assert "the newest receipt in the books is of 2026-03-01, so money may be at the bank" in page
    assert "They are not: hold the reminders, ask again in a week" in page
    with universe.deps.reading() as tx:
        asked = approvals.is_waiting(tx, 1, SUBJECT)
    assert asked is not None
    shop.owner.post(f"/approvals/{asked.id}/approve", on="/clients/1", option="0")
    shop.tick()
    page = shop.owner.page("/clients/1")
    assert "Reminders are held." not in page
    assert "Said that the books are up to date" in shop.owner.page("/clients/1/audit")

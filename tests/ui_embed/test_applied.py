"""The page of applied cash: what it tells of each decision, its undo, and what came of that."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from connector.money import cash
from connector.money.cash import Standing
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from providers.ledger import Undo
from providers.simulated.faults import Fault
from tests.connector.office import usd
from tests.simulation import settling
from tests.simulation.books import QuickBooksBooks
from tests.ui_embed.books import busy_shop
from tests.ui_embed.office import CSRF, Office
from tests.ui_embed.trade import MONTH, WHERE, Trade, bank, trading


@pytest.fixture
def trade(desk: Office, ledger: str) -> Trade:
    made = trading(desk, ledger)
    bank(made, "b1", "100.00", "INV-1")
    assert made.books.balance(made.invoice) == 0
    return made


@pytest.mark.either_ledger
def test_what_was_applied_is_told_with_its_rule_its_reason_and_who(trade: Trade) -> None:
    page = trade.page()
    for told in (
        "USD 100.00 from Ash Ltd", "Applied in the ledger.", "“INV-1”", "bank main b1",
        "<dd>USD 100.00 to invoice INV-1</dd>", "Number and amount are exact",
        "99.95% of decisions like this one turn out right", "Ledgerhand by itself",
        f'href="/why/{trade.decision()}"', "Yes, undo USD 100.00 from Ash Ltd",
    ):  # fmt: skip
        assert told in page, told


def test_an_undo_by_the_page_restores_both_balances_in_the_ledger(trade: Trade) -> None:
    assert len(trade.payments()) == 1
    there = trade.undo(trade.decision())
    assert there == f"{WHERE}"
    page = trade.page()
    assert "You asked for the undo." in page
    assert "The undo is on its way." in page
    assert f"Asked for by books@{trade.ledger}.example." in page
    assert "Yes, undo" not in page
    trade.tick(minutes=1)
    trade.tick(minutes=20)
    assert trade.books.balance(trade.invoice) == 100
    assert trade.payments() == []
    (item,) = trade.money()
    assert (item.state, str(item.left)) == (Standing.REVIEW, "USD 100.00")
    page = trade.page()
    assert "Undone." in page
    assert f"Asked for by books@{trade.ledger}.example. Done " in page
    assert "Yes, undo" not in page


def test_money_on_account_is_free_again_after_its_undo(trade: Trade) -> None:
    universe = trade.desk.universe
    day = universe.deps.now().date()
    birch = trade.books.customer("Birch")
    invoice = trade.books.invoice(birch, "INV-2", amount=Decimal(60), issued=day - MONTH, due=day)
    trade.tick(minutes=20)
    money = universe.vendors.simulation.tills[trade.ledger].receive(
        trade.company, birch, amount=Decimal(60), currency="USD", day=day, reference="INV-2",
    )  # fmt: skip
    trade.tick(minutes=20)
    assert trade.books.applied(money) == [(invoice, Decimal(60))]
    trade.undo(trade.decision())
    trade.tick(minutes=20)
    assert trade.books.balance(invoice) == 60
    assert trade.books.applied(money) == []
    assert trade.books.balance(trade.invoice) == 0, "the other decision stands"
    assert trade.states() == [Step.CONFIRMED, Step.UNDONE]


def edit(trade: Trade) -> str:
    """Somebody works on our payment in the ledger; what an undo then has against it."""
    (payment,) = trade.payments()
    if trade.ledger == "quickbooks":
        trade.books.hand.update("Payment", {"Id": payment["Id"], "PrivateNote": "Mine now"})
        return "changed since"
    trade.books.hand.reconcile("Payments", payment["PaymentID"])
    return "reconciled"


@pytest.mark.either_ledger
def test_after_somebody_elses_edit_the_page_shows_the_refusal_and_why(trade: Trade) -> None:
    why = edit(trade)
    before = trade.payments()
    trade.undo(trade.decision())
    trade.tick(minutes=20)
    assert trade.books.balance(trade.invoice) == 0
    assert trade.payments() == before
    page = trade.page()
    told = page[page.index("<strong>Not undone</strong> on <time") :]
    assert told.index("Nothing was changed:") < told.index(why) < told.index("</p>")
    assert "Applied in the ledger." in page
    assert "Yes, undo USD 100.00 from Ash Ltd" in page, "it can be tried again"


def test_what_others_took_out_is_told_and_offers_no_undo(trade: Trade) -> None:
    (payment,) = trade.payments()
    if trade.ledger == "quickbooks":
        trade.books.hand.delete("Payment", payment["Id"])
    else:
        trade.books.hand.delete("Payments", payment["PaymentID"])
    trade.tick(minutes=20)
    trade.tick(days=1)
    trade.owner.sign_in(trade.ledger, f"books@{trade.ledger}.example", trade.company)
    page = trade.page()
    assert "Deleted or voided in the ledger by somebody.</span> Ledgerhand leaves it" in page
    assert "Yes, undo" not in page
    trade.undo(trade.decision())
    assert "Not undone: nothing that Ledgerhand wrote for decision" in trade.page()


@pytest.mark.either_ledger
def test_what_is_on_its_way_is_not_undone_twice(trade: Trade) -> None:
    trade.undo(trade.decision())
    trade.undo(trade.decision())
    assert "Not undone: something about this money is still on its way" in trade.page()
    trade.tick(minutes=20)
    with trade.desk.universe.deps.reading() as tx:
        written = intents.of_decisions(tx, 1, [trade.decision()])
    assert sum(isinstance(it.effect, Undo) for it in written) == 1


@pytest.mark.either_ledger
def test_an_undo_that_the_ledger_puts_off_is_tried_again(trade: Trade) -> None:
    faults = trade.desk.universe.world.faults
    faults.replace([Fault("429", on=r".*\.(write|delete|update)", times=-1)])
    trade.undo(trade.decision())
    trade.tick(seconds=1)
    assert "It is tried again by itself. The last answer was:" in trade.page()
    faults.replace([])
    trade.tick(minutes=20)
    assert trade.books.balance(trade.invoice) == 100
    assert "Undone." in trade.page()


def test_of_several_uses_of_the_same_money_the_last_is_undone_first(trade: Trade) -> None:
    universe = trade.desk.universe
    day = universe.deps.now().date()
    birch = trade.books.customer("Birch")
    first, second = (
        trade.books.invoice(birch, f"B-{n}", amount=Decimal(n), issued=day - MONTH, due=day)
        for n in (40, 30)
    )
    universe.switch(trade.ledger, cash=Mode.COPILOT)
    bank(trade, "b2", "70.00", "thank you")
    with universe.deps.reading() as tx:
        item = cash.find(tx, 1, cash.BANK, "main:b2")
    assert item is not None
    settling.intend(universe, trade.ledger, item, {first: (birch, usd("40"))})
    trade.tick(minutes=20)
    rest = next(it for it in trade.money() if it.kind != cash.BANK)
    settling.intend(universe, trade.ledger, rest, {second: (birch, usd("30"))})
    trade.tick(minutes=20)
    last = trade.decision()
    with universe.deps.reading() as tx:
        (_, _), (earlier, _) = intents.decisions_applied(tx, 1, before=None, limit=2)
    trade.undo(earlier)
    assert f"Not undone: decision {last} used the same money since; undo that first." in (
        trade.page()
    )
    trade.undo(last)
    trade.tick(minutes=20)
    trade.undo(earlier)
    trade.tick(minutes=20)
    assert [trade.books.balance(invoice) for invoice in (first, second)] == [40, 30]


def test_what_a_person_approved_names_the_person_and_what_was_chosen(desk: Office) -> None:
    shop = busy_shop(desk)
    assert "Nothing has been applied yet." in shop.owner.page(WHERE)
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    shop.tick()
    page = unescape(shop.owner.page(WHERE))
    assert "books@quickbooks.example, who approved it" in page
    assert "USD 120.00 to invoice 1001" in page
    assert "of decisions like this one" not in page
    why = shop.owner.page("/why/1")
    assert f'href="{WHERE}?decision=1"' in why
    assert "Yes, undo USD 120.00 from Alder" in shop.owner.page(f"{WHERE}?decision=1")
    assert "This decision applied nothing here." in shop.owner.page(f"{WHERE}?decision=99")


@pytest.mark.either_ledger
def test_older_ones_are_on_pages_of_their_own(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui_embed.applied.SHOWN_MAX", 1)
    day = trade.desk.universe.deps.now().date()
    birch = trade.books.customer("Birch")
    trade.books.invoice(birch, "INV-7", amount=Decimal(70), issued=day - MONTH, due=day)
    trade.tick(minutes=20)
    bank(trade, "b7", "70.00", "INV-7 <i>")
    page = trade.owner.page(WHERE)
    assert "INV-7 &lt;i&gt;" in page
    assert "INV-1" not in page
    (older,) = re.findall(r'href="([^"]+before=\d+)"', page)
    older = unescape(older)
    page = trade.owner.page(older)
    assert "to invoice INV-1" in page
    assert "Older than these" not in page
    trade.owner.client.post(f"/undo/{decision_on(page)}", data=filled(page))
    assert "The undo is on its way." in trade.owner.page(older)
    before = older.rpartition("=")[2]
    assert "Nothing older was applied." in trade.owner.page(f"{WHERE}?company=1&before=1")
    assert int(before) > 1


def decision_on(page: str) -> str:
    (found,) = re.findall(r'action="/undo/(\d+)"', page)
    return str(found)


def filled(page: str) -> dict[str, str]:
    """The form of the page's one undo as it stands there."""
    form = page[page.index('action="/undo/') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


@pytest.mark.parametrize("query", ["decision=x", "before=-1", "company=1.5", f"decision={2**31}"])
def test_an_address_that_makes_no_sense_does_not_exist(desk: Office, query: str) -> None:
    shop = busy_shop(desk)
    assert shop.owner.get(f"{WHERE}?{query}").status_code == 404


def test_a_stranger_neither_sees_nor_undoes(desk: Office) -> None:
    shop = busy_shop(desk)
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    shop.tick()
    stranger = shop.stranger()
    assert stranger.get(WHERE).status_code == 404
    assert stranger.get("/clients/2/applied?decision=1").status_code == 200
    assert "Alder" not in stranger.page("/clients/2/applied?decision=1")
    assert stranger.post("/undo/1").status_code == 404
    token = CSRF.search(shop.owner.page(WHERE))
    assert token
    assert shop.owner.client.post("/undo/1").status_code == 400
    shop.tick()
    assert QuickBooksBooks(desk.universe, shop.realm).balance(shop.invoice) == 0

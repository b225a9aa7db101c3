"""The page on which money is split by hand, and what a row says of each candidate."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from connector.decided import approvals
from connector.rules.modes import Mode
from tests.simulation.books import QuickBooksBooks
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office, path_of

WHERE = "/approvals/1/split"
HIDDEN = re.compile(r'name="(left|shown|open-[^"]+)" value="([^"]*)"')
TODAY = "/clients/1"


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def books(shop: Shop) -> QuickBooksBooks:
    return QuickBooksBooks(shop.desk.universe, shop.realm)


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def post(shop: Shop, act: str, **form: str) -> tuple[int, str]:
    """The page as it stands, filled in; the status and the text of the answer."""
    known = {k: v for k, v in hidden(shop.owner.page(WHERE)).items() if k != "shown"}
    answer = shop.owner.post(WHERE, on=WHERE, act=act, **(known | form))
    return answer.status_code, answer.text


def test_the_row_says_how_sure_and_why(shop: Shop) -> None:
    row = text_of(shop.owner.page(TODAY))
    assert "over 99 % sure" in row
    assert 'Text The text names 1001 ("1001" at 0).' in row
    assert "Sum USD 120.00 is exactly what is open on it." in row
    assert "Payer The money came in under this customer." in row
    assert "Asked because: Every match is put before a person here." in row


def test_an_approval_counts_only_while_it_is_what_was_shown(shop: Shop) -> None:
    key = hidden(shop.owner.page(TODAY))["shown"]
    form = {"option": "0", "shown": key[::-1]}
    shop.owner.post("/approvals/1/approve", on=TODAY, **form)
    assert "are not what was shown; look again" in shop.owner.page(TODAY)
    assert shop.states()[0] == "waiting"
    shop.owner.post("/approvals/1/approve", on=TODAY, option="0", shown=key)
    shop.owner.post("/approvals/1/approve", on=TODAY, option="0", shown=key)
    assert "approval 1 is already approved" in shop.owner.page(TODAY)
    shop.tick()
    assert books(shop).balance(shop.invoice) == 0


def test_the_best_suggestion_is_filled_in_and_what_stays_is_worked_out(shop: Shop) -> None:
    assert 'name="amount-1" value="120.00"' in shop.owner.page(WHERE)
    status, page = post(shop, "check", **{"amount-1": "100.50"})
    assert (status, shop.states()[0]) == (200, "waiting")
    assert "USD 100.50 of USD 120.00 is placed; USD 19.50 stays unapplied" in text_of(page)
    assert 'value="100.50"' in page


def test_it_is_written_and_told_with_who_and_why_and_undone(shop: Shop) -> None:
    status, _ = post(shop, "apply", **{"amount-1": "70", "remark": "said <so>"})
    assert status == 303
    page = shop.owner.page(TODAY)
    assert "Split by hand. It is on its way." in page
    shop.tick()
    assert books(shop).balance(shop.invoice) == Decimal(50)
    why = text_of(shop.owner.page("/why/1"))
    assert "Chosen by books@quickbooks.example: Split by hand by" in why
    assert "Split money by hand" in why
    applied = text_of(shop.owner.page("/clients/1/applied"))
    assert "books@quickbooks.example, who split it by hand" in applied
    assert "said <so>" in applied
    shop.owner.post("/undo/1", on="/clients/1/applied")
    shop.tick()
    assert books(shop).balance(shop.invoice) == Decimal(120)


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(shop: Shop) -> None:
    status, page = post(shop, "apply", **{"amount-1": "120,5", "remark": "kept"})
    assert status == 422
    assert "1001: '120,5' is no amount in USD; write it as 120.50." in text_of(page)
    assert 'value="120,5"' in page
    assert 'value="kept"' in page
    status, page = post(shop, "apply", **{"amount-1": "120", "open-1": "90.00"})
    assert "1001 had 90.00 open when this was shown, and has 120.00 now" in text_of(page)
    assert shop.states()[0] == "waiting"
    shop.tick()
    assert books(shop).balance(shop.invoice) == Decimal(120)


def test_money_of_a_customer_finds_its_own_documents_only(shop: Shop) -> None:
    book = books(shop)
    day = shop.desk.universe.deps.now().date()
    book.invoice(book.customer("Birch"), "2001", amount=Decimal(60), issued=day, due=day)
    shop.tick()
    _, page = post(shop, "find", find="2001")
    assert "No open documents were found for “2001” in USD of this customer" in text_of(page)
    _, page = post(shop, "find", find="ald 1001 <b>")
    assert "<b>" not in page.split("<main")[1]
    _, page = post(shop, "find", find="1001", **{"amount-1": "7"})
    assert "1 open document was found" in text_of(page)
    assert 'name="amount-1" value="7"' in page


def test_what_no_longer_waits_or_is_a_strangers_is_not_split(shop: Shop) -> None:
    stranger = shop.stranger()
    assert stranger.get(WHERE).status_code == 404
    assert stranger.post(WHERE, act="apply", **{"amount-1": "5"}).status_code == 404
    shop.desk.universe.switch("quickbooks", cash=Mode.COPILOT)
    shop.tick()
    shop.owner.post("/approvals/1/approve", on=TODAY, option="0")
    answer = shop.owner.get(WHERE)
    assert path_of(answer) == TODAY
    assert "Not split: this money does not wait" in shop.owner.page(TODAY)
    with shop.desk.universe.deps.reading() as tx:
        assert approvals.waiting(tx, 1) == []


def test_a_credit_alone_is_used_by_a_click_and_is_not_split(shop: Shop) -> None:
    shop.owner.post("/approvals/1/approve", on=TODAY, option="0")
    book, universe = books(shop), shop.desk.universe
    day = universe.deps.now().date()
    birch = book.customer("Birch")
    owed = book.invoice(birch, "2001", amount=Decimal(60), issued=day, due=day)
    book.credit(birch, Decimal(25), day, "for 2001")
    universe.pass_time(timedelta(minutes=20))
    page = shop.owner.page(TODAY)
    assert "Use a credit." in text_of(page)
    assert 'Text The text names 2001 ("2001" at 4).' in text_of(page)
    assert "Split by hand" not in page
    shop.owner.post("/approvals/2/approve", on=TODAY, option="0", shown=hidden(page)["shown"])
    shop.tick()
    assert book.balance(owed) == Decimal(35)

"""Disputes on the pages: opened on the customer's, listed for the client, ended by a person."""

from __future__ import annotations

import pytest

from connector.disputed import disputes
from connector.disputed.disputes import Dispute, State
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

CUSTOMER = "/connections/1/customers/1"
OPEN = f"{CUSTOMER}/disputes"
LIST = "/clients/1/disputes"
WORDS = 'two <b>wet</b> "boxes"\nof ten'


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def kept(shop: Shop) -> list[Dispute]:
    with shop.desk.universe.deps.reading() as tx:
        return disputes.listed(tx, 1)


def raise_one(shop: Shop, amount: str = "20.00", **more: str) -> int:
    form = {"invoice": shop.invoice, "type": "quality", "amount": amount, "words": WORDS, **more}
    return shop.owner.post(OPEN, on=CUSTOMER, **form).status_code


def test_what_a_customer_said_is_entered_and_shown_word_for_word(shop: Shop) -> None:
    assert raise_one(shop) == 303
    (one,) = kept(shop)
    assert one.claim.words == WORDS
    assert one.by == "books@quickbooks.example"
    assert f"Dispute {one.number} is open. Reminders ask for the rest." in shop.owner.page(CUSTOMER)
    for page in (shop.owner.page(CUSTOMER), shop.owner.page(LIST)):
        assert "two &lt;b&gt;wet&lt;/b&gt; &#34;boxes&#34;" in page
        assert "USD 20.00 of invoice 1001, quality" in page


@pytest.mark.parametrize(("amount", "told"), [
    ("120.01", "Nothing was opened: USD 120.01 is more than there is to dispute"),
    ("much", "&#39;much&#39; is no amount; write it as 120.50"),
    ("-1", "Nothing was opened: USD -1.00 is no amount to dispute"),
    ("NaN", "is no amount; write it as 120.50"),
])  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_is_opened(shop: Shop, amount: str, told: str) -> None:
    raise_one(shop, amount)
    assert told in shop.owner.page(CUSTOMER)
    assert kept(shop) == []


def test_a_type_that_there_is_not_and_an_invoice_of_another_open_nothing(shop: Shop) -> None:
    assert raise_one(shop, type="fraud") == 400
    assert raise_one(shop, invoice="99") == 404
    assert raise_one(shop, words="x" * 2001) == 303
    assert "at most 2000 characters" in shop.owner.page(CUSTOMER)
    assert kept(shop) == []


def test_a_dispute_is_ended_with_an_outcome_once(shop: Shop) -> None:
    raise_one(shop)
    close = f"/connections/1/disputes/{kept(shop)[0].id}/close"
    shop.owner.post(close, on=LIST, state="accepted", outcome="agreed")
    assert "enter a credit of USD 20.00 there first" in shop.owner.page(LIST)
    shop.owner.post(close, on=LIST, state="rejected", outcome=" ")
    assert "Nothing was changed: say in 1 to 500 characters" in shop.owner.page(LIST)
    assert shop.owner.post(close, on=LIST, state="open", outcome="x").status_code == 400
    assert [one.state for one in kept(shop)] == [State.OPEN]
    shop.owner.post(close, on=LIST, state="rejected", outcome="photos <i>seen</i>")
    (one,) = kept(shop)
    assert (one.state, one.ended_by) == (State.REJECTED, "books@quickbooks.example")
    page = shop.owner.page(LIST)
    assert "Photos &lt;i&gt;seen&lt;/i&gt;" in page
    shop.owner.post(close, on=LIST, state="withdrawn", outcome="again")
    assert "has ended before" in shop.owner.page(LIST)
    assert [one.state for one in kept(shop)] == [State.REJECTED]


def test_somebody_else_sees_opens_and_ends_nothing(shop: Shop) -> None:
    raise_one(shop)
    stranger = shop.stranger()
    assert stranger.get(LIST).status_code == 404
    form = {"invoice": shop.invoice, "type": "quality", "state": "rejected", "outcome": "mine"}
    for path in (OPEN, "/connections/1/disputes/1/close", "/connections/2/disputes/1/close"):
        assert stranger.post(path, **form).status_code == 404
    assert [one.state for one in kept(shop)] == [State.OPEN]

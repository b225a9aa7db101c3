"""A credit approved on its page, told with the case and on the customer's page, and undone."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from connector.disputed import disputes
from connector.disputed.disputes import Dispute, Source, Type
from connector.mirroring import mirror
from tests.connector.office import usd
from tests.ui_embed.office import Office
from tests.ui_embed.trade import Trade, trading

LIST = "/clients/1/disputes"
PAGE = "/connections/1/credits/dispute/1"
REASON = "two <b>wet</b> boxes"


@pytest.fixture
def trade(desk: Office, ledger: str) -> Trade:
    made = trading(desk, ledger)
    deps = desk.universe.deps
    with deps.writing() as tx:
        (customer,) = (one.id for one in mirror.customers(tx, 1))
        claim = disputes.Claim(
            customer, made.invoice, usd("20"), usd("100"), Type.QUALITY, "wet", Source.PERSON
        )
        disputes.add(tx, 1, claim, by="ann", at=deps.now())
    return made


def kept(trade: Trade) -> Dispute:
    with trade.desk.universe.deps.reading() as tx:
        found = disputes.find(tx, 1, 1)
    assert found
    return found


def account(trade: Trade) -> str:
    option = re.compile(r'value="([^"]+)" *>[^<]*bad debts</option>', re.IGNORECASE)
    found = option.search(trade.owner.page(PAGE))
    assert found
    return found[1]


def credit(trade: Trade, **changed: str) -> int:
    form = {"amount": "12.50", "code": "quality", "account": account(trade), "reason": REASON}
    return trade.owner.post(PAGE, on=PAGE, **(form | changed)).status_code


def test_a_credit_is_approved_told_and_undone(trade: Trade) -> None:
    page = trade.page(PAGE)
    for told in ("Credit for dispute D1", "USD 100.00 open", "At most USD 20.00",
                 '<option value="quality" selected>Quality</option>'):  # fmt: skip
        assert told in page, told
    assert credit(trade) == 303
    page = trade.page(LIST)
    assert "The credit is on its way to the ledger;" in page
    assert "A credit of USD 12.50" in page
    assert "End dispute D1" not in page
    trade.tick(minutes=1)
    assert trade.books.balance(trade.invoice) == Decimal("87.50")
    page = trade.page(LIST)
    assert "USD 12.50 of USD 20.00 credited (quality)" in page
    assert "&lt;b&gt;wet" in trade.owner.page(LIST)
    where = f"/clients/1/applied?decision={trade.decision()}"
    assert where in page
    applied = trade.page(where)
    who = f"books@{trade.ledger}.example"
    assert "Credit of USD 12.50 to Ash" in applied
    assert f"{who}, who approved it" in applied
    assert "bad debts</dd>" in applied.lower()
    assert "What it was for is in question again." in applied
    customer = trade.page(f"/connections/1/customers/{kept(trade).claim.customer_id}")
    assert f"A person credited USD 12.50 for dispute D1 (quality): {who}" in customer
    trade.undo(trade.decision())
    trade.tick(minutes=1)
    assert trade.books.balance(trade.invoice) == 100
    assert kept(trade).state == "open"
    customer = trade.page(f"/connections/1/customers/{kept(trade).claim.customer_id}")
    assert "The credit of USD 12.50 for dispute D1 (quality) was taken back" in customer
    assert "Undone." in trade.page(where)


@pytest.mark.either_ledger
def test_what_cannot_be_credited_is_told_on_the_page_with_what_was_typed(trade: Trade) -> None:
    assert credit(trade, amount="20.01") == 200
    answer = trade.owner.post(
        PAGE, on=PAGE, amount="20.01", code="freight", account="", reason="lost"
    )
    page = answer.get_data(as_text=True)
    assert "Nothing was credited: USD 20.01 is more than the USD 20.00 that is in question" in page
    assert 'value="20.01"' in page
    assert '<option value="freight" selected>' in page
    assert credit(trade, code="bribe") == 400
    assert credit(trade, account="nowhere") == 200
    for path in ("/connections/1/credits/dispute/9", "/connections/1/credits/promise/1",
                 "/connections/9/credits/dispute/1"):  # fmt: skip
        assert trade.owner.get(path).status_code == 404
    assert kept(trade).state == "open"
    assert trade.books.balance(trade.invoice) == 100


@pytest.mark.either_ledger
def test_where_nothing_is_open_there_is_no_form(trade: Trade) -> None:
    trade.books.void(trade.invoice)
    trade.tick(minutes=20)
    page = trade.page(PAGE)
    assert "Nothing is open on INV-1 in the ledger any more; close it instead." in page
    assert '<form method="post"' not in page.split("Credit for dispute D1")[-1]

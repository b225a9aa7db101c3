"""The pages on which money is set aside, and brought back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from connector.money import cash, set_aside
from connector.money.cash import BANK, Standing
from connector.money.set_aside import As
from connector.receiving import receipts
from connector.rules.modes import Mode
from tests.connector.office import TODAY as TOLD
from tests.connector.receiving.test_batch_bookings import SOME, notification, statement
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

TODAY = "/clients/1"
LIST = "/clients/1/set-aside"
PUT = "/connections/1/set-aside"
BACK = "/connections/1/bring-back"
LINE = "bank:main:b1"


@pytest.fixture
def shop(desk: Office) -> Shop:
    made = busy_shop(desk)
    text = (
        "account,bank_id,date,amount,currency,payer,reference\n"
        "main,b1,2026-03-02,120.00,USD,IRS <treas>,TAX REFUND\n"
    )
    receipts.import_statement(made.desk.universe.deps, 1, text.encode(), by="tests")
    made.tick()
    return made


def state(shop: Shop) -> Standing:
    with shop.desk.universe.deps.reading() as tx:
        item = cash.find(tx, 1, BANK, "main:b1")
    assert item
    return item.state


def put(shop: Shop, **form: str) -> int:
    where = f"{PUT}?money={LINE}"
    return shop.owner.post(PUT, on=where, money=LINE, **form).status_code


def test_a_row_that_waits_leads_to_the_form_and_the_button_sets_it_aside(shop: Shop) -> None:
    page = shop.owner.page(TODAY)
    assert f"{PUT}?money=bank:main:b1" in page
    assert "Approve: Set it aside: no customer sent it" in page
    page = shop.owner.page(f"{PUT}?money={LINE}")
    assert "from IRS &lt;treas&gt;" in page
    assert "The bank took it back" in page
    assert 'value="payment:' in page, "another record of that sum can be named"


def test_it_is_set_aside_with_a_reason_and_brought_back(shop: Shop) -> None:
    assert put(shop, **{"as": "not-a-customer", "reason": " "}) == 303
    assert "Not set aside: say why" in shop.owner.page(LIST)
    assert put(shop, **{"as": "not-a-customer", "reason": "tax <b>"}) == 303
    assert state(shop) is Standing.IGNORED
    page = shop.owner.page(LIST)
    assert "No customer&#39;s money: tax &lt;b&gt;" in page
    shop.owner.post(BACK, on=LIST, money=LINE, reason="a mistake")
    assert "decided on again, and by a person only" in shop.owner.page(LIST)
    shop.tick()
    assert state(shop) is Standing.REVIEW
    shop.owner.post(BACK, on="/", money=LINE)
    assert "is not set aside" in shop.owner.page(LIST)


def test_the_same_money_is_named_and_what_was_left_is_listed(shop: Shop) -> None:
    for approval in (1, 2):
        shop.owner.post(f"/approvals/{approval}/reject", on=TODAY)
    shop.tick()
    page = shop.owner.page(LIST)
    assert "Left as it is" in page
    assert f"{PUT}?money=bank:main:b1" in page
    (other,) = [it for it in page.split('"') if "?money=payment:" in it]
    of = other.partition("?money=")[2]
    assert put(shop, **{"as": "same-as", "of": of, "reason": "entered before"}) == 303
    assert state(shop) is Standing.CLOSED
    assert f"The same money as {of}: entered before" in shop.owner.page(LIST)


def test_only_what_a_bank_told_of_twice_can_be_said_to_be(shop: Shop) -> None:
    deps, told = shop.desk.universe.deps, 'value="told-twice"'
    for file in (statement(TOLD), notification(TOLD, parts=SOME)):
        receipts.import_statement(deps, 1, file, by="tests")
    with deps.reading() as tx:
        lines = [it for it in cash.listed(tx, 1, tuple(Standing)) if "DE02" in it.id]
    assert len(lines) == 3
    assert all(told in shop.owner.page(f"{PUT}?money={it.subject}") for it in lines)
    assert told not in shop.owner.page(f"{PUT}?money={LINE}")


def test_what_is_unknown_does_not_exist(shop: Shop) -> None:
    assert put(shop, **{"as": "nonsense", "reason": "so"}) == 400
    assert shop.owner.get(f"{PUT}?money=bank:none").status_code == 404


def test_what_the_bank_took_back_is_closed_or_asked_about(shop: Shop) -> None:
    shop.desk.universe.switch("quickbooks", cash=Mode.AUTOPILOT)
    entries = (
        ("C", "0301", "C260301USD0,00", "C260301USD9,00"),
        ("RC", "0302", "C260302USD9,00", "C260302USD0,00"),
    )
    for number, (mark, day, opening, closing) in enumerate(entries, 1):
        text = (
            f":20:S{number}\n:25:1/1\n:28C:{number}/1\n:60F:{opening}\n"
            f":61:26{day}{day}{mark}9,00NTRFNONREF//R{number}\n:86:166?00X?20LINE 4711?32MR <B>\n"
            f":62F:{closing}\n-\n"
        )
        receipts.import_statement(shop.desk.universe.deps, 1, text.encode(), by="tests")
    shop.tick()
    page = shop.owner.page(LIST)
    assert "The bank took it back: the bank took back USD 9.00 on 02 Mar 2026" in page
    again = text.replace("9,00NTRFNONREF//R2", "7,00NTRFNONREF//R3").replace("USD9,00", "USD7,00")
    receipts.import_statement(shop.desk.universe.deps, 1, again.encode(), by="tests")
    shop.tick()
    page = shop.owner.page(TODAY)
    assert "The bank took back USD 7.00 on 02 Mar 2026" in page
    assert "no receipt of that sum is known here" in page


def test_a_company_with_more_set_aside_than_a_query_may_name_shows_the_newest(shop: Shop) -> None:
    deps, at = shop.desk.universe.deps, shop.desk.universe.deps.now()
    rows = [
        {"connection_id": 1, "subject": f"bank:main:x{n}", "aside_as": As.RETURNED, "of": "",
         "currency": "USD", "left_minor": 100, "reason": "", "by": "ann", "at": at}
        for n in range(130_000)
    ]  # fmt: skip
    with deps.writing() as tx:
        tx.execute(sa.insert(set_aside.set_aside_table), rows)
    assert put(shop, **{"as": "returned", "reason": "bounced"}) == 303
    assert "The bank took it back: bounced" in shop.owner.page(LIST)

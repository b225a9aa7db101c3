"""A CSV whose headings nobody knows: a bookkeeper says what each column is, and it is kept."""

from __future__ import annotations

import html
import re

import pytest

from connector.deps import Deps
from connector.past import bank_files
from tests.ui_embed.books import Shop
from tests.ui_embed.office import path_of
from tests.ui_embed.test_statements import (
    COLUMNS,
    WHERE,
    answered,
    chosen,
    money,
    shop,
    upload,
)

__all__ = ["shop"]
STRANGE = b"""Rapport;;;
Wanneer;Wat staat er;Bij ons;Na
02/03/2026;Alder INV-1001;120.00;1,120.00
03/03/2026;<b>Elm</b> INV-2;30.50;1,150.50
04/03/2026;Huur;-50.00;1,100.50
"""
NAMES = {"column-0": "date", "column-1": "reference", "column-2": "amount", "column-3": "balance"}
HOW = {"date_order": "DMY"}


def test_headings_that_nobody_knows_are_shown_with_the_best_guess(shop: Shop) -> None:
    answer = upload(shop.owner, STRANGE, account="main")
    assert answer.status_code == 200
    page = answer.text
    assert chosen(page) == {"date": [0], "reference": [1], "amount": [2], "balance": [3]}
    for told in ("Nothing is imported yet.", "Wat staat er", "1,150.50", "&lt;b&gt;Elm&lt;/b&gt;",
                 "Column 3, Bij ons, is", "02/03/2026 can be read in more than one way",
                 '<th scope="row">3</th>'):  # fmt: skip
        assert told in page, told
    assert "--mapping" not in html.unescape(page)
    assert "Decimals have" not in page
    assert "<b>Elm" not in page
    assert money(shop) == []


def test_what_was_said_is_imported_shown_and_kept(shop: Shop) -> None:
    page = upload(shop.owner, STRANGE, account="main").text
    done = shop.owner.post(COLUMNS, **answered(page, **HOW))
    assert (done.status_code, path_of(done)) == (303, WHERE)
    told = html.unescape(shop.owner.page(WHERE))
    assert "Columns: date = Wanneer, amount = Bij ons, balance = Na, reference = Wat staat" in told
    assert sorted(str(item.total) for item in money(shop)) == ["USD 120.00", "USD 30.50"]
    later = STRANGE.replace(b"INV-", b"INV-7").replace(b"/2026", b"/2027")
    assert path_of(upload(shop.owner, later)) == WHERE
    assert len(money(shop)) == 4
    assert {item.received.month for item in money(shop)} == {3}
    with shop.desk.universe.deps.reading() as tx:
        assert len(bank_files.known_files(tx, 1)) == 1


def test_the_reading_can_be_changed_later(shop: Shop) -> None:
    page = upload(shop.owner, STRANGE, account="main").text
    shop.owner.post(COLUMNS, **answered(page, **HOW, **{"column-1": ""}))
    assert {item.text for item in money(shop)} == {""}
    again = upload(shop.owner, STRANGE, account="main", columns="y")
    assert again.status_code == 200
    form = answered(again.text)
    assert (form["date_order"], chosen(again.text).get("reference")) == ("DMY", None)
    done = shop.owner.post(COLUMNS, **{**form, "column-1": "reference"})
    assert path_of(done) == WHERE
    assert {item.text for item in money(shop)} == {"Alder INV-1001", "<b>Elm</b> INV-2"}


@pytest.mark.parametrize(("changes", "told"), [
    ({"column-0": ""}, "No column is the day: say which one is."),
    ({"column-2": ""}, "No column is an amount: say which is, or which are money in and out."),
    ({"column-1": "date"}, "Wanneer and Wat staat er: only one column can be that, and 2 are."),
    ({"column-3": "amount"}, "Line 3: Bij ons and Na both hold an amount"),
    ({"column-1": "amount", "column-2": ""}, "Line 3: 'Alder INV-1001' is no amount"),
    ({"column-0": "reference", "column-1": "date"}, "Line 3: 'Alder INV-1001' is no day"),
    ({"column-1": "direction"}, "Line 3: 'Alder INV-1001' says neither credit nor debit"),
    ({"column-2": "balance", "column-3": "amount"}, "Line 4: the running balance is"),
    ({"date_order": ""}, "02/03/2026 can be read in more than one way"),
    ({"date_order": "YMD"}, "Line 3: '02/03/2026' is no date in the order YMD"),
    ({"own_account": ""}, "write below which account the file is of"),
    ({"own_currency": "ZZZ"}, "Line 3: .*ZZZ"),
])  # fmt: skip
def test_a_wrong_choice_is_told_with_its_line_and_the_choices_stay(
    shop: Shop, changes: dict[str, str], told: str
) -> None:
    page = upload(shop.owner, STRANGE, account="main").text
    given = answered(page, **{**HOW, **changes})
    answer = shop.owner.post(COLUMNS, **given)
    assert answer.status_code == 422
    alert = re.search(r'role="alert" id="fault">(.*?)</div>', answer.text, re.DOTALL)
    assert alert
    assert re.search(told, html.unescape(alert[1])), alert[1]
    assert money(shop) == []
    for field, said in given.items():
        if field.startswith("column-"):
            assert answered(answer.text).get(field, "") == said
    done = shop.owner.post(COLUMNS, **{**answered(answer.text), **NAMES, **HOW,
                                       "own_account": "main", "own_currency": "USD"})  # fmt: skip
    assert path_of(done) == WHERE
    assert len(money(shop)) == 2


def test_it_can_be_looked_at_without_importing(shop: Shop) -> None:
    page = upload(shop.owner, STRANGE, account="main").text
    look = shop.owner.post(COLUMNS, **answered(page, **HOW, again="1"))
    assert look.status_code == 200
    assert "02 Mar 2026" in look.text
    assert answered(look.text)["date_order"] == "DMY"
    assert money(shop) == []


def test_a_kept_reading_that_no_longer_fits_is_asked_about_on_the_page(shop: Shop) -> None:
    content = b"When;What;How much\n2026-03-02;INV-1;120,00\n"
    page = upload(shop.owner, content, account="main").text
    assert path_of(shop.owner.post(COLUMNS, **answered(page))) == WHERE
    turned = upload(shop.owner, b"When;What;How much\n2026-03-04;INV-2;1,250.50\n")
    assert turned.status_code == 422
    assert "Line 2: &#39;1,250.50&#39; is no amount with a decimal comma" in turned.text
    assert path_of(shop.owner.post(COLUMNS, **answered(turned.text))) == WHERE
    assert sorted(str(item.total) for item in money(shop)) == ["USD 1,250.50", "USD 120.00"]


def test_what_is_shown_is_bounded(shop: Shop) -> None:
    names = ";".join(f"Kop {n}" for n in range(60))
    line = ";".join(["2026-03-02", "120,00", "x" * 500, *["y"] * 57])
    content = "\n".join([names, *[line.replace("120", str(n)) for n in range(100, 150)], ""])
    page = upload(shop.owner, content.encode(), account="main").text
    assert "x" * 60 + "\N{HORIZONTAL ELLIPSIS}" in page
    assert "x" * 61 not in page.partition('id="as-read"')[0]
    assert page.count('<th scope="row">') == 8
    assert page.count('name="column-') == 40
    assert "The file has 60 columns; 40 of them are shown." in page
    form = answered(page) | {"column-1": "amount"}
    assert path_of(shop.owner.post(COLUMNS, **form)) == WHERE
    assert len(money(shop)) == 50


def test_without_a_token_of_the_page_nothing_is_imported(shop: Shop) -> None:
    page = upload(shop.owner, STRANGE, account="main").text
    answer = shop.owner.client.post(COLUMNS, data=answered(page, **HOW))
    assert answer.status_code == 400
    assert money(shop) == []


def test_a_table_without_days_is_refused_with_its_reason(shop: Shop) -> None:
    answer = upload(shop.owner, b"a;b;c\nfoo;bar;baz\n", account="main")
    assert answer.status_code == 422
    assert "no column of the table holds days" in answer.text


def kept(deps: Deps) -> int:
    with deps.reading() as tx:
        return len(bank_files.known_files(tx, 1))


def test_nothing_is_kept_of_a_wrong_choice(shop: Shop) -> None:
    page = upload(shop.owner, STRANGE, account="main").text
    shop.owner.post(COLUMNS, **answered(page, **HOW, **{"column-2": ""}))
    assert kept(shop.desk.universe.deps) == 0


@pytest.mark.parametrize(("said", "amount"), [("currency", "EUR 5.00"), ("unused", "USD 5.00")])
def test_codes_that_may_be_of_something_else_are_shown_and_asked_about(
    shop: Shop, said: str, amount: str
) -> None:
    raw = b"Date,Text,Payer,Reference,Desk,Amount,Notes\n2026-03-02,a,Elm,b,EUR,5.00,for INV-7\n"
    page = upload(shop.owner, raw, account="main").text
    assert "Desk holds currencies, and may mean those of something else than the amounts" in page
    assert (chosen(page).get("currency"), chosen(page)["note"]) == (None, [6])
    assert money(shop) == []
    done = shop.owner.post(COLUMNS, **{**answered(page), "column-4": said})
    assert path_of(done) == WHERE
    assert [str(item.total) for item in money(shop)] == [amount]
    again = upload(shop.owner, raw.replace(b"for INV-7", b"pays for INV-7"))
    assert path_of(again) == WHERE
    assert [item.text for item in money(shop)] == ["a b pays for INV-7"]


@pytest.mark.parametrize(
    ("first", "said", "text"),
    [
        ("", None, "b pays for INV-8"), ("", "", "b pays for INV-8"),
        ("for INV-7", "", "b"), ("for INV-7", None, "b pays for INV-8"),
    ],
)  # fmt: skip
def test_a_note_that_a_person_takes_out_stays_out_and_a_silent_one_is_read_later(
    shop: Shop, first: str, said: str | None, text: str
) -> None:
    raw = b"Date,Payer,Reference,Currency,Amount,Notes\n%s,Elm,b,USD,5.00,%s\n"
    page = upload(shop.owner, raw % (b"2026-03-02", first.encode()), account="main").text
    assert ("note" in chosen(page)) is bool(first)
    told = {} if said is None else {"column-5": said}
    done = shop.owner.post(COLUMNS, **{**answered(page), **told})
    assert path_of(done) == WHERE
    upload(shop.owner, raw % (b"2026-03-09", b"pays for INV-8"))
    assert text in {item.text for item in money(shop)}

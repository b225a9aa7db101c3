"""What the guess asks about a column of a CSV is answered by a person, not by a click."""

from __future__ import annotations

import html
import re

import pytest

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
CURRENCY = b"When,What,How much,Cur\n2026-03-10,Ash INV-1,5.00,EUR\n2026-03-11,y 2 z,-6.00,EUR\n"
DIRECTION = (
    b"Date,Description,Amount,Type\n2026-03-10,Ash INV-7,50.00,ACH Credit\n"
    b"2026-03-11,Elm supplier,6000.00,ACH Debit\n"
)
TARGET = (
    b"Date,Description,Amount,Target currency\n2026-03-10,Oak INV-9,77.00,EUR\n"
    b"2026-03-11,z,-6.00,EUR\n"
)
RIVALS = (
    b"Date,Description,Amount EUR,Amount USD\n2026-03-10,Oak INV-9,77.00,80.00\n"
    b"2026-03-11,z,-6.00,-7.00\n"
)
SEVERAL = b"Date,Description,Amount,Desk,Desk\n2026-03-10,Oak INV-9,77.00,EUR,USD\n"
UNNAMED = b"Date,Description,Amount,\n2026-03-10,Oak INV-9,77.00,EUR\n2026-03-11,z,-6.00,EUR\n"
OWNER = b"Date,Description,Amount,Bank Account\n2026-03-10,Oak INV-9,77.00,12345678\n"
IBANS = (
    b"Date,Description,Amount,IBAN,Payer\n2026-03-10,INV-9,77.00,DE75512108001245126199,Oak\n"
    b"2026-03-11,INV-8,7.00,DE75512108001245126199,Oak\n"
)
TWO_AMOUNTS = (
    b"Date,Description,Amount,Original amount,Currency\n2026-03-10,Oak INV-9,77.00,80.00,EUR\n"
)
QUESTIONS = [
    (CURRENCY, {3: "unused"}), (DIRECTION, {3: "unused"}), (TARGET, {3: "currency"}),
    (RIVALS, {2: "unused", 3: "amount"}), (SEVERAL, {3: "currency", 4: "unused"}),
    (UNNAMED, {3: "currency"}), (OWNER, {3: "payer_account"}), (IBANS, {3: "payer_account"}),
    (TWO_AMOUNTS, {4: "currency"}),
]  # fmt: skip


def field(page: str, place: int) -> str:
    """A column's choice with what is said at it."""
    found = re.search(rf'<select[^>]* name="column-{place}".*?</td>', page, re.DOTALL)
    assert found
    return html.unescape(found[0])


@pytest.mark.parametrize(("content", "answers"), QUESTIONS)
def test_a_question_stays_until_a_person_answers_it_at_its_column(
    shop: Shop, content: bytes, answers: dict[int, str]
) -> None:
    page = upload(shop.owner, content, account="main").text
    shown = [int(place) for place in re.findall(r'name="column-(\d+)"', page)]
    assert shown[: len(answers)] == list(answers), "what is asked about stands first"
    for place in answers:
        choice = field(page, place)
        assert re.search(r'<select[^>]* required.*?>\s*<option value="">choose<', choice, re.DOTALL)
        assert "selected" not in choice
        assert f'aria-describedby="fault column-{place}-asked"' in choice
        assert "aria-invalid" not in choice
    assert page.count('<option value="">choose<') == len(answers)
    for _ in range(2):
        answer = shop.owner.post(COLUMNS, **answered(page))
        assert (answer.status_code, money(shop)) == (422, [])
        page = answer.text
        for place in answers:
            told = field(page, place)
            assert 'aria-invalid="true"' in told
            assert "Say what this column is, or that it is not used." in told
    given = {f"column-{place}": said for place, said in answers.items()}
    assert path_of(shop.owner.post(COLUMNS, **answered(page, **given))) == WHERE
    assert len(money(shop)) == (2 if content in {DIRECTION, IBANS} else 1)


@pytest.mark.parametrize("said", ["", "x", "unused+x", "+"])
def test_what_is_no_answer_answers_nothing(shop: Shop, said: str) -> None:
    page = upload(shop.owner, CURRENCY, account="main").text
    answer = shop.owner.post(COLUMNS, **answered(page, **{"column-3": said}))
    assert (answer.status_code, money(shop)) == (422, [])
    assert "Cur holds currencies, and may mean those of something else" in answer.text


def test_each_of_two_columns_that_are_asked_about_wants_an_answer(shop: Shop) -> None:
    page = upload(shop.owner, SEVERAL, account="main").text
    answer = shop.owner.post(COLUMNS, **answered(page, **{"column-4": "currency"}))
    assert (answer.status_code, money(shop)) == (422, [])
    assert chosen(answer.text)["currency"] == [4]
    assert "aria-invalid" not in field(answer.text, 4)
    assert 'aria-invalid="true"' in field(answer.text, 3)
    done = shop.owner.post(COLUMNS, **answered(answer.text, **{"column-3": "unused"}))
    assert path_of(done) == WHERE
    assert [str(item.total) for item in money(shop)] == ["USD 77.00"]


def test_an_answer_stays_beside_another_fault(shop: Shop) -> None:
    page = upload(shop.owner, CURRENCY, account="main").text
    given = answered(page, own_account="", **{"column-3": "unused"})
    answer = shop.owner.post(COLUMNS, **given)
    assert answer.status_code == 422
    assert "may mean those of something else" not in answer.text
    assert answered(answer.text)["column-3"] == "unused"
    assert "aria-invalid" not in field(answer.text, 3)


@pytest.mark.parametrize(("said", "shown"), [("currency", "EUR 5.00"), ("unused", "USD 5.00")])
def test_the_first_lines_are_shown_with_their_currency(shop: Shop, said: str, shown: str) -> None:
    page = upload(shop.owner, CURRENCY, account="main").text
    look = shop.owner.post(COLUMNS, **answered(page, again="1", **{"column-3": said}))
    assert look.status_code == 200
    assert f'<td class="number">{shown}</td>' in look.text


def test_where_no_column_is_an_amount_none_is_asked_about(shop: Shop) -> None:
    content = b"No,Date,Description,Status\n17,2026-03-10,Oak INV-9,posted\n"
    page = upload(shop.owner, content, account="main").text
    assert "No column holds the amount" in page
    assert '<option value="">choose<' not in page
    answer = shop.owner.post(COLUMNS, **answered(page))
    assert "No column is an amount" in answer.text
    done = shop.owner.post(COLUMNS, **answered(answer.text, **{"column-0": "amount"}))
    assert path_of(done) == WHERE
    assert [str(item.total) for item in money(shop)] == ["USD 17.00"]


def test_looking_is_no_answer_and_no_fault(shop: Shop) -> None:
    page = upload(shop.owner, CURRENCY, account="main").text
    look = shop.owner.post(COLUMNS, **answered(page, again="1"))
    assert look.status_code == 200
    assert "Cur holds currencies" in look.text
    assert "aria-invalid" not in field(look.text, 3)
    assert shop.owner.post(COLUMNS, **answered(look.text)).status_code == 422


def test_a_column_far_to_the_right_is_shown_where_it_is_asked_about(shop: Shop) -> None:
    names = ["Date", "Description", "Amount", *(f"Kop {n}" for n in range(50)), "Cur"]
    cells = ["2026-03-10", "Oak INV-9", "77.00", *["7"] * 50, "EUR"]
    content = "\n".join([",".join(names), ",".join(cells), ""]).encode()
    page = upload(shop.owner, content, account="main").text
    assert page.index('name="column-53"') < page.index('name="column-0"')
    row = re.search(r'<tr><th scope="row">2</th><td>(\w+)</td>', page)
    assert row
    assert row[1] == "EUR"
    assert page.count('name="column-') == 40
    done = shop.owner.post(COLUMNS, **answered(page, **{"column-53": "currency"}))
    assert path_of(done) == WHERE
    assert [str(item.total) for item in money(shop)] == ["EUR 77.00"]

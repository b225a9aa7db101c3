"""What the contents of a CSV leave open is asked about the columns as a person chose them."""

from __future__ import annotations

import re

import pytest

from tests.ui_embed.books import Shop
from tests.ui_embed.office import path_of
from tests.ui_embed.test_bank_questions import field
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
WISE = (
    b"ID,Status,Direction,Created on,Source name,Source amount (after fees),Source currency,"
    b"Target name,Target amount (after fees),Target currency,Reference\n"
    b"T1,COMPLETED,IN,2026-03-15 10:00:00,Ash,500.00,USD,Acme,500.00,USD,INV-1001\n"
    b"T2,COMPLETED,OUT,2026-03-14 10:00:00,Acme,6000.00,USD,Elm supplier,6000.00,USD,bill 7\n"
)
OF_WISE = {"column-8": "amount", "column-9": "currency", "column-4": "payer"}
NETS = (
    b"Day,What,Gross sum,Net sum,Kind\n2026-03-15,Ash INV-1001,510.00,500.00,Credit\n"
    b"2026-03-14,Elm supplier,6100.00,6000.00,Debit\n"
)
OTHER_CURRENCY = (
    b"Date,Description,Amount EUR,Total,Desk\n2026-03-15,Ash INV-1001,500.00,510.00,GBP\n"
    b"2026-03-14,Elm supplier,-6.00,-7.00,GBP\n"
)
OTHER_AMOUNT = b"Date,Description,Amount,Sent,Currency\n2026-03-10,Oak INV-9,77.00,80.00,EUR\n"
OWNER = b"Date,Description,Amount,Account,Bank Account\n2026-03-10,Oak INV-9,77.00,7,12345678\n"
SIGNED = (
    b"Day,What,Gross sum,Net sum,Kind\n2026-03-15,Ash INV-1001,510.00,500.00,ACH Credit\n"
    b"2026-03-14,Elm supplier,6100.00,-6000.00,ACH Debit\n"
    b"2026-03-13,Elm gives back,30.00,30.00,ACH Debit\n"
)
QUESTIONS = [
    (NETS, {"column-3": "amount"}, 4, "Kind seems to say which way money went", "unused", 2),
    (NETS, {"column-3": "amount"}, 4, "Kind seems to say which way money went", "reference", 2),
    (NETS, {"column-3": "amount"}, 4, "Kind seems to say which way money went", "direction", 1),
    (NETS, {"column-3": "amount", "column-4": "note"}, 4, "Kind seems to say", "direction", 1),
    (SIGNED, {"column-3": "amount"}, 4, "not every sign agrees with it", "unused", 2),
    (OTHER_CURRENCY, {"column-2": "", "column-3": "amount"}, 4, "Desk holds cur", "currency", 1),
    (OTHER_AMOUNT, {"column-3": "original_amount"}, 4, "amounts in two currencies", "currency", 1),
    (OWNER, {"column-3": ""}, 4, "Bank Account is one account", "account", 1),
]


def totals(shop: Shop) -> list[str]:
    return sorted(str(item.total) for item in money(shop))


def asked_at(shop: Shop, page: str, place: int, told: str, **given: str) -> str:
    """The page that comes back with this question, at its column and nowhere else."""
    answer = shop.owner.post(COLUMNS, **answered(page, **given))
    assert (answer.status_code, money(shop)) == (422, [])
    assert told in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert 'aria-invalid="true"' in field(answer.text, place)
    assert f"column-{place}" not in answered(answer.text)
    return answer.text


def test_a_file_of_unsigned_amounts_never_makes_receipts_of_money_out(shop: Shop) -> None:
    page = upload(shop.owner, WISE, account="main").text
    assert "No column holds the amount" in page
    told = "Direction seems to say which way money went, and no amount has a sign"
    for given in (OF_WISE, {}):
        page = asked_at(shop, page, 2, told, **given)
    done = shop.owner.post(COLUMNS, **answered(page, **{"column-2": "direction"}))
    assert path_of(done) == WHERE
    assert [(str(i.total), i.payer) for i in money(shop)] == [("USD 500.00", "Ash")]
    later = WISE.replace(b"2026-03", b"2026-04")
    assert path_of(upload(shop.owner, later)) == WHERE
    assert totals(shop) == ["USD 500.00"] * 2


@pytest.mark.parametrize(("content", "given", "place", "told", "said", "count"), QUESTIONS)
def test_a_question_about_chosen_columns_stays_until_it_is_answered(
    shop: Shop, content: bytes, given: dict[str, str], place: int, told: str, said: str, count: int
) -> None:
    page = upload(shop.owner, content, account="main").text
    assert told not in page
    for changes in (given, {}):
        page = asked_at(shop, page, place, told, **changes)
    done = shop.owner.post(COLUMNS, **answered(page, **{f"column-{place}": said}))
    assert path_of(done) == WHERE
    assert len(money(shop)) == count


def test_what_was_answered_is_not_asked_of_later_files(shop: Shop) -> None:
    page = upload(shop.owner, NETS, account="main").text
    given = {"column-3": "amount"}
    page = asked_at(shop, page, 4, "Kind seems to say", **given)
    shop.owner.post(COLUMNS, **answered(page, **{"column-4": "unused"}))
    later = NETS.replace(b"2026-03", b"2026-04")
    assert path_of(upload(shop.owner, later)) == WHERE
    assert len(money(shop)) == 4
    again = upload(shop.owner, NETS.replace(b"2026-03", b"2026-05"), columns="y").text
    assert '<option value="">choose<' not in again
    assert path_of(shop.owner.post(COLUMNS, **answered(again))) == WHERE
    assert len(money(shop)) == 6


def test_looking_shows_the_question_and_is_no_fault(shop: Shop) -> None:
    page = upload(shop.owner, NETS, account="main").text
    look = shop.owner.post(COLUMNS, **answered(page, again="1", **{"column-3": "amount"}))
    assert look.status_code == 200
    assert "Kind seems to say which way money went" in look.text
    assert "aria-invalid" not in field(look.text, 4)
    assert 'aria-describedby="fault column-4-asked"' in field(look.text, 4)
    given = answered(look.text, again="1", **{"column-4": "direction"})
    signed = shop.owner.post(COLUMNS, **given).text
    assert "Kind seems to say" not in signed
    assert '<td class="number">USD -6,000.00</td>' in signed
    assert money(shop) == []


def test_money_in_alone_is_asked_about_as_an_amount_is(shop: Shop) -> None:
    page = upload(shop.owner, NETS, account="main").text
    page = asked_at(shop, page, 4, "Kind seems to say which way", **{"column-3": "credit"})
    answer = shop.owner.post(COLUMNS, **answered(page, **{"column-4": "direction"}))
    assert (answer.status_code, money(shop)) == (422, [])
    assert "Kind says which way the money in Net sum went" in answer.text
    done = shop.owner.post(COLUMNS, **answered(answer.text, **{"column-3": "amount"}))
    assert path_of(done) == WHERE
    assert totals(shop) == ["USD 500.00"]


@pytest.mark.parametrize(("way", "is_asked"), [("Debit", False), ("ACH Debit", True)])
def test_a_kept_reading_meets_the_first_money_that_went_out(
    shop: Shop, way: str, is_asked: bool
) -> None:
    first = NETS.rpartition(b"2026")[0]
    page = upload(shop.owner, first, account="main").text
    assert path_of(shop.owner.post(COLUMNS, **answered(page, **{"column-3": "amount"}))) == WHERE
    answer = upload(shop.owner, NETS.replace(b"-15", b"-16").replace(b"Debit", way.encode()))
    assert (answer.status_code == 200) is is_asked
    if is_asked:
        assert "Kind seems to say which way money went" in answer.text
    assert totals(shop) == ["USD 500.00"] * (1 if is_asked else 2)


def test_a_column_far_to_the_right_comes_first_and_pushes_none_out(shop: Shop) -> None:
    names = ["Day", "What", "Gross sum", "Net sum", *(f"Kop {n}" for n in range(50)), "Kind"]
    lines = [
        ["2026-03-15", "Ash INV-1001", "510.00", "500.00", *["7"] * 50, "Credit"],
        ["2026-03-14", "Elm supplier", "610.00", "600.00", *["8"] * 50, "Debit"],
    ]
    content = "\n".join(",".join(row) for row in (names, *lines)).encode() + b"\n"
    page = upload(shop.owner, content, account="main").text
    assert 'name="column-54"' not in page
    page = asked_at(
        shop, page, 54, "Kind seems to say", **{"column-3": "amount", "column-39": "note"}
    )
    assert page.index('name="column-54"') < page.index('name="column-0"')
    assert chosen(page)["note"] == [39]
    assert len(re.findall(r'name="column-\d+"', page)) == 41
    done = shop.owner.post(COLUMNS, **answered(page, **{"column-54": "direction"}))
    assert path_of(done) == WHERE
    assert [(str(i.total), i.text) for i in money(shop)] == [("USD 500.00", "Ash INV-1001 7")]


@pytest.mark.parametrize("asked", ["x", "-1 999", "\N{SUPERSCRIPT TWO}", "4" * 500])
def test_what_a_form_says_was_asked_is_taken_as_places_only(shop: Shop, asked: str) -> None:
    page = upload(shop.owner, NETS, account="main").text
    answer = shop.owner.post(COLUMNS, **answered(page, asked=asked, **{"column-3": "amount"}))
    assert (answer.status_code, money(shop)) == (422, [])
    assert "Kind seems to say which way money went" in answer.text

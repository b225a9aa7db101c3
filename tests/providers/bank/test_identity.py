"""Ids: files that overlap, turn around or come twice add nothing; equal payments all count."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.providers.bank.shelf import read

LINES = [
    "2026-03-02,INV-1,100.00", "2026-03-02,INV-1,100.00", "2026-03-02,INV-2,100.00",
    "2026-03-03,INV-1,100.00", "2026-03-04,INV-9,5.00",
]  # fmt: skip


def ids(*lines: str) -> list[str]:
    content = "\n".join(("Date,Text,Amount", *lines)).encode()
    return [r.bank_id for statement in read(content) for r in statement.receipts]


def test_two_equal_payments_of_one_day_are_two() -> None:
    assert len(set(ids(*LINES))) == len(LINES)


def test_the_same_file_twice_and_turned_around_has_the_same_ids() -> None:
    assert ids(*LINES) == ids(*LINES)
    assert set(ids(*reversed(LINES))) == set(ids(*LINES))


@given(st.lists(st.sampled_from(LINES), max_size=12), st.data())
def test_days_that_overlap_add_nothing(lines: list[str], data: st.DataObject) -> None:
    """A file of some of the days, in any order, holds no id that the file of all does not."""
    days = {line[:10] for line in lines}
    chosen = data.draw(st.sets(st.sampled_from(sorted(days)))) if days else set()
    part = [line for line in lines if line[:10] in chosen]
    random.Random(len(lines)).shuffle(part)
    assert set(ids(*part)) <= set(ids(*lines))
    assert len(set(ids(*lines))) == len(lines)


@pytest.mark.parametrize("again", ["2026-03-04, inv 9 ,5.00", '2026-03-04,"Inv-9",5.00'])
def test_spaces_case_and_signs_make_no_other_line(again: str) -> None:
    assert ids(again) == ids(LINES[-1])


def test_an_intermediate_report_and_the_statement_name_a_line_alike() -> None:
    (report,) = read("report_052_v6.xml")
    (statement,) = read("statement_053_v2.xml")
    assert [r.bank_id for r in report.receipts] == [r.bank_id for r in statement.receipts]


def test_a_reference_that_stands_for_two_amounts_makes_two_lines() -> None:
    content = b"Date,Text,Amount,Transaction ID\n2026-03-02,a,1.00,X\n2026-03-02,b,2.00,X\n"
    (statement,) = read(content)
    assert len({r.bank_id for r in statement.receipts}) == 2
    (alone,) = read(content.replace(b"2026-03-02,a,1.00,X\n", b""))
    assert alone.receipts[0].bank_id == statement.receipts[1].bank_id


def test_a_long_account_still_fits_its_place() -> None:
    (statement,) = read(b"Date,Text,Amount\n2026-03-02,a,1.00\n", account="a" * 300)
    place = f"{statement.account}:{statement.receipts[0].bank_id}"
    assert len(place) <= 80

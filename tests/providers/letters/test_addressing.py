"""Addresses as the post of each country reads them, and what letters there are for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.letters.addressing import block
from providers.letters.stationery import stationery_for
from providers.letters.typeface import missing, printable
from providers.postal import PostalAddress

LINE = ("1 Quay Street",)


@pytest.mark.parametrize(("address", "sent_from", "lines"), [
    (PostalAddress(LINE, "Portland", "OR", "97201", "US"), "US", ["Portland, OR 97201"]),
    (PostalAddress(LINE, "Portland", "OR", "97201", "US"), "GB",
     ["Portland, OR 97201", "UNITED STATES"]),
    (PostalAddress(LINE, "Leeds", "", "LS1 4AP", "GB"), "GB", ["Leeds", "LS1 4AP"]),
    (PostalAddress(LINE, "Berlin", "", "10115", "DE"), "DE", ["10115 Berlin"]),
    (PostalAddress(LINE, "Kraków", "", "31-001", "PL"), "DE", ["31-001 Kraków", "POLAND"]),
    (PostalAddress(LINE, "Lugano", "TI", "6900", "CH"), "CH", ["6900 Lugano", "TI"]),
    (PostalAddress(LINE, "Auckland", "", "1010", "NZ"), "NZ", ["Auckland 1010"]),
    (PostalAddress(LINE, "Hill Town", "", "", "Atlantis"), "US", ["Hill Town", "ATLANTIS"]),
    (PostalAddress(LINE, "", "", "97201", ""), "US", ["97201"]),
    (PostalAddress((*LINE, "Leeds LS1 4AP")), "GB", ["Leeds LS1 4AP"]),
])  # fmt: skip
def test_the_last_lines_are_as_the_country_writes_them(
    address: PostalAddress, sent_from: str, lines: list[str]
) -> None:
    assert block("Pine Ltd", address, sent_from=sent_from) == ("Pine Ltd", *LINE, *lines)


def test_a_name_that_stands_in_the_address_is_printed_once() -> None:
    address = PostalAddress(("PINE LTD", "1 Quay Street", "Leeds"))
    assert block("Pine Ltd", address, sent_from="GB") == ("Pine Ltd", "1 Quay Street", "Leeds")


def test_more_lines_than_the_window_holds_are_joined_and_none_is_lost() -> None:
    address = PostalAddress(("a", "b", "c", "d", "e"), "Leeds", "", "LS1 4AP", "GB")
    assert block("Pine Ltd", address, sent_from="DE") == (
        "Pine Ltd", "a, b, c", "d, e", "Leeds", "LS1 4AP", "UNITED KINGDOM",
    )  # fmt: skip


def test_where_the_sheet_has_less_room_more_is_joined_and_the_place_stands_alone() -> None:
    lines = ("Attn: Accounts Payable", "1 Quay Street", "Suite 400")
    near = PostalAddress(lines, "Portland", "ME", "04101", "US")
    assert block("Pine Ltd", near, sent_from="US") == ("Pine Ltd", *lines, "Portland, ME 04101")
    far = PostalAddress(lines, "Toronto", "ON", "M5H 2N2", "CA")
    assert block("Pine Ltd", far, sent_from="US") == (
        "Pine Ltd", "Attn: Accounts Payable", "1 Quay Street, Suite 400", "Toronto, ON M5H 2N2",
        "CANADA",
    )  # fmt: skip
    assert block("", near, sent_from="US", lines_max=3) == (
        "Attn: Accounts Payable", "1 Quay Street, Suite 400", "Portland, ME 04101",
    )  # fmt: skip


TEXT = st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=9)


COUNTRY = st.sampled_from(["US", "GB", "DE", "FR", "x"])


@given(st.lists(TEXT, max_size=10), TEXT, TEXT, COUNTRY, COUNTRY)
def test_no_part_of_an_address_is_lost(
    lines: list[str], city: str, code: str, to: str, sent_from: str
) -> None:
    address = PostalAddress(tuple(lines), city, "", code, to)
    shown = block("Name", address, sent_from=sent_from)
    told = " ".join(shown)
    assert len(shown) <= stationery_for(sent_from).lines_max
    assert all(part in told for part in (*(x for x in lines if x.casefold() != "name"), city, code))


@pytest.mark.parametrize(("text", "lost"), [
    ("Łódź Ελλάδα Киев שלום مرحبا Հայ ქართ", ""), ("Bloom 🌸 Ltd", ""), ("e\u0301", ""),
    ("千代田 Ltd 千", "千代田"), ("नमस्ते", "नमसत"), ("", ""),
])  # fmt: skip
def test_what_cannot_be_set_is_named(text: str, lost: str) -> None:
    assert missing(text) == lost


def test_blanks_and_controls_become_single_blanks() -> None:
    assert printable(" a\t\u2028b\x00c  d\u200be ") == "a b c de"

"""Addresses as people write them into ledgers: whole, in pieces, and in the wrong fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.postal import PostalAddress, address_from, country_code
from providers.quickbooks.addresses import address_of as of_quickbooks
from providers.xero.addresses import address_of as of_xero

FULL = PostalAddress(("1 Quay Street", "Unit 4"), "Auckland", "AUK", "1010", "NZ")


@pytest.mark.parametrize(("written", "code"), [
    ("US", "US"), ("us", "US"), ("USA", "US"), ("United States", "US"), ("UK", "GB"),
    ("GBR", "GB"), ("Great Britain", "GB"), ("Deutschland", "DE"), ("Polska", "PL"),
    ("ΕΛΛΆΔΑ", "GR"), ("Atlantis", "Atlantis"), ("", ""), ("  ", ""),
])  # fmt: skip
def test_a_country_is_known_by_its_code_and_its_names(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize(("address", "complete"), [
    (FULL, True),
    (PostalAddress(("1 Quay Street",), city="Auckland"), True),
    (PostalAddress(("1 Quay Street",), postal_code="1010"), True),
    (PostalAddress(("Pine Ltd", "1 Quay Street, Auckland 1010")), True),
    (PostalAddress(("1 Quay Street",), country="NZ"), False),
    (PostalAddress((), city="Auckland", postal_code="1010"), False),
])  # fmt: skip
def test_what_the_post_can_find_is_complete(address: PostalAddress, complete: bool) -> None:
    assert address.is_complete is complete


def test_breaks_inside_a_field_are_lines_and_control_characters_are_none() -> None:
    found = address_from(
        ["1 Quay\tStreet\r\nUnit\x00 4\n\n", "", "  "], city=" Auckland\x07 ", region="",
        postal_code="1010", country="new zealand",
    )  # fmt: skip
    assert found == PostalAddress(("1 Quay Street", "Unit 4"), "Auckland", "", "1010", "NZ")


@given(st.lists(st.text(), max_size=40), st.text(), st.text())
def test_whatever_is_written_gives_lines_that_can_be_shown(
    lines: list[str], city: str, country: str
) -> None:
    found = address_from(lines, city=city, region="", postal_code="", country=country)
    if found:
        shown = (*found.lines, found.city)
        assert all(line.isprintable() and len(line) <= 200 for line in shown)
        assert len(found.lines) <= 10


@pytest.mark.parametrize(("said", "address"), [
    ({"Line1": "1 Quay Street", "Line2": "Unit 4", "City": "Auckland", "PostalCode": "1010",
      "CountrySubDivisionCode": "AUK", "Country": "New Zealand", "Lat": "INVALID"}, FULL),
    ({"Line1": "Pine Ltd", "Line2": "1 Quay Street", "Line3": "Auckland 1010"},
     PostalAddress(("Pine Ltd", "1 Quay Street", "Auckland 1010"))),
    ({"Id": "7"}, None), ({}, None), (None, None), ("1 Quay Street", None), ([], None),
    ({"Line1": None, "City": {"value": "x"}, "PostalCode": 1010},
     PostalAddress((), postal_code="1010")),
])  # fmt: skip
def test_an_address_of_quickbooks(said: object, address: PostalAddress | None) -> None:
    assert of_quickbooks(said) == address


POST = {"AddressType": "POBOX", "AddressLine1": "PO Box 7", "City": "Auckland", "Region": "",
        "PostalCode": "1140", "Country": "New Zealand", "AttentionTo": "Accounts"}  # fmt: skip
STREET = {"AddressType": "STREET", "AddressLine1": "1 Quay Street", "AddressLine2": "Unit 4",
          "City": "Auckland", "Region": "AUK", "PostalCode": "1010", "Country": "NZ"}  # fmt: skip
SHELL = {"AddressType": "POBOX", "City": "", "Region": "", "PostalCode": "", "Country": ""}
BOX = PostalAddress(("Accounts", "PO Box 7"), "Auckland", "", "1140", "NZ")


@pytest.mark.parametrize(("said", "address"), [
    ([STREET, POST], BOX), ([SHELL, STREET], FULL), ([SHELL], None), ([], None), (None, None),
    ([POST | {"AddressLine1": None, "PostalCode": ""}, STREET], FULL),
    ([{"AddressType": "CASTLE", "AddressLine1": "1 Hill"}], None), (["x", 3, None], None),
    ([SHELL | {"City": "Auckland"}], PostalAddress((), city="Auckland")),
])  # fmt: skip
def test_the_postal_address_of_xero_comes_first_where_it_is_whole(
    said: object, address: PostalAddress | None
) -> None:
    assert of_xero({"Addresses": said}) == address

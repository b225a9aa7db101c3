"""Telephone numbers: read in their country's way, and never guessed."""

from __future__ import annotations

import pytest

from providers.twilio.numbers import NoNumber, parse, zones_of


@pytest.mark.parametrize(("text", "country", "number"), [
    ("(415) 555-2671", "US", "+14155552671"),
    ("+1 415 555 2671", "", "+14155552671"),
    ("+1 (415) 555-2671", "DE", "+14155552671"),
    ("030 901820", "DE", "+4930901820"),
    ("0171 3920000", "de", "+491713920000"),
    ("07911 123456", "GB", "+447911123456"),
    ("06 12 34 56 78", "FR", "+33612345678"),
    ("0412 345 678", "AU", "+61412345678"),
])  # fmt: skip
def test_a_number_is_kept_in_e164(text: str, country: str, number: str) -> None:
    assert parse(text, country=country) == number


@pytest.mark.parametrize(("text", "country"), [
    ("415 555 2671", ""), ("", "US"), ("call me", "US"), ("12", "US"), ("+", ""), ("\x00", "US"),
    ("+1 415 555 26", ""), ("+999 12345678", ""), ("(415) 555-2671", "XX"),
    ("(415) 555-2671 x 12", "US"), ("911", "US"), ("9" * 400, "US"),
])  # fmt: skip
def test_what_is_no_number_is_refused_with_a_mend(text: str, country: str) -> None:
    with pytest.raises(NoNumber, match="number"):
        parse(text, country=country)


@pytest.mark.parametrize(("number", "zone"), [
    ("+12125550123", ("America/New_York",)), ("+4930901820", ("Europe/Berlin",)),
])  # fmt: skip
def test_a_number_tells_its_zone(number: str, zone: tuple[str, ...]) -> None:
    assert zones_of(number) == zone


def test_where_a_number_may_be_anywhere_all_zones_are_named() -> None:
    zones = zones_of("+18005550123")
    assert {"America/New_York", "Pacific/Honolulu"} <= set(zones)
    assert zones_of("+999123456789") == ()
    assert zones_of("nonsense") == ()

"""Which zones a place may be in, and how ledgers write places."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from dunning.contact_law.law import window
from dunning.customer.channels import Channel
from dunning.customer.persons import Kind, Person
from dunning.customer.zones import country_of, knows_region, region_of, zone_named, zones_in


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("US", "US"), (" us ", "US"), ("USA", "US"), ("United States", "US"), ("GBR", "GB"),
        ("UK", "GB"), ("England", "GB"), ("united kingdom", "GB"), ("Germany", "DE"),
        ("Nowhere", ""), ("", ""), ("XX", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_codes_and_its_english_name(written: str, code: str) -> None:
    assert country_of(written) == code


def test_a_region_is_known_by_its_code_and_its_name() -> None:
    assert region_of("US", "ca") == "CA"
    assert region_of("US", " New York ") == "NY"
    assert region_of("CA", "Ontario") == "ON"
    assert region_of("GB", "Kent") == ""
    assert region_of("US", "") == ""


def test_a_region_narrows_the_zones_of_its_country() -> None:
    assert zones_in("US", "CA") == (ZoneInfo("America/Los_Angeles"),)
    assert set(zones_in("US", "FL")) == {ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")}
    whole = set(zones_in("US", ""))
    assert {ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")} <= whole
    assert set(zones_in("US", "Atlantis")) == whole
    assert zones_in("GB", "") == (ZoneInfo("Europe/London"),)
    assert zones_in("", "") == ()


def test_every_zone_of_the_table_exists_in_its_country() -> None:
    table = tomllib.loads((files("dunning.customer") / "zones.toml").read_text("utf-8"))
    assert len(table["US"]) == 50 + len({"DC", "GU", "MP", "PR", "VI"})
    assert len(table["CA"]) == 13
    assert len(table["AU"]) == 8
    for country, regions in table.items():
        for region in regions:
            assert knows_region(country, region)
            assert zones_in(country, region)


def test_an_unknown_zone_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="'Mars/Base' is no time zone; use one such as"):
        zone_named("Mars/Base")


@pytest.mark.parametrize(("day", "opens"), [("2026-01-14", "12:00"), ("2026-07-15", "13:00")])
def test_mail_to_somewhere_in_the_us_waits_for_hawaiis_morning_and_ends_with_new_yorks_evening(
    day: str, opens: str
) -> None:
    """No state is known: it is day in every zone of the country, Alaska's and Hawaii's too."""
    span = window(Channel.EMAIL, Person("US", kind=Kind.BUSINESS), date.fromisoformat(day))
    assert span is not None
    local = [it.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") for it in span]
    assert local == [opens, "21:00"]

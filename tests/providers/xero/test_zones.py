from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from providers.xero.zones import zone_of


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("NEWZEALANDSTANDARDTIME", "Pacific/Auckland"),
        ("AUSEASTERNSTANDARDTIME", "Australia/Sydney"),
        ("EAUSTRALIASTANDARDTIME", "Australia/Brisbane"),
        ("GMTSTANDARDTIME", "Europe/London"),
        ("WEUROPESTANDARDTIME", "Europe/Berlin"),
        ("EASTERNSTANDARDTIME", "America/New_York"),
        ("CENTRALSTANDARDTIME(MEXICO)", "America/Mexico_City"),
        ("PACIFICSTANDARDTIME", "America/Los_Angeles"),
        ("SINGAPORESTANDARDTIME", "Asia/Singapore"),
        ("SOUTHAFRICASTANDARDTIME", "Africa/Johannesburg"),
        ("UTC", "Etc/UTC"),
    ],
)
def test_xeros_zone_names_have_iana_names(name: str, zone: str) -> None:
    assert zone_of(name, "") == zone


@pytest.mark.parametrize(
    ("country", "zone"),
    [("NZ", "Pacific/Auckland"), ("US", "America/New_York"), ("GB", "Europe/London"),
     ("SG", "Asia/Singapore"), ("", "Etc/UTC"), ("XX", "Etc/UTC")],
)  # fmt: skip
def test_an_unknown_zone_falls_back_on_the_country(country: str, zone: str) -> None:
    assert zone_of("SOMENEWSTANDARDTIME", country) == zone
    assert zone in available_timezones()

"""Xero's names of time zones as IANA names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from babel.core import get_global

UNKNOWN = "Etc/UTC"
LARGEST = {
    "AU": "Australia/Sydney",
    "CA": "America/Toronto",
    "NZ": "Pacific/Auckland",
    "US": "America/New_York",
}
"""Where most people of a country with several zones live."""


def zone_of(name: str, country: str) -> str:
    """The IANA zone for an organisation's Timezone, or else for its ISO 3166 country code.

    Xero writes the Windows names in capitals without blanks (TimeZone in its accounting
    specification); Unicode CLDR maps Windows names to IANA ones.
    """
    found = _windows_zones().get(_fold(name))
    if found:
        return found
    zones: list[str] = get_global("territory_zones").get(country.upper()) or [UNKNOWN]
    return LARGEST.get(country.upper(), zones[0])


@cache
def _windows_zones() -> Mapping[str, str]:
    return {_fold(name): zone for name, zone in get_global("windows_zone_mapping").items()}


def _fold(name: str) -> str:
    return re.sub(r"[^A-Z0-9+]", "", name.upper())

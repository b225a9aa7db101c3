"""In which time zones a person may be, as far as their country and region tell."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import get_global

ALSO = {
    "america": "US",
    "england": "GB",
    "great britain": "GB",
    "northern ireland": "GB",
    "scotland": "GB",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "wales": "GB",
}
_REGIONS = tomllib.loads((files("dunning.customer") / "zones.toml").read_text("utf-8"))


@cache
def zones_in(country: str, region: str) -> tuple[ZoneInfo, ...]:
    """All zones of a region, else of its country; empty if the country is not known.

    A region that the table does not know tells nothing, and the whole country counts.
    """
    if knows_region(country, region):
        return tuple(ZoneInfo(name) for name in _REGIONS[country][region]["zones"])
    return tuple(ZoneInfo(name) for name in _by_country().get(country, ()))


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"{name!r} is no time zone; use one such as Europe/Paris") from None


def knows_country(code: str) -> bool:
    return code in _by_country()


def knows_region(country: str, region: str) -> bool:
    """Whether the region tells where in the country a person is."""
    return region in _REGIONS.get(country, {})


def country_of(text: str) -> str:
    """ISO's code for a country as a ledger has it (a code or an English name); empty if unknown."""
    word = text.strip()
    code = word.upper()
    if code in _by_country():
        return code
    aliases = get_global("territory_aliases").get(code, ())
    if len(aliases) == 1:
        return str(aliases[0])
    return ALSO.get(word.casefold(), _by_name().get(word.casefold(), ""))


def region_of(country: str, text: str) -> str:
    """The code of a region as a ledger has it (code or English name); empty if unknown."""
    word = text.strip().casefold()
    regions = _REGIONS.get(country, {})
    return next((c for c, r in regions.items() if word in {c.casefold(), r["name"].casefold()}), "")


@cache
def _by_country() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found


@cache
def _by_name() -> dict[str, str]:
    names = Locale("en").territories
    return {str(names[code]).casefold(): code for code in _by_country() if code in names}

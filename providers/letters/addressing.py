"""The lines of an address as the post of its country wants them, for the window of an envelope."""

from __future__ import annotations

from babel import Locale

from providers.letters.stationery import stationery_for
from providers.postal import ALPHA_2, PostalAddress

CITY_FIRST = frozenset(("AU", "CA", "NZ", "US", "ID", "IN", "SG", "TH", "ZA"))
"""City, region and code on one line, in this order (upu.int, addressing systems by country)."""
OWN_LINES = frozenset(("GB", "GG", "IE", "IM", "JE"))
"""The post code stands alone on the last line (Royal Mail, "How to address your mail")."""


def block(
    name: str, address: PostalAddress, *, sent_from: str, lines_max: int = 0
) -> tuple[str, ...]:
    """Name, lines, place, and for another country its name in capitals in English.

    `sent_from` is the sender's country (ISO 3166 alpha-2), whose sheet's window gives the limit
    where there is no `lines_max`. A name that stands in the address again is printed once. Of more,
    the shortest neighbours are joined, none is left out; place and country keep their own lines.
    """
    lines = [line for line in address.lines if line.casefold() != name.casefold()]
    last = list(_place(address))
    if address.country and address.country != sent_from:
        last.append(country_name(address.country).upper())
    most = lines_max or stationery_for(sent_from).lines_max
    room = max(1, most - len(last) - bool(name))
    while len(lines) > room:
        pairs = [", ".join(lines[at : at + 2]) for at in range(len(lines) - 1)]
        shortest = min(reversed(range(len(pairs))), key=lambda at: len(pairs[at]))
        lines[shortest : shortest + 2] = [pairs[shortest]]
    return tuple(line for line in (name, *lines, *last) if line)


def country_name(country: str) -> str:
    """In English; what is no code stays as it is written."""
    known = Locale("en").territories.get(country) if len(country) == ALPHA_2 else None
    return str(known or country)


def _place(address: PostalAddress) -> tuple[str, ...]:
    city, region, code = address.city, address.region, address.postal_code
    if address.country in OWN_LINES:
        return tuple(part for part in (city, code) if part)
    if address.country in CITY_FIRST:
        return (" ".join(part for part in (_comma(city, region), code) if part),)
    return (" ".join(part for part in (code, city) if part), *((region,) if region else ()))


def _comma(city: str, region: str) -> str:
    return ", ".join(part for part in (city, region) if part)

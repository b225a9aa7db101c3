"""The lines of an address as the post of its country wants them, for the window of an envelope."""

from __future__ import annotations

from babel import Locale

from providers.postal import ALPHA_2, PostalAddress

LINES_MAX = 6
"""What the windows hold; DIN 5008 gives the address six lines."""
CITY_FIRST = frozenset(("AU", "CA", "NZ", "US", "ID", "IN", "SG", "TH", "ZA"))
"""City, region and code on one line, in this order (upu.int, addressing systems by country)."""
OWN_LINES = frozenset(("GB", "GG", "IE", "IM", "JE"))
"""The post code stands alone on the last line (Royal Mail, "How to address your mail")."""


def block(name: str, address: PostalAddress, *, sent_from: str) -> tuple[str, ...]:
    """Name, lines, place, and for another country its name in capitals in English.

    `sent_from` is the sender's country (ISO 3166 alpha-2). A name that stands in the address again
    is printed once. What is more than the window holds is joined in the middle, never left out.
    """
    lines = [line for line in address.lines if line.casefold() != name.casefold()]
    last = list(_place(address))
    if address.country and address.country != sent_from:
        last.append(country_name(address.country).upper())
    room = max(1, LINES_MAX - len(last) - bool(name))
    if len(lines) > room:
        lines = [*lines[: room - 1], ", ".join(lines[room - 1 :])]
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

"""Postal addresses in neutral words, as far as a ledger holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.core import get_global

CHARACTERS_MAX = 200
LINES_MAX = 10
ALPHA_2 = 2
NAMED_IN = ("en", "de", "fr", "es", "it", "nl", "pl", "cs", "el")
"""The languages in which a country's name is understood; its ISO 3166 code always is."""
ALSO = {"usa": "US", "u.s.a.": "US", "u.s.": "US", "uk": "GB", "great britain": "GB",
        "england": "GB", "scotland": "GB",
        "wales": "GB", "northern ireland": "GB", "holland": "NL"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where something can be sent, without the addressee's name.

    `lines` are street, building or box, in their order. `country` is an ISO 3166 alpha-2 code, or
    the ledger's own word where that is no country we know, or empty where it names none.
    """

    lines: tuple[str, ...]
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the post may find it: a line and a place, or the whole of it written as lines."""
        return bool(self.lines) and (bool(self.city or self.postal_code) or len(self.lines) > 1)


def address_from(
    lines: Iterable[str], *, city: str, region: str, postal_code: str, country: str
) -> PostalAddress | None:
    """An address from a ledger's fields; None where nothing is written in them.

    A field with line breaks is several lines. Control characters and needless blanks go.
    """
    split = [_line(part) for text in lines for part in text.splitlines()]
    found = PostalAddress(
        lines=tuple(line for line in split if line)[:LINES_MAX],
        city=_line(city),
        region=_line(region),
        postal_code=_line(postal_code),
        country=country_code(_line(country)),
    )
    named = (*found.lines, found.city, found.region, found.postal_code)
    return found if any(named) else None


def country_code(text: str) -> str:
    """The ISO 3166 alpha-2 code of a country written as a code or a name; else the text itself."""
    plain = text.strip()
    if len(plain) == ALPHA_2 and plain.upper() in Locale("en").territories:
        return ALSO.get(plain.lower(), plain.upper())
    aliases = get_global("territory_aliases").get(plain.upper(), [])
    known = _names().get(plain.casefold())
    return known or next(iter(aliases), plain)


@cache
def _names() -> dict[str, str]:
    """Countries by their names, in small letters."""
    found = {
        str(name).casefold(): code
        for language in NAMED_IN
        for code, name in Locale(language).territories.items()
        if len(code) == ALPHA_2
    }
    return found | ALSO


def _line(text: str) -> str:
    """One line without control characters, whatever is written in the ledger."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(plain.split())[:CHARACTERS_MAX]

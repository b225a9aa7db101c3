"""The words of letters, texts and the account page by language: a file of each for every language,
with what differs by territory."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.localedata import locale_identifiers

from providers.money import Money

LANGUAGES = ("en", "de", "fr", "es", "nl")
OTHERWISE = "en_150"
"""What a customer of another language is written in: English as Europe writes it."""
UNKNOWN = "en_US"
"""What is written where neither a locale nor the company's country is known."""
FIRST = "1er"
"""How French writes the first day of a month; CLDR's patterns do not know it."""

REGISTERS = {"warm", "plain", "firm"}
PLACES = ("brief", "portal")
"""Whose words stand in a file of their own."""

_FOLDER = files("dunning") / "templates"
_WORDS: dict[str, dict[str, Any]] = {
    language: {
        **tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8")),
        **{
            place: tomllib.loads((_FOLDER / place / f"{language}.toml").read_text("utf-8"))
            for place in PLACES
        },
    }
    for language in LANGUAGES
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language as one territory writes it; `locale` is what amounts and dates follow."""

    locale: str
    language: str
    territory: str

    def say(self, *path: str, count: int = 1, form: str = "", **facts: object) -> str:
        """The text at a path, for one or for many, with its placeholders filled in; in another
        `form` where the text has it.

        Where a text differs by payer and there is none for this one, the plain text stands.
        """
        found = _at(self._overlay(), path) or _at(_WORDS[self.language], path)
        if found is None:
            raise KeyError(f"{self.language}: no text at {'.'.join(path)}")
        if isinstance(found, Mapping):
            found = found.get(form) or found["one" if count == 1 else "many"]
        return str(found).format_map({**facts, "count": count})

    def amount(self, money: Money) -> str:
        """As the locale writes it, in one piece that no line is broken in."""
        return money.shown(self.locale).replace("\u202f", "\u00a0").replace(" ", "\u00a0")

    def day(self, day: date) -> str:
        """A day in full, for a sentence."""
        written = format_date(day, "long", locale=self.locale)
        if self.language == "fr" and day.day == 1:
            return written.replace("1", FIRST, 1)
        return written

    def short_day(self, day: date) -> str:
        """A day for a table."""
        return format_date(day, "medium", locale=self.locale)

    def _overlay(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = _WORDS[self.language].get("territory", {})
        return found.get(self.territory, {}) or {}


@lru_cache(maxsize=1000)
def locale_of(country: str) -> str:
    """The locale of a country (ISO's two letters) for which there are words: its own language, else
    English as it is written there, or as Europe writes it. American where no country is known."""
    if not country:
        return UNKNOWN
    try:
        own = Locale.parse(f"und_{country}")
    except (ValueError, UnknownLocaleError):
        return UNKNOWN
    language = own.language if own.language in LANGUAGES else "en"
    there = f"{language}_{country}"
    return there if there in locale_identifiers() else OTHERWISE


def phrases_of(locale: str) -> Phrases:
    """The words for a locale such as ``de_AT``; for a language without words, those in English, and
    for none those of America."""
    parsed = Locale.parse(locale or UNKNOWN)
    if parsed.language not in LANGUAGES:
        return phrases_of(OTHERWISE)
    territory = parsed.territory or ""
    if parsed.language == "en":
        # Where no English of its own is written down, checks are as rare as in Britain.
        territory = {"US": "US", "": "US", "CA": "CA"}.get(territory, "GB")
    return Phrases(locale or UNKNOWN, parsed.language, territory)


def _at(words: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = words
    for name in path[:-1]:
        found = found.get(name, {})
    return found.get(path[-1], found.get("plain") if found.keys() <= REGISTERS else None)

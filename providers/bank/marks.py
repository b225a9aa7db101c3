"""The currency that a cell or a heading states by a sign or a code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from providers.bank.amounts import currencies

DOLLARS = "ARS AUD BBD BMD BSD BZD CAD CLP COP FJD HKD JMD KYD MXN NZD SGD TTD TWD USD UYU XCD"
SIGNS: Mapping[str, frozenset[str]] = {
    sign: frozenset(codes.split())
    for sign, codes in {
        "$": DOLLARS, "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD",
        "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "SG$": "SGD", "MX$": "MXN", "R$": "BRL",
        "€": "EUR", "£": "GBP", "¥": "CNY JPY", "₹": "INR", "₺": "TRY", "₪": "ILS", "₩": "KRW",
        "₱": "PHP", "฿": "THB", "₽": "RUB", "zł": "PLN", "Kč": "CZK", "Ft": "HUF",
        "kr": "DKK ISK NOK SEK", "Kr": "DKK ISK NOK SEK", "Fr": "CHF",
    }.items()
}  # fmt: skip
"""What each sign can mean; the account's own currency says which where it is more than one."""
MARK = re.compile(
    r"(?<![^\W\d_])(?:(?:US|CA?|AU?|NZ|HK|SG?|MX|R)\$|[A-Z]{3}(?![^\W\d_])"
    r"|(?:[Kk]r|Fr)\.?(?![^\W\d_])|zł|Kč|Ft(?![^\W\d_]))|[$€£¥₹₺₪₩₱฿₽]"
)
WITHIN = re.compile(rf"\d\s*(?:{MARK.pattern})\s*\d")


def possible(text: str) -> frozenset[str] | None:
    """The currencies that the marks in a text can mean, empty where they contradict each other;
    None where it has no mark."""
    found = [meant for mark in MARK.findall(text) if (meant := _meant(mark))]
    return frozenset.intersection(*found) if found else None


def without(text: str) -> str:
    """An amount without its marks; as it stands where one is between its digits."""
    if WITHIN.search(text):
        return text
    return MARK.sub(lambda mark: "" if _meant(mark[0]) else mark[0], text).strip()


def _meant(mark: str) -> frozenset[str]:
    known = SIGNS.get(mark.removesuffix("."))
    return known or (frozenset({mark}) if mark in currencies() else frozenset())

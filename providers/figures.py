"""Amounts and dates as people write them: decimal point or comma, and the orders of a date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import list_currencies

from providers.money import Money

DIGITS_MAX = 13
THOUSANDS = 3
PLACES_OF_DINARS = 3
"""Dinars and rials have three decimals, so that 1.234 can mean two things (ISO 4217)."""
MONTH_MAX = 12
YEAR_DIGITS = 4
DAY_DIGITS_MAX = 2
SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "US$": "USD", "C$": "CAD", "A$": "AUD", "NZ$": "NZD"}
CURRENCIES = frozenset(list_currencies())
DOLLARS = frozenset(re.findall(r"\w+", "AUD CAD HKD NZD SGD USD"))

_MARKS = re.compile(r"US\$|NZ\$|[CA]\$|[$€£¥]")
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_CREDIT = re.compile(r"\s*(?:CR|Cr|cr)\.?$")
_BODY = re.compile(r"\d[\d.,]*")
_MONTHS = (
    "jan ene", "feb fév fev", "mar mär maa mrt", "apr avr abr", "may mai mei", "jun juin",
    "jul juil", "aug aoû aou ago", "sep set", "oct okt", "nov", "dec dez déc dic",
)  # fmt: skip
_MONTH_OF = {word: n for n, words in enumerate(_MONTHS, start=1) for word in words.split()}
_NUMERIC = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{2,4})\.?")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|º)?\.?[ /-]*(?:de )?([^\W\d_]{3,12})\.?,?[ /-]*"
                    r"(?:de )?(\d{4}|\d{2})")  # fmt: skip
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")


class Unreadable(ValueError):
    """What is written cannot be read for certain; the text says what it is and why."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How one document writes its amounts. `decimal` is its decimal sign, empty if none shows."""

    decimal: str
    places: int

    @classmethod
    def of(cls, texts: Iterable[str], currency: str) -> Figures:
        """Judged by every amount of the document. Raises Unreadable where two disagree."""
        places = -Money.zero(currency).amount.as_tuple().exponent  # type: ignore[operator]
        shown: dict[str, str] = {}
        for text in texts:
            if sign := _decimal_sign(_bare(text)[1], places):
                shown.setdefault(sign, text.strip())
        if len(shown) > 1:
            one, two = shown.values()
            raise Unreadable(f"{one!r} and {two!r} use two decimal signs; write all alike")
        return cls(next(iter(shown), ""), places)

    def read(self, text: str) -> Decimal:
        """An amount, negative with a minus on either side, in brackets or marked CR."""
        negative, body = _bare(text)
        decimal = self.decimal or _decimal_sign(body, self.places)
        if not decimal and self.places == PLACES_OF_DINARS and re.search("[.,]", body):
            raise Unreadable(f"{text.strip()!r} may have decimals or not; write more of them")
        if not decimal:
            decimal = "." if "," in body else ","
        whole, _, rest = body.partition(decimal)
        groups = re.split("[.,]", whole)
        fits = len(groups) == 1 or all(len(group) == THOUSANDS for group in groups[1:])
        digits = "".join(groups)
        if not digits or not fits or len(digits) > DIGITS_MAX or re.search("[.,]", rest):
            raise Unreadable(f"{text.strip()!r} is no amount; write it as 1234.50")
        amount = Decimal(f"{digits}.{rest or 0}")
        return -amount if negative else amount


def is_amount(text: str) -> bool:
    """Whether a text is nothing but an amount, with or without its currency."""
    try:
        _bare(text)
    except Unreadable:
        return False
    return True


def currency_in(text: str, *, home: str = "") -> str:
    """The currency that a text names by code or sign, or empty. A bare dollar is the one of
    `home` where that is a dollar, else the American."""
    for code in _CODE.findall(text):
        if code in CURRENCIES:
            return str(code)
    sign = _MARKS.search(text)
    if sign is None:
        return ""
    if sign.group() == "$":
        return home if home in DOLLARS else "USD"
    return SIGNS[sign.group()]


def exact(amount: Decimal, currency: str) -> Money:
    """Money that is the amount to the last digit. Raises Unreadable where it would be rounded."""
    made = Money(amount, currency)
    if made.amount != amount:
        raise Unreadable(f"{amount} is finer than {currency} can be paid; {made} is the nearest")
    return made


def day(text: str, order: str = "") -> date:
    """A date; `order` is dmy or mdy for those that can be read two ways. Raises Unreadable."""
    text = " ".join(text.split())
    if named := named_day(text):
        return named
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        return _date(text, int(text[:4]), int(text[4:6]), int(text[6:]))
    found = _NUMERIC.fullmatch(text)
    if found is None:
        raise Unreadable(f"{text!r} is no date; write it as 2026-01-31")
    first, sign, second, last = found.group(1), found.group(2), found.group(3), found.group(4)
    if len(first) == YEAR_DIGITS:
        return _date(text, int(first), int(second), int(last))
    order = "dmy" if sign == "." else order_of([text]) or order
    if not order and first != second:
        raise Unreadable(f"{text!r} may be two dates; write it as 2026-01-31")
    month, number = (first, second) if order == "mdy" else (second, first)
    return _date(text, _year(last), int(month), int(number))


def named_day(text: str) -> date | None:
    """A date whose month is a word of any of five languages; None where it has none. Raises
    Unreadable for a word that is no month, and for what the calendar does not have."""
    text = " ".join(text.split())
    for pattern, places in ((_NAMED, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2))):
        if found := pattern.fullmatch(text):
            year, month, number = (found.group(place) for place in places)
            return _date(text, _year(year), _month(text, month), int(number))
    return None


def order_of(texts: Iterable[str]) -> str:
    """dmy or mdy, where one of the dates can be read in one way only; empty if none can."""
    for text in texts:
        found = _NUMERIC.fullmatch(" ".join(text.split()))
        if found and len(found.group(1)) <= DAY_DIGITS_MAX:
            if int(found.group(1)) > MONTH_MAX:
                return "dmy"
            if int(found.group(3)) > MONTH_MAX:
                return "mdy"
    return ""


def _bare(text: str) -> tuple[bool, str]:
    """(is it negative, its digits and signs) of an amount; raises Unreadable if it is none."""
    plain = unicodedata.normalize("NFKC", text[:60]).replace("\N{MINUS SIGN}", "-")
    plain = "".join(c if c.isascii() or not c.isdecimal() else str(int(c)) for c in plain)
    plain = plain.replace("–", "-").strip()
    credit = bool(_CREDIT.search(plain))
    plain = _CODE.sub(_without_currency, _MARKS.sub("", _CREDIT.sub("", plain)))
    plain = re.sub(r"(?<=\d)[\s'’](?=\d{3}(?!\d))", "", plain).strip()
    bracketed = plain.startswith("(") and plain.endswith(")")
    plain = plain[1:-1].strip() if bracketed else plain
    minus = plain.startswith("-") or plain.endswith("-")
    plain = plain.strip("-+ ")
    if not _BODY.fullmatch(plain) or plain.endswith((".", ",")):
        raise Unreadable(f"{text.strip()[:60]!r} is no amount; write it as 1234.50")
    return credit or bracketed or minus, plain


def _without_currency(code: re.Match[str]) -> str:
    return "" if code.group() in CURRENCIES else code.group()


def _decimal_sign(body: str, places: int) -> str:
    """The decimal sign that this amount proves, or empty."""
    signs = re.findall("[.,]", body)
    if not signs:
        return ""
    if len(set(signs)) > 1:
        return str(signs[-1])
    other = "," if signs[0] == "." else "."
    if len(signs) > 1:
        return other
    before, _, after = body.partition(signs[0])
    if len(after) != THOUSANDS or len(before) > THOUSANDS or before == "0":
        return str(signs[0])
    return "" if places == PLACES_OF_DINARS else other


def _year(digits: str) -> int:
    return int(digits) if len(digits) == YEAR_DIGITS else 2000 + int(digits)


def _month(text: str, word: str) -> int:
    word = word.casefold()
    for length in (4, 3):
        if number := _MONTH_OF.get(word[:length]):
            return number
    raise Unreadable(f"{text!r} is no date; write it as 2026-01-31")


def _date(text: str, year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise Unreadable(f"{text!r} is no date; write it as 2026-01-31") from None

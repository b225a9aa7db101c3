"""Days in the cells of a CSV: in numbers of some order, or with the month by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from providers.bank import amounts
from providers.bank.refusal import BadStatement
from providers.figures import Unreadable, named_day

NUMERIC = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})\.?([ T,].*)?", re.ASCII)
SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
PLAIN = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d.*)?|\d{8}", re.ASCII)
CLOCK = re.compile(r",?[ T]\d{1,2}:\d{2}.*$", re.ASCII)
ORDERS = ("YMD", "DMY", "MDY")
MONTHS = 12
DAYS = 31
LONG_YEAR, SHORT_YEAR = 4, 2


def day(text: str, order: str, where: str) -> date:
    """A day written in this order of year, month and day. Raises BadStatement."""
    text = text.strip()
    if named := _named(text):
        return named
    parts = SOLID.fullmatch(text) if order == "YMD" else None
    parts = parts or NUMERIC.fullmatch(text)
    if parts is None:
        raise BadStatement(f"{where}: {text[:40]!r} is no date; write it as 2026-01-31")
    by_name = dict(zip(order, parts.groups()[:3], strict=True))
    year, digits = int(by_name["Y"]), len(by_name["Y"])
    is_long = len(by_name["D"]) > SHORT_YEAR or len(by_name["M"]) > SHORT_YEAR
    if is_long or digits not in {SHORT_YEAR, LONG_YEAR}:
        raise BadStatement(f"{where}: {text[:40]!r} is no date in the order {order}")
    if digits == SHORT_YEAR:
        year += 1900 if year >= amounts.PIVOT else 2000
    return amounts.day(year, int(by_name["M"]), int(by_name["D"]), where)


def looks_like_day(text: str) -> bool:
    return PLAIN.fullmatch(text) is not None or _named(text) is not None


def order_of(written: Sequence[str]) -> tuple[str, str]:
    """The order that fits all days, and a doubt where more than one does."""
    numbers = [one for one in written if _named(one) is None]
    fits = [order for order in ORDERS if all(_fits(one, order) for one in numbers)]
    if not written or not fits:
        return "YMD", ""
    if len(fits) == 1:
        return fits[0], ""
    if all("." in one for one in numbers):
        return "DMY", ""
    return fits[0], (f"{numbers[0]} can be read in more than one way: set date_order to DMY or MDY")


def _named(text: str) -> date | None:
    """A day whose month is a word, which no order of numbers can change."""
    if not any(sign.isalpha() for sign in text):
        return None
    try:
        return named_day(CLOCK.sub("", text.strip()))
    except Unreadable:
        return None


def _fits(text: str, order: str) -> bool:
    numbers = re.match(r"(\d+)[-/. ](\d+)[-/. ](\d+)", text, re.ASCII)
    if numbers is None:
        return order == "YMD" and re.fullmatch(r"\d{8}", text, re.ASCII) is not None
    by_name = dict(zip(order, numbers.groups(), strict=True))
    is_year = len(by_name["Y"]) == LONG_YEAR
    is_year = is_year or (len(by_name["Y"]) == SHORT_YEAR and order != "YMD")
    return is_year and 0 < int(by_name["M"]) <= MONTHS and 0 < int(by_name["D"]) <= DAYS

"""Days and amounts in the cells of a CSV, as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from providers.bank import amounts
from providers.bank.refusal import BadStatement

DAY = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})\.?([ T,].*)?", re.ASCII)
SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
AROUND = re.compile(r"[A-Z]{3}|[$€£¥₹]|kr\.?|zł|CHF|Fr\.?")
SPACES = " \u00a0\u202f'’"


def day(text: str, order: str, where: str) -> date:
    """A day written in this order of year, month and day. Raises BadStatement."""
    text = text.strip()
    parts = SOLID.fullmatch(text) if order == "YMD" else None
    parts = parts or DAY.fullmatch(text)
    if parts is None:
        raise BadStatement(f"{where}: {text[:40]!r} is no date; write it as 2026-01-31")
    by_name = dict(zip(order, parts.groups()[:3], strict=True))
    year = int(by_name["Y"])
    if len(by_name["Y"]) not in {2, 4} or len(by_name["D"]) > 2 or len(by_name["M"]) > 2:  # noqa: PLR2004
        raise BadStatement(f"{where}: {text[:40]!r} is no date in the order {order}")
    if len(by_name["Y"]) == 2:  # noqa: PLR2004
        year += 1900 if year >= amounts.PIVOT else 2000
    return amounts.day(year, int(by_name["M"]), int(by_name["D"]), where)


def amount(text: str, decimal: str, where: str) -> Decimal:
    """An amount with this decimal sign; thousands stand in threes. Raises BadStatement.

    A minus may stand before or after, and brackets are a minus: "1.234,56", "(12.00)", "12.00-".
    """
    plain = AROUND.sub("", text.strip()).strip()
    is_minus = False
    if plain.startswith("(") and plain.endswith(")"):
        is_minus, plain = True, plain[1:-1].strip()
    plain = plain.replace("\u2212", "-")
    if plain.endswith("-"):
        is_minus, plain = not is_minus, plain[:-1].strip()
    elif plain.startswith("-"):
        is_minus, plain = not is_minus, plain[1:].strip()
    plain = AROUND.sub("", plain.removeprefix("+")).strip()
    thousands = rf"[{re.escape('.' if decimal == ',' else ',')}{SPACES}]"
    point = re.escape(decimal)
    shape = rf"(\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)({point}\d*)?|({point}\d+)"
    if not re.fullmatch(shape, plain, re.ASCII):
        other = "comma" if decimal == "," else "point"
        raise BadStatement(
            f"{where}: {text[:40]!r} is no amount with a decimal {other}; write it as"
            f" 1234{decimal}50"
        )
    whole, _, rest = plain.rpartition(decimal) if decimal in plain else (plain, "", "")
    digits = re.sub(r"\D", "", whole, flags=re.ASCII) or "0"
    found = amounts.within(Decimal(f"{digits}.{rest or '0'}"), where)
    return -found if is_minus else found

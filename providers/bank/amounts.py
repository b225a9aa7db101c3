"""Amounts and days as bank files write them; what is doubtful is refused, never rounded."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache

from babel.numbers import list_currencies

from providers.bank.refusal import BadStatement
from providers.money import Money, minor_unit

PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)", re.ASCII)
LIMIT = Decimal(10) ** 13
CENTURY = 100
PIVOT = 70
"""Two-digit years from here on belong to the last century."""


@cache
def currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def currency_of(text: str, where: str) -> str:
    """An ISO 4217 code. Raises BadStatement."""
    code = text.strip().upper()
    if code not in currencies():
        raise BadStatement(f"{where}: {text[:40]!r} is no currency; write USD, EUR, ...")
    return code


def number(text: str, where: str) -> Decimal:
    """Digits with at most one decimal sign, point or comma. Raises BadStatement."""
    text = text.strip()
    if not PLAIN.fullmatch(text):
        raise BadStatement(f"{where}: {text[:40]!r} is no amount; write it as 1234.50")
    return within(Decimal(text.replace(",", ".").rstrip(".")), where)


def within(amount: Decimal, where: str) -> Decimal:
    if abs(amount) >= LIMIT:
        raise BadStatement(f"{where}: {amount} is beyond any payment; look at the file")
    return amount


def money(amount: Decimal, currency: str, where: str) -> Money:
    """The amount as it stands; more decimals than the currency has are refused."""
    made = Money(amount, currency)
    if made.amount != amount:
        unit = minor_unit(currency)
        raise BadStatement(f"{where}: {amount} is finer than {unit}, the least in {currency}")
    return made


def minor_money(text: str, currency: str, where: str) -> Money:
    """An amount that is written in cents, without a decimal sign. Raises BadStatement."""
    if not re.fullmatch(r"[+-]?\d{1,18}", text.strip(), re.ASCII):
        raise BadStatement(f"{where}: {text[:40]!r} is no amount in whole cents")
    amount = within(int(text) * minor_unit(currency), where)
    return Money(amount, currency)


def short_day(text: str, where: str) -> date:
    """YYMMDD. Raises BadStatement."""
    if not re.fullmatch(r"\d{6}", text, re.ASCII):
        raise BadStatement(f"{where}: {text[:40]!r} is no date; it is written YYMMDD")
    year = int(text[:2])
    year += 1900 if year >= PIVOT else 2000
    return day(year, int(text[2:4]), int(text[4:]), where)


def day(year: int, month: int, of_month: int, where: str) -> date:
    try:
        return date(year, month, of_month)
    except ValueError:
        raise BadStatement(
            f"{where}: {year:04}-{month:02}-{of_month:02} is no day of the calendar"
        ) from None

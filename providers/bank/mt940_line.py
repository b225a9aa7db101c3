"""One statement line (:61:) of MT940: when, how much, in or out, and the bank's reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from providers.bank import amounts
from providers.bank.identity import is_reference
from providers.bank.refusal import BadStatement

LINE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4}|\s{4})?(?P<mark>E?R?[CD])(?P<funds>[A-Z])?"
    r"(?P<amount>\d[\d,.]*)(?P<kind>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)",
    re.ASCII,
)
POINTERS = frozenset({"NONREF", "KREF+", "EREF", "MARF", "PREF"})
"""Said in place of a reference: there is none, or it stands in :86:."""
FEBRUARY = 2
THIRTIETH = 30


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` has the sign of the movement. `extra` is the bank's supplementary detail."""

    day: date
    amount: Decimal
    is_return: bool
    customer_reference: str
    bank_reference: str
    extra: str


def read(text: str, where: str) -> Line:
    """`text` is the field with its line breaks. Raises BadStatement."""
    head, _, extra = text.partition("\n")
    parts = LINE.fullmatch(head.strip())
    if parts is None:
        raise BadStatement(
            f"{where}: :61:{head[:40]!r} is no statement line; it is"
            " YYMMDD[MMDD]C|D[letter]amount..., as in 2601310131C100,00NTRF..."
        )
    mark = parts["mark"]
    amount = amounts.number(parts["amount"], where)
    customer, _, bank = parts["rest"].partition("//")
    return Line(
        day=_booked(parts["value"], (parts["entry"] or "").strip(), where),
        amount=amount if mark in {"C", "EC", "RD", "ERD"} else -amount,
        is_return="R" in mark,
        customer_reference="" if customer.strip() in POINTERS else customer.strip(),
        bank_reference=bank.strip() if is_reference(bank) else "",
        extra=extra,
    )


def _booked(value: str, entry: str, where: str) -> date:
    """The entry date, whose year is the one nearest to the value date; else the value date."""
    valued = _valued(value, where)
    if not entry:
        return valued
    month, of_month = int(entry[:2]), int(entry[2:])
    found = []
    for year in (valued.year - 1, valued.year, valued.year + 1):
        try:
            found.append(date(year, month, of_month))
        except ValueError:
            continue
    if not found:
        raise BadStatement(f"{where}: entry date {entry} is no day of the calendar")
    return min(found, key=lambda day: abs((day - valued).days))


def _valued(value: str, where: str) -> date:
    """Banks that reckon interest by months of 30 days write the 30th of February."""
    if int(value[2:4]) == FEBRUARY and int(value[4:]) in {29, THIRTIETH}:
        first = amounts.short_day(f"{value[:4]}01", where)
        is_leap = first.year % 4 == 0 and (first.year % 100 != 0 or first.year % 400 == 0)
        return first.replace(day=29 if is_leap else 28)
    return amounts.short_day(value, where)

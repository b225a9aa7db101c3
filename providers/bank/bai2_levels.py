"""The control records of BAI2: what the file says it holds at each level, against what it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from providers.bank.bai2_records import Record
from providers.bank.refusal import BadStatement


@dataclass(slots=True)
class Level:
    """What a control record must say: the sum of the amounts, how many parts, how many records."""

    total: int = 0
    parts: int = 0
    records: int = 1


def prove(record: Record, level: Level, what: str) -> None:
    """Control total, number of parts (where the record has it) and number of records."""
    fields = record.fields
    counts = [("records", fields[-1], level.records)]
    if record.code != "49":
        counts.insert(0, ("parts", [*fields, "", ""][1], level.parts))
    total = fields[0]
    if not re.fullmatch(r"[+-]?\d{1,18}", total, re.ASCII) or int(total) != level.total:
        raise BadStatement(
            f"{record.where}: the control total of the {what} is {_cents(total)}, but its amounts"
            f" make {_cents(str(level.total))}; ask the bank for the file again"
        )
    for name, told, count in counts:
        if told != str(count) and told.lstrip("0") != str(count):
            raise BadStatement(
                f"{record.where}: the {what} should have {told[:20] or 'no'} {name}, but it has"
                f" {count}; ask the bank for the file again"
            )


def _cents(text: str) -> str:
    try:
        return f"{Decimal(text) / 100:,.2f}"
    except ArithmeticError:
        return repr(text[:40])

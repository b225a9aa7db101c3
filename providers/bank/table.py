"""A CSV as rows of cells: its separator, its column names, and what stands around the rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from providers.bank.header_words import role_of
from providers.bank.mapping import DELIMITERS
from providers.bank.refusal import BadStatement

COLUMNS_MIN = 2
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        return self.cells[place].strip() if place < len(self.cells) else ""

    @property
    def is_empty(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def rows(text: str, delimiter: str) -> list[Row]:
    """Raises BadStatement for what is no CSV."""
    reader = csv.reader(text.split("\n"), delimiter=delimiter, strict=True)
    found = []
    try:
        for cells in reader:
            found.append(Row(reader.line_num, tuple(cells)))
    except csv.Error as error:
        raise BadStatement(f"line {reader.line_num}: {error}; export the file again") from None
    return [row for row in found if not row.is_empty]


def separator(text: str) -> str:
    """The sign that cuts most lines into the same number of cells. Raises BadStatement."""
    sample = "\n".join(text.split("\n")[:SAMPLE])
    best, most = "", 0
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row.cells) for row in rows(sample, delimiter))
        except BadStatement:
            continue
        cut = {width: count for width, count in widths.items() if width >= COLUMNS_MIN}
        score = max((count * width for width, count in cut.items()), default=0)
        if score > most:
            best, most = delimiter, score
    if not best:
        raise BadStatement(
            "no known format: neither CAMT, MT940, BAI2, lockbox nor OFX, and no CSV with columns"
        )
    return best


def heading(found: Sequence[Row]) -> int:
    """Where in `found` the columns are named; -1 where no row does.

    It is the first row with the words for a day and for an amount, and no amounts in it.
    """
    for place, row in enumerate(found[:SAMPLE]):
        roles = {role_of(cell) for cell in row.cells}
        if roles & {"date", "value_date"} and roles & {"amount", "credit", "debit"}:
            return place
    return -1


def looks_like_day(text: str) -> bool:
    return DAY.fullmatch(text) is not None


def looks_like_amount(text: str) -> bool:
    return AMOUNT.fullmatch(text) is not None


DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d.*)?|\d{8}", re.ASCII)
AMOUNT = re.compile(r"\(?[-+]?\s?\d[\d.,' \u00a0\u202f]*[.,]\d{1,3}\)?-?", re.ASCII)

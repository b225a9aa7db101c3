"""A CSV as rows of cells: its separator, its column names, and what stands around the rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from providers.bank.header_words import role_of
from providers.bank.mapping import DELIMITERS
from providers.bank.marks import without
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
    found, trouble = _read(text, delimiter)
    if trouble:
        raise BadStatement(f"{trouble}; mend that line, or export the file again")
    return found


def separator(text: str) -> str:
    """The sign that cuts most lines into the same number of cells. Raises BadStatement."""
    sample = "\n".join(text.split("\n")[:SAMPLE])
    best, most, trouble = "", 0, ""
    for delimiter in DELIMITERS:
        found, why = _read(sample, delimiter)
        trouble = trouble or why
        widths = Counter(len(row.cells) for row in found)
        cut = {width: count for width, count in widths.items() if width >= COLUMNS_MIN}
        score = max((count * width for width, count in cut.items()), default=0)
        if score > most:
            best, most = delimiter, score
    if not best:
        raise BadStatement(
            "no known format: neither CAMT, MT940, BAI2, lockbox nor OFX, and no CSV with columns"
            + (f" ({trouble})" if trouble else "")
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


def looks_like_amount(text: str) -> bool:
    return AMOUNT.fullmatch(without(text)) is not None


def _read(text: str, delimiter: str) -> tuple[list[Row], str]:
    """The rows down to the first that cannot be read, and why it cannot."""
    reader = csv.reader(text.split("\n"), delimiter=delimiter, strict=True)
    found: list[Row] = []
    begun, trouble = 1, ""
    try:
        for cells in reader:
            found.append(Row(reader.line_num, tuple(cells)))
            begun = reader.line_num + 1
    except csv.Error as error:
        trouble = f"line {begun}: {TROUBLES.get(str(error).partition('(')[0].strip(), error)}"
    return [row for row in found if not row.is_empty], trouble


AMOUNT = re.compile(r"\(?[-+]?\s?\d[\d.,' \u00a0\u202f]*[.,]\d{1,3}\)?-?", re.ASCII)
TROUBLES = {
    "unexpected end of data": "a quote is opened and never closed",
    "field larger than field limit": f"a cell has more than {csv.field_size_limit():,} characters,"
    " or a quote is never closed",
}

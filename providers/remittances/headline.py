"""What stands beside an advice's table: who pays, when, how much, and under which reference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from providers.figures import is_amount
from providers.remittances import words
from providers.remittances.document import Document, shown
from providers.remittances.words import Role

LINES_MAX = 5_000
VALUE_CHARACTERS_MAX = 200
_GAP = re.compile(r"\s{2,}|\t|\|")
_LABELLED = re.compile(r"([^:]{1,60}?)\s*:\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class Headline:
    """The first value of each label; of totals, one that says that it was paid comes first, and
    then `says_paid` is set."""

    values: Mapping[Role, str]
    says_paid: bool

    def get(self, role: Role) -> str:
        return self.values.get(role, "")


def headline(document: Document) -> Headline:
    values: dict[Role, str] = {}
    paid = False
    for label, value in _pairs(document):
        role = words.label(label)
        if role is None or not _fits(role, value):
            continue
        says_paid = role is Role.TOTAL and words.says_paid(label)
        if role not in values or (says_paid and not paid):
            values[role] = value[:VALUE_CHARACTERS_MAX]
            paid = paid or says_paid
    return Headline(values, paid)


def _fits(role: Role, value: str) -> bool:
    if role is Role.TOTAL:
        return is_amount(value)
    if role is Role.REFERENCE:
        return bool(re.search(r"\d", value))
    if role is Role.CURRENCY:
        return bool(re.fullmatch(r"[A-Z]{3}", value))
    if role is Role.DAY:
        return bool(re.search(r"\d", value))
    return bool(value) and not is_amount(value)


def _pairs(document: Document) -> Iterator[tuple[str, str]]:
    for grid in document.grids:
        for row in grid:
            yield from _of_cells([shown(cell) for cell in row if shown(cell)])
    for line in document.text.splitlines()[:LINES_MAX]:
        yield from _of_cells([cell.strip() for cell in _GAP.split(line) if cell.strip()])


def _of_cells(cells: list[str]) -> Iterator[tuple[str, str]]:
    if len([cell for cell in cells if is_amount(cell)]) > 1:
        return  # a row of the table, and which of its amounts is meant is the table's affair
    for place, cell in enumerate(cells):
        if found := _LABELLED.fullmatch(cell):
            yield found[1], found[2].strip()
        elif place + 1 < len(cells):
            yield cell.rstrip(": "), cells[place + 1]
        elif place == 0 and (spoken := re.fullmatch(r"(\D{3,40}?)\s+([^a-z]*\d[^a-z]*)", cell)):
            yield spoken[1], spoken[2]

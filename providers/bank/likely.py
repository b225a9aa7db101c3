"""A CSV of which neither names nor contents say enough: a guess that a person is shown first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from providers.bank import days, table
from providers.bank.columns import Columns, balanced
from providers.bank.header_words import MOVED
from providers.bank.refusal import BadStatement
from providers.bank.table import Row

CELLS_MIN = 3
"""Above a table a day stands beside its name alone."""


def heading(found: Sequence[Row]) -> int:
    """Where in `found` the columns are named, by words of whatever kind: right above the first day,
    as wide as its row and without amounts; -1 where nothing is."""
    sample = found[: table.SAMPLE]
    first = next((place for place, row in enumerate(sample) if _has_day(row)), 0)
    if not first:
        return -1
    names, row = found[first - 1], found[first]
    is_wide = len(names.cells) >= len(row.cells) and sum(map(bool, names.cells)) > 1
    is_named = all(names.cell(place) for place, cell in enumerate(row.cells) if _is_day(cell))
    return first - 1 if is_wide and is_named and not any(map(_is_amount, names.cells)) else -1


def completed(columns: Columns, body: Sequence[Row]) -> Columns:
    """With the day and the amounts by what most rows hold, where they are not known. Of several
    columns of amounts only a running balance tells which is which. Raises BadStatement where
    nothing is a day."""
    columns = dict(columns)
    width = max((len(row.cells) for row in body), default=0)
    taken = {place for places in columns.values() for place in places}
    if "date" not in columns:
        dated = [it for it in range(width) if _are(_held(body, it), _is_day, one_in=2)]
        if not dated:
            raise BadStatement(
                "no known format: neither CAMT, MT940, BAI2, lockbox nor OFX, and no column of the"
                " table holds days, such as 2026-01-31"
            )
        columns = {role: places for role, places in columns.items() if dated[0] not in places}
        columns["date"] = (dated[0],)
    if not MOVED & set(columns):
        lines = [row for row in body if _is_day(row.cell(columns["date"][0]))]
        free = [it for it in range(width) if it not in taken and it not in columns["date"]]
        held = [it for it in free if _are(_held(lines, it), _is_amount, one_in=1)]
        columns |= _of_amounts(lines, held)
    return columns


def _held(rows: Sequence[Row], place: int) -> list[str]:
    return [row.cell(place) for row in rows]


def _of_amounts(lines: Sequence[Row], places: Sequence[int]) -> Columns:
    if len(places) == 1:
        return {"amount": (places[0],)}
    try:
        return balanced(lines, places) if places else {}
    except BadStatement:
        return {}


def _are(held: Sequence[str], kind: Callable[[str], bool], *, one_in: int) -> bool:
    told = [cell for cell in held if cell]
    return bool(told) and sum(map(kind, told)) * one_in >= len(told)


def _has_day(row: Row) -> bool:
    is_line = any(map(_is_amount, row.cells)) or sum(map(bool, row.cells)) >= CELLS_MIN
    return is_line and any(map(_is_day, row.cells))


def _is_day(cell: str) -> bool:
    return days.looks_like_day(cell.strip())


def _is_amount(cell: str) -> bool:
    return table.looks_like_amount(cell.strip())

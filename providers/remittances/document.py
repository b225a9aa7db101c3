"""A document as far as an advice can be in it: tables, and the text beside them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Cell = str | Decimal
Grid = list[list[Cell]]
ROWS_MAX = 20_000
COLUMNS_MAX = 50
TEXT_CHARACTERS_MAX = 500_000


@dataclass(frozen=True, slots=True)
class Document:
    """`grids` are its tables, row by row; `text` is everything that can be seen, line by line."""

    grids: tuple[Grid, ...]
    text: str


def shown(cell: Cell) -> str:
    """A cell as text; a whole number of a spreadsheet has no point."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    whole = cell == cell.to_integral_value()
    return f"{cell:.0f}" if whole else f"{cell:f}"

"""The rows of an advice's table: which column is what, and what each row says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from providers.figures import Figures, Unreadable, is_amount
from providers.remittances import words
from providers.remittances.document import Cell, Grid, shown
from providers.remittances.errors import BadRemittance
from providers.remittances.words import Role

AMOUNTS = (Role.GROSS, Role.AMOUNT, Role.DISCOUNT, Role.DEDUCTION, Role.NET)
PAYABLE = (Role.NET, Role.AMOUNT, Role.GROSS)
LINES_MAX = 5_000
_NUMBER = re.compile(r"[A-Za-z]+[-/_]?\d[\w/-]*")
"""An invoice may be called TOTAL-7 or TRANSPORT-12."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the heading; `cells` by role, as written."""

    number: int
    cells: Mapping[Role, Cell]

    def text(self, role: Role) -> str:
        return shown(self.cells.get(role, ""))

    @property
    def is_credit(self) -> bool:
        named = (Role.KIND, Role.NUMBER, Role.REASON)
        return any(words.is_credit(self.text(role)) for role in named)


@dataclass
class Table:
    """What was found under one heading, or several of the same meaning. `heading` is all that
    stands in the headings and the total's row, where a currency is often named."""

    rows: list[Row] = field(default_factory=list)
    total: Cell = ""
    heading: str = ""
    roles: frozenset[Role] = frozenset()

    def amounts(self) -> Iterable[str]:
        """Every amount that is written as text."""
        for row in self.rows:
            for role in AMOUNTS:
                cell = row.cells.get(role, "")
                if isinstance(cell, str) and is_amount(cell):
                    yield cell
        if isinstance(self.total, str) and self.total:
            yield self.total


def tables(grids: Iterable[Grid]) -> Table:
    """All rows that stand under a heading with an invoice number and an amount."""
    found = Table()
    for grid in grids:
        columns: dict[int, Role] = {}
        for number, cells in enumerate(grid, start=1):
            heading = heading_of(cells)
            if heading:
                columns = heading
                found.heading += " " + " ".join(map(shown, cells))
                found.roles |= frozenset(columns.values())
            elif columns and any(shown(cell) for cell in cells):
                _take(found, columns, cells, number)
            if len(found.rows) > LINES_MAX:
                raise BadRemittance(f"more than {LINES_MAX:,} lines; send several advices")
    return found


def heading_of(cells: list[Cell]) -> dict[int, Role]:
    """The columns by their place, if this row is the heading of an advice's table."""
    roles: dict[int, Role] = {}
    for place, cell in enumerate(cells):
        role = words.column(shown(cell)) if isinstance(cell, str) else None
        if role and role not in roles.values():
            roles[place] = role
    named = set(roles.values())
    return roles if Role.NUMBER in named and named.intersection(PAYABLE) else {}


def amount_of(cell: Cell, figures: Figures) -> Decimal | None:
    """None where nothing is written. Raises Unreadable."""
    if isinstance(cell, Decimal):
        return cell
    if not cell.strip() or not cell.strip(" -–—"):
        return None
    return figures.read(cell)


def read_amount(row: Row, role: Role, figures: Figures) -> Decimal | None:
    try:
        return amount_of(row.cells.get(role, ""), figures)
    except Unreadable as error:
        raise BadRemittance(f"row {row.number}, {role}: {error}") from None


def _take(found: Table, columns: Mapping[int, Role], cells: list[Cell], number: int) -> None:
    by_role = {role: cells[place] for place, role in columns.items() if place < len(cells)}
    first = next(shown(cell) for cell in cells if shown(cell))
    is_number = bool(_NUMBER.fullmatch(first))
    if words.is_subtotal(first) and not is_number:
        return
    payable = next((by_role[r] for r in PAYABLE if _is_written(by_role.get(r, ""))), "")
    if words.is_total(first) and not is_number:
        found.heading += " " + " ".join(map(shown, cells))
        found.total = payable or next(
            (c for c in reversed(cells) if isinstance(c, Decimal) or is_amount(c)), found.total
        )
        return
    row = Row(number, by_role)
    if not _is_written(payable):
        _continue(found, row)
    elif row.text(Role.NUMBER) or row.text(Role.REASON) or row.text(Role.KIND):
        found.rows.append(row)
    elif isinstance(payable, Decimal) or is_amount(payable):
        found.total = payable


def _continue(found: Table, row: Row) -> None:
    """A row without amounts goes on with the reason of the row above."""
    more = row.text(Role.REASON)
    if more and found.rows and not row.text(Role.NUMBER):
        last = found.rows[-1]
        reason = f"{last.text(Role.REASON)} {more}".strip()
        found.rows[-1] = Row(last.number, {**last.cells, Role.REASON: reason})


def _is_written(cell: Cell) -> bool:
    return isinstance(cell, Decimal) or bool(cell.strip(" -–—"))

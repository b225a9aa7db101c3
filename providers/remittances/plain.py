"""Plain text as a document: columns that stand under their headings, or one invoice a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from providers.figures import is_amount
from providers.remittances.document import ROWS_MAX, TEXT_CHARACTERS_MAX, Cell, Document, Grid
from providers.remittances.table import heading_of
from providers.remittances.words import names_advice

LINE_CHARACTERS_MAX = 1_000
Span = tuple[int, int, str]
"""Where a cell begins and ends, and its text."""
_CELL = re.compile(r"[^\s|]+(?: [^\s|]+)*")
_INVOICE = (
    r"invoice|inv|bill|credit note|credit memo|rechnung|gutschrift|facture|avoir|factura|abono|"
    r"factuur|creditnota"
)
_LISTED = re.compile(
    rf"\W{{0,3}}((?:{_INVOICE})\.?(?: (?:no|nr|number|n[°º])\.?)?:? )?([\w./#-]*\d[\w./-]*)"
    r"(?:\s*[:=,;–-]\s+|\s+)(\S.*)",
    re.IGNORECASE,
)


def document(text: str, *, told: Document | None = None) -> Document:
    """Text whose columns are parted by two blanks, tabulators or strokes. `told` is what its
    sentences say, where there are no columns."""
    text = text[:TEXT_CHARACTERS_MAX].replace("\xa0", " ")
    lines = [line.expandtabs(8)[:LINE_CHARACTERS_MAX] for line in text.splitlines()][:ROWS_MAX]
    grid = aligned(
        [[(found.start(), found.end(), found.group()) for found in _CELL.finditer(line)]
         for line in lines]
    )  # fmt: skip
    if not grid and told is not None:
        return told
    if not grid and names_advice(text):
        grid = _listed(lines)
    return Document((grid,) if grid else (), "\n".join(lines))


def aligned(lines: Iterable[list[Span]]) -> Grid:
    """Lines of cells that have a place, as a table from its first heading on."""
    grid: Grid = []
    columns: list[Span] = []
    for spans in lines:
        if heading_of([text for _, _, text in spans]):
            columns = spans
        if columns:
            grid.append(_under(columns, spans))
    return grid


def _under(columns: list[Span], spans: list[Span]) -> list[Cell]:
    """Each cell under the heading that it overlaps or is nearest to."""
    cells = [""] * len(columns)
    for start, end, text in spans:
        near = min(
            range(len(columns)),
            key=lambda n: (
                -(min(end, columns[n][1]) - max(start, columns[n][0])),
                abs(end - columns[n][1]),
            ),
        )
        cells[near] = f"{cells[near]} {text}".strip()
    return list(cells)


def _listed(lines: list[str]) -> Grid:
    """Lines such as `INV-1001: 1,200.00`, as a table of two columns."""
    grid: Grid = [["Invoice", "Amount"]]
    for line in lines:
        found = _LISTED.fullmatch(line.strip())
        if found and is_amount(found[3]) and not is_amount(found[2]):
            kind = found[1] or ""
            grid.append([f"{kind}{found[2]}" if "cr" in kind.lower() else found[2], found[3]])
    return grid if len(grid) > 1 else []

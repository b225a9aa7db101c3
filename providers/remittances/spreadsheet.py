"""An XLSX workbook as a document: what its cells show, formulas by their last value."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl.reader.excel import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from providers.remittances.document import COLUMNS_MAX, ROWS_MAX, Cell, Document, Grid, shown
from providers.remittances.errors import BadRemittance

MAGIC = b"PK\x03\x04"
UNPACKED_BYTES_MAX = 20_000_000
RATIO_MAX = 200
"""What Excel itself writes shrinks by a hundred at most; a bomb by a thousand and more."""
RATIO_FREE_BYTES = 1_000_000
ENTRIES_MAX = 500
SHEETS_MAX = 20
EMPTY_ROWS_MAX = 200
CELL_CHARACTERS_MAX = 2_000
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, ParseError, DefusedXmlException, KeyError, ValueError,
    TypeError, IndexError, AttributeError, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip


def document(raw: bytes) -> Document:
    """Every sheet as a table. Raises BadRemittance."""
    _check_size(raw)
    try:
        book = load_workbook(  # type: ignore[no-untyped-call]
            io.BytesIO(raw), read_only=True, data_only=True
        )
        grids = [_grid(sheet) for sheet in book.worksheets[:SHEETS_MAX]]
    except _BROKEN as error:
        raise BadRemittance(
            f"the workbook cannot be opened ({type(error).__name__}); save it again as .xlsx,"
            " without a password"
        ) from None
    lines = ["  ".join(filter(None, map(shown, row))) for grid in grids for row in grid]
    return Document(tuple(grid for grid in grids if grid), "\n".join(lines))


def _check_size(raw: bytes) -> None:
    """Judged by what the archive says of itself; Python reads no more than that of an entry."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise BadRemittance("the workbook is damaged; save it again as .xlsx") from None
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = any(
        entry.file_size > RATIO_FREE_BYTES
        and entry.file_size > RATIO_MAX * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > ENTRIES_MAX or unpacked > UNPACKED_BYTES_MAX or too_dense:
        raise BadRemittance(
            f"the workbook unpacks to {unpacked:,} bytes in {len(entries)} parts; save the advice"
            " alone as a new workbook"
        )


def _grid(sheet: Any) -> Grid:
    if sheet.sheet_state != "visible" or not hasattr(sheet, "iter_rows"):
        return []
    rows = sheet.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX, values_only=True)
    grid: Grid = []
    empty = 0
    for row in rows:
        cells = [_cell(value) for value in row]
        empty = 0 if any(cells) else empty + 1
        if empty > EMPTY_ROWS_MAX:
            break  # a cell far below makes the library fill up everything between
        grid.append(cells)
    return grid


def _cell(value: object) -> Cell:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        exact = Decimal(str(value))
        return exact if exact.is_finite() else ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[:CELL_CHARACTERS_MAX]

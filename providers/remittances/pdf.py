"""A PDF as a document: its ruled tables, and its text as it lies on the page.

Somebody else's PDF is read in a process of its own, which is ended when it takes too long or too
much memory: a page can be made to keep any reader busy for ever.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from providers.remittances import plain
from providers.remittances.document import TEXT_CHARACTERS_MAX, Cell, Document, Grid
from providers.remittances.errors import BadRemittance
from providers.remittances.table import tables

MAGIC = b"%PDF-"
PAGES_MAX = 300
SECONDS_MAX = 30
READER = "providers.remittances.pdf_reader"


def document(raw: bytes) -> Document:
    """The tables with ruled lines if an advice is in them, else columns by their place. Raises
    BadRemittance."""
    told = _read(raw)
    if told.get("trouble"):
        raise BadRemittance(str(told["trouble"]))
    lines = [[(int(start), int(end), str(word)) for start, end, word in line]
             for line in told["lines"]]  # fmt: skip
    text = "\n".join("  ".join(word for _, _, word in line) for line in lines)
    text = text[:TEXT_CHARACTERS_MAX]
    ruled: list[Grid] = [[[_cell(cell) for cell in row] for row in grid] for grid in told["tables"]]
    if not text.strip() and not ruled:
        raise BadRemittance("the PDF holds no text, only pictures; ask for it as text or CSV")
    if tables(ruled).rows:
        return Document(tuple(ruled), text)
    grid = plain.aligned(lines)
    return Document((grid,), text) if grid else plain.document(text)


def _cell(cell: object) -> Cell:
    return "" if cell is None else str(cell)


def _read(raw: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", READER, str(PAGES_MAX), str(SECONDS_MAX)]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=raw, capture_output=True, timeout=SECONDS_MAX, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BadRemittance(
            f"the PDF takes more than {SECONDS_MAX} seconds to read; ask for it as CSV"
        ) from None
    if done.returncode != 0:
        raise BadRemittance("the PDF is damaged or locked; ask for it as text or CSV")
    told: dict[str, Any] = json.loads(done.stdout)
    return told

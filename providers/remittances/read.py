"""A file of whatever kind, read into the advices that it holds."""

from __future__ import annotations

import re

from providers import sheets
from providers.figures import Unreadable
from providers.receipts import Remittance
from providers.remittances import advice, markup, pdf, plain, spreadsheet, table, x12
from providers.remittances.document import Cell, Document
from providers.remittances.errors import BadRemittance

BYTES_MAX = 10_000_000
_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<body|<table|<div)", re.IGNORECASE)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def remittances(raw: bytes, *, home: str = "") -> list[Remittance]:
    """Judged by the content, not by the name. `home` is the currency where none is written.
    Raises BadRemittance, and then none of the file counts."""
    if len(raw) > BYTES_MAX:
        raise BadRemittance(f"the file is larger than {BYTES_MAX:,} bytes; send less at once")
    if not raw.strip():
        raise BadRemittance("the file is empty")
    if raw.startswith(OLD_EXCEL):
        raise BadRemittance("this is the old Excel format, or locked; save it as .xlsx")
    if x12.is_x12(raw):
        return x12.remittances(raw, home=home)
    return [advice.remittance(_document(raw), home=home)]


def of_text(text: str, *, home: str = "") -> Remittance:
    """The advice in the text of a mail. Raises BadRemittance."""
    return advice.remittance(plain.document(text), home=home)


def of_markup(text: str, *, home: str = "", quoted: bool = True) -> Remittance:
    """The advice in the HTML of a mail; without `quoted`, not in what it answers. Raises
    BadRemittance."""
    return advice.remittance(markup.document(text, quoted=quoted), home=home)


def _document(raw: bytes) -> Document:
    if raw.lstrip()[:5] == pdf.MAGIC:
        return pdf.document(raw)
    if raw.startswith(spreadsheet.MAGIC):
        return spreadsheet.document(raw)
    if _HTML.match(raw):
        return markup.document(raw.decode("utf-8", "replace"))
    return _text(raw)


def _text(raw: bytes) -> Document:
    """A table with delimiters, or text with columns: whichever has an advice in it."""
    try:
        rows = sheets.rows(raw)
    except Unreadable as error:
        rows, trouble = [], str(error)
    else:
        trouble = ""
    grid = [list[Cell](cells) for _, cells in rows]
    lines = "\n".join("  ".join(filter(None, cells)) for _, cells in rows)
    if table.tables([grid]).rows:
        return Document((grid,), lines)
    found = plain.document(raw.decode("utf-8", "replace"))
    if trouble and not found.grids:
        raise BadRemittance(trouble)
    return found

"""A file of whatever kind, read into the advices that it holds."""

from __future__ import annotations

import re
from collections.abc import Callable

from providers import sheets
from providers.figures import Unreadable
from providers.receipts import Remittance
from providers.remittances import advice, markup, pdf, plain, prose, spreadsheet, table, x12
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
    return [advice.remittance(_document(raw, home), home=home)]


def of_text(
    text: str, *, home: str = "", is_answer: bool = False, own: Callable[[str], str] = str
) -> Remittance:
    """The advice in the text of a mail. `own` takes from a text what its sender wrote: only there
    are sentences read, and in an answer only if they speak of a payment. Raises BadRemittance."""
    told = prose.document(own(text), home=home, is_answer=is_answer)
    return advice.remittance(plain.document(text, told=told), home=home)


def of_markup(
    text: str, *, home: str = "", is_answer: bool = False, own: Callable[[str], str] = str
) -> Remittance:
    """The advice in the HTML of a mail; of an answer, not in what it quotes. `own` is as in
    `of_text`. Raises BadRemittance."""
    return advice.remittance(_of_markup(text, home, is_answer=is_answer, own=own), home=home)


def _of_markup(
    text: str, home: str, *, is_answer: bool = False, own: Callable[[str], str] = str
) -> Document:
    """Its tables; where none is an advice, what its sender's own sentences say."""
    found = markup.document(text, quoted=not is_answer)
    if table.tables(found.grids).rows:
        return found
    written = own(markup.document(text, quoted=False).text)
    return prose.document(written, home=home, is_answer=is_answer) or found


def _document(raw: bytes, home: str) -> Document:
    if raw.lstrip()[:5] == pdf.MAGIC:
        found = pdf.document(raw)
        if table.tables(found.grids).rows:
            return found
        return prose.document(found.text, home=home) or found
    if raw.startswith(spreadsheet.MAGIC):
        return spreadsheet.document(raw)
    if _HTML.match(raw):
        return _of_markup(raw.decode("utf-8", "replace"), home)
    return _text(raw, home)


def _text(raw: bytes, home: str) -> Document:
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
    text = raw.decode("utf-8", "replace")
    found = plain.document(text, told=prose.document(text, home=home))
    if trouble and not found.grids:
        raise BadRemittance(trouble)
    return found

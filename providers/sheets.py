"""The rows of a CSV file, whatever its delimiter and its encoding."""

from __future__ import annotations

import codecs
import csv
import io

from providers.figures import Unreadable

BYTES_MAX = 10_000_000
ROWS_MAX = 100_000
CELL_CHARACTERS_MAX = 10_000
DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 20


def rows(raw: bytes) -> list[tuple[int, list[str]]]:
    """(line number, cells) of each row that is not empty. Raises Unreadable."""
    if len(raw) > BYTES_MAX:
        raise Unreadable(f"the file is larger than {BYTES_MAX:,} bytes; split it by month")
    text = _decoded(raw)
    if "\0" in text:
        raise Unreadable("the file holds NUL characters; save it as plain CSV")
    read = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for row in read:
            cells = [cell.strip() for cell in row]
            if any(len(cell) > CELL_CHARACTERS_MAX for cell in cells):
                raise Unreadable(f"line {read.line_num}: a cell is longer than a page")
            if any(cells):
                found.append((read.line_num, cells))
            if len(found) > ROWS_MAX:
                raise Unreadable(f"more than {ROWS_MAX:,} rows; split the file by month")
    except csv.Error as error:
        raise Unreadable(f"line {read.line_num}: {error}") from None
    return found


def _decoded(raw: bytes) -> str:
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("the file is neither UTF-8 nor Windows-1252; save it as UTF-8")


def _delimiter(text: str) -> str:
    """The one that most of the first lines have most of."""
    lines = text.splitlines()[:_LOOKED_AT]
    counts = {sign: sum(line.count(sign) for line in lines) for sign in DELIMITERS}
    # A decimal comma stands in every row of a file whose cells are parted by semicolons.
    if counts[";"] and counts[";"] * 2 >= counts[","]:
        return ";"
    return max(DELIMITERS, key=lambda sign: counts[sign])

"""The process that reads one PDF from its standard input and tells, as JSON, what is in it."""

from __future__ import annotations

import io
import json
import logging
import resource
import sys
from typing import Any

import pdfplumber

MEMORY_BYTES_MAX = 1_500_000_000
LINES_MAX = 50_000
SAME_LINE = 0.4
BLANK_MAX = 0.9
"""Of the size of the letters: a blank is up to 0.6 wide, the gap between columns wider."""
TABLES_MAX = 1_000
Line = list[tuple[int, int, str]]


def main() -> None:
    """`pages_max seconds_max` are given; a trouble that a person can mend is told as one."""
    pages_max, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    logging.disable(logging.CRITICAL)
    told = _read(sys.stdin.buffer.read(), pages_max)
    sys.stdout.buffer.write(json.dumps(told).encode("utf-8", "replace"))


def _read(raw: bytes, pages_max: int) -> dict[str, Any]:
    lines: list[Line] = []
    tables: list[Any] = []
    with pdfplumber.open(io.BytesIO(raw)) as pdf:
        if len(pdf.pages) > pages_max:
            return {"trouble": f"the PDF has {len(pdf.pages)} pages; the most is {pages_max}"}
        for page in pdf.pages:
            seen = page.filter(_is_visible)
            tables += seen.extract_tables()
            lines += _lines(seen.extract_words(extra_attrs=["size"]))
            page.close()
            if len(lines) > LINES_MAX or len(tables) > TABLES_MAX:
                return {"trouble": "the PDF holds more text than an advice does"}
    return {"lines": lines, "tables": tables}


def _lines(words: list[dict[str, Any]]) -> list[Line]:
    """Words that stand at one height, those together that only a blank parts."""
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda w: (w["bottom"], w["x0"])):
        if rows and abs(rows[-1][0]["bottom"] - word["bottom"]) < word["size"] * SAME_LINE:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_cells(sorted(row, key=lambda w: w["x0"])) for row in rows]


def _cells(row: list[dict[str, Any]]) -> Line:
    cells: Line = []
    for word in row:
        start, end, text = round(word["x0"]), round(word["x1"]), word["text"]
        if cells and word["x0"] - cells[-1][1] < word["size"] * BLANK_MAX:
            first, _, before = cells[-1]
            cells[-1] = (first, end, f"{before} {text}")
        else:
            cells.append((start, end, text))
    return cells


def _is_visible(thing: dict[str, Any]) -> bool:
    """White letters are there for machines only; so are those of less than two points."""
    if thing.get("object_type") != "char":
        return True
    colour = thing.get("non_stroking_color")
    parts = colour if isinstance(colour, tuple | list) else (colour,)
    numbers = [part for part in parts if isinstance(part, int | float)]
    white = len(numbers) in (1, 3) and all(part >= 1 for part in numbers)
    return not white and thing.get("size", 10) >= 2  # noqa: PLR2004


if __name__ == "__main__":
    main()

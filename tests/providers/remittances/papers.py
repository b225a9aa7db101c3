"""Advices made by the tests: PDF and XLSX files, by hand and to the byte."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

FIXTURES = Path(__file__).parents[2] / "fixtures" / "remittances"
HEADING = ("Invoice", "Gross amount", "Discount", "Amount paid")


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def workbook(rows: Sequence[Sequence[Any]], *, hidden: Sequence[Sequence[Any]] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if hidden:
        other = book.create_sheet("old")
        for row in hidden:
            other.append(list(row))
        other.sheet_state = "hidden"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def bomb(size: int = 300_000_000) -> bytes:
    """A workbook whose one sheet unpacks to far more than it is."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(size // 1_000_000):
                sheet.write(b" " * 1_000_000)
    return made.getvalue()


def pdf(pages: Sequence[str]) -> bytes:
    """A PDF of these page contents (PDF operators), with Courier as /F1."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    )
    for number, content in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Resources << /Font << /F1 3 0 R"
            f" >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        size = len(content.encode("cp1252"))
        objects.append(f"<< /Length {size} >>\nstream\n{content}\nendstream")
    made = io.BytesIO(b"%PDF-1.4\n")
    made.seek(0, 2)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(made.tell())
        made.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252"))
    start = made.tell()
    made.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    made.write("".join(f"{place:010} 00000 n \n" for place in places).encode())
    made.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n".encode())
    made.write(f"startxref\n{start}\n%%EOF\n".encode())
    return made.getvalue()


def page_of(text: str, *, colour: str = "0 g") -> str:
    """Operators that write these lines from the top, in letters of one width."""
    lines = [f"BT {colour} /F1 9 Tf 30 {560 - 12 * n} Td ({_escaped(line)}) Tj ET"
             for n, line in enumerate(text.splitlines())]  # fmt: skip
    return "\n".join(lines)


def ruled(rows: Sequence[Sequence[str]], *, top: int = 480) -> str:
    """Operators that draw a table with lines around every cell."""
    width, height, columns = 120, 18, len(rows[0])
    drawn = ["0.5 w"]
    for n in range(len(rows) + 1):
        y = top - n * height
        drawn.append(f"30 {y} m {30 + columns * width} {y} l S")
    for n in range(columns + 1):
        x = 30 + n * width
        drawn.append(f"{x} {top} m {x} {top - len(rows) * height} l S")
    for place, row in enumerate(rows):
        for n, cell in enumerate(row):
            x, y = 33 + n * width, top - (place + 1) * height + 5
            drawn.append(f"BT 0 g /F1 9 Tf {x} {y} Td ({_escaped(cell)}) Tj ET")
    return "\n".join(drawn)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

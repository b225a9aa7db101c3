"""Setting a letter on paper: the same letter gives the same bytes, so that a hash is its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue
from fpdf.fonts import TTFFont

from providers.letters.documents import Heading, Letter, Table
from providers.letters.stationery import Box
from providers.letters.typeface import BOLD, FAMILY, REGULAR, printable

LEFT, RIGHT, TOP, BOTTOM = 25.0, 20.0, 25.0, 28.0
BODY_POINTS, CELL_POINTS, SMALL_POINTS, HEAD_POINTS = 10.0, 9.0, 7.5, 12.0
LEADING, CELL_LEADING, GAP = 4.9, 4.4, 3.2
POINTS_MIN = 4.5
ADDRESS_LEADING_MAX = 4.3
MILLIMETRES_PER_POINT = 0.3528
MARK_FROM, MARK_TO, PUNCH_TO = 4.0, 8.0, 10.0
KEPT_LINES = 3
"""A heading or the head of a table never stands at the foot of a page without this much below."""
CELL_LINES_MAX = 12
PAGES_MAX = 60
PRODUCER = "Ledgerhand"


class TooLong(ValueError):
    """The letter does not fit on as many pages as an envelope or a printer takes."""


@dataclass(frozen=True, slots=True)
class Printed:
    """`sha256` is the hexadecimal digest of `pdf`."""

    pdf: bytes
    sha256: str
    pages: int


def print_letter(letter: Letter) -> Printed:
    """Set a letter. Raises TooLong."""
    with closing(_Press(letter, pages=0)) as press:
        pages = press.run().page
        if pages == 1:
            return _printed(press)
    with closing(_Press(letter, pages=pages)) as press:
        return _printed(press.run())


def _printed(press: _Press) -> Printed:
    pdf = bytes(press.output())
    return Printed(pdf, hashlib.sha256(pdf).hexdigest(), press.page)


class _Press(FPDF):
    """One run over a letter; the number of its pages must be known to print it."""

    def __init__(self, letter: Letter, *, pages: int) -> None:
        sheet = letter.stationery
        super().__init__(unit="mm", format=(sheet.width, sheet.height))
        self._letter, self._pages = letter, pages
        self._low = sheet.height - BOTTOM
        self.set_auto_page_break(False)
        self.set_margins(LEFT, TOP, RIGHT)
        self.c_margin = 0
        self.alias_nb_pages("")
        self.add_font(FAMILY, fname=REGULAR)
        self.add_font(FAMILY, style="B", fname=BOLD)
        self.set_text_shaping(True)
        self.set_creation_date(datetime.combine(letter.made_on, time(0), UTC))
        self.set_title(printable(letter.subject))
        self.set_author(printable(letter.sender.name))
        self.set_producer(PRODUCER)
        self.set_creator(PRODUCER)
        self.set_lang(letter.language)

    def close(self) -> None:
        """The fonts' files are open until then."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def run(self) -> _Press:
        self._first_page()
        for part in self._letter.parts:
            match part:
                case Heading():
                    self._heading(part)
                case Table():
                    _Rows(self, part).set()
                case _:
                    self.paragraph(part)
        return self

    def header(self) -> None:
        """On every page but the first, whose letter it is and which page of how many."""
        if self.page == 1:
            return
        self._font(SMALL_POINTS)
        self._at(LEFT, 14, f"{self._letter.sender.name}: {self._letter.subject}", self.epw - 34)
        number = self._letter.numbering.format(page=self.page, pages=self._pages)
        self._at(self.w - RIGHT - 32, 14, number, 32, align=Align.R)
        self.set_y(TOP)

    def footer(self) -> None:
        sender = self._letter.sender
        self._font(SMALL_POINTS)
        self._at(LEFT, self.h - 14, " \u00b7 ".join((sender.name, *sender.lines)), self.epw)

    def ensure(self, height: float) -> bool:
        """Begin a new page where so much does not fit on this one; True if it did."""
        if self.get_y() + height <= self._low:
            return False
        if self.page >= PAGES_MAX:
            raise TooLong(f"the letter has more than {PAGES_MAX} pages; cut it down")
        self.add_page()
        return True

    def paragraph(self, text: str, *, style: str = "", points: float = BODY_POINTS) -> None:
        self._font(points, style)
        for line in [line for part in text.split("\n") for line in self.wrapped(part, self.epw)]:
            self.ensure(LEADING)
            self._at(LEFT, self.get_y(), line, self.epw, height=LEADING)
            self.set_y(self.get_y() + LEADING)
        self.set_y(self.get_y() + GAP)

    def wrapped(self, text: str, width: float) -> list[str]:
        """Lines that are no wider; words that are too long for one are broken."""
        plain = printable(text)
        if self.get_string_width(plain) <= width:
            return [plain]
        lines = self.multi_cell(
            width, LEADING, plain, dry_run=True, output=MethodReturnValue.LINES, align=Align.L
        )
        assert isinstance(lines, list)
        return [str(line) for line in lines] or [""]

    def cell_at(self, box: Box, text: str, *, is_number: bool, style: str) -> None:
        self._font(CELL_POINTS, style)
        align = Align.R if is_number else Align.L
        self._at(box.x, box.y, text, box.width, height=box.height, align=align)

    def _first_page(self) -> None:
        self.add_page()
        letter, sheet = self._letter, self._letter.stationery
        self._marks(sheet.fold_marks, sheet.punch_mark)
        self._sender()
        self._block(letter.recipient, sheet.window)
        self._font(BODY_POINTS)
        day_y = sheet.body_top - 2 * LEADING
        self._at(LEFT, day_y, letter.day, self.epw, height=LEADING, align=Align.R)
        self.set_y(sheet.body_top)
        self.paragraph(letter.subject, style="B", points=BODY_POINTS + 1)

    def _marks(self, folds: Iterable[float], punch: float) -> None:
        self.set_line_width(0.1)
        for y in folds:
            self.line(MARK_FROM, y, MARK_TO, y)
        if punch:
            self.line(MARK_FROM, punch, PUNCH_TO, punch)

    def _sender(self) -> None:
        """The name at the head of the page, the address where it is seen through the window."""
        sender, sheet = self._letter.sender, self._letter.stationery
        head, back = sheet.head_box, sheet.return_box
        self._font(HEAD_POINTS, "B")
        y = head.y
        for line in self.wrapped(sender.name, head.width)[:2]:
            self._at(head.x, y, line, head.width, height=5)
            y += 5
        if not sheet.has_return_line:
            in_own_window = back.x < head.x
            lines = (sender.name, *sender.lines) if in_own_window else sender.lines
            box = back if in_own_window else Box(back.x, y + 1, back.width, back.height)
            self._block(lines, box, points=8.5)
            return
        self._font(6.5)
        self._at(back.x, back.y, ", ".join((sender.name, *sender.lines)), back.width, height=4)
        self.set_line_width(0.1)
        self.line(back.x, back.y + 4, back.x + back.width, back.y + 4)

    def _block(self, lines: tuple[str, ...], box: Box, points: float = BODY_POINTS) -> None:
        """Lines of an address inside their window, smaller where there are many or long ones."""
        leading = min(ADDRESS_LEADING_MAX, box.height / max(1, len(lines)))
        self._font(min(points, leading / MILLIMETRES_PER_POINT - 0.3))
        for number, line in enumerate(lines):
            self._at(box.x, box.y + number * leading, line, box.width, height=leading)

    def _heading(self, heading: Heading) -> None:
        if heading.new_page:
            self.add_page()
        self.ensure(LEADING * KEPT_LINES)
        self.paragraph(heading.text, style="B")

    def _at(
        self, x: float, y: float, text: str, width: float, *, height: float = 4,
        align: Align = Align.L,
    ) -> None:  # fmt: skip
        """One line at a place, squeezed where it is too long for it, and cut where squeezing would
        make it too small for any eye. No amount of money is that long."""
        plain, size = printable(text), self.font_size_pt
        wide = self.get_string_width(plain)
        if wide > width * size / POINTS_MIN:
            plain = f"{plain[: int(len(plain) * width * size / POINTS_MIN / wide) - 2]}\u2026"
            wide = self.get_string_width(plain)
        if wide > width:
            self.set_font_size(size * width / wide)
        self.set_xy(x, y)
        self.cell(width, height, plain, align=align)
        self.set_font_size(size)
        self.set_xy(LEFT, y)

    def _font(self, points: float, style: str = "") -> None:
        self.set_font(FAMILY, style=style, size=points)


class _Rows:
    """A table on its way onto the page: its head is repeated on every page that it reaches."""

    def __init__(self, press: _Press, table: Table) -> None:
        self._press, self._table = press, table
        shares = sum(column.share for column in table.columns)
        self._widths = [press.epw * column.share / shares for column in table.columns]

    def set(self) -> None:
        press, table = self._press, self._table
        press.ensure(CELL_LEADING * (KEPT_LINES + 1))
        self._head()
        for row in table.rows:
            self._row(row, "")
        if table.totals:
            press.ensure(CELL_LEADING * len(table.totals))
            self._rule()
        for row in table.totals:
            self._total(row)
        press.set_y(press.get_y() + GAP)

    def _total(self, row: tuple[str, ...]) -> None:
        """Its words may run on over the empty cells beside them."""
        press, x = self._press, LEFT
        press.ensure(CELL_LEADING)
        y = press.get_y()
        for number, (column, text) in enumerate(zip(self._table.columns, row, strict=True)):
            after = next((n for n in range(number + 1, len(row)) if row[n]), len(row))
            reach = number + 1 if column.is_number else after
            box = Box(x, y, sum(self._widths[number:reach]), CELL_LEADING)
            if text:
                press.cell_at(box, text, is_number=column.is_number, style="B")
            x += self._widths[number]
        press.set_y(y + CELL_LEADING)

    def _head(self) -> None:
        self._row(tuple(column.title for column in self._table.columns), "B", is_head=True)
        self._rule()

    def _rule(self) -> None:
        press = self._press
        press.set_line_width(0.2)
        press.line(LEFT, press.get_y() + 0.4, LEFT + press.epw, press.get_y() + 0.4)
        press.set_y(press.get_y() + 1)

    def _row(self, row: tuple[str, ...], style: str, *, is_head: bool = False) -> None:
        press = self._press
        press.set_font(FAMILY, style=style, size=CELL_POINTS)
        cells = [
            [text] if column.is_number or not text else press.wrapped(text, width - 2)
            for column, text, width in zip(self._table.columns, row, self._widths, strict=True)
        ]
        cells = [
            lines if len(lines) <= CELL_LINES_MAX else [*lines[: CELL_LINES_MAX - 1], "\u2026"]
            for lines in cells
        ]
        height = CELL_LEADING * max(map(len, cells))
        if press.ensure(height) and not is_head:
            self._head()
        y, x = press.get_y(), LEFT
        for column, lines, width in zip(self._table.columns, cells, self._widths, strict=True):
            for number, line in enumerate(lines):
                indent = 2 if column.is_number else 0
                box = Box(x + indent, y + number * CELL_LEADING, width - 2, CELL_LEADING)
                press.cell_at(box, line, is_number=column.is_number, style=style)
            x += width
        press.set_y(y + height)

"""What a letter consists of, before it is set on paper: plain text, already in its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from providers.letters.stationery import Stationery


@dataclass(frozen=True, slots=True)
class Party:
    """A legal entity and the lines of its address, as they are printed."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`share` is its part of the width, next to the other columns' shares."""

    title: str
    share: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are columns; `totals` are rows in bold below them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        for row in (*self.rows, *self.totals):
            if len(row) != len(self.columns):
                raise ValueError(f"{row} has not the {len(self.columns)} cells of its table")


@dataclass(frozen=True, slots=True)
class Heading:
    """A line in bold; on a new page if it begins another document in the same envelope."""

    text: str
    new_page: bool = False


Part = str | Heading | Table


@dataclass(frozen=True, slots=True)
class Letter:
    """One document. `recipient` are the lines in the window, `day` the date as it is printed.

    `made_on` is all that the file itself says of its time. `language` is a BCP 47 tag, `numbering`
    how the pages after the first are numbered.
    """

    stationery: Stationery
    sender: Party
    recipient: tuple[str, ...]
    day: str
    made_on: date
    subject: str
    parts: tuple[Part, ...]
    language: str = "en"
    numbering: str = "{page} / {pages}"

"""A letter as text for the screen: all that stands on the paper, one part below the other."""

from __future__ import annotations

from providers.letters.documents import Heading, Letter, Part, Table

BETWEEN_CELLS = " | "


def as_text(letter: Letter) -> str:
    """The day and the subject first; the cells of a table stand between bars."""
    return "\n\n".join((letter.day, letter.subject, *map(_part, letter.parts))) + "\n"


def _part(part: Part) -> str:
    match part:
        case Heading():
            return part.text
        case Table():
            heads = tuple(column.title for column in part.columns)
            return "\n".join(map(BETWEEN_CELLS.join, (heads, *part.rows, *part.totals)))
        case _:
            return part

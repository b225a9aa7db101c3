"""The records of a BAI2 file: logical records, their fields, and the kinds of funds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from providers.bank.refusal import BadStatement

CODES = "01|02|03|16|49|88|98|99"
START = re.compile(rf"\s*({CODES}),")
SEVERAL = re.compile(rf"/[ \t]+(?=(?:{CODES}),)")
"""Some files put several records on one line."""
SPLIT_FUNDS = 3


@dataclass(slots=True)
class Record:
    """`lines` are its physical records, with the 88s, each as the lines it was wrapped into."""

    code: str
    line: int
    lines: list[list[str]]

    @property
    def physical(self) -> int:
        return len(self.lines)

    @property
    def pieces(self) -> list[str]:
        """What stands after the code of each physical record, without the sign that ends it."""
        return [" ".join(map(closed, lines)) for lines in self.lines]

    @property
    def where(self) -> str:
        return f"line {self.line}, record {self.code}"

    @property
    def fields(self) -> list[str]:
        """For records without text: a continuation goes on with the next field."""
        return [one.strip() for one in ",".join(self.pieces).split(",")]


def closed(piece: str) -> str:
    """Without the sign that ends a record."""
    return piece.rstrip().removesuffix("/").rstrip()


def is_bai2(text: str) -> bool:
    return re.match(r"\s*01,", text) is not None


def records(text: str) -> Iterator[Record]:
    """Logical records; 88 continues the one before, and so does a line without a code."""
    current: Record | None = None
    for number, line in enumerate(text.split("\n"), 1):
        for part in filter(str.strip, SEVERAL.split(line)):
            parts = START.match(part)
            if parts is not None and parts[1] != "88":
                if current is not None:
                    yield current
                current = Record(parts[1], number, [[part[parts.end() :]]])
            elif current is None:
                raise BadStatement(f"line {number}: {part[:40]!r} begins no BAI2 record")
            elif parts is not None:
                current.lines.append([part[parts.end() :]])
            else:
                current.lines[-1].append(part.strip())
    if current is not None:
        yield current


def after_funds(fields: list[str], where: str) -> list[str]:
    """What follows the type of funds, which brings its own number of fields.

    S has three amounts, V a day and a time, D a count and so many pairs; the others have none.
    """
    kind, rest = (fields[0], fields[1:]) if fields else ("", [])
    if kind == "S":
        return rest[SPLIT_FUNDS:]
    if kind == "V":
        return rest[2:]
    if kind == "D":
        if not rest or not rest[0].isascii() or not rest[0].isdigit() or len(rest[0]) > SPLIT_FUNDS:
            raise BadStatement(f"{where}: distributed funds without their count of days")
        return rest[1 + 2 * int(rest[0]) :]
    if kind not in {"", "0", "1", "2", "Z"}:
        raise BadStatement(f"{where}: {kind[:40]!r} is no type of funds")
    return rest

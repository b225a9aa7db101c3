"""The columns of a CSV as a person chose them before a table of its first lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from providers.bank import guess, table
from providers.bank.header_words import MOVED
from providers.bank.mapping import ROLES, Doubt, Mapping
from providers.bank.refusal import BadStatement
from providers.bank.table import Row
from providers.bank.text import decode

LINES_SHOWN = 8
COLUMNS_SHOWN = 40
CELL_SHOWN = 60
AND = " and "
SEVERAL = frozenset({"amount", "payer", "reference", "note"})
"""What may stand in several columns: names and texts, and amounts where each line has one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """`open` names what the cells leave open, of `date_order` and `decimal`: with a doubt in the
    mapping where nobody said it either."""

    mapping: Mapping
    open: tuple[str, ...] = ()


def body(raw: bytes, mapping: Mapping) -> list[Row]:
    """The rows under the heading. Raises BadStatement."""
    found = table.rows(decode(raw, mapping.encoding), mapping.delimiter)
    return [row for row in found if row.line > mapping.header]


def first_lines(rows: Sequence[Row], places: Sequence[int]) -> list[Row]:
    """The first rows with the cells at these places, each cut to what fits a page."""
    return [
        Row(row.line, tuple(_cut(row.cell(place)) for place in places))
        for row in rows[:LINES_SHOWN]
    ]


def doubted(mapping: Mapping, doubt: Doubt) -> tuple[int, ...]:
    """The places of the columns that a question is about: those with whose names it begins, else
    those that are now what it asks for; none where it is of no column, such as the order of days,
    or of every one, as where none is an amount (`check`)."""
    answers = set(doubt.answers)
    if answers == set(MOVED) or not answers <= set(ROLES):
        return ()
    held = (place for role in doubt.answers for place in mapping.columns.get(role, ()))
    return tuple(_named_first(mapping, doubt.question.casefold())) or tuple(sorted(set(held)))


def questioned(mapping: Mapping) -> frozenset[int]:
    """The places of the columns that any open question is about."""
    return frozenset(place for doubt in mapping.doubts for place in doubted(mapping, doubt))


def shown(mapping: Mapping) -> tuple[int, ...]:
    """The places of the columns that fit a page: first those that a question is about."""
    asked = questioned(mapping)
    rest = (place for place in range(len(mapping.names)) if place not in asked)
    return (*sorted(asked), *rest)[: max(COLUMNS_SHOWN, len(asked))]


def settled(
    rows: Sequence[Row], mapping: Mapping, *, date_order: str = "", decimal: str = ""
) -> Chosen:
    """With the order of days and the decimal sign that the chosen columns show; where they leave
    them open, those that a person says."""
    if not mapping.columns.get("date"):
        return Chosen(mapping)
    lines = guess.lines_of(rows, dict(mapping.columns))
    order, sign, *questions = guess.formats(lines, dict(mapping.columns))
    asked = guess.doubts_of(questions)
    open_ = tuple(key for one in asked for key in one.answers)
    said = {"date_order": date_order, "decimal": decimal}
    others = [one for one in mapping.doubts if not set(one.answers) & set(said)]
    return Chosen(replace(
        mapping,
        date_order=(date_order if "date_order" in open_ else "") or order,
        decimal=(decimal if "decimal" in open_ else "") or sign,
        doubts=(*(one for one in asked if not said[one.answers[0]]), *others),
    ), open_)  # fmt: skip


def check(rows: Sequence[Row], mapping: Mapping) -> None:
    """Raises BadStatement, with the line where there is one, for a choice that cannot be meant."""
    columns = mapping.columns
    if not columns.get("date"):
        raise BadStatement("no column is the day: say which one is")
    if not any(columns.get(role) for role in MOVED):
        raise BadStatement("no column is an amount: say which is, or which are money in and out")
    for role, places in columns.items():
        if len(places) > 1 and role not in SEVERAL:
            named = AND.join(mapping.names_of(role))
            raise BadStatement(f"{named}: only one column can be that, and {len(places)} are")
    if rows and not guess.lines_of(rows, dict(columns)):
        cell = rows[0].cell(columns["date"][0])
        raise BadStatement(f"line {rows[0].line}: {cell[:CELL_SHOWN]!r} is no day, and no other"
                           f" line has one in {mapping.name('date')}")  # fmt: skip
    for row in rows:
        if sum(bool(row.cell(place)) for place in columns.get("amount", ())) > 1:
            named = AND.join(mapping.names_of("amount"))
            raise BadStatement(
                f"line {row.line}: {named} both hold an amount: choose one of them, or say which is"
                " money in and which is out"
            )


def _named_first(mapping: Mapping, question: str) -> Iterator[int]:
    """The places of the columns whose names, parted by `and`, begin a question."""
    called: dict[str, list[int]] = {}
    for place in range(max(len(mapping.names), COLUMNS_SHOWN)):
        called.setdefault(mapping.called(place).strip().casefold(), []).append(place)
    name = max((it for it in called if question.startswith(f"{it} ")), key=len, default="")
    if name:
        yield from called[name]
        rest = question.removeprefix(name)
        if rest.startswith(AND):
            yield from _named_first(mapping, rest.removeprefix(AND))


def _cut(cell: str) -> str:
    return cell if len(cell) <= CELL_SHOWN else f"{cell[:CELL_SHOWN]}\N{HORIZONTAL ELLIPSIS}"

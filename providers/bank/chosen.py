"""The columns of a CSV as a person chose them before a table of its first lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from providers.bank import guess, signs, table, unnamed
from providers.bank.columns import Columns
from providers.bank.header_words import MOVED, role_of
from providers.bank.mapping import ROLES, SIGNS, Doubt, Mapping
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


def shown(mapping: Mapping, later: Collection[int] = ()) -> tuple[int, ...]:
    """The places of the columns that fit a page: first those that a question is about, also one
    that came up `later`, which pushes none out that was shown before."""
    asked = questioned(mapping)
    rest = [place for place in range(len(mapping.names)) if place not in asked]
    fitting = (*sorted(asked), *rest)[: max(COLUMNS_SHOWN, len(asked))]
    first = asked.union(later)
    return (*sorted(first), *(place for place in fitting if place not in first))


def reconsidered(
    rows: Sequence[Row], given: Mapping, guessed: Mapping, *, answered: Collection[int], home: str
) -> Mapping:  # fmt: skip
    """What a person chose, with the questions that the contents of these columns leave open and of
    those `guessed` did not. One is settled where every column it is about is `answered`, or was
    made or unmade by choice what it asks for. A column of directions that was answered to be none
    is taken out. `home` is the company's currency."""
    before = set(_of_contents(rows, guessed, guessed, home))
    columns, doubts = dict(given.columns), list(given.doubts)
    for doubt in _of_contents(rows, given, guessed, home):
        if doubt in before and _is_same(given, guessed, {*MOVED, *doubt.answers}):
            continue
        if any(
            place not in answered and not _is_chosen(given, guessed, place, doubt.answers)
            for place in doubted(given, doubt)
        ):
            doubts += [doubt] if doubt not in doubts else []
        elif "direction" in doubt.answers:
            columns.setdefault("direction", ())
    return replace(given, columns=columns, doubts=tuple(doubts))


def directed(raw: bytes, kept: Mapping, guessed: Mapping) -> Mapping:
    """A kept reading of other amounts than are `guessed`, with the column that tells beside them
    money in from money out, or a question: it shows itself only in a file that has some of both.
    What was said of it stands. Raises BadStatement."""
    is_told = "direction" in kept.columns or kept.sign != SIGNS[0]
    is_asked = any("direction" in doubt.answers for doubt in kept.doubts)
    if is_told or is_asked or _is_same(kept, guessed, MOVED):
        return kept
    lines = guess.lines_of(body(raw, kept), dict(kept.columns))
    found, why = unnamed.directed(_unread(kept), _names(kept), lines)
    new = {role: places for role, places in found.items() if role == "direction"}
    doubts = guess.doubts_of([(why, ("direction",))])
    return replace(kept, columns={**kept.columns, **new}, doubts=(*kept.doubts, *doubts))


def settled(
    rows: Sequence[Row], mapping: Mapping, *, date_order: str = "", decimal: str = ""
) -> Chosen:
    """With the order of days and the decimal sign that the chosen columns show; where they leave
    them open, those that a person says."""
    if not mapping.columns.get("date"):
        return Chosen(mapping)
    lines = guess.lines_of(rows, dict(mapping.columns))
    (order, sign, of_balance), *questions = guess.formats(lines, dict(mapping.columns))
    asked = guess.doubts_of(questions)
    open_ = tuple(key for one in asked for key in one.answers)
    said = {"date_order": date_order, "decimal": decimal}
    others = [one for one in mapping.doubts if not set(one.answers) & set(said)]
    return Chosen(replace(
        mapping,
        date_order=(date_order if "date_order" in open_ else "") or order,
        decimal=(decimal if "decimal" in open_ else "") or sign,
        balance_decimal=of_balance,
        doubts=(*(one for one in asked if not said[one.answers[0]]), *others),
    ), open_)  # fmt: skip


def check(rows: Sequence[Row], mapping: Mapping) -> None:
    """Raises BadStatement, with the line where there is one, for a choice that cannot be meant."""
    columns = mapping.columns
    if not columns.get("date"):
        raise BadStatement("no column is the day: say which one is")
    if not any(columns.get(role) for role in MOVED):
        raise BadStatement("no column is an amount: say which is, or which are money in and out")
    _check_direction(mapping)
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


def _of_contents(
    rows: Sequence[Row], mapping: Mapping, guessed: Mapping, home: str
) -> tuple[Doubt, ...]:  # fmt: skip
    """Every question about the contents of these columns, and none taken for an answer: not that
    none tells the direction, nor that one does that was guessed beside amounts without signs."""
    columns = _unread(mapping)
    if not columns.get("date"):
        return ()
    lines = guess.lines_of(rows, columns)
    is_left = _is_same(mapping, guessed, {"direction"}) and signs.are_any(columns, lines)
    if not columns.get("direction") or (is_left and not _is_same(mapping, guessed, MOVED)):
        columns.pop("direction", None)
    _, questions = guess.of_contents(
        _with_amount(columns), _names(mapping), lines, home=home, own=mapping.account,
        is_asked=True,
    )  # fmt: skip
    return guess.doubts_of((*questions, guess.two_amounts(lines, columns)))


def _check_direction(mapping: Mapping) -> None:
    columns = dict(mapping.columns)
    if columns.get("direction") and "amount" in _with_amount(columns).keys() - columns.keys():
        side = " + ".join(mapping.names_of("credit") or mapping.names_of("debit"))
        raise BadStatement(
            f"{mapping.name('direction')} says which way the money in {side} went: say that"
            f" {side} is the amount"
        )


def _unread(mapping: Mapping) -> Columns:
    """The columns without those that are texts by what they hold or by choice: they may tell more.
    Without names none is told apart."""
    columns, names = dict(mapping.columns), _names(mapping)
    if not names:
        return columns
    for role in ("reference", "note"):
        held = columns.pop(role, ())
        if named := tuple(it for it in held if role_of(mapping.called(it)) == "reference"):
            columns[role] = named
    return columns


def _with_amount(columns: Columns) -> Columns:
    """Money in alone, or money out, may have gone either way where another column says so."""
    sides = [columns[role] for role in ("credit", "debit") if columns.get(role)]
    return {"amount": sides[0]} | columns if len(sides) == 1 else columns


def _names(mapping: Mapping) -> tuple[str, ...]:
    return mapping.names if mapping.header else ()


def _is_same(one: Mapping, other: Mapping, roles: Collection[str]) -> bool:
    return all(one.columns.get(role, ()) == other.columns.get(role, ()) for role in roles)


def _is_chosen(given: Mapping, guessed: Mapping, place: int, roles: Collection[str]) -> bool:
    """Whether a person, and not the guess, made a column one of these roles, or none of them."""
    return any(
        (place in given.columns.get(role, ())) is not (place in guessed.columns.get(role, ()))
        for role in roles
    )  # fmt: skip


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

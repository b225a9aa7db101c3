"""Columns whose names say nothing, by what they hold: which way money went, the currency, texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict

from providers.bank import days, marks, signs, table
from providers.bank.amounts import currencies
from providers.bank.columns import Columns
from providers.bank.header_words import (
    IN,
    MOVED,
    OUT,
    PERHAPS_OUT,
    folded,
    is_in,
    is_no_text,
    is_of_a_currency,
    is_of_another,
    is_text,
    role_of,
    stated_currency,
)
from providers.bank.identity import is_reference
from providers.bank.payer_numbers import is_of_payers
from providers.bank.table import Row
from providers.iban import is_iban

LETTERS = ({"c", "d"}, {"h", "s"}, {"+", "-"})
"""Pairs of signs that mean money in and out wherever both stand in one column."""
SHORT_FOR = {"c": {"check", "cheque", "chq"}, "d": {"deposit"}}
"""What they may mean as well, which is the other side."""
TELLING_MIN = 4
"""Shorter words among others, such as `out` and `D`, say too little."""
PAID = "paid"
Found = tuple[Columns, str]


def directed(
    columns: Columns, names: Sequence[str], lines: Sequence[Row], *, is_asked: bool = False
) -> Found:  # fmt: skip
    """With the column that tells money in from money out, where the signs of the amounts do not; or
    a question where one seems to tell it, the words do not bear every sign out, and no balance
    does; where it `is_asked`, also about one that tells it."""
    if "direction" in columns or "amount" not in columns or not lines:
        return columns, ""
    is_signed = signs.are_any(columns, lines)
    perhaps: dict[int, str] = {}
    for place in _free(columns, names, lines, "reference", "status"):
        told = signs.told_in(place, lines)
        is_side = _are_sides(told)
        is_seeming = _seems_told(told) or (not is_signed and _are_everyday(told))
        if not is_side and (not is_seeming or _is_text(columns, names, place)):
            continue
        why = signs.why_open(columns, place, lines) if is_signed else "no amount has a sign"
        if not why or signs.are_proved(columns, place, lines):
            continue
        if is_side and not is_signed and not is_asked and _is_plain(told, lines):
            return _taken(columns, place), ""
        perhaps[place] = why
    if not perhaps:
        return columns, ""
    return columns, (
        f"{_called(names, list(perhaps))} seems to say which way money went, and"
        f" {' and '.join(dict.fromkeys(perhaps.values()))}: name the column"
        " that does with direction=..., or set direction= if the amounts alone say it"
    )


def in_currency(
    columns: Columns, names: Sequence[str], lines: Sequence[Row], home: str = "", *,
    is_asked: bool = False,
) -> Found:  # fmt: skip
    """With the column of currencies, where none is named so; or a question where several may be,
    where the name says that it is of something else, some cells are empty, the others are not the
    company's `home`, or it `is_asked` in any case."""
    told = {role for role in (*MOVED, "balance") for place in columns.get(role, ())
            if place < len(names) and stated_currency(names[place])}  # fmt: skip
    if told or ("currency" in columns and names) or not lines:
        return columns, ""
    found = list(columns.get("currency", ())) or [
        place for place in _free(columns, names, lines)
        if not is_of_another(_name(names, place))
        and (held := list(filter(None, (row.cell(place) for row in lines))))
        and all(map(_meant, held))
    ]  # fmt: skip
    if len(found) > 1:
        return columns, (
            f"{_called(names, found)} hold currencies: say with currency=... which of them is the"
            " amount's"
        )
    held = [row.cell(place) for row in lines for place in found]
    others = [cell for cell in held if home and cell and home not in _meant(cell)]
    is_open = (is_asked or not all(held)) and "currency" not in columns and bool(found)
    if is_open or others or any(is_of_a_currency(_name(names, place)) for place in found):
        return columns, (
            f"{_called(names, found)} holds currencies, and may mean those of something else than"
            " the amounts: say with currency=... that the column is theirs, or which code is"
        )
    return columns | ({"currency": tuple(found)} if found else {}), ""


def with_texts(columns: Columns, names: Sequence[str], lines: Sequence[Row]) -> Columns:
    """With every other column that holds what a payer, the bank or our own people wrote: a number
    that nobody reads can contradict nothing. Beside a reference by its name it is a note, which may
    be another one tomorrow; else it is the reference. What is the same on every line says nothing
    of any of them. A payer's number is a note in any case."""
    free = {
        place: [row.cell(place) for row in lines] for place in _free(columns, names, lines)
        if not is_no_text(_name(names, place))
    }  # fmt: skip
    open_ = {
        place: held for place, held in free.items()
        if not all(map(_is_plain_fact, held)) and not _is_constant(held)
    }  # fmt: skip
    found = {place for place in open_ if is_text(_name(names, place))}
    read = found.union(columns.get("reference", ()))
    is_silent = not any(row.cell(place) for row in lines for place in read)
    found |= {place for place, held in open_.items() if _is_read(held, is_silent=is_silent)}
    role = "note" if "reference" in columns else "reference"
    numbers = {place for place, held in free.items() if _are_of_payers(_name(names, place), held)}
    columns = _with(columns, role, found)
    return _with(columns, "note", numbers - found)


def telling_notes(columns: Dict[str, tuple[int, ...]], lines: Sequence[Row]) -> tuple[int, ...]:
    """The columns of notes without those that a longer file shows to be the same on every line."""
    return tuple(
        place for place in columns.get("note", ())
        if not _is_constant([row.cell(place) for row in lines])
    )  # fmt: skip


def _meant(cell: str) -> frozenset[str]:
    """The currencies that a cell of a code, or of nothing but a sign, can mean."""
    if (code := cell.upper()) in currencies():
        return frozenset({code})
    return marks.SIGNS.get(cell, frozenset())


def _free(
    columns: Columns, names: Sequence[str], lines: Sequence[Row], *besides: str
) -> Iterator[int]:
    """The columns without a role by their names, and those `besides`; a name that says what else
    it is, such as an original currency, keeps it."""
    for place in range(max((len(row.cells) for row in lines), default=0)):
        roles = [role for role, places in columns.items() if place in places]
        named = role_of(names[place]) if place < len(names) else ""
        is_by_name = bool(named) and named != "reference"
        if all(role in besides for role in roles) and not is_by_name:
            yield place


def _are_sides(told: Sequence[str]) -> bool:
    return set(told) <= IN | OUT and bool(set(told) & OUT)


def _is_plain(told: Sequence[str], lines: Sequence[Row]) -> bool:
    """Whether it is said by a word, or by two letters that no line says to mean something else."""
    if any(len(word) > 1 for word in told):
        return True
    return set(told) in LETTERS and not any(
        SHORT_FOR.get(letter, set()) & set(folded(" ".join(row.cells)).split())
        for letter, row in zip(told, lines, strict=True)
    )


def _taken(columns: Columns, place: int) -> Columns:
    rest = {role: tuple(it for it in places if it != place) for role, places in columns.items()}
    return {role: places for role, places in rest.items() if places} | {"direction": (place,)}


def _is_text(columns: Columns, names: Sequence[str], place: int) -> bool:
    return bool(names) and place in columns.get("reference", ())


def _seems_told(told: Sequence[str]) -> bool:
    """Whether kinds of movements, which have no numbers, name money that went out, or money that
    came in beside others."""
    kinds = [set(text.split()) for text in told if text]
    if any(map(str.isdigit, "".join(told))):
        return False
    went, came = (
        [bool(words & {it for it in side if len(it) >= TELLING_MIN}) for words in kinds]
        for side in (OUT | PERHAPS_OUT, IN)
    )
    return any(went) or (any(came) and not all(came))


def _are_everyday(told: Sequence[str]) -> bool:
    """Whether they name money that went out as people do where no sign does, such as `Transfer out`
    or `Expense`. `Paid` alone may as well be said of a customer's invoice."""
    if any(map(str.isdigit, "".join(told))):
        return False
    words = {text for text in told if len(text) > 1}
    went, came = (
        {it for it in words if is_in(it, is_unsigned=True) is way} for way in (False, True)
    )
    return bool(came or any(it.split()[-1] != PAID for it in went)) if went else False


def _is_read(held: Sequence[str], *, is_silent: bool) -> bool:
    """Words with a number among them; where nothing else is text, any word."""
    if is_silent:
        return any(re.search(r"[^\W\d_]", cell) for cell in held)
    is_free = any(len(re.findall(r"[^\W\d_]{2,}", cell)) > 1 for cell in held)
    return is_free and any(re.search(r"\d", cell) for cell in held)


def _is_constant(held: Sequence[str]) -> bool:
    """Whether several lines say the same, such as the name of the bank."""
    said = list(filter(None, held))
    return len(said) > 1 and len(set(said)) == 1


def _is_plain_fact(cell: str) -> bool:
    return (
        days.looks_like_day(cell) or table.looks_like_amount(cell) or cell in currencies()
        or is_iban(cell) or not is_reference(cell)
    )  # fmt: skip


def _are_of_payers(name: str, held: Sequence[str]) -> bool:
    """Also digits alone, which elsewhere may be an amount."""
    return (
        is_of_payers(name) and not _is_constant(held)
        and any(not _is_plain_fact(it) or (it.isdecimal() and is_reference(it)) for it in held)
    )  # fmt: skip


def _with(columns: Columns, role: str, places: set[int]) -> Columns:
    return (
        columns | {role: tuple(sorted(places.union(columns.get(role, ()))))} if places else columns
    )


def _name(names: Sequence[str], place: int) -> str:
    return names[place] if place < len(names) else ""


def _called(names: Sequence[str], places: Sequence[int]) -> str:
    return " and ".join(_name(names, place) or f"column {place + 1}" for place in places)

"""Whether the signs of amounts say which way money went: by a running balance, or by words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from decimal import Decimal
from itertools import product

from providers.bank import cells, running
from providers.bank.header_words import folded, is_in
from providers.bank.refusal import BadStatement
from providers.bank.return_words import says_returned
from providers.bank.table import Row

SIGN = re.compile(r"[-+()\u2212]|\b(CR|DR|C|D)$")
MINUS = re.compile(r"[-(\u2212]|\b(DR|D)$")
Places = Dict[str, tuple[int, ...]]
Moved = tuple[bool | None, Decimal]
"""Whether the word of a line says that it came in, and its amount as written."""


def told_in(place: int, lines: Sequence[Row]) -> list[str]:
    return [folded(row.cell(place)) or row.cell(place) for row in lines]


def are_any(columns: Places, lines: Sequence[Row]) -> bool:
    return any(SIGN.search(_cell(columns, "amount", row)) for row in lines)


def is_both_ways(columns: Places, lines: Sequence[Row]) -> bool:
    """Whether some money came in and some went out, by signs, words or two columns."""
    if "amount" not in columns:
        sides = (columns.get(side, ()) for side in ("credit", "debit"))
        return all(any(is_moved(row, places) for row in lines) for places in sides)
    if "direction" in columns:
        told = (is_in(_cell(columns, "direction", row), is_unsigned=True) for row in lines)
        return {True, False} <= set(told)
    written = (row.cell(place) for row in lines for place in columns["amount"])
    return len({bool(MINUS.search(cell)) for cell in filter(None, written)}) > 1


def is_moved(row: Row, places: Sequence[int]) -> bool:
    """Whether an amount other than nought stands in one of these columns."""
    return any(set(row.cell(place)) & set("123456789") for place in places)


def are_proved(columns: Places, place: int, lines: Sequence[Row]) -> bool:
    """Whether the balance of each account runs by the amounts as written, with or without a fee.

    It does not prove the first movement. A minus on another shows what a minus means there as well;
    where none has one, the word at `place` must say which way the first went.
    """
    told = [row for row in lines if _cell(columns, "balance", row)]
    *decimals, doubt = cells.decimals_of(
        *([_cell(columns, role, row) for row in told] for role in ("amount", "balance"))
    )
    accounts: dict[str, list[Row]] = defaultdict(list)
    for row in told:
        accounts[_cell(columns, "account", row)].append(row)
    runs = [_run(columns, place, rows, decimals) for rows in accounts.values()]
    if doubt or not runs or not all(runs):
        return False
    proved: list[Moved] = []
    unproved: list[Moved] = []
    for run in runs:
        # Equal amounts run as money in from one end and as money out from the other.
        start = 1 if len({amount for _, amount in run}) > 1 else len(run)
        unproved += run[:start]
        proved += run[start:]
    if any(amount < 0 for _, amount in proved):
        return True
    return len(told) == len(lines) and all(side is (amount > 0) for side, amount in unproved)


def why_open(columns: Places, place: int, lines: Sequence[Row]) -> str:
    """Why signs do not say it, by the words at `place`; empty where these bear them out.

    What is said to have come in stands above zero then and what is said to have gone out below, or
    one letter says nothing. Where nothing is said to have gone out, a kind above and below zero
    leaves open what a minus means, unless all that is of another kind has one, and is no reversal.
    """
    told = told_in(place, lines)
    if len(set("".join(told))) == 1:
        return ""
    moved = [
        (word, is_in(word), bool(MINUS.search(_cell(columns, "amount", row))), row)
        for word, row in zip(told, lines, strict=True)
        if re.search(r"[1-9]", _cell(columns, "amount", row))
    ]
    sides = {side for _, side, _, _ in moved}
    if any(side is is_minus for _, side, is_minus, _ in moved):
        return "not every sign agrees with it"
    if False in sides or True not in sides:
        return ""
    unknown = [
        (word, is_minus, row) for word, side, is_minus, row in moved if word and side is None
    ]
    above = {word for word, is_minus, _ in unknown if not is_minus}
    back = {word for word, _, row in unknown if says_returned(" ".join(row.cells))}
    below = {word: row for word, is_minus, row in unknown if is_minus}
    both = [row.cell(place) for word, row in below.items() if word in above]
    if not both or below.keys() - above - back:
        return ""
    return f"{both[0]} stands above and below zero, which leaves open what a minus means"


def _run(columns: Places, place: int, lines: Sequence[Row], decimals: Sequence[str]) -> list[Moved]:
    """The movements from the first in time on; none where the balance does not run by them."""
    try:
        amounts, balances, fees = (
            [cells.amount(_cell(columns, role, row) or "0", decimal, "") for row in lines]
            for role, decimal in zip(
                ("amount", "balance", "fee"), (*decimals, decimals[0]), strict=True
            )
        )
    except BadStatement:
        return []
    told = (is_in(word, is_unsigned=True) for word in told_in(place, lines))
    moved = list(zip(told, amounts, strict=True))
    for sign, step in product((0, -1, 1), (1, -1)):
        parts = [amount + sign * fee for amount, fee in zip(amounts, fees, strict=True)]
        if running.forward(balances[::step], parts[::step]):
            return moved[::step]
    return []


def _cell(columns: Places, role: str, row: Row) -> str:
    """What stands in the first column of a role that is not empty."""
    return next(filter(None, (row.cell(place) for place in columns.get(role, ()))), "")

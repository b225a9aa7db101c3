"""Amounts in the cells of a CSV, as people and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from providers.bank import amounts
from providers.bank.marks import without
from providers.bank.refusal import BadStatement

SPACES = " \u00a0\u202f'’"


def amount(text: str, decimal: str, where: str) -> Decimal:
    """An amount with this decimal sign; thousands stand in threes. Raises BadStatement.

    A minus may stand before or after, and brackets are a minus: "1.234,56", "(12.00)", "12.00-".
    The currency that may stand with it is not looked at here.
    """
    plain = without(text)
    is_minus = False
    if plain.startswith("(") and plain.endswith(")"):
        is_minus, plain = True, plain[1:-1].strip()
    plain = plain.replace("\u2212", "-")
    if plain.endswith("-"):
        is_minus, plain = not is_minus, plain[:-1].strip()
    elif plain.startswith("-"):
        is_minus, plain = not is_minus, plain[1:].strip()
    plain = plain.removeprefix("+").strip()
    thousands = rf"[{re.escape('.' if decimal == ',' else ',')}{SPACES}]"
    point = re.escape(decimal)
    shape = rf"(\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)({point}\d*)?|({point}\d+)"
    if not re.fullmatch(shape, plain, re.ASCII):
        other = "comma" if decimal == "," else "point"
        raise BadStatement(
            f"{where}: {text[:40]!r} is no amount with a decimal {other}; write it as"
            f" 1234{decimal}50"
        )
    whole, _, rest = plain.rpartition(decimal) if decimal in plain else (plain, "", "")
    digits = re.sub(r"\D", "", whole, flags=re.ASCII) or "0"
    found = amounts.within(Decimal(f"{digits}.{rest or '0'}"), where)
    return -found if is_minus else found


def decimal_of(written: Sequence[str]) -> tuple[str, str]:
    """The decimal sign that the amounts show, and a doubt where they show none or both."""
    written = [without(cell) for cell in written]
    shown = {sign for sign in map(_shown, written) if sign}
    open_ = [cell for cell in written if not _shown(cell) and re.search(r"\d[.,]\d", cell)]
    if len(shown) > 1:
        return ".", "some amounts have a decimal point and some a decimal comma: mend the file"
    if shown:
        return shown.pop(), ""
    if open_:
        return ".", f"{open_[0]} can be read in two ways: set decimal to point or comma"
    return ".", ""


def decimals_of(moved: Sequence[str], balances: Sequence[str]) -> tuple[str, str, str]:
    """The decimal sign of the amounts that moved and that of the balances, and a doubt. Some banks
    write the two differently: -56,15 beside a balance of 11.35."""
    both, doubt = decimal_of([*moved, *balances])
    (one, open_), (other, is_open) = decimal_of(moved), decimal_of(balances)
    if one != other and moved and balances and doubt and not open_ and not is_open:
        return one, other, ""
    return both, both, doubt


def _shown(cell: str) -> str:
    """The decimal sign that a cell proves, or nothing."""
    signs = re.sub(r"[^.,]", "", cell)
    if not signs:
        return ""
    last = signs[-1]
    if len(set(signs)) > 1:
        return last
    if len(signs) > 1:
        return "," if last == "." else "."
    decimals = re.search(r"[.,](\d*)\D*$", cell, re.ASCII)
    is_three = decimals is not None and len(decimals[1]) == 3  # noqa: PLR2004
    return "" if is_three and not re.match(r"\D*0[.,]", cell) else last

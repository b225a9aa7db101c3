"""Which column is what: by its name, by what it holds, or because a running balance proves it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations, product

from providers.bank import cells, days, running, signs, states, table
from providers.bank.amounts import currencies
from providers.bank.header_words import MOVED, folded, is_currency, role_of, stated_currency
from providers.bank.refusal import BadStatement
from providers.bank.table import Row
from providers.iban import is_iban

Columns = dict[str, tuple[int, ...]]
SEVERAL = frozenset({"reference", "payer"})
SIGNS = frozenset("-(\u2212")
PROVED_MAX = 200
"""So many lines show which column is the balance; all are proved when the file is read."""
BEFORE = "before"
"""What an account held before each line, where the balance after it stands beside it."""
READINGS = (("amount", "balance"), ("credit", "debit", "balance"), (BEFORE, "amount", "balance"))
NUMBER = re.compile(r"\d[\d -]{5,}", re.ASCII)


def by_name(names: Sequence[str], body: Sequence[Row]) -> Columns:
    """The first column of each role, several of texts, and of amounts one for each currency where
    every line has one of them."""
    columns: Columns = {}
    alone = is_amount_elsewhere(names)
    for place, name in enumerate(names):
        held = [row.cell(place) for row in body if row.cell(place)]
        role = "" if alone and is_currency(name) else _checked(name, held)
        if not role or (role in columns and role not in SEVERAL):
            continue
        columns[role] = (*columns.get(role, ()), place)
    if len(places := _by_currency(names, body, alone=alone)) > 1:
        columns["amount"] = places
    if "date" not in columns and "value_date" in columns:
        columns["date"] = columns.pop("value_date")
    return columns if "date" in columns else _dated(columns, body)


def is_amount_elsewhere(names: Sequence[str]) -> bool:
    """Whether a column says that it holds amounts by more than the name of a currency."""
    return any(role_of(name) in MOVED and not is_currency(name) for name in names)


def of_sides(columns: Columns, lines: Sequence[Row]) -> Columns:
    """Without a column of amounts that is empty on some lines, or has no sign on those that a debit
    stands on, where credit and debit hold every amount."""
    sides = [place for role in ("credit", "debit") for place in columns.get(role, ())]
    if "amount" not in columns or not sides or not lines:
        return columns
    if not all(any(map(row.cell, sides)) for row in lines):
        return columns
    is_lacking = any(not any(map(row.cell, columns["amount"])) for row in lines)
    spent = [row for row in lines if signs.is_moved(row, columns.get("debit", ()))]
    is_signed = any(set(row.cell(it)) & SIGNS for row in spent for it in columns["amount"])
    if not is_lacking and (is_signed or not spent):
        return columns
    return {role: places for role, places in columns.items() if role != "amount"}


def by_content(body: Sequence[Row]) -> Columns:
    """Without names: the column of days, the only one of amounts, and the rest as text. Of several
    columns of amounts a running balance tells which is which. Raises BadStatement."""
    held: dict[str, list[int]] = {"date": [], "amount": [], "currency": [], "reference": []}
    for place in range(max((len(row.cells) for row in body), default=0)):
        found = [row.cell(place) for row in body if row.cell(place)]
        if found:
            held[_kind(found)].append(place)
    if not held["date"] or not held["amount"]:
        raise BadStatement(
            "no known format: no line names columns for a date and an amount, and no column holds"
            " dates and another amounts"
        )
    columns: Columns = {role: tuple(places[:1]) for role, places in held.items() if places}
    if len(held["amount"]) > 1:
        del columns["amount"]
        columns |= balanced(body, held["amount"])
    own = [place for place in held["reference"] if _is_own(body, place)]
    if len(own) == 1 and signs.is_both_ways(columns, body):
        columns |= {"account": tuple(own)}
        held["reference"].remove(own[0])
    return columns | {"reference": tuple(held["reference"])}


def _dated(columns: Columns, body: Sequence[Row]) -> Columns:
    """With the only column that holds days and has another name."""
    taken = {place for places in columns.values() for place in places}
    days_ = [
        place for place in range(max((len(row.cells) for row in body), default=0))
        if place not in taken
        and (held := [row.cell(place) for row in body if row.cell(place)])
        and _kind(held) == "date"
    ]  # fmt: skip
    return columns | {"date": tuple(days_)} if len(days_) == 1 else columns


def _by_currency(names: Sequence[str], body: Sequence[Row], *, alone: bool) -> tuple[int, ...]:
    """The columns of amounts in different currencies, of which each line has exactly one."""
    places = tuple(
        place
        for place, name in enumerate(names)
        if role_of(name) == "amount" and stated_currency(name)
        and not (alone and is_currency(name))
    )  # fmt: skip
    differ = len({stated_currency(names[place]) for place in places}) == len(places)
    filled = [sum(bool(row.cell(place)) for place in places) for row in body]
    return places if differ and set(filled) <= {0, 1} else ()


def _is_own(body: Sequence[Row], place: int) -> bool:
    """Whether one account number stands on every line."""
    held = {row.cell(place) for row in body}
    one = next(iter(held))
    return len(held) == 1 and bool(NUMBER.fullmatch(one) or is_iban(_bare(one)))


def _bare(account: str) -> str:
    return "".join(account.split()).upper()


def _checked(name: str, held: Sequence[str]) -> str:
    """Some banks write whether a line is booked under names such as `Info`, `State` may be a part
    of an address, and `Valuta` a day or a currency: there the cells say what the column is."""
    role = role_of(name)
    if role == "value_date" and held and all(cell in currencies() for cell in held):
        return "currency"
    if is_currency(name):
        return role if all(map(table.looks_like_amount, held)) else ""
    if role == "status" and folded(name) == "state":
        return role if any(map(states.is_state, held)) else ""
    return "status" if not role and held and all(map(states.is_state, held)) else role


def _kind(held: Sequence[str]) -> str:
    if all(map(days.looks_like_day, held)):
        return "date"
    if all(map(table.looks_like_amount, held)):
        return "amount"
    return "currency" if all(cell in currencies() for cell in held) else "reference"


def balanced(body: Sequence[Row], places: Sequence[int]) -> Columns:
    """Raises BadStatement where the balance does not prove exactly one reading."""
    found = list(_proved(body[:PROVED_MAX], places))
    if len(found) != 1:
        names = " and ".join(str(place + 1) for place in places)
        raise BadStatement(
            f"no line names the columns, columns {names} hold amounts, and no running balance"
            " proves which is which; add a line of names, such as Date,Text,Currency,Amount"
        )
    return found[0]


def _proved(body: Sequence[Row], places: Sequence[int]) -> Iterator[Columns]:
    decimal, doubt = cells.decimal_of([row.cell(place) for row in body for place in places])
    if doubt or len(body) < 2:  # noqa: PLR2004
        return
    fitting = (one for one in READINGS if len(one) == len(places))
    for roles, order in product(fitting, permutations(places)):
        columns: Columns = {role: (place,) for role, place in zip(roles, order, strict=True)}
        parts = _parts(body, columns, decimal)
        balances = [_amount(row, columns["balance"][0], decimal) for row in body]
        if parts is None or not any(
            running.proved(balances, it) for it in (parts, _less(parts, balances))
        ):
            continue
        before = columns.pop(BEFORE, None)
        held = [_amount(row, before[0], decimal) for row in body] if before else []
        if all(
            one is not None and one + part == balance
            for one, part, balance in zip(held, parts, balances, strict=False)
        ):
            yield columns


def _less(parts: Sequence[Decimal], balances: Sequence[Decimal | None]) -> list[Decimal]:
    """What moved, where an amount that is the balance is told once more and no movement."""
    return [
        Decimal(0) if part == balance else part
        for part, balance in zip(parts, balances, strict=True)
    ]  # fmt: skip


def _parts(body: Sequence[Row], columns: Columns, decimal: str) -> list[Decimal] | None:
    """What moved on each line; None where the columns cannot be meant so."""
    if "amount" in columns:
        written = [row.cell(columns["amount"][0]) for row in body]
        # Amounts without any sign run as credits from one end and as debits from the other.
        is_told = all(
            cell or row.cell(columns["balance"][0]) for cell, row in zip(written, body, strict=True)
        )
        if not is_told or not any(set(cell) & set("+-()\u2212") for cell in written):
            return None
        return [cells.amount(cell or "0", decimal, "") for cell in written]
    parts = []
    for row in body:
        credit, debit = (_amount(row, columns[side][0], decimal) for side in ("credit", "debit"))
        is_silent = credit is None and debit is None and bool(row.cell(columns["balance"][0]))
        if bool(credit) == bool(debit) and not is_silent:
            return None
        parts.append(abs(credit or Decimal(0)) - abs(debit or Decimal(0)))
    return parts


def _amount(row: Row, place: int, decimal: str) -> Decimal | None:
    return cells.amount(row.cell(place), decimal, "") if row.cell(place) else None

"""Guessing how a bank's CSV is to be read, from the names and the contents of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from providers.bank import table
from providers.bank.amounts import currencies
from providers.bank.header_words import role_of
from providers.bank.mapping import Doubt, Mapping
from providers.bank.refusal import BadStatement
from providers.bank.table import Row

SEVERAL = frozenset({"reference", "payer"})
MONTHS = 12
ACCOUNT_LABEL = re.compile(
    r"(?:account (?:number|no)|iban|kontonummer|konto|rekening|compte)[^:]{0,40}:\s{0,9}"
    r"([A-Z0-9 ]{5,40})",
    re.IGNORECASE,
)
CURRENCY_LABEL = re.compile(r"(?:^|:|\s)([A-Z]{3})\s*$")


def mapping(text: str) -> Mapping:
    """The mapping that fits best, with doubts where a person must decide. Raises BadStatement."""
    delimiter = table.separator(text)
    found = table.rows(text, delimiter)
    place = table.heading(found)
    if place >= 0:
        header, names, body = found[place].line, found[place].cells, found[place + 1 :]
        columns = _by_name(names)
    else:
        header, names, body = 0, (), found
        columns = _by_content(body)
    width = max((len(row.cells) for row in found), default=0)
    lines = [row for row in body if _is_line(row, columns)]
    order, order_doubt = _date_order(lines, columns)
    decimal, decimal_doubt = _decimal(lines, columns)
    if order_doubt and decimal == "," and not decimal_doubt:
        order, order_doubt = "DMY", ""
    account, currency = _around(found[: max(place, 0)])
    doubts = (
        (order_doubt, ("date_order",)),
        (decimal_doubt, ("decimal",)),
        (_two_amounts(lines, columns), ("currency", "original_currency")),
        (_no_amount(columns), ("amount", "credit", "debit")),
    )
    return Mapping(
        columns=columns, header=header, delimiter=delimiter, date_order=order, decimal=decimal,
        names=tuple(names) or tuple(f"column {n + 1}" for n in range(width)),
        account=account, currency=currency,
        doubts=tuple(Doubt(question, keys) for question, keys in doubts if question),
    )  # fmt: skip


def _by_name(names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    columns: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        role = role_of(name)
        if not role or (role in columns and role not in SEVERAL):
            continue
        columns[role] = (*columns.get(role, ()), place)
    if "date" not in columns and "value_date" in columns:
        columns["date"] = columns.pop("value_date")
    return columns


def _by_content(body: Sequence[Row]) -> dict[str, tuple[int, ...]]:
    """Without names: the column of days, the only one of amounts, and the rest as text."""
    width = max((len(row.cells) for row in body), default=0)
    held: dict[str, list[int]] = {"date": [], "amount": [], "currency": [], "reference": []}
    for place in range(width):
        cells = [row.cell(place) for row in body if row.cell(place)]
        if not cells:
            continue
        if all(map(table.looks_like_day, cells)):
            held["date"].append(place)
        elif all(map(table.looks_like_amount, cells)):
            held["amount"].append(place)
        elif all(cell in currencies() for cell in cells):
            held["currency"].append(place)
        else:
            held["reference"].append(place)
    if not held["date"] or not held["amount"]:
        raise BadStatement(
            "no known format: no line names columns for a date and an amount, and no column holds"
            " dates and another amounts"
        )
    found = {role: tuple(places[:1]) for role, places in held.items() if places}
    if len(held["amount"]) > 1:
        names = " and ".join(str(place + 1) for place in held["amount"])
        raise BadStatement(
            f"no line names the columns, and columns {names} both hold amounts; add a line of"
            " names, such as Date,Text,Currency,Amount"
        )
    return found | {"reference": tuple(held["reference"])}


def _is_line(row: Row, columns: dict[str, tuple[int, ...]]) -> bool:
    return bool(columns.get("date")) and table.looks_like_day(row.cell(columns["date"][0]))


def _date_order(lines: Sequence[Row], columns: dict[str, tuple[int, ...]]) -> tuple[str, str]:
    """The order that fits all days, and a doubt where more than one does."""
    written = [row.cell(columns["date"][0]) for row in lines]
    fits = [order for order in ("YMD", "DMY", "MDY") if all(_fits(day, order) for day in written)]
    if not written or not fits:
        return "YMD", ""
    if len(fits) == 1:
        return fits[0], ""
    if all("." in day for day in written):
        return "DMY", ""
    return fits[0], (f"{written[0]} can be read in more than one way: set date_order to DMY or MDY")


def _fits(day: str, order: str) -> bool:
    numbers = re.match(r"(\d+)[-/. ](\d+)[-/. ](\d+)", day, re.ASCII)
    if numbers is None:
        return order == "YMD" and re.fullmatch(r"\d{8}", day, re.ASCII) is not None
    by_name = dict(zip(order, numbers.groups(), strict=True))
    is_long = len(by_name["Y"]) == 4  # noqa: PLR2004
    is_year = is_long or (len(by_name["Y"]) == 2 and order != "YMD")  # noqa: PLR2004
    return is_year and 0 < int(by_name["M"]) <= MONTHS and 0 < int(by_name["D"]) <= 31  # noqa: PLR2004


def _decimal(lines: Sequence[Row], columns: dict[str, tuple[int, ...]]) -> tuple[str, str]:
    """The decimal sign that the amounts show, and a doubt where they show none or both."""
    places = [place for role in ("amount", "credit", "debit", "balance")
              for place in columns.get(role, ())]  # fmt: skip
    cells = [row.cell(place) for row in lines for place in places]
    shown = {sign for sign in map(_shown, cells) if sign}
    open_ = [cell for cell in cells if not _shown(cell) and re.search(r"\d[.,]\d", cell)]
    if len(shown) > 1:
        return ".", "some amounts have a decimal point and some a decimal comma: mend the file"
    if shown:
        return shown.pop(), ""
    if open_:
        return ".", f"{open_[0]} can be read in two ways: set decimal to point or comma"
    return ".", ""


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


def _two_amounts(lines: Sequence[Row], columns: dict[str, tuple[int, ...]]) -> str:
    """An amount in two currencies, where it is not said which of them the currency is of."""
    if "original_amount" not in columns or "currency" not in columns:
        return ""
    place = columns["original_amount"][0]
    if not any(re.search(r"[1-9]", row.cell(place)) for row in lines):
        return ""
    return (
        "there are amounts in two currencies and one column of currencies: say whose it is with"
        " currency=... (of the amount) or original_currency=... (of the other)"
    )


def _no_amount(columns: dict[str, tuple[int, ...]]) -> str:
    if {"amount", "credit", "debit"} & set(columns):
        return ""
    return "no column holds the amount: name it with amount=..., or credit=... and debit=..."


def _around(before: Sequence[Row]) -> tuple[str, str]:
    """Account and currency, where the lines before the table say them."""
    account = currency = ""
    for row in before:
        for cell in row.cells:
            named = ACCOUNT_LABEL.search(cell)
            account = account or (named[1].strip() if named else "")
            code = CURRENCY_LABEL.search(cell.strip())
            if code and code[1] in currencies():
                currency = currency or code[1]
    return account, currency

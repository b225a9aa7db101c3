"""Guessing how a bank's CSV is to be read, from the names and the contents of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from providers.bank import cells, days, table
from providers.bank.amounts import currencies
from providers.bank.columns import (
    by_content,
    by_name,
    is_amount_elsewhere,
    is_iban,
    of_payers,
)
from providers.bank.header_words import OF_AMOUNTS, is_currency, role_of, stated_currency
from providers.bank.mapping import Doubt, Mapping
from providers.bank.table import Row

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
        columns = by_name(names, body)
    else:
        header, names, body = 0, (), found
        columns = by_content(body)
    width = max((len(row.cells) for row in found), default=0)
    lines = [row for row in body if _is_line(row, columns)]
    order, order_doubt = days.order_of([row.cell(columns["date"][0]) for row in lines])
    places = [place for role in OF_AMOUNTS for place in columns.get(role, ())]
    decimal, decimal_doubt = cells.decimal_of([row.cell(n) for row in lines for n in places])
    if order_doubt and decimal == "," and not decimal_doubt:
        order, order_doubt = "DMY", ""
    account, currency = _around(found[: max(place, 0)])
    columns = of_payers(columns, lines, account)
    doubts = (
        (order_doubt, ("date_order",)),
        (decimal_doubt, ("decimal",)),
        (_two_amounts(lines, columns), ("currency", "original_currency")),
        *((_rivals(names, role, columns), (role,)) for role in ("amount", "credit", "debit")),
        (_no_amount(columns), ("amount", "credit", "debit")),
    )
    return Mapping(
        columns=columns, header=header, delimiter=delimiter, date_order=order, decimal=decimal,
        names=tuple(names) or tuple(f"column {n + 1}" for n in range(width)),
        account=account, currency=currency,
        doubts=tuple(Doubt(question, keys) for question, keys in doubts if question),
    )  # fmt: skip


def _is_line(row: Row, columns: dict[str, tuple[int, ...]]) -> bool:
    return bool(columns.get("date")) and days.looks_like_day(row.cell(columns["date"][0]))


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


def _rivals(names: Sequence[str], role: str, columns: dict[str, tuple[int, ...]]) -> str:
    """Columns of one role in several currencies, of which only one can be the account's."""
    alone = is_amount_elsewhere(names)
    named = [it for it in names if role_of(it) == role and not (alone and is_currency(it))]
    if len(columns.get(role, ())) > 1:
        return ""
    if len({stated_currency(name) for name in named} - {""}) <= 1:
        return ""
    return f"{' and '.join(named)} are in different currencies: say with {role}=... which counts"


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
            account = account or (_iban(cell) if is_iban(_iban(cell)) else "")
            code = CURRENCY_LABEL.search(cell.strip())
            if code and code[1] in currencies():
                currency = currency or code[1]
    return account, currency


def _iban(cell: str) -> str:
    return "".join(cell.split()).upper()

"""A book in files: customers, invoices and payments of several ledgers, a JSON object a line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from providers.figures import CURRENCIES
from providers.money import Money, minor_unit

FILES = ("customers", "invoices", "payments")
AMOUNTS = ("total", "balance", "amount")
Row = Mapping[str, Any]
Rows = Mapping[str, list[Row]]
"""The rows of one file by the ledger that each belongs to."""


class BadBook(ValueError):
    """The book cannot be used; the text says which file, which line, and what is wrong."""


def read(folder: Path) -> dict[str, Rows]:
    """The rows of each file by ledger; numbers with a point are exact. Raises BadBook."""
    rows = {name: _by_ledger(folder / f"{name}.jsonl") for name in FILES}
    if not rows["payments"]:
        raise BadBook(f"{folder / 'payments.jsonl'} holds no payment; a book needs at least one")
    return rows


def money(value: object, code: object) -> Money:
    """An amount as the book writes it, in the currency `code`. Raises ValueError where it is finer
    than the currency's minor unit, or no amount."""
    try:
        written = Decimal(str(value))
        made = Money(written, currency(code))
    except ArithmeticError:
        raise ValueError(f"{value!r} is no amount; write it as 1234.50") from None
    if made.amount != written:
        unit = minor_unit(made.currency)
        raise ValueError(f"{value} is finer than {unit}, the least in {made.currency}; mend it")
    return made


def currency(value: object) -> str:
    """An ISO 4217 code. Raises ValueError."""
    if not isinstance(value, str) or value not in CURRENCIES:
        raise ValueError(f"{value!r} is no currency; write its ISO code, such as USD")
    return value


def _by_ledger(file: Path) -> Rows:
    found: dict[str, list[Row]] = defaultdict(list)
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadBook(f"{file}, byte {error.start}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise BadBook(f"{file} cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_float=Decimal)
            found[row["ledger"]].append(row)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadBook(f"{file}:{number} is no JSON object with a ledger") from None
        _check_amounts(row, f"{file}:{number}")
    return found


def _check_amounts(row: Row, where: str) -> None:
    """Raises BadBook, which names the line."""
    for name in AMOUNTS:
        if name in row and "currency" in row:
            try:
                money(row[name], row["currency"])
            except ValueError as error:
                raise BadBook(f"{where}, {name}: {error}") from None

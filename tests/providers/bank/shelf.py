"""Bank files of our own writing, and what is read from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from providers.bank import reading
from providers.receipts import Entry, Statement

SHELF = Path(__file__).parents[2] / "fixtures" / "bank"
NAMES = sorted(path.name for path in SHELF.iterdir())


def raw(name: str) -> bytes:
    return (SHELF / name).read_bytes()


def read(given: str | bytes, **how: Any) -> tuple[Statement, ...]:
    """A file by its name on the shelf, or bytes; accounts and currencies default to main, USD."""
    content = raw(given) if isinstance(given, str) else given
    return reading.read(content, **{"account": "main", "currency": "USD", **how})


def only(given: str | bytes, **how: Any) -> Statement:
    (statement,) = read(given, **how)
    return statement


def amounts(statement: Statement) -> list[str]:
    return [str(entry.amount.amount) for entry in statement.entries]


def received(statement: Statement) -> list[str]:
    return [str(receipt.amount.amount) for receipt in statement.receipts]


def first(statement: Statement) -> Entry:
    return statement.entries[0]

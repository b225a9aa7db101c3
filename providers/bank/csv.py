"""CSV with the columns that Ledgerhand itself names: all of a file, or none of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from providers.bank import amounts
from providers.bank.refusal import BadStatement
from providers.receipts import Entry, Statement

FORMAT = "CSV (named columns)"
COLUMNS = ("account", "bank_id", "date", "amount", "currency", "payer", "reference")
OPTIONAL = ("customer_id",)
PLACE_MAX = 79
"""Account and bank_id together are the key under which a line is known."""
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
UNCHECKED = "the columns have no balances"


def is_named(text: str) -> bool:
    """Whether the first line names the columns."""
    first = text.lstrip("\n").partition("\n")[0]
    names = {name.strip().strip('"') for name in first.split(",")}
    return set(COLUMNS) <= names


def read(text: str) -> list[Statement]:
    """One statement for each account and currency. Dates are ISO, amounts have a point.

    The first line names the columns: account, bank_id, date, amount, currency, payer, reference
    and, if known, customer_id. Raises BadStatement.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    places: dict[tuple[str, str], list[Entry]] = {}
    seen: set[tuple[str, str]] = set()
    for account, entry in _read(rows):
        if (account, entry.bank_id) in seen:
            raise BadStatement(f"bank_id {entry.bank_id!r} stands twice; each line has its own")
        seen.add((account, entry.bank_id))
        places.setdefault((account, entry.amount.currency), []).append(entry)
    return [
        Statement(
            format=FORMAT, account=account, currency=currency,
            entries=tuple(entries), unchecked=UNCHECKED,
        )
        for (account, currency), entries in places.items()
    ]  # fmt: skip


def _read(rows: csv.DictReader[str]) -> Iterator[tuple[str, Entry]]:
    try:
        for row in rows:
            yield _entry(row, rows.line_num)
    except csv.Error as error:
        raise BadStatement(f"line {rows.line_num}: {error}") from None


def _entry(row: dict[str, str], line: int) -> tuple[str, Entry]:
    where = f"line {line}"
    if None in row or None in row.values():
        raise BadStatement(f"{where}: not as many fields as there are columns")
    account, bank_id = row["account"].strip(), row["bank_id"].strip()
    if not bank_id:
        raise BadStatement(f"{where}: bank_id is empty; it keeps a line from counting twice")
    if len(account) + len(bank_id) > PLACE_MAX:
        raise BadStatement(f"{where}: account and bank_id are longer than {PLACE_MAX} together")
    currency = amounts.currency_of(row["currency"], where)
    try:
        day = date.fromisoformat(row["date"].strip())
    except ValueError:
        raise BadStatement(
            f"{where}: {row['date'][:40]!r} is no date; write it as 2026-01-31"
        ) from None
    return account, Entry(
        day=day,
        amount=amounts.money(_amount(row["amount"].strip(), where), currency, where),
        payer=row["payer"].strip(), reference=row["reference"].strip(), bank_reference=bank_id,
        customer_id=(row.get("customer_id") or "").strip(), bank_id=bank_id,
    )  # fmt: skip


def _amount(text: str, where: str) -> Decimal:
    if not PLAIN.fullmatch(text):
        raise BadStatement(f"{where}: {text[:40]!r} is no amount; write it as 1234.50")
    return amounts.within(Decimal(text), where)

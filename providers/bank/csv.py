"""Bank statements as CSV with named columns, read into receipts: all of a file, or none of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from babel.numbers import list_currencies

from providers.money import Money
from providers.receipts import Receipt

COLUMNS = ("account", "bank_id", "date", "amount", "currency", "payer", "reference")
OPTIONAL = ("customer_id",)
BYTES_MAX = 10_000_000


class BadStatement(ValueError):
    """The file is not imported; the text says which line, what is wrong and how to mend it."""


def receipts(raw: bytes) -> list[Receipt]:
    """The credits of a statement; debits are left out. Dates are ISO, amounts have a point.

    The first line names the columns: account, bank_id, date, amount, currency, payer, reference
    and, if known, customer_id. Raises BadStatement.
    """
    if len(raw) > BYTES_MAX:
        raise BadStatement(f"the file is larger than {BYTES_MAX:,} bytes; split it by month")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadStatement(f"byte {error.start}: not UTF-8; save the file as UTF-8") from None
    if "\0" in text:
        raise BadStatement("the file holds NUL characters; save it as plain CSV")
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise BadStatement(
            f"line 1: no column {missing[0]!r}; the columns are {', '.join(COLUMNS)}"
        )
    found = [receipt for receipt in _read(rows) if receipt.amount.amount > 0]
    seen: set[tuple[str, str]] = set()
    for receipt in found:
        place = (receipt.account, receipt.bank_id)
        if place in seen:
            raise BadStatement(f"bank_id {receipt.bank_id!r} stands twice; each line has its own")
        seen.add(place)
    return found


def _read(rows: csv.DictReader[str]) -> Iterator[Receipt]:
    try:
        for row in rows:
            yield _receipt(row, rows.line_num)
    except csv.Error as error:
        raise BadStatement(f"line {rows.line_num}: {error}") from None


def _receipt(row: dict[str, str], line: int) -> Receipt:
    if None in row or None in row.values():
        raise BadStatement(f"line {line}: not as many fields as there are columns")
    if not row["bank_id"].strip():
        raise BadStatement(f"line {line}: bank_id is empty; it keeps a line from counting twice")
    currency = row["currency"].strip().upper()
    if currency not in list_currencies():
        raise BadStatement(f"line {line}: {row['currency']!r} is no currency; write USD, EUR, ...")
    try:
        received = date.fromisoformat(row["date"].strip())
    except ValueError:
        raise BadStatement(
            f"line {line}: {row['date']!r} is no date; write it as 2026-01-31"
        ) from None
    return Receipt(
        account=row["account"].strip(),
        bank_id=row["bank_id"].strip(),
        received=received,
        amount=Money(_amount(row["amount"].strip(), line), currency),
        payer=row["payer"].strip(),
        reference=row["reference"].strip(),
        customer_id=(row.get("customer_id") or "").strip(),
    )


def _amount(text: str, line: int) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 13:
        raise BadStatement(f"line {line}: {text!r} is no amount; write it as 1234.50")
    return amount

"""PayPal's settlement report (STL), read into payouts: sections of rows, amounts without a point.

https://developer.paypal.com/docs/reports/sftp-reports/settlement-report/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from babel.numbers import list_currencies

from providers.figures import Unreadable
from providers.money import Money, minor_unit
from providers.processors import paypal
from providers.processors.errors import BadReport
from providers.processors.paypal import Movement
from providers.receipts import Payout, PayoutPart, Unbalanced

COLUMNS = (
    "Transaction ID", "Transaction Event Code", "Transaction Initiation Date",
    "Transaction Debit or Credit", "Gross Transaction Amount", "Gross Transaction Currency",
    "Fee Debit or Credit", "Fee Amount",
)  # fmt: skip
SECTIONS = ("RH", "FH", "SH", "CH", "SB", "SF", "SC", "RF", "RC", "FF")
SCALE_UNKNOWN = frozenset(("HUF", "TWD"))
"""PayPal takes no decimals in these, and does not say whether the report has them."""


def is_report(header: list[str]) -> bool:
    return header[0] == "RH"


def payouts(rows: list[tuple[int, list[str]]]) -> list[Payout]:
    """The withdrawals of a report with what they consist of. Raises BadReport."""
    header: list[str] = []
    movements: list[Movement] = []
    counted = 0
    for number, cells in rows:
        section, values = cells[0], cells[1:]
        if section not in SECTIONS:
            raise BadReport(f"line {number}: {section!r} is no section of a settlement report")
        if section == "CH":
            header = _header(values, number)
        elif section == "SB":
            movements.append(_movement(header, values, number))
            counted += 1
        elif section == "SC":
            counted = _checked_count(counted, values, number)
    movements.sort(key=lambda movement: movement.at)
    try:
        return list(paypal.payouts(movements))
    except Unbalanced as error:
        raise BadReport(
            f"{error}; a withdrawal that takes up an earlier day needs that day's report too, or"
            " the activity report, which has balances"
        ) from None


def _header(values: list[str], number: int) -> list[str]:
    missing = [name for name in COLUMNS if name not in values]
    if missing:
        raise BadReport(f"line {number}: no column {missing[0]!r}")
    return values


def _checked_count(counted: int, values: list[str], number: int) -> int:
    if values and values[0].isdigit() and int(values[0]) != counted:
        raise BadReport(
            f"line {number}: {values[0]} rows are announced and {counted} are there; the file was"
            " cut, fetch it again"
        )
    return 0


def _movement(header: list[str], values: list[str], number: int) -> Movement:
    if not header:
        raise BadReport(f"line {number}: a row before the column headings (CH)")
    if len(values) != len(header):
        raise BadReport(f"line {number}: {len(values)} fields, {len(header)} columns")
    row = dict(zip(header, values, strict=True))
    try:
        return _read(row)
    except Unreadable as error:
        raise BadReport(f"line {number}: {error}") from None


def _read(row: Mapping[str, str]) -> Movement:
    currency = row["Gross Transaction Currency"]
    gross = _amount(row["Gross Transaction Amount"], row["Transaction Debit or Credit"], currency)
    # A fee that is debited is what the processor kept: positive in our words.
    fee = -_amount(row["Fee Amount"] or "0", row["Fee Debit or Credit"] or "CR", currency)
    code = row["Transaction Event Code"]
    at = _moment(row.get("Transaction Completion Date") or row["Transaction Initiation Date"])
    part = PayoutPart(
        id=row["Transaction ID"], kind=paypal.kind_of(code, gross), day=at.date(), gross=gross,
        fee=fee, net=gross - fee, description=row.get("Custom Field", ""),
        invoice_number=row.get("Invoice ID", ""), payer_email=_address(row.get("Consumer ID", "")),
        about=row.get("PayPal Reference ID", ""),
    )  # fmt: skip
    return Movement(at, part, paypal.is_withdrawal(code))


def _address(consumer: str) -> str:
    """Mostly PayPal's own number of the payer, which says nothing to anybody else."""
    return consumer if "@" in consumer else ""


def _amount(text: str, side: str, currency: str) -> Money:
    if currency not in list_currencies():
        raise Unreadable(f"{currency!r} is no currency")
    if currency in SCALE_UNKNOWN:
        raise Unreadable(
            f"the report's amounts in {currency} can be read two ways; import the activity report"
        )
    if not re.fullmatch(r"\d{1,15}", text):
        raise Unreadable(f"{text!r} is no amount in the smallest unit")
    if side not in ("CR", "DR"):
        raise Unreadable(f"{side!r} is neither CR nor DR")
    amount = Money(Decimal(int(text)) * minor_unit(currency), currency)
    return amount if side == "CR" else -amount


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S %z")
    except ValueError:
        raise Unreadable(f"{text!r} is no moment such as 2026/01/31 10:00:00 -0800") from None

"""PayPal's activity download as CSV, read into payouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies

from providers.figures import Figures, Unreadable, day, exact, order_of
from providers.money import Money
from providers.processors import paypal
from providers.processors.errors import BadReport
from providers.processors.paypal import Movement
from providers.receipts import PartKind, Payout, PayoutPart, Unbalanced

COLUMNS = ("Date", "Time", "Name", "Type", "Status", "Currency", "Gross", "Fee", "Net",
           "Transaction ID")  # fmt: skip
AMOUNTS = ("Gross", "Fee", "Net", "Balance")
UTC = ZoneInfo("UTC")

# The download has words where the API has codes; the first that is part of the type counts.
WORDS = (
    ("reversal of general account hold", "T1111"), ("fee reversal", "T1108"),
    ("withdrawal", "T0400"), ("transfer to bank", "T0400"), ("chargeback fee", "T0106"),
    ("chargeback", "T1201"), ("payment refund", "T1107"), ("refund", "T1107"),
    ("hold on balance for dispute", "T1110"), ("cancellation of hold for dispute", "T1111"),
    ("dispute fee", "T0106"), ("payment reversal", "T1106"), ("reversal", "T1106"),
    ("hold", "T1501"), ("reserve", "T2103"), ("release", "T2104"),
    ("currency conversion", "T0200"), ("deposit", "T0300"), ("payment fee", "T0100"),
    ("fee", "T0100"), ("payment", "T0000"), ("checkout", "T0000"), ("donation", "T0000"),
)  # fmt: skip
OTHER = "T1900"


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the amounts of each currency and the dates of this file are written."""

    figures: Mapping[str, Figures]
    order: str


def is_report(header: list[str]) -> bool:
    return all(name in header for name in COLUMNS)


def payouts(rows: list[tuple[int, list[str]]]) -> list[Payout]:
    """The withdrawals of a download with what they consist of. Raises BadReport."""
    (_, header), *body = rows
    found: list[tuple[int, dict[str, str]]] = []
    for number, cells in body:
        if len(cells) != len(header):
            raise BadReport(f"line {number}: not as many fields as there are columns")
        row = dict(zip(header, cells, strict=True))
        # "Memo" rows tell of something that did not touch the balance.
        if row["Status"] == "Completed" and row.get("Balance Impact", "") != "Memo":
            found.append((number, row))
    reading = _reading(found)
    movements = [_movement(row, number, reading) for number, row in found]
    if len(movements) > 1 and movements[0].at > movements[-1].at:
        movements.reverse()
    movements.sort(key=lambda movement: movement.at)
    try:
        return list(paypal.payouts(movements))
    except Unbalanced as error:
        raise BadReport(f"{error}; download all that affects the balance, with Balance") from None


def _reading(rows: list[tuple[int, dict[str, str]]]) -> _Reading:
    texts: dict[str, list[str]] = {}
    for number, row in rows:
        if row["Currency"] not in list_currencies():
            raise BadReport(f"line {number}: {row['Currency']!r} is no currency")
        texts.setdefault(row["Currency"], []).extend(row[n] for n in AMOUNTS if row.get(n))
    try:
        # One locale writes the whole file: what one currency shows holds for those that do not.
        figures = {code: Figures.of(own, code) for code, own in texts.items()}
    except Unreadable as error:
        raise BadReport(str(error)) from None
    sign = next((f.decimal for f in figures.values() if f.decimal), "")
    shared = {code: Figures(f.decimal or sign, f.places) for code, f in figures.items()}
    return _Reading(shared, order_of(row["Date"] for _, row in rows))


def _movement(row: Mapping[str, str], number: int, reading: _Reading) -> Movement:
    try:
        return _read(row, reading)
    except Unreadable as error:
        raise BadReport(f"line {number}: {error}") from None


def _read(row: Mapping[str, str], reading: _Reading) -> Movement:
    currency = row["Currency"]
    figures = reading.figures[currency]
    gross, cost, net = (exact(figures.read(row[n]), currency) for n in ("Gross", "Fee", "Net"))
    code = code_of(row["Type"])
    at = _moment(row, reading.order)
    kind = paypal.kind_of(code, gross)
    part = PayoutPart(
        id=row["Transaction ID"], kind=kind, day=at.date(), gross=gross, fee=-cost, net=net,
        description=" ".join(filter(None, (row.get(n, "") for n in (
            "Subject", "Item Title", "Custom Number", "Note",
        )))),
        invoice_number=row.get("Invoice Number", ""), payer_name=row["Name"],
        payer_email=row.get("From Email Address", ""),
        about="" if kind is PartKind.CHARGE else row.get("Reference Txn ID", ""),
    )  # fmt: skip
    if gross + cost != net:
        raise Unreadable(f"{gross} with a fee of {cost} is not {net}")
    balance: Money | None = None
    if row.get("Balance"):
        balance = exact(figures.read(row["Balance"]), currency)
    return Movement(at, part, paypal.is_withdrawal(code), balance)


def code_of(words: str) -> str:
    """The event code of a type in words."""
    text = words.casefold()
    return next((code for word, code in WORDS if word in text), OTHER)


def _moment(row: Mapping[str, str], order: str) -> datetime:
    try:
        hour = time.fromisoformat(row["Time"])
    except ValueError:
        raise Unreadable(f"{row['Time']!r} is no time such as 09:30:00") from None
    return datetime.combine(day(row["Date"], order), hour, UTC)

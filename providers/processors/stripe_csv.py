"""Stripe's itemised payout reconciliation and balance reports, read into payouts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.numbers import list_currencies

from providers.figures import Unreadable, day
from providers.money import Money
from providers.processors import stripe
from providers.processors.errors import BadReport
from providers.receipts import PartKind, Payout, PayoutPart, Unbalanced

COLUMNS = ("balance_transaction_id", "currency", "gross", "fee", "net", "reporting_category")
PAYOUT_COLUMN = "automatic_payout_id"
ARRIVAL_COLUMNS = ("automatic_payout_effective_at_utc", "automatic_payout_effective_at")
CREATED_COLUMNS = ("created_utc", "created")
_METADATA = re.compile(r"(?:payment_metadata\[)?(.+?)(?: \(metadata\)|\])")

# The balance history that the Dashboard exports has the same facts under other names.
HISTORY = {
    "id": "balance_transaction_id", "Type": "reporting_category", "Source": "charge_id",
    "Amount": "gross", "Fee": "fee", "Net": "net", "Currency": "currency",
    "Created (UTC)": "created_utc", "Description": "description", "Transfer": PAYOUT_COLUMN,
    "Transfer Date (UTC)": ARRIVAL_COLUMNS[0],
    "Customer Facing Amount": "customer_facing_amount",
    "Customer Facing Currency": "customer_facing_currency",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    payout: str
    arrived: date
    part: PayoutPart


def is_report(header: list[str]) -> bool:
    return all(name in _named(header) for name in COLUMNS)


def payouts(rows: list[tuple[int, list[str]]]) -> list[Payout]:
    """Every payout of a report whose first row is the header. Raises BadReport.

    Movements that no payout has taken up yet (the balance report has them) are left out.
    """
    (_, first), *body = rows
    header = _named(first)
    if PAYOUT_COLUMN not in header or not any(name in header for name in ARRIVAL_COLUMNS):
        raise BadReport(
            f"line 1: no columns {PAYOUT_COLUMN!r} and {ARRIVAL_COLUMNS[0]!r}; add them when you"
            " make the report, or take the itemised payout reconciliation report"
        )
    lines: dict[str, _Line] = {}
    sent: dict[str, Money] = {}
    for number, cells in body:
        row = _row(header, cells, number)
        if row["reporting_category"] in stripe.PAYOUTS:
            source = row.get("source_id") or row.get("charge_id") or row[PAYOUT_COLUMN]
            sent[source] = -_net(row, number)
        elif row[PAYOUT_COLUMN]:
            id_ = row["balance_transaction_id"]
            if id_ in lines:
                raise BadReport(f"line {number}: {id_} stands twice")
            lines[id_] = _line(row, number)
    return [_payout(own, sent) for own in _by_payout(list(lines.values()))]


def _named(header: list[str]) -> list[str]:
    return [HISTORY.get(name, name) for name in header]


def _row(header: list[str], cells: list[str], number: int) -> dict[str, str]:
    if len(cells) != len(header):
        raise BadReport(f"line {number}: not as many fields as there are columns")
    row = dict(zip(header, cells, strict=True))
    if row["currency"].upper() not in list_currencies():
        raise BadReport(f"line {number}: {row['currency']!r} is no currency")
    return row


def _net(row: Mapping[str, str], number: int) -> Money:
    try:
        return stripe.of_major(row["net"], row["currency"])
    except Unreadable as error:
        raise BadReport(f"line {number}: {error}") from None


def _line(row: Mapping[str, str], number: int) -> _Line:
    try:
        arrived = _day(row, ARRIVAL_COLUMNS)
        part = _part(row, arrived)
    except Unreadable as error:
        raise BadReport(f"line {number}: {error}") from None
    return _Line(number, row[PAYOUT_COLUMN], arrived, part)


def _part(row: Mapping[str, str], arrived: date) -> PayoutPart:
    currency = row["currency"]
    kind = stripe.kind_of(row["reporting_category"])
    charge = row.get("charge_id", "")
    metadata = {
        found[1]: value for name, value in row.items()
        if value and (found := _METADATA.fullmatch(name))
    }  # fmt: skip
    created = any(row.get(name) for name in CREATED_COLUMNS)
    return PayoutPart(
        id=charge if kind is PartKind.CHARGE and charge else row["balance_transaction_id"],
        kind=kind, day=_day(row, CREATED_COLUMNS) if created else arrived,
        gross=stripe.of_major(row["gross"], currency), fee=stripe.of_major(row["fee"], currency),
        net=stripe.of_major(row["net"], currency), description=row.get("description", ""),
        invoice_number=row.get("invoice_number", "") or stripe.invoice_number(metadata),
        payer_name=row.get("customer_name") or row.get("shipping_name", ""),
        payer_email=row.get("customer_email", ""), about="" if kind is PartKind.CHARGE else charge,
        paid=_paid(row, currency),
    )  # fmt: skip


def _paid(row: Mapping[str, str], currency: str) -> Money | None:
    own = row.get("customer_facing_currency", "").upper()
    if not own or not row.get("customer_facing_amount") or own == currency.upper():
        return None
    if own not in list_currencies():
        raise Unreadable(f"{own!r} is no currency")
    return stripe.of_major(row["customer_facing_amount"], own)


def _day(row: Mapping[str, str], names: tuple[str, ...]) -> date:
    text = next((row[name] for name in names if row.get(name)), "")
    return day(text.replace("T", " ").partition(" ")[0])


def _by_payout(lines: list[_Line]) -> list[list[_Line]]:
    found: dict[str, list[_Line]] = {}
    for line in lines:
        found.setdefault(line.payout, []).append(line)
    return list(found.values())


def _payout(lines: list[_Line], sent: Mapping[str, Money]) -> Payout:
    first = lines[0]
    currency = first.part.net.currency
    for line in lines:
        if (line.arrived, line.part.net.currency) != (first.arrived, currency):
            raise BadReport(
                f"line {line.number}: payout {line.payout} has another date or currency than on"
                f" line {first.number}"
            )
    try:
        # Most reports have no line for the sum that arrived: there the bank line must prove it.
        made = Money.total((line.part.net for line in lines), currency)
        return Payout(
            stripe.NAME, first.payout, first.arrived, sent.get(first.payout, made),
            tuple(line.part for line in lines),
        )  # fmt: skip
    except Unbalanced as error:
        raise BadReport(f"line {first.number} and after: {error}") from None

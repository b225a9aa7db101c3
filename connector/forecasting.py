"""Forecasts and the worklist from what the mirror holds, or from a ledger's past where asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from connector import mirror, outlook
from connector.db import Tx
from connector.deps import Deps
from connector.ledgers import opened
from connector.meter import Purpose
from connector.outcomes.book import books_of
from connector.tenants import Connection
from dunning.forecast import Awaited, Forecast, Habits, Paid
from dunning.worklist import Debt, Row, ranked
from providers.ledger import RECEIVED, Customer, Invoice, Kind, Payment, Record, Status
from providers.money import Money
from providers.past import PastReceipt, Taken

READ = (Kind.CUSTOMER, Kind.INVOICE, *RECEIVED)
NO_PROMISES: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Forecasts:
    """A company's open invoices on a day of its own zone, and what it is forecast from. Forecasts
    are by invoice id; where there is too little to forecast from, there are none."""

    today: date
    paid: tuple[Paid, ...]
    open: tuple[Invoice, ...]
    names: dict[str, str]
    forecasts: dict[str, Forecast]
    lacking: str


def forecasts_of(
    tx: Tx, connection: Connection, now: datetime, past: Sequence[Paid] = ()
) -> Forecasts:
    """`past` are invoices that the mirror may not know, such as those of before the install."""
    zone = ZoneInfo(connection.time_zone)
    today = now.astimezone(zone).date()
    records = mirror.everything(tx, connection.id, READ)
    invoices = [one for one in records if isinstance(one, Invoice)]
    payments = [one for one in records if isinstance(one, Payment)]
    known = {one.invoice.id: one for one in past}
    known |= {one.invoice.id: one for one in _mirrored(invoices, payments, today, zone)}
    habits = Habits(known.values())
    waiting = [one for one in invoices if one.status is Status.OPEN and one.open.amount > 0]
    waiting.sort(key=lambda one: (one.due or one.issued, one.id))
    forecasts = (
        () if habits.lacking else (habits.forecast(awaited(one), today) for one in waiting)
    )  # fmt: skip
    return Forecasts(
        today=today,
        paid=tuple(known.values()),
        open=tuple(waiting),
        names={one.id: one.name for one in records if isinstance(one, Customer)},
        forecasts={one.invoice_id: one for one in forecasts},
        lacking=habits.lacking,
    )


def past_of(deps: Deps, connection: Connection, since: date) -> list[Paid]:
    """Every invoice that was paid since a day, as the ledger itself tells it; nothing is kept.

    Raises what a ledger raises when it is read.
    """
    until = deps.now().astimezone(ZoneInfo(connection.time_zone)).date()
    with opened(deps, connection.id, Purpose.SWEEP, patient=True) as ledger:
        return settled(ledger.reader().history(since, until))


def settled(told: Iterable[Record | PastReceipt]) -> list[Paid]:
    """The invoices that money and credits used up, by what a ledger tells of its past. Those that
    credits settled alone were not paid."""
    invoices: dict[str, Invoice] = {}
    parts: dict[str, list[tuple[date, Taken, bool]]] = defaultdict(list)
    for one in told:
        if isinstance(one, Invoice) and one.status is Status.PAID:
            invoices[one.id] = one
        elif isinstance(one, PastReceipt) and not one.ended:
            for part in one.taken:
                is_money = one.total.amount > 0
                on = one.received if is_money else part.on
                parts[part.document_id].append((on, part, is_money))
    return [
        Paid(awaited(invoice), max(on for on, _, _ in parts[id_]))
        for id_, invoice in invoices.items()
        if any(is_money for _, _, is_money in parts[id_])
        and sum((part.amount.amount for _, part, _ in parts[id_]), Decimal(0))
        >= invoice.total.amount
    ]


def worklist(
    tx: Tx, connection: Connection, now: datetime, *, broken: Mapping[str, int] = NO_PROMISES
) -> tuple[list[Row], dict[str, str]]:
    """The customers with something overdue, ranked, and what comes next for each by customer id.

    `broken` is how many promises each customer broke, by whoever keeps account of them.
    """
    found = forecasts_of(tx, connection, now)
    late: dict[tuple[str, str], list[Invoice]] = defaultdict(list)
    for one in found.open:
        if one.due is not None and one.due < found.today:
            late[one.customer_id, one.open.currency].append(one)
    debts = [
        Debt(
            customer_id=customer_id,
            name=found.names.get(customer_id) or customer_id,
            overdue=Money.total((one.open for one in invoices), currency),
            oldest_days=max((found.today - one.due).days for one in invoices if one.due),
            invoices=len(invoices),
            very_late_risk=_risk(invoices, found.forecasts),
            broken_promises=broken.get(customer_id, 0),
        )
        for (customer_id, currency), invoices in late.items()
    ]
    following = {one.customer_id: one.reason for one in outlook.of(tx, connection, now)}
    return ranked(debts), following


def awaited(invoice: Invoice) -> Awaited:
    return Awaited(invoice.id, invoice.customer_id, invoice.issued, invoice.due)


def _mirrored(
    invoices: Sequence[Invoice], payments: Sequence[Payment], today: date, zone: ZoneInfo
) -> Iterable[Paid]:
    """Those that money paid, and of which every part came on a day that the mirror holds."""
    kept = {one.id: one for one in invoices}
    for book in books_of(invoices, payments, begins=today, zone=zone).values():
        money = (receipt for receipt in book.receipts if receipt.total.amount > 0)
        paid = {invoice_id for receipt in money for invoice_id, _ in receipt.parts}
        for sale in book.sales:
            on = sale.settled_on()
            if on is not None and sale.id in paid and all(part.told for part in sale.settled):
                yield Paid(awaited(kept[sale.id]), on)


def _risk(invoices: Sequence[Invoice], forecasts: Mapping[str, Forecast]) -> float | None:
    if not forecasts:
        return None
    whole = sum(one.open.amount for one in invoices)
    shares = (forecasts[one.id].very_late_risk * int(one.open.amount * 100) for one in invoices)
    return sum(shares) / int(whole * 100)

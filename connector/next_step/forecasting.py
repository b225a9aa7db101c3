"""Forecasts and the worklist from what the mirror holds, or from a ledger's past where asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connector.clients.tenants import Connection
from connector.commitments import promises
from connector.db import Tx
from connector.mirroring import mirror
from connector.next_step import outlook
from connector.outcomes.book import books_of
from connector.past import history
from dunning.forecasts.forecast import Awaited, Forecast, Habits, Paid
from dunning.forecasts.worklist import Debt, Row, ranked
from providers.ledger import RECEIVED, Customer, Invoice, Kind, Payment, Status
from providers.money import Money

READ = (Kind.CUSTOMER, Kind.INVOICE, *RECEIVED)


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


def forecasts_of(tx: Tx, connection: Connection, now: datetime) -> Forecasts:
    """From what the ledger told of its past in the last night, and from what was paid since."""
    zone = ZoneInfo(connection.time_zone)
    today = now.astimezone(zone).date()
    records = mirror.everything(tx, connection.id, READ)
    invoices = [one for one in records if isinstance(one, Invoice)]
    payments = [one for one in records if isinstance(one, Payment)]
    known = {one.invoice.id: one for one in history.everything(tx, connection.id)}
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


def worklist(tx: Tx, connection: Connection, now: datetime) -> tuple[list[Row], dict[str, str]]:
    """The customers with something overdue, ranked, and what comes next for each by customer id."""
    found = forecasts_of(tx, connection, now)
    ended = promises.counts(promises.listed(tx, connection.id))
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
            broken_promises=ended[customer_id][1],
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

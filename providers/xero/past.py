"""What one organisation received in a time gone by, and what was open then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import structlog

from providers.ledger import CreditNote, Invoice, Kind, Record
from providers.money import Money
from providers.past import PastReceipt, Taken
from providers.xero import wire
from providers.xero.client import XeroClient
from providers.xero.current import read_current
from providers.xero.fields import ENDED, UNDATED, memo_of, status_of
from providers.xero.records import ID_FIELDS, records_of
from providers.xero.sources import BOOK, CHANGES, CREDITS, OPEN, RECEIVED_EARLY, SALES, UNAPPLIED
from providers.xero.wire import Json

log = structlog.get_logger()
CUSTOMERS = CHANGES[0]
ZONES = timedelta(days=1)
"""A day of the organisation's calendar may begin this much before the same day in UTC."""
PAID = 'PaymentType=="ACCRECPAYMENT"'
PAID_OUT = 'PaymentType=="ARCREDITPAYMENT"'
TEXTS = ("Reference", "Particulars", "Details")


@dataclass(frozen=True, slots=True)
class Window:
    """`changed` is where If-Modified-Since begins: a payment or an allocation moves the time of
    the last change of both its sides, so whatever was settled since the first day is shown."""

    since: date
    until: date

    @property
    def changed(self) -> str:
        return f"{self.since - ZONES}T00:00:00"

    @property
    def issued(self) -> str:
        return f"Date<={_day(self.until)}"


def history(client: XeroClient, since: date, until: date) -> Iterator[Record | PastReceipt]:
    """Nine lists, each one call for 1,000, and one call for 40 invoices that a payment names and
    no list has shown."""
    window = Window(since, until)
    for page in client.pages(CUSTOMERS.name, CUSTOMERS.wrapper, **CUSTOMERS.options):
        yield from records_of(Kind.CUSTOMER, page.items)
    named: dict[str, None] = {}
    for receipt in _receipts(client, window):
        if receipt.received <= until:
            named |= dict.fromkeys(it.document_id for it in receipt.taken if it.amount.amount > 0)
        yield receipt
    seen = set[str]()
    for record in _invoices(client, window):
        seen.add(record.id)
        yield record
    missing = [id_ for id_ in named if id_ not in seen]
    found = read_current(client, Kind.INVOICE, missing)
    yield from (record for record in found if isinstance(record, Invoice))
    yield from _credits(client, window)


def _invoices(client: XeroClient, window: Window) -> Iterator[Invoice]:
    where, seen = f"{SALES} AND {window.issued}", set[str]()
    for since, statuses in (("", ["AUTHORISED"]), (window.changed, None)):
        options = {"statuses": statuses} if statuses else {}
        for page in client.pages("get_invoices", "Invoices", since=since, where=where, **options):
            for record in records_of(Kind.INVOICE, page.items):
                if isinstance(record, Invoice) and record.id not in seen:
                    seen.add(record.id)
                    yield record


def _credits(client: XeroClient, window: Window) -> Iterator[Record | PastReceipt]:
    """Credit notes, and each use of one as a receipt without money."""
    seen = set[str]()
    for since, where in (
        ("", f"{CREDITS} AND {OPEN} AND {window.issued}"),
        (window.changed, CREDITS),
    ):
        for page in client.pages("get_credit_notes", "CreditNotes", since=since, where=where):
            for said in page.items:
                for record in records_of(Kind.CREDIT_NOTE, [said]):
                    if isinstance(record, CreditNote) and record.id not in seen:
                        seen.add(record.id)
                        yield record
                        yield from _read([said], partial(_uses, window, record))


def _uses(window: Window, credit: CreditNote, said: Json) -> Iterator[PastReceipt]:
    for taken in _taken(said, credit.total.currency):
        if taken.on >= window.since:
            given = Taken(credit.id, -taken.amount, taken.on)
            yield PastReceipt(
                Kind.CREDIT_NOTE.value, credit.id, credit.customer_id, taken.on,
                Money.zero(credit.total.currency), "", (taken, given),
            )  # fmt: skip


def _receipts(client: XeroClient, window: Window) -> Iterator[PastReceipt]:
    """A payment's date can be asked for. What was received early may be used up much later: it
    is found by its last change."""
    where = f"Date>={_day(window.since)} AND ({PAID} OR {PAID_OUT})"
    for page in client.pages("get_payments", "Payments", where=where):
        yield from _read(page.items, _payment)
    booked: dict[str, Json] = {}
    for page in client.pages(
        "get_bank_transactions", "BankTransactions", since=window.changed, where=RECEIVED_EARLY
    ):
        for said in page.items:
            for field in UNAPPLIED:
                booked[wire.text(said, field)] = said
    for source in BOOK[-2:]:
        for page in client.pages(source.name, source.wrapper, since=window.changed):
            yield from _read(page.items, partial(_early, source.kind, booked))


def _payment(said: Json) -> Iterator[PastReceipt]:
    """A payment pays one invoice; a batch, or one reference of one customer on one day, is what
    the bank saw."""
    paid = wire.part(said, "Invoice")
    currency = wire.text(paid, "CurrencyCode")
    customer = wire.text(wire.part(paid, "Contact"), "ContactID")
    amount, day = Money(wire.amount(said, "Amount"), currency), wire.day(said, "Date") or UNDATED
    out = wire.text(said, "PaymentType").upper() == "ARCREDITPAYMENT"
    ended = status_of(said) in ENDED
    text = " ".join(dict.fromkeys(filter(None, (wire.text(said, name) for name in TEXTS))))
    batch = wire.text(said, "BatchPaymentID")
    credit = wire.text(wire.part(said, "CreditNote"), "CreditNoteID")
    taken = Taken(credit or wire.text(paid, "InvoiceID"), -amount if out else amount, day)
    yield PastReceipt(
        Kind.PAYMENT.value, wire.text(said, "PaymentID"), customer, day,
        -amount if out else amount, text, () if ended else (taken,),
        line=f"batch:{batch}" if batch else _line(said, day, customer, currency), ended=ended,
    )  # fmt: skip


def _early(kind: Kind, booked: dict[str, Json], said: Json) -> Iterator[PastReceipt]:
    """An over- or prepayment of a customer, with the reference of its bank transaction."""
    if not wire.text(said, "Type").upper().startswith("RECEIVE"):
        return
    bank = booked.get(wire.text(said, ID_FIELDS[kind]), {})
    currency = wire.text(said, "CurrencyCode")
    customer = wire.text(wire.part(said, "Contact"), "ContactID")
    day, ended = wire.day(said, "Date") or UNDATED, status_of(said) in ENDED
    own = wire.text(said, "Reference") or wire.text(said, "InvoiceNumber")
    reference = own or wire.text(bank, "Reference")
    yield PastReceipt(
        kind.value, wire.text(said, ID_FIELDS[kind]), customer, day,
        Money(wire.amount(said, "Total"), currency), f"{reference} {memo_of(said)}".strip(),
        () if ended else tuple(_taken(said, currency)),
        line=_line({"Reference": reference}, day, customer, currency), ended=ended,
    )  # fmt: skip


def _day(day: date) -> str:
    return f"DateTime({day.year},{day.month},{day.day})"


def _line(said: Json, day: date, customer: str, currency: str) -> str:
    reference = wire.text(said, "Reference").casefold()
    return f"{day}/{customer}/{currency}/{reference}" if reference else ""


def _taken(said: Json, currency: str) -> Iterator[Taken]:
    for it in wire.items(said, "Allocations"):
        if not wire.flag(it, "IsDeleted"):
            amount = Money(wire.amount(it, "Amount") or wire.amount(it, "AppliedAmount"), currency)
            day = wire.day(it, "Date") or wire.day(said, "Date") or UNDATED
            yield Taken(wire.text(wire.part(it, "Invoice"), "InvoiceID"), amount, day)


def _read(
    documents: Iterable[Json], receipts_of: Callable[[Json], Iterator[PastReceipt]]
) -> Iterator[PastReceipt]:
    """One that cannot be read is left out and logged, so that it does not keep the others back."""
    for said in documents:
        try:
            yield from receipts_of(said)
        except ValueError as error:
            log.warning("past receipt left out", product="xero", error=str(error))

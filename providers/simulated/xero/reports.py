"""Aged receivables of one contact, as the rows of text cells that Xero answers with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from providers.simulated.store import Doc
from providers.simulated.xero import reading, wire
from providers.simulated.xero.balance import ZERO
from providers.simulated.xero.books import Books
from providers.simulated.xero.calls import Call, Reply, envelope
from providers.simulated.xero.refusals import Invalid, bad_query, not_found

STANDING = ("AUTHORISED", "PAID")
HEADER = ("Date", "Number", "Due Date", "", "Total", "Paid", "Credited", "Due")


def report(call: Call) -> Reply:
    """Raises Turned: 400 without a contact, 404 for any other report."""
    if len(call.path) != 2 or call.path[1].lower() != "agedreceivablesbycontact":
        raise not_found()
    contact = call.books.get("contact", call.query.get("contactid", ""))
    if contact is None:
        raise bad_query("The parameter contactID must be a valid Contact")
    asked = dict(call.query)
    try:
        day = reading.day(asked, "date", call.books.today())
        first = reading.day(asked, "fromdate", "0001-01-01")
        last = reading.day(asked, "todate", day)
    except Invalid as error:
        raise bad_query(str(error)) from error
    owed = [
        standing for invoice in call.books.all("invoice")
        if invoice["contact"] == contact["ContactID"] and invoice["Type"] == "ACCREC"
        and invoice["Status"] in STANDING and first <= invoice["Date"] <= last
        and (standing := _as_of(call.books, invoice, day))["AmountDue"]
    ]  # fmt: skip
    now = call.books.world.clock.now()
    shown: Doc = {
        "ReportName": "Aged Receivables By Contact", "ReportType": "AgedReceivablesByContact",
        "ReportTitles": ["Invoices", contact["Name"], f"Showing payments to {_words(day)}"],
        "ReportDate": _words(day), "UpdatedDateUTC": wire.now_out(now), "Fields": [],
        "Rows": [
            {"RowType": "Header", "Cells": _cells(HEADER)},
            _section([_row(invoice, day) for invoice in owed]),
            _section([_closing(owed)]),
        ],
    }  # fmt: skip
    return Reply(envelope(call.books, "Reports", [shown]))


def _as_of(books: Books, invoice: Doc, day: str) -> Doc:
    """The invoice with what was paid and credited up to a day: "shows payments up to this date"
    (accounting specification, AgedReceivablesByContact)."""
    payments = [books.peek("payment", id_) for id_ in invoice["payments"]]
    allocations = [books.peek("allocation", id_) for id_ in invoice["allocations"]]
    paid, credited = (
        sum((one["Amount"] for one in found if one and one["Date"] <= day), ZERO)
        for found in (payments, allocations)
    )
    left = invoice["Total"] - paid - credited
    return invoice | {"AmountPaid": paid, "AmountCredited": credited, "AmountDue": left}


def _section(rows: list[Doc]) -> Doc:
    return {"RowType": "Section", "Title": "", "Rows": rows}


def _row(invoice: Doc, day: str) -> Doc:
    days = (date.fromisoformat(day) - date.fromisoformat(invoice["DueDate"])).days
    late = f"{days} days overdue" if days > 0 else ""
    cells = _cells((
        f"{invoice['Date']}T00:00:00", invoice["InvoiceNumber"],
        f"{invoice['DueDate']}T00:00:00", late, *_amounts(invoice),
    ))  # fmt: skip
    for cell in cells:
        cell["Attributes"] = [{"Value": invoice["InvoiceID"], "Id": "invoiceID"}]
    return {"RowType": "Row", "Cells": cells}


def _closing(owed: list[Doc]) -> Doc:
    columns = zip(*[map(Decimal, _amounts(invoice)) for invoice in owed], strict=True)
    sums = [str(sum(column, ZERO)) for column in columns] or ["0.00"] * 4
    return {"RowType": "SummaryRow", "Cells": _cells(("Closing Balance", "", "", "", *sums))}


def _amounts(invoice: Doc) -> tuple[str, ...]:
    fields = ("Total", "AmountPaid", "AmountCredited", "AmountDue")
    return tuple(str(wire.to_cents(Decimal(invoice[field]))) for field in fields)


def _cells(texts: Sequence[str]) -> list[Doc]:
    return [{"Value": text} for text in texts]


def _words(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"

"""What hangs on a document: history, allocations, the online invoice and its sending."""

from __future__ import annotations

import hashlib

from providers.simulated.store import Doc
from providers.simulated.xero import allocations, balance, reading, shown, wire
from providers.simulated.xero.calls import Call, Reply, envelope
from providers.simulated.xero.entities import Entity
from providers.simulated.xero.refusals import (
    WRONG_DOCUMENT,
    Invalid,
    invalid,
    not_found,
    not_implemented,
    said,
)
from providers.simulated.xero.shown import View
from providers.simulated.xero.writes import each

NOTE_LENGTH_MAX = 250


def history(call: Call, entity: Entity, doc: Doc) -> Reply:
    id_ = doc[entity.id_field]
    if call.method == "GET":
        kept = call.books.get("history", id_) or {"rows": []}
        rows = [_row(row) for row in reversed(kept["rows"])]
        return Reply(envelope(call.books, "HistoryRecords", rows))

    def work(element: Doc) -> Doc:
        details = reading.text(element, "Details")
        if not entity.notes:
            raise Invalid(WRONG_DOCUMENT)
        if not details:
            raise Invalid("The Details of a history record must be specified")
        if len(details) > NOTE_LENGTH_MAX:
            raise Invalid(f"Details cannot be longer than {NOTE_LENGTH_MAX} characters")
        row = _row(call.books.note(id_, "Note", details))
        return {key: row[key] for key in ("DateUTCString", "DateUTC", "Details")} | {
            "ValidationErrors": []
        }

    return each(call, "HistoryRecords", work)


def _row(row: Doc) -> Doc:
    at = row["DateUTC"]
    return {
        "Changes": row["Changes"], "DateUTCString": at[:19], "DateUTC": wire.moment_out(at),
        "User": row["User"], "Details": row["Details"],
    }  # fmt: skip


def allocate(call: Call, entity: Entity, doc: Doc) -> Reply:
    settled = balance.BY_KIND.get(entity.kind)
    if settled not in balance.CREDITS or call.method == "GET":
        raise not_implemented()
    if call.method == "DELETE":
        return _take_back(call, settled, doc)
    view = View(call.books)

    def work(element: Doc) -> Doc:
        fresh = call.books.need(settled.kind, doc[settled.id_field])
        row = allocations.allocate(call.books, settled, fresh, element)
        source = {settled.id_field: row["credit"], "ID": row["credit"], "LineItems": []}
        return shown.allocation(view, row) | {settled.name: source}

    return each(call, "Allocations", work)


def _take_back(call: Call, settled: balance.Settled, doc: Doc) -> Reply:
    found = call.books.get("allocation", call.path[3]) if len(call.path) > 3 else None
    if found is None or found["AllocationID"] not in doc["allocations"]:
        raise not_found()
    try:
        with call.books.world.store.transaction():
            allocations.take_back(call.books, settled, doc, found)
    except Invalid as error:
        element = {"AllocationID": found["AllocationID"]}
        raise invalid([element | {"ValidationErrors": said(error.messages)}]) from error
    return Reply({
        "AllocationId": found["AllocationID"], "AllocationID": found["AllocationID"],
        "Amount": found["Amount"], "Date": wire.date_out(found["Date"]),
        "Invoice": [{"InvoiceID": found["invoice"]}], "IsDeleted": True,
    })  # fmt: skip


def online_invoice(call: Call, entity: Entity, doc: Doc) -> Reply:
    if call.method != "GET" or entity.kind != "invoice":
        raise not_implemented()
    if doc["Type"] != "ACCREC" or doc["Status"] in ("DRAFT", "SUBMITTED", "DELETED", "VOIDED"):
        raise not_found()
    token = hashlib.sha256(doc["InvoiceID"].encode()).hexdigest()[:40]
    rows: list[Doc] = [{"OnlineInvoiceUrl": f"https://in.xero.com/{token}"}]
    return Reply(envelope(call.books, "OnlineInvoices", rows))


def email(call: Call, entity: Entity, doc: Doc) -> Reply:
    """Xero sends the invoice to its contact. What was sent is kept under ``sentmail``."""
    if call.method != "POST" or entity.kind != "invoice":
        raise not_implemented()
    messages = []
    if doc["Status"] not in ("SUBMITTED", "AUTHORISED", "PAID") or doc["Type"] != "ACCREC":
        messages.append("Only approved sales invoices can be emailed")
    contact = call.books.need("contact", doc["contact"])
    if not contact.get("EmailAddress"):
        messages.append("The contact does not have an email address")
    if messages:
        element = {"InvoiceID": doc["InvoiceID"], "ValidationErrors": said(tuple(messages))}
        raise invalid([element])
    persons = reading.objects(contact, "ContactPersons")
    others = [p.get("EmailAddress") for p in persons if p.get("IncludeInEmails")]
    id_ = call.books.new_id()
    mail = {"id": id_, "invoice": doc["InvoiceID"], "to": [contact["EmailAddress"], *others]}
    call.books.put("sentmail", id_, mail)
    call.books.put("invoice", doc["InvoiceID"], doc | {"SentToContact": True})
    call.books.note(doc["InvoiceID"], "Sent", f"Invoice emailed to {contact['EmailAddress']}")
    return Reply(status=204)

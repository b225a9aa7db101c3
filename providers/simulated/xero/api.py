"""The accounting API: which endpoint answers a call."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from providers.simulated.store import Doc
from providers.simulated.xero import (
    attachments,
    listing,
    pdf,
    records,
    reports,
    settings,
    wire,
    writes,
)
from providers.simulated.xero.calls import Call, Reply, envelope
from providers.simulated.xero.entities import ENTITIES, Entity
from providers.simulated.xero.refusals import not_found, not_implemented
from providers.simulated.xero.shown import View

Part = Callable[[Call, Entity, Doc], Reply]
PARTS: dict[str, Part] = {
    "history": records.history,
    "allocations": records.allocate,
    "onlineinvoice": records.online_invoice,
    "email": records.email,
    "attachments": attachments.attach,
}
PDF_OF = ("invoice", "creditnote")


def answer(call: Call) -> Reply:
    """Raises Turned for what is refused as a whole."""
    resource = call.path[0].lower() if call.path else ""
    if entity := ENTITIES.get(resource):
        return _entity(call, entity)
    if setting := settings.SETTINGS.get(resource):
        if call.method != "GET":
            raise not_implemented()
        return setting(call)
    if resource == "reports" and call.method == "GET":
        return reports.report(call)
    raise not_found()


def _entity(call: Call, entity: Entity) -> Reply:
    if len(call.path) == 1:
        if call.method == "GET":
            return _list(call, entity)
        if call.method in ("PUT", "POST"):
            return writes.write(call, entity)
        raise not_implemented()
    doc = writes.need(call, entity)
    if len(call.path) > 2:
        part = PARTS.get(call.path[2].lower())
        if part is None:
            raise not_found()
        return part(call, entity, doc)
    if call.method == "GET":
        return _one(call, entity, doc)
    if call.method == "POST":
        return writes.write_one(call, entity, doc)
    raise not_implemented()


def _list(call: Call, entity: Entity) -> Reply:
    since = call.headers.get("If-Modified-Since", "")
    page = listing.find(call.books, entity, call.query, since)
    view = View(call.books, full=page.full, places=call.places)
    rows = [entity.show(view, doc) for doc in page.rows]
    return Reply(envelope(call.books, entity.plural, rows, page.pagination))


def _one(call: Call, entity: Entity, doc: Doc) -> Reply:
    if call.wants_pdf and entity.kind in PDF_OF:
        return _print(call, entity, doc)
    view = View(call.books, single=True, places=call.places)
    return Reply(envelope(call.books, entity.plural, [entity.show(view, doc)]))


def _print(call: Call, entity: Entity, doc: Doc) -> Reply:
    number = doc[entity.number_field]
    lines = [
        str(call.books.organisation["Name"]), f"{entity.plural[:-1]} {number}",
        str(call.books.peek("contact", doc["contact"])["Name"]), f"Date {doc['Date']}",
        f"Due {doc.get('DueDate', '')}",
        f"Total {doc['CurrencyCode']} {wire.to_cents(doc['Total'])}",
    ]  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="{quote(number)}.pdf"'}
    return Reply(pdf.write(lines), headers=headers, mime="application/pdf")

"""What invoices and credit notes have in common: header, lines, number, states and edits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from providers.simulated.store import Doc
from providers.simulated.xero import balance, contacts, lines, reading
from providers.simulated.xero.balance import Settled
from providers.simulated.xero.books import Books
from providers.simulated.xero.refusals import Invalid

STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "VOIDED", "DELETED", "PAID")
STEPS = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
}
QUIET = ("SentToContact", "DueDate")
"""Changes that stay possible on a settled document, and move no UpdatedDateUTC there."""

LOOSE = (*QUIET, "ExpectedPaymentDate", "PlannedPaymentDate")
NOISE = ("HasAttachments", "HasErrors", "HasValidationErrors", "IsDiscounted", "ValidationErrors",
         "Warnings", "StatusAttributeString", "UpdatedDateUTC", "UpdatedDateUTCString")  # fmt: skip
NOT_VALID = "{} not of valid status for modification"
HAS_PAYMENT = "This document cannot be edited as it has a payment or credit note allocated to it."


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of document: how it is numbered and which types it comes in."""

    settled: Settled
    word: str
    number_field: str
    prefix: str
    types: tuple[str, str]
    """First the type of a sale, then that of a purchase."""
    texts: tuple[str, ...]


def create(books: Books, sort: Sort, element: Doc, *, places: int = 2) -> Doc:
    kind = reading.choice(element, "Type", sort.types)
    status = reading.choice(element, "Status", STATUSES[:3], "DRAFT")
    doc: Doc = {
        sort.settled.id_field: books.new_id(), "Type": kind, "Status": status,
        "LineItems": [], "LineAmountTypes": "Exclusive", "SentToContact": False,
        "AmountPaid": balance.ZERO, "AmountCredited": balance.ZERO, "HasAttachments": False,
        "payments": [], "allocations": [],
    }  # fmt: skip
    if element.get("Contact") is None:
        raise Invalid("A Contact must be specified for this type of transaction")
    _fill(books, sort, doc, element, places)
    if status != "DRAFT" and not doc["LineItems"]:
        raise Invalid("One or more line items must be specified")
    _number(books, sort, doc, element)
    _total(sort, doc)
    books.save(sort.settled.kind, doc[sort.settled.id_field], doc, created=True)
    books.received(doc[sort.settled.id_field], "Created")
    return doc


def update(books: Books, sort: Sort, doc: Doc, element: Doc, *, places: int = 2) -> Doc:
    """Raises Invalid where Xero refuses; a settled document takes very little."""
    given = {key: value for key, value in element.items() if key not in NOISE}
    given = {key: value for key, value in given.items() if value != doc.get(key)}
    given.pop(sort.settled.id_field, None)
    if doc["Status"] not in STEPS or balance.touched(doc):
        return _edit_settled(books, sort, doc, given)
    status = reading.choice(given, "Status", STATUSES, doc["Status"])
    if status not in STEPS[doc["Status"]]:
        raise Invalid(NOT_VALID.format(sort.word))
    books.check_open(doc["Date"])
    changes = "Edited" if status == doc["Status"] else status.capitalize()
    doc["Status"] = status
    if status in ("VOIDED", "DELETED"):
        return _end(books, sort, doc, changes)
    _fill(books, sort, doc, given, places)
    _number(books, sort, doc, given)
    _total(sort, doc)
    books.save(sort.settled.kind, doc[sort.settled.id_field], doc)
    books.received(doc[sort.settled.id_field], changes)
    return doc


def _edit_settled(books: Books, sort: Sort, doc: Doc, given: Doc) -> Doc:
    unfit = [key for key in given if key not in LOOSE]
    if unfit or doc["Status"] in ("VOIDED", "DELETED"):
        messages = [NOT_VALID.format(sort.word)]
        if balance.touched(doc):
            messages.append(HAS_PAYMENT)
        raise Invalid(*messages)
    _loose(doc, given)
    if all(key in QUIET for key in given):
        books.put(sort.settled.kind, doc[sort.settled.id_field], doc)
    else:
        books.save(sort.settled.kind, doc[sort.settled.id_field], doc)
    return doc


def _end(books: Books, sort: Sort, doc: Doc, changes: str) -> Doc:
    doc["AmountDue" if sort.settled is balance.INVOICE else "RemainingCredit"] = balance.ZERO
    if number := doc.get(sort.number_field):
        books.unindex(sort.settled.kind, number)
    books.save(sort.settled.kind, doc[sort.settled.id_field], doc)
    books.note(doc[sort.settled.id_field], changes, f"{sort.word} {changes.lower()}")
    return doc


def _loose(doc: Doc, element: Doc) -> None:
    if "SentToContact" in element:
        doc["SentToContact"] = reading.flag(element, "SentToContact")
    for field in ("DueDate", "ExpectedPaymentDate", "PlannedPaymentDate"):
        if element.get(field):
            doc[field] = reading.day(element, field, "")


def _fill(books: Books, sort: Sort, doc: Doc, element: Doc, places: int) -> None:
    doc["Date"] = reading.day(element, "Date", doc.get("Date") or books.today())
    books.check_open(doc["Date"])
    _loose(doc, element)
    doc |= {field: reading.text(element, field) for field in sort.texts if field in element}
    _currency(books, doc, element)
    doc["LineAmountTypes"] = reading.choice(
        element, "LineAmountTypes", lines.AMOUNT_TYPES, doc["LineAmountTypes"]
    )
    if element.get("LineItems") or "LineAmountTypes" in element:
        items = reading.objects(element, "LineItems") or doc["LineItems"]
        coded = doc["Status"] != "DRAFT"
        total = lines.add_up(books, items, doc["LineAmountTypes"], places=places, coded=coded)
        doc |= {"LineItems": total.lines, "SubTotal": total.net, "TotalTax": total.tax}
    if element.get("Contact") is not None:
        contact = contacts.resolve(books, reading.inner(element, "Contact"))
        doc["contact"] = contact["ContactID"]
        selling = doc["Type"] == sort.types[0]
        contacts.mark(books, contact, "IsCustomer" if selling else "IsSupplier")


def _currency(books: Books, doc: Doc, element: Doc) -> None:
    currency = reading.text(element, "CurrencyCode", doc.get("CurrencyCode", books.base_currency))
    books.check_currency(currency)
    given = reading.number(element, "CurrencyRate")
    if currency != doc.get("CurrencyCode") or given:
        doc |= {"CurrencyCode": currency, "CurrencyRate": books.rate(currency, given)}


def _number(books: Books, sort: Sort, doc: Doc, element: Doc) -> None:
    old = doc.get(sort.number_field, "")
    new = reading.text(element, sort.number_field, old, length_max=255)
    selling = doc["Type"] == sort.types[0]
    if not new and selling:
        new = books.next_number(sort.settled.kind, sort.prefix)
    doc[sort.number_field] = new
    if not selling:
        return
    owner = books.find(sort.settled.kind, new)
    if owner and owner[sort.settled.id_field] != doc[sort.settled.id_field]:
        raise Invalid(f"{sort.word} # must be unique.")
    if old and old != new:
        books.unindex(sort.settled.kind, old)
    books.index(sort.settled.kind, new, doc[sort.settled.id_field])


def _total(sort: Sort, doc: Doc) -> None:
    doc.setdefault("SubTotal", balance.ZERO)
    doc.setdefault("TotalTax", balance.ZERO)
    doc["Total"] = doc["SubTotal"] + doc["TotalTax"]
    left: Decimal = doc["Total"]
    doc["AmountDue" if sort.settled is balance.INVOICE else "RemainingCredit"] = left
    if doc["Status"] == "AUTHORISED" and left == 0:
        doc |= {"Status": "PAID", "FullyPaidOnDate": doc["Date"]}

"""Sales invoices and bills."""

from __future__ import annotations

from datetime import date, timedelta

from providers.simulated.store import Doc
from providers.simulated.xero import balance, documents
from providers.simulated.xero.books import Books
from providers.simulated.xero.documents import Sort
from providers.simulated.xero.refusals import Invalid

INVOICE = Sort(
    balance.INVOICE, "Invoice", "InvoiceNumber", "INV-", ("ACCREC", "ACCPAY"),
    ("Reference", "Url", "BrandingThemeID"),
)  # fmt: skip
CREDIT_NOTE = Sort(
    balance.CREDIT_NOTE, "Credit note", "CreditNoteNumber", "CN-", ("ACCRECCREDIT", "ACCPAYCREDIT"),
    ("Reference", "BrandingThemeID"),
)  # fmt: skip


def create(books: Books, element: Doc, *, places: int = 2) -> Doc:
    if not element.get("DueDate"):
        element = element | {"DueDate": _due(books, element)}
    return documents.create(books, INVOICE, element, places=places)


def update(books: Books, invoice: Doc, element: Doc, *, places: int = 2) -> Doc:
    return documents.update(books, INVOICE, invoice, element, places=places)


def create_credit_note(books: Books, element: Doc, *, places: int = 2) -> Doc:
    return documents.create(books, CREDIT_NOTE, element, places=places)


def update_credit_note(books: Books, note: Doc, element: Doc, *, places: int = 2) -> Doc:
    return documents.update(books, CREDIT_NOTE, note, element, places=places)


def match(books: Books, element: Doc) -> Doc | None:
    """The invoice that a POST means: by id, or by the number of a sales invoice."""
    return _match(books, INVOICE, element)


def match_credit_note(books: Books, element: Doc) -> Doc | None:
    return _match(books, CREDIT_NOTE, element)


def _match(books: Books, sort: Sort, element: Doc) -> Doc | None:
    if id_ := element.get(sort.settled.id_field):
        found = books.get(sort.settled.kind, str(id_))
        if found is None:
            raise Invalid(f"{sort.word} with {sort.settled.id_field} {id_} could not be found")
        return found
    number = element.get(sort.number_field)
    if not number or element.get("Type", sort.types[0]) != sort.types[0]:
        return None
    return books.find(sort.settled.kind, str(number))


def _due(books: Books, element: Doc) -> str:
    """The due date by the organisation's terms: so many days after the invoice date."""
    day = element.get("Date")
    if not day or not isinstance(day, str) or not day[:4].isdigit():
        return books.today()
    days = int(books.organisation.get("terms_days", 0))
    return (date.fromisoformat(day[:10]) + timedelta(days=days)).isoformat()

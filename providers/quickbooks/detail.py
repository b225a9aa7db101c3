"""One invoice with all that may speak for or against a deduction from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from providers.documents import InvoiceDetail, InvoiceLine, PaymentTerms
from providers.exact import Doc
from providers.ledger import Invoice, Kind
from providers.money import Money
from providers.quickbooks import query
from providers.quickbooks.books import Books

SOLD, GROUP = "SalesItemLineDetail", "GroupLineDetail"
BY_DAY_OF_MONTH = "DATE_DRIVEN"


def detail_of(books: Books, invoice_id: str) -> InvoiceDetail | None:
    """One call for the invoice, and one each for its products, its terms and its files; None if
    it is not there. developer.intuit.com: "Invoice", "Item", "Term", "Attachable"."""
    row = books.rows(Kind.INVOICE, [invoice_id]).get(invoice_id)
    invoice = books.record(Kind.INVOICE, row) if row else None
    if row is None or not isinstance(invoice, Invoice):
        return None
    sold = [line for line in _lines(row.get("Line") or ()) if line.get("DetailType") == SOLD]
    skus = _skus(books, [_reference(line[SOLD], "ItemRef") for line in sold])
    terms, untold = _terms(books, _reference(row, "SalesTermRef"))
    tax = Decimal(str((row.get("TxnTaxDetail") or {}).get("TotalTax") or 0))
    return InvoiceDetail(
        lines=tuple(_line(line, skus) for line in sold),
        tax=Money(tax, invoice.total.currency), terms=terms, terms_untold=untold,
        files=_files(books, invoice_id),
    )  # fmt: skip


def _lines(rows: Sequence[Doc]) -> Iterator[Doc]:
    """A bundle holds lines of its own."""
    for row in rows:
        yield row
        yield from _lines((row.get(GROUP) or {}).get("Line") or ())


def _line(row: Doc, skus: Mapping[str, str]) -> InvoiceLine:
    """Without a quantity QuickBooks counts one ("Invoice", Qty)."""
    detail = row[SOLD]
    quantity = Decimal(str(detail.get("Qty") or 1))
    price = detail.get("UnitPrice")
    names = (
        str((detail.get("ItemRef") or {}).get("name") or ""),
        skus.get(_reference(detail, "ItemRef"), ""),
    )
    return InvoiceLine(
        names=tuple(filter(None, names)), description=str(row.get("Description") or ""),
        quantity=quantity,
        unit_price=Decimal(str(row["Amount"])) / quantity if price is None else Decimal(str(price)),
    )  # fmt: skip


def _skus(books: Books, ids: Sequence[str]) -> dict[str, str]:
    wanted = [id_ for id_ in dict.fromkeys(ids) if id_]
    if not wanted:
        return {}
    conditions = (query.is_one_of("Id", wanted), "Active IN (true,false)")
    page = books.ask("Item", query.select("Item", *conditions))
    return {str(row["Id"]): str(row.get("Sku") or "") for row in page.rows}


def _terms(books: Books, id_: str) -> tuple[PaymentTerms | None, str]:
    if not id_:
        return None, ""
    conditions = (query.equals("Id", id_), "Active IN (true,false)")
    rows = books.ask("Term", query.select("Term", *conditions)).rows
    if not rows:
        return None, f"QuickBooks no longer has the invoice's terms ({id_})"
    percent = Decimal(str(rows[0].get("DiscountPercent") or 0))
    name = str(rows[0].get("Name") or "")
    if percent and rows[0].get("Type") == BY_DAY_OF_MONTH:
        return None, f"the terms {name!r} count by the day of the month; compare them by hand"
    return PaymentTerms(name, percent, int(rows[0].get("DiscountDays") or 0)), ""


def _files(books: Books, invoice_id: str) -> tuple[str, ...]:
    """The names of files; an Attachable without one is a note, such as ours."""
    conditions = (
        query.equals("AttachableRef.EntityRef.Type", "Invoice"),
        query.equals("AttachableRef.EntityRef.value", invoice_id),
    )
    page = books.ask("Attachable", query.select("Attachable", *conditions))
    return tuple(str(row["FileName"]) for row in page.rows if row.get("FileName"))


def _reference(row: Doc, name: str) -> str:
    return str((row.get(name) or {}).get("value") or "")

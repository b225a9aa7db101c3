"""One invoice with all that may speak for or against a deduction from it."""

from __future__ import annotations

from decimal import Decimal

from providers.documents import InvoiceDetail, InvoiceLine
from providers.errors import Refused
from providers.money import Money
from providers.xero import wire
from providers.xero.answers import NO_RIGHT
from providers.xero.client import XeroClient
from providers.xero.records import invoice_of
from providers.xero.wire import Json

PRICE_DECIMALS = 4
"""Prices come rounded to two unless four are asked for (unitdp in the specification)."""
NO_TERMS = "Xero's API gives an invoice a due date, and no terms that grant a discount"
"""Invoice and PaymentTerms in Xero's accounting specification: days and a kind of day only."""


def detail_of(client: XeroClient, invoice_id: str) -> InvoiceDetail | None:
    """One call, and one more where the invoice says that it has files; None if it is not there.

    Invoices, LineItems and Attachments in Xero's accounting specification.
    """
    answer = client.read("get_invoice", invoice_id, unitdp=PRICE_DECIMALS) or {}
    said = next(iter(wire.items(answer, "Invoices")), None)
    if said is None or invoice_of(said) is None:
        return None
    files, untold = _files(client, said)
    return InvoiceDetail(
        lines=tuple(_line(it) for it in wire.items(said, "LineItems") if "LineAmount" in it),
        tax=Money(wire.amount(said, "TotalTax"), wire.text(said, "CurrencyCode")),
        terms=None, terms_untold=NO_TERMS, files=files, files_untold=untold,
    )  # fmt: skip


def _line(said: Json) -> InvoiceLine:
    """The price after the line's own discount, in percent."""
    kept = (100 - wire.amount(said, "DiscountRate")) / 100
    names = (wire.text(said, "ItemCode"), wire.text(wire.part(said, "Item"), "Name"))
    return InvoiceLine(
        names=tuple(filter(None, names)), description=wire.text(said, "Description"),
        quantity=wire.amount(said, "Quantity") if "Quantity" in said else Decimal(1),
        unit_price=wire.amount(said, "UnitAmount") * kept,
    )  # fmt: skip


def _files(client: XeroClient, said: Json) -> tuple[tuple[str, ...], str]:
    if not wire.flag(said, "HasAttachments"):
        return (), ""
    try:
        listed = client.read("get_invoice_attachments", wire.text(said, "InvoiceID")) or {}
    except Refused as refused:
        if refused.code != NO_RIGHT:
            raise
        return (), "the invoice has files, and this connection may not see them; connect it anew"
    return tuple(wire.text(it, "FileName") for it in wire.items(listed, "Attachments")), ""

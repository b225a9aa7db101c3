"""The page on which a customer pays an invoice online; the link to it is the InvoiceLink."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.payment import PAYMENT
from providers.simulated.quickbooks.sending import pay_key
from providers.simulated.quickbooks.writing import create
from providers.simulated.store import Doc

CARD = "3"
"""The way of payment that online payments are booked under."""


def pay_pages(open_book: Callable[[str], Book]) -> Blueprint:
    pages = Blueprint("paying", __name__, template_folder="templates")

    def pay(realm: str, id_: str, key: str) -> str | tuple[str, int] | Response:
        book = open_book(realm)
        invoice = book.peek("Invoice", id_)
        if invoice is None or pay_key(book, invoice) != key:
            return render_template("problem.html", sentence="There is no such invoice."), 404
        if request.method == "POST":
            _pay(book, invoice)
            return redirect(request.path, 303)
        company = book.read("CompanyInfo", "1")["CompanyName"]
        return render_template("pay.html", invoice=invoice, company=company)

    pages.add_url_rule("/pay/<realm>/<id_>/<key>", "pay", pay, methods=["GET", "POST"])
    return pages


def _pay(book: Book, invoice: Doc) -> None:
    """Pay all that is open; nothing happens when nothing is."""
    if invoice["Balance"] <= 0:
        return
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    create(book, PAYMENT, {
        "CustomerRef": invoice["CustomerRef"], "CurrencyRef": invoice["CurrencyRef"],
        "TotalAmt": invoice["Balance"], "PaymentMethodRef": {"value": CARD},
        "PaymentRefNum": f"WEB{invoice['Id']}",
        "Line": [{"Amount": invoice["Balance"], "LinkedTxn": [link]}],
    })  # fmt: skip

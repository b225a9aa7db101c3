"""How documents look in Xero's answers: full where one is read or a page is, thin in long lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from providers.simulated.store import Doc
from providers.simulated.xero import balance, contacts, wire
from providers.simulated.xero.balance import Settled
from providers.simulated.xero.books import Books

CENTS = ("Total", "SubTotal", "TotalTax", "AmountDue", "AmountPaid", "AmountCredited",
         "RemainingCredit", "Amount", "BankAmount", "TotalAmount")  # fmt: skip
DAYS = ("Date", "DueDate", "FullyPaidOnDate", "ExpectedPaymentDate", "PlannedPaymentDate")
RATE = Decimal("0.0000000001")


@dataclass
class View:
    """How much to show, and what was already looked up for this answer."""

    books: Books
    full: bool = True
    single: bool = False
    places: int = 2
    _contacts: dict[str, Doc] = field(default_factory=dict)
    _accounts: dict[str, Doc] = field(default_factory=dict)
    _balances: dict[str, dict[str, Decimal]] | None = None

    def contact(self, id_: str) -> Doc:
        if id_ not in self._contacts:
            self._contacts[id_] = self.books.peek("contact", id_)
        return self._contacts[id_]

    def account(self, id_: str) -> Doc:
        if id_ not in self._accounts:
            self._accounts[id_] = self.books.peek("account", id_)
        return self._accounts[id_]

    def balances(self, contact_id: str) -> dict[str, Decimal]:
        if self._balances is None:
            self._balances = contacts.balances(self.books)
        return self._balances.get(contact_id, {})


def plain(doc: Doc, *fields: str) -> Doc:
    """The fields of a document in Xero's forms; dates get their text beside them."""
    out: Doc = {}
    for name in fields:
        value = doc.get(name)
        if value is None:
            continue
        if name in DAYS:
            out[name] = wire.date_out(value)
            if name in ("Date", "DueDate"):
                out[f"{name}String"] = f"{value}T00:00:00"
        elif name == "UpdatedDateUTC":
            out[name] = wire.moment_out(value)
        elif name == "CurrencyRate":
            out[name] = Decimal(value).quantize(RATE)
        else:
            out[name] = wire.to_cents(Decimal(value)) if name in CENTS else value
    return out


def stamped(doc: Doc) -> Doc:
    return {
        "UpdatedDateUTC": wire.moment_out(doc["UpdatedDateUTC"]),
        "UpdatedDateUTCString": wire.moment_text(doc["UpdatedDateUTC"]),
    }


def line_items(view: View, doc: Doc) -> list[Doc]:
    unit = Decimal(1).scaleb(-view.places)
    shown = []
    for line in doc["LineItems"]:
        out = dict(line)
        out["UnitAmount"] = Decimal(line["UnitAmount"]).quantize(unit, ROUND_HALF_UP)
        out["Quantity"] = Decimal(line["Quantity"]).quantize(Decimal("0.0001"))
        out["LineAmount"] = wire.to_cents(Decimal(line["LineAmount"]))
        out["TaxAmount"] = wire.to_cents(Decimal(line["TaxAmount"]))
        shown.append(out | {"Tracking": [], "ValidationErrors": []})
    return shown


def contact_of(view: View, doc: Doc) -> Doc:
    found = view.contact(doc["contact"])
    if view.single:
        return contact_body(found)
    return plain(found, "ContactID", "Name") | {
        "ContactGroups": [], "ContactPersons": [], "HasValidationErrors": False,
    }  # fmt: skip


def contact_body(doc: Doc) -> Doc:
    blank_address = {"City": "", "Region": "", "PostalCode": "", "Country": ""}
    return {
        "ContactGroups": [], "ContactPersons": [],
        "Addresses": [{"AddressType": kind, **blank_address} for kind in ("STREET", "POBOX")],
        "Phones": [], "BankAccountDetails": "",
        **{key: value for key, value in doc.items() if key not in ("app", "UpdatedDateUTC")},
        "UpdatedDateUTC": wire.moment_out(doc["UpdatedDateUTC"]), "HasValidationErrors": False,
    }  # fmt: skip


def contact(view: View, doc: Doc) -> Doc:
    if not view.full:
        return plain(doc, "ContactID", "ContactNumber", "AccountNumber", "ContactStatus", "Name",
                     "FirstName", "LastName", "EmailAddress", "IsSupplier", "IsCustomer",
                     "DefaultCurrency", "UpdatedDateUTC") | {
            "ContactGroups": [], "ContactPersons": [], "HasValidationErrors": False,
        }  # fmt: skip
    sums = view.balances(doc["ContactID"])
    if not sums:
        return contact_body(doc)
    return contact_body(doc) | {"Balances": {
        name: {"Outstanding": wire.to_cents(sums.get(side, balance.ZERO)),
               "Overdue": wire.to_cents(sums.get(f"{side} overdue", balance.ZERO))}
        for name, side in (("AccountsReceivable", "AR"), ("AccountsPayable", "AP"))
    }}  # fmt: skip


def invoice(view: View, doc: Doc) -> Doc:
    out = plain(doc, "Type", "InvoiceID", "InvoiceNumber", "Reference", "Url")
    out |= {"Payments": [], "CreditNotes": [], "Prepayments": [], "Overpayments": []}
    if view.full:
        out["Payments"] = payments_of(view, doc)
        out |= _credits_of(view, doc)
    out |= plain(doc, "AmountDue", "AmountPaid", "AmountCredited", "CurrencyRate",
                 "SentToContact", "HasAttachments", "BrandingThemeID")  # fmt: skip
    out |= {"HasErrors": False, "IsDiscounted": False, "Contact": contact_of(view, doc)}
    out |= plain(doc, "Date", "DueDate", "Status", "LineAmountTypes")
    out["LineItems"] = line_items(view, doc) if view.full else []
    out |= plain(doc, "SubTotal", "TotalTax", "Total") | stamped(doc)
    return out | plain(doc, "CurrencyCode", "FullyPaidOnDate", "ExpectedPaymentDate",
                       "PlannedPaymentDate")  # fmt: skip


def payments_of(view: View, doc: Doc) -> list[Doc]:
    found = [view.books.peek("payment", id_) for id_ in doc["payments"]]
    return [
        plain(row, "PaymentID", "BatchPaymentID", "Date", "Amount", "Reference", "CurrencyRate")
        | {"HasAccount": False, "HasValidationErrors": False}
        for row in found
    ]


def _credits_of(view: View, doc: Doc) -> Doc:
    out: Doc = {}
    for id_ in doc["allocations"]:
        row = view.books.peek("allocation", id_)
        settled = balance.BY_KIND[row["of"]]
        source = view.books.peek(settled.kind, row["credit"])
        shown = plain(source, settled.id_field, "CreditNoteNumber", "Total")
        shown |= {"ID": row["credit"], "AppliedAmount": wire.to_cents(row["Amount"])}
        shown |= plain(row, "Date") | {"LineItems": []}
        out.setdefault(f"{settled.name}s", []).append(shown)
    return out


def credit(view: View, settled: Settled, doc: Doc) -> Doc:
    """A credit note, overpayment or prepayment."""
    out = plain(doc, settled.id_field, "CreditNoteNumber", "Type", "Reference", "RemainingCredit",
                "CurrencyRate", "SentToContact", "HasAttachments", "BrandingThemeID")  # fmt: skip
    out |= {"ID": doc[settled.id_field], "Allocations": [], "Payments": []}
    if view.full:
        rows = [view.books.peek("allocation", id_) for id_ in doc["allocations"]]
        out["Allocations"] = [allocation(view, row) for row in rows]
        out["Payments"] = payments_of(view, doc)
    out |= {"Contact": contact_of(view, doc)}
    out |= plain(doc, "Date", "DueDate", "Status", "LineAmountTypes")
    out["LineItems"] = line_items(view, doc) if view.full else []
    out |= plain(doc, "SubTotal", "TotalTax", "Total") | stamped(doc)
    return out | plain(doc, "CurrencyCode", "FullyPaidOnDate")


def allocation(view: View, row: Doc) -> Doc:
    found = view.books.peek("invoice", row["invoice"])
    return plain(row, "AllocationID", "Amount", "Date") | {
        "Invoice": invoice_stub(found), "IsDeleted": False, "ValidationErrors": [],
    }  # fmt: skip


def invoice_stub(doc: Doc) -> Doc:
    return plain(doc, "InvoiceID", "InvoiceNumber", "CurrencyCode") | {
        "Payments": [], "CreditNotes": [], "Prepayments": [], "Overpayments": [],
        "HasErrors": False, "IsDiscounted": False, "LineItems": [], "ValidationErrors": [],
    }  # fmt: skip


def account_stub(view: View, id_: str) -> Doc:
    return plain(view.account(id_), "AccountID", "Code", "Name")


def bank_transaction(view: View, doc: Doc) -> Doc:
    out = plain(doc, "BankTransactionID", "OverpaymentID", "PrepaymentID")
    out |= {"BankAccount": account_stub(view, doc["account"])}
    out |= plain(doc, "Type", "Reference", "IsReconciled", "HasAttachments", "CurrencyRate")
    out |= {"Contact": contact_of(view, doc)}
    out |= plain(doc, "Date", "Status", "LineAmountTypes")
    out["LineItems"] = line_items(view, doc) if view.full else []
    out |= plain(doc, "SubTotal", "TotalTax", "Total", "UpdatedDateUTC", "CurrencyCode")
    return out

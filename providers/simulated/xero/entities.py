"""The documents that can be listed, read and written, each with its words and its verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from providers.simulated.store import Doc
from providers.simulated.xero import (
    balance,
    banktransactions,
    contacts,
    invoices,
    payments,
    shown,
    shown_payments,
)
from providers.simulated.xero.books import Books
from providers.simulated.xero.shown import View

Create = Callable[[Books, Doc], Doc]
CreateRounded = Callable[..., Doc]
Update = Callable[[Books, Doc, Doc], Doc]
Match = Callable[[Books, Doc], Doc | None]
Show = Callable[[View, Doc], Doc]
COMMON = ("Status", "Date", "UpdatedDateUTC", "Reference", "CurrencyCode", "CurrencyRate")
AMOUNTS = ("Type", "Total", "SubTotal", "TotalTax", "contact")


@dataclass(frozen=True, slots=True)
class Entity:
    """`fields` can be filtered and sorted by; `texts` are searched by searchTerm."""

    plural: str
    kind: str
    id_field: str
    scope: str
    show: Show
    fields: tuple[str, ...]
    create: CreateRounded | None = None
    update: CreateRounded | None = None
    match: Match | None = None
    number_field: str = ""
    rounded: bool = False
    """Whether unit amounts may have four decimals (unitdp=4)."""
    thin_unpaged: bool = False
    notes: bool = True
    """Whether a note can be added to its history."""


def _by_id(kind: str, id_field: str) -> Match:
    def match(books: Books, element: Doc) -> Doc | None:
        id_ = element.get(id_field)
        return books.get(kind, str(id_)) if id_ else None

    return match


INVOICES = Entity(
    "Invoices", "invoice", "InvoiceID", "accounting.invoices", shown.invoice,
    (*COMMON, *AMOUNTS, "DueDate", "InvoiceID", "InvoiceNumber", "AmountDue", "AmountPaid",
     "AmountCredited", "FullyPaidOnDate", "ExpectedPaymentDate", "SentToContact",
     "BrandingThemeID"),
    invoices.create, invoices.update, invoices.match,
    number_field="InvoiceNumber", rounded=True, thin_unpaged=True,
)  # fmt: skip
CREDIT_NOTES = Entity(
    "CreditNotes", "creditnote", "CreditNoteID", "accounting.invoices",
    lambda view, doc: shown.credit(view, balance.CREDIT_NOTE, doc),
    (*COMMON, *AMOUNTS, "DueDate", "CreditNoteID", "CreditNoteNumber", "RemainingCredit",
     "FullyPaidOnDate"),
    invoices.create_credit_note, invoices.update_credit_note, invoices.match_credit_note,
    number_field="CreditNoteNumber", rounded=True, thin_unpaged=True,
)  # fmt: skip
CONTACTS = Entity(
    "Contacts", "contact", "ContactID", "accounting.contacts", shown.contact,
    ("ContactID", "ContactNumber", "AccountNumber", "ContactStatus", "Name", "FirstName",
     "LastName", "EmailAddress", "IsCustomer", "IsSupplier", "UpdatedDateUTC", "CompanyNumber",
     "TaxNumber"),
    contacts.create, contacts.update, contacts.match,
    number_field="ContactNumber", thin_unpaged=True,
)  # fmt: skip
PAYMENTS = Entity(
    "Payments", "payment", "PaymentID", "accounting.payments", shown_payments.payment,
    (*COMMON, "PaymentID", "PaymentType", "Amount", "BankAmount", "IsReconciled", "document",
     "account", "batch"),
    payments.create, payments.delete, _by_id("payment", "PaymentID"), notes=False,
)  # fmt: skip
BATCH_PAYMENTS = Entity(
    "BatchPayments", "batchpayment", "BatchPaymentID", "accounting.payments",
    shown_payments.batch_payment,
    (*COMMON, "BatchPaymentID", "Type", "TotalAmount", "IsReconciled", "account"),
    payments.create_batch, payments.delete_batch, _by_id("batchpayment", "BatchPaymentID"),
)  # fmt: skip
BANK_TRANSACTIONS = Entity(
    "BankTransactions", "banktransaction", "BankTransactionID", "accounting.banktransactions",
    shown.bank_transaction,
    (*COMMON, *AMOUNTS, "BankTransactionID", "IsReconciled", "account"),
    banktransactions.create, banktransactions.update,
    _by_id("banktransaction", "BankTransactionID"), rounded=True,
)  # fmt: skip
OVERPAYMENTS = Entity(
    "Overpayments", "overpayment", "OverpaymentID", "accounting.payments",
    lambda view, doc: shown.credit(view, balance.OVERPAYMENT, doc),
    (*COMMON, *AMOUNTS, "OverpaymentID", "RemainingCredit"), notes=False,
)  # fmt: skip
PREPAYMENTS = Entity(
    "Prepayments", "prepayment", "PrepaymentID", "accounting.payments",
    lambda view, doc: shown.credit(view, balance.PREPAYMENT, doc),
    (*COMMON, *AMOUNTS, "PrepaymentID", "RemainingCredit"), notes=False,
)  # fmt: skip
ENTITIES = {
    entity.plural.lower(): entity
    for entity in (INVOICES, CREDIT_NOTES, CONTACTS, PAYMENTS, BATCH_PAYMENTS, BANK_TRANSACTIONS,
                   OVERPAYMENTS, PREPAYMENTS)
}  # fmt: skip

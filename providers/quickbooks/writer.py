"""Writing to one QuickBooks company: each write composed, sent and found again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from providers import exact
from providers.charging import RaiseCharge, VoidCharge
from providers.errors import OutcomeUnknown, Stale
from providers.exact import Doc
from providers.http import Http
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    CreditNote,
    Draft,
    Effect,
    Invoice,
    Kind,
    Payment,
    RecordPayment,
    Undo,
)
from providers.money import Money
from providers.quickbooks import charges, differences, notes, payments, query, records, undoing
from providers.quickbooks.books import Books
from providers.quickbooks.client import Client
from providers.tokens import Access, Vendor

ATTACHABLE = "Attachable"


class QuickBooksWriter:
    """A LedgerWriter. Paths of drafts are relative to the company.

    Markers stand in the payment's PrivateNote, in the attached note, or in the customer's Notes.
    """

    def __init__(self, vendor: Vendor, http: Http, access: Access, company_id: str) -> None:
        self._client = Client(vendor, http, access, company_id)
        self._books = Books(self._client)

    def compose(self, effect: Effect, marker: str) -> Draft:
        """Raises Stale where a record is gone or has too little left, Refused where the write
        could never be made."""
        match effect:
            case ApplyUnapplied():
                is_credit = effect.payment_kind is Kind.CREDIT_NOTE
                return (self._credited if is_credit else self._applied)(effect, marker)
            case RecordPayment():
                return self._recorded(effect, marker)
            case CreditDifference():
                return differences.credited(self._client, self._books, effect, marker)
            case Undo():
                return undoing.undone(self._client, self._books, effect, marker)
            case RaiseCharge() | VoidCharge():
                return charges.composed(self._client, self._books, effect, marker)
            case AddNote():
                return self._note(effect, marker)

    def send(self, draft: Draft, key: str) -> str:
        """Exactly one request, or two if the first is refused for an expired token."""
        doc = self._client.write(draft.method, draft.path, draft.body, key=key)
        for written in doc.values():
            if isinstance(written, dict) and written.get("Id"):
                return str(written["Id"])
        raise OutcomeUnknown(f"the answer to the write of a {draft.path} names no record")

    def find(self, effect: Effect, draft: Draft, marker: str) -> str:  # noqa: ARG002
        """One call. `draft` is not needed: every write of ours carries its marker."""
        match effect:
            case ApplyUnapplied():
                return self._find_applied(effect, marker)
            case CreditDifference():
                return differences.find(self._books, effect, marker)
            case Undo():
                return undoing.find(self._books, effect, marker)
            case RecordPayment():
                that_day = query.equals("TxnDate", effect.received.isoformat())
                return self._find_payment(effect.customer_id, that_day, marker)
            case RaiseCharge() | VoidCharge():
                return charges.find(self._books, effect, marker)
            case AddNote():
                return self._find_note(effect, marker)

    def _applied(self, effect: ApplyUnapplied, marker: str) -> Draft:
        rows = self._books.rows(Kind.PAYMENT, [effect.payment_id])
        row = rows.get(effect.payment_id)
        payment = self._books.record(Kind.PAYMENT, row) if row else None
        if row is None or not isinstance(payment, Payment):
            raise Stale(f"payment {effect.payment_id} is no longer there")
        payments.check_payment(payment, effect.allocations)
        _, targets = self._targets(effect.allocations, payment.total.currency)
        body = payments.applied_body(effect, row, marker)
        return Draft("POST", "payment", exact.dump(body), read=(payment, *targets))

    def _credited(self, effect: ApplyUnapplied, marker: str) -> Draft:
        currency = effect.allocations[0].amount.currency
        wanted = Money.total((part.amount for part in effect.allocations), currency)
        parts = (*effect.allocations, Allocation(effect.payment_id, -wanted))
        rows, read = self._targets(parts, currency)
        body = payments.credited_body(effect, rows[0], marker)
        return Draft("POST", "payment", exact.dump(body), read=tuple(read))

    def _recorded(self, effect: RecordPayment, marker: str) -> Draft:
        payments.check_total(effect)
        if effect.allocations:
            siblings, read = self._targets(effect.allocations, effect.total.currency)
            body = payments.recorded_body(effect, siblings[0], marker)
            return Draft("POST", "payment", exact.dump(body), read=tuple(read))
        row = self._customer(effect.customer_id)
        body = payments.recorded_body(effect, row, marker)
        customer = self._books.record(Kind.CUSTOMER, row)
        return Draft("POST", "payment", exact.dump(body), read=(customer,))

    def _note(self, effect: AddNote, marker: str) -> Draft:
        if effect.kind is Kind.CUSTOMER:
            return self._customer_note(effect, marker)
        return _attached_note(effect, marker)

    def _customer_note(self, effect: AddNote, marker: str) -> Draft:
        row = self._customer(effect.record_id)
        said = f"{effect.on.isoformat()} {effect.text}"
        body = {
            "Id": row["Id"],
            "SyncToken": row["SyncToken"],
            "sparse": True,
            "Notes": notes.rolled(str(row.get("Notes") or ""), said, marker),
        }
        customer = self._books.record(Kind.CUSTOMER, row)
        return Draft("POST", "customer", exact.dump(body), read=(customer,))

    def _customer(self, customer_id: str) -> Doc:
        row = self._books.rows(Kind.CUSTOMER, [customer_id]).get(customer_id)
        if row is None or records.is_deleted(row):
            raise Stale(f"customer {customer_id} is no longer there")
        return row

    def _targets(
        self, allocations: Sequence[Allocation], currency: str
    ) -> tuple[list[Doc], list[Invoice | CreditNote]]:
        """The invoices and credit memos as QuickBooks sent them and as records, once they can
        take and give their parts."""
        sent: list[Doc] = []
        found: dict[tuple[Kind, str], Invoice | CreditNote] = {}
        for kind in (Kind.INVOICE, Kind.CREDIT_NOTE):
            ids = [p.invoice_id for p in allocations if payments.kind_of(p) is kind]
            rows = self._books.rows(kind, ids)
            sent += rows.values()
            for id_, row in rows.items():
                record = self._books.record(kind, row)
                if isinstance(record, Invoice | CreditNote):
                    found[kind, id_] = record
        payments.check_targets(allocations, found, currency)
        return sent, list(found.values())

    def _find_applied(self, effect: ApplyUnapplied, marker: str) -> str:
        if effect.payment_kind is Kind.CREDIT_NOTE:
            nothing = query.equals("TotalAmt", "0")
            return self._find_payment(effect.customer_id, nothing, marker)
        rows = self._books.rows(Kind.PAYMENT, [effect.payment_id]).values()
        return _marked(rows, "PrivateNote", marker)

    def _find_payment(self, customer_id: str, condition: str, marker: str) -> str:
        pages = self._books.pages(
            records.entity_of(Kind.PAYMENT), query.equals("CustomerRef", customer_id), condition
        )
        found = (_marked(page.rows, "PrivateNote", marker) for page in pages)
        return next(filter(None, found), "")

    def _find_note(self, effect: AddNote, marker: str) -> str:
        if effect.kind is Kind.CUSTOMER:
            rows = self._books.rows(Kind.CUSTOMER, [effect.record_id]).values()
            return _marked(rows, "Notes", marker)
        pages = self._books.pages(
            ATTACHABLE,
            query.equals("AttachableRef.EntityRef.Type", records.entity_of(effect.kind)),
            query.equals("AttachableRef.EntityRef.value", effect.record_id),
        )
        found = (_marked(page.rows, "Note", marker) for page in pages)
        return next(filter(None, found), "")


def _attached_note(effect: AddNote, marker: str) -> Draft:
    """A note without a file, not sent along when the invoice is e-mailed."""
    target = {"type": records.entity_of(effect.kind), "value": effect.record_id}
    body = {
        "Note": notes.marked(effect.text, marker, notes.ATTACHED_NOTE_UNITS_MAX),
        "AttachableRef": [{"IncludeOnSend": False, "EntityRef": target}],
    }
    return Draft("POST", ATTACHABLE.lower(), exact.dump(body))


def _marked(rows: Iterable[Doc], field: str, marker: str) -> str:
    return next((str(row["Id"]) for row in rows if marker in str(row.get(field) or "")), "")

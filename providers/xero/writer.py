"""Writing to one Xero organisation: composed once, sent under a key, found again by its marker."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from providers.charging import RaiseCharge, VoidCharge
from providers.errors import OutcomeUnknown, Refused, Stale, TryLater
from providers.http import Http
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Draft,
    Effect,
    Kind,
    Record,
    RecordPayment,
    Undo,
)
from providers.money import Money
from providers.organisation import Organisation
from providers.tokens import Access, Vendor
from providers.xero import bodies, charges, differences, search, undoing, wire
from providers.xero.answers import TROUBLE_WAIT, complaints, refusal_of
from providers.xero.calls import Call, name_call
from providers.xero.client import XeroClient
from providers.xero.current import read_current
from providers.xero.notes import marker_of, note_text
from providers.xero.organisation import choose_account, read_accounts, read_zone
from providers.xero.records import record_of
from providers.xero.wire import Json

ALLOCATE = {
    Kind.OVERPAYMENT: ("get_overpayment", "Overpayments", "create_overpayment_allocations"),
    Kind.PREPAYMENT: ("get_prepayment", "Prepayments", "create_prepayment_allocations"),
    Kind.CREDIT_NOTE: ("get_credit_note", "CreditNotes", "create_credit_note_allocation"),
}
ANNOTATE = {Kind.INVOICE: "create_invoice_history", Kind.CUSTOMER: "create_contact_history"}
WRITTEN = {
    "Allocations": "AllocationID",
    "Payments": "PaymentID",
    "BatchPayments": "BatchPaymentID",
    "BankTransactions": "OverpaymentID",
    "CreditNotes": "CreditNoteID",
    "Invoices": "InvoiceID",
    "HistoryRecords": "Details",
}
"""What an answer lists, and the field that names what was written."""


class XeroWriter:
    """The port `providers.ledger.LedgerWriter` for Xero.

    `organisation` saves a call where the caller has it; its `deposit_account` is where receipts
    in the base currency are booked. Methods may raise any error of `providers.errors`.
    """

    def __init__(
        self,
        vendor: Vendor,
        http: Http,
        access: Access,
        company_id: str,
        *,
        organisation: Organisation | None = None,
    ) -> None:
        self._client = XeroClient(vendor, http, access=access, company_id=company_id)
        self._organisation = organisation
        self._accounts: list[Json] | None = None
        self._time_zone = organisation.time_zone if organisation else ""

    def compose(self, effect: Effect, marker: str) -> Draft:
        match effect:
            case ApplyUnapplied():
                return self._compose_allocations(effect)
            case RecordPayment():
                return self._compose_payment(effect, marker)
            case CreditDifference():
                return differences.compose(self._client, effect, marker)
            case Undo():
                return undoing.compose(self._client, effect)
            case RaiseCharge() | VoidCharge():
                return charges.compose(self._client, effect, marker)
            case _:
                return self._compose_note(effect, marker)

    def send(self, draft: Draft, key: str) -> str:
        """Returns the id of the payment, batch payment or overpayment; the ids of allocations,
        parted by commas; or the marker of a note, which Xero gives no id.

        Raises Refused, code "partial", if Xero took some allocations and refused others.
        """
        answer = self._client.write(Call(draft.method, draft.path, draft.body), key)
        if wire.flag(answer, "IsDeleted"):
            return wire.text(answer, "AllocationId") or wire.text(answer, "AllocationID")
        for wrapper, id_field in WRITTEN.items():
            if elements := wire.items(answer, wrapper):
                _check(elements)
                return ",".join(_name(it, id_field) for it in elements)
        raise OutcomeUnknown("Xero's answer does not say what was written")

    def find(self, effect: Effect, draft: Draft, marker: str) -> str:
        """Raises Refused, code "partial", if only some of the allocations are there."""
        match effect:
            case ApplyUnapplied():
                said, _ = self._unapplied(effect)
                return search.new_allocations(effect, said, draft.before)
            case RecordPayment():
                return search.payment_id(self._client, effect, marker)
            case CreditDifference():
                return search.credit_note_id(self._client, effect, marker)
            case Undo():
                return undoing.find(self._client, effect)
            case RaiseCharge() | VoidCharge():
                return charges.find(self._client, effect, marker)
            case _:
                return search.note_marker(self._client, effect, marker)

    def _compose_allocations(self, effect: ApplyUnapplied) -> Draft:
        """Two reads: the money, and all invoices at once. The allocation is dated today, as a
        person's would be, in the organisation's own zone and by Xero's clock."""
        said, answered_at = self._unapplied(effect)
        money = record_of(effect.payment_kind, said)
        if money is None:
            raise Refused(f"{effect.payment_kind} {effect.payment_id} is of a supplier")
        today = answered_at.astimezone(self._zone()).date()
        body = bodies.allocations(effect.allocations, on=today)
        _, _, name = ALLOCATE[effect.payment_kind]
        call = name_call(name, effect.payment_id, body, summarize_errors=False)
        read = (money, *self._invoices(effect.allocations))
        return _draft(call, read=read, before=search.allocation_names(said))

    def _compose_payment(self, effect: RecordPayment, marker: str) -> Draft:
        applied = Money.total((it.amount for it in effect.allocations), effect.total.currency)
        if effect.allocations and applied != effect.total:
            raise Refused(
                f"Xero books one receipt either on invoices or on account: {effect.total} came in"
                f" and {applied} is set against invoices; split the receipt in two",
                code="rest",
            )
        account = self._account((effect.banked or effect.total).currency)
        call = _receipt(effect, account=account, marker=marker)
        return _draft(call, read=self._invoices(effect.allocations))

    def _compose_note(self, effect: AddNote, marker: str) -> Draft:
        if effect.kind not in ANNOTATE:
            raise Refused(f"notes go on invoices and customers, not on a {effect.kind}")
        body = bodies.history(note_text(effect.text, marker))
        return _draft(name_call(ANNOTATE[effect.kind], effect.record_id, body))

    def _unapplied(self, effect: ApplyUnapplied) -> tuple[Json, datetime]:
        """The money as Xero has it now, and Xero's own time."""
        if effect.payment_kind not in ALLOCATE:
            raise Refused(f"a {effect.payment_kind} in Xero has nothing left to apply")
        name, wrapper, _ = ALLOCATE[effect.payment_kind]
        answer = self._client.read(name, effect.payment_id) or {}
        found = wire.items(answer, wrapper)
        if not found:
            raise Stale(f"{effect.payment_kind} {effect.payment_id} is no longer there")
        if not answer.get("DateTimeUTC"):
            raise TryLater("Xero did not say what time it is", wait=TROUBLE_WAIT)
        return found[0], wire.moment_of(answer, "DateTimeUTC")

    def _invoices(self, parts: tuple[Allocation, ...]) -> tuple[Record, ...]:
        return read_current(self._client, Kind.INVOICE, [it.invoice_id for it in parts])

    def _account(self, currency: str) -> str:
        chosen = self._organisation
        if chosen and chosen.currency == currency and chosen.deposit_account:
            return chosen.deposit_account
        if self._accounts is None:
            self._accounts = read_accounts(self._client)
        account = choose_account(self._accounts, currency)
        if not account:
            raise Refused(
                f"no account in Xero takes payments in {currency}; add a bank account in"
                f" {currency} or enable payments to another account",
                code="account",
            )
        return account

    def _zone(self) -> ZoneInfo:
        if not self._time_zone:
            self._time_zone = read_zone(self._client)
        return ZoneInfo(self._time_zone)


def _receipt(effect: RecordPayment, *, account: str, marker: str) -> Call:
    if not effect.allocations:
        body = bodies.overpayment(effect, account=account, marker=marker)
        return name_call("create_bank_transactions", body, summarize_errors=False)
    if len(effect.allocations) == 1:
        body = bodies.payment(effect, account=account, marker=marker)
        return name_call("create_payments", body, summarize_errors=False)
    body = bodies.batch_payment(effect, account=account, marker=marker)
    return name_call("create_batch_payment", body, summarize_errors=False)


def _draft(call: Call, *, read: tuple[Record, ...] = (), before: tuple[str, ...] = ()) -> Draft:
    return Draft(call.method, call.path, wire.dump(call.body), read, before)


def _check(elements: list[Json]) -> None:
    """A 200 may still refuse single elements (summarizeErrors=false). Raises Refused or Stale."""
    refused = [said for it in elements if (said := complaints(it))]
    if not refused:
        return
    words = "; ".join(dict.fromkeys(word for said in refused for word in said))
    if len(refused) < len(elements):
        counted = f"{len(refused)} of {len(elements)} refused: {words}"
        raise Refused(f"Xero: {counted}", code="partial")
    raise refusal_of(f"Xero: {words}")


def _name(element: Json, id_field: str) -> str:
    named = wire.text(element, id_field) or wire.text(element, "BankTransactionID")
    if id_field == "Details":
        return marker_of(named)
    return named or wire.text(wire.part(element, "Invoice"), "InvoiceID")

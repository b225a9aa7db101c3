"""Taking back what we wrote in Xero: allocations, payments, batch payments and overpayments."""

from __future__ import annotations

from datetime import date

from providers.errors import Refused, Stale
from providers.ledger import (
    ApplyUnapplied,
    CreditDifference,
    Draft,
    Kind,
    RecordPayment,
    Undo,
)
from providers.money import Money
from providers.xero import bodies, search, wire
from providers.xero.calls import Call, name_call
from providers.xero.client import XeroClient
from providers.xero.organisation import read_locked_until
from providers.xero.records import allocations_of
from providers.xero.wire import Json

OF = {
    Kind.OVERPAYMENT: ("get_overpayment", "Overpayments", "delete_overpayment_allocations"),
    Kind.PREPAYMENT: ("get_prepayment", "Prepayments", "delete_prepayment_allocations"),
    Kind.CREDIT_NOTE: ("get_credit_note", "CreditNotes", "delete_credit_note_allocations"),
}
DELETED = {"Status": "DELETED"}
GONE = ("DELETED", "VOIDED")
SEVERAL = 2


def compose(client: XeroClient, effect: Undo) -> Draft:
    """The request that takes it back. Raises Stale where it is gone or other than we wrote it,
    Refused where it is reconciled or lies in a locked period."""
    done = effect.done
    if isinstance(done, ApplyUnapplied):
        call = _allocation(client, effect, done)
    elif isinstance(done, CreditDifference):
        call = _credit(client, effect, done)
    elif not done.allocations:
        call = _overpayment(client, effect, done)
    elif len(done.allocations) >= SEVERAL:
        said = _standing(client, "get_batch_payment", "BatchPayments", effect.receipt)
        found = sum(wire.amount(it, "Amount") for it in wire.items(said, "Payments"))
        _check(client, said, same=found == done.total.amount)
        call = name_call("delete_batch_payment_by_url_param", effect.receipt, DELETED)
    else:
        said = _standing(client, "get_payment", "Payments", effect.receipt)
        same = wire.amount(said, "Amount") == done.total.amount
        _check(client, said, same=same and _invoice(said) == done.allocations[0].invoice_id.lower())
        call = name_call("delete_payment", effect.receipt, {"Payments": [DELETED]})
    return Draft(call.method, call.path, wire.dump(call.body) if call.body else b"")


def find(client: XeroClient, effect: Undo) -> str:
    """What was taken back is not there any more, or is marked as deleted: no text is needed."""
    done = effect.done
    if isinstance(done, ApplyUnapplied):
        name, wrapper, _ = OF[done.payment_kind]
        money = _read(client, name, wrapper, done.payment_id)
        return "" if money and _of(effect, money) else effect.receipt
    if isinstance(done, CreditDifference):
        said = _read(client, "get_credit_note", "CreditNotes", effect.receipt)
    elif not done.allocations:
        said = _read(client, "get_overpayment", "Overpayments", effect.receipt)
    elif len(done.allocations) >= SEVERAL:
        said = _read(client, "get_batch_payment", "BatchPayments", effect.receipt)
    else:
        said = _read(client, "get_payment", "Payments", effect.receipt)
    return "" if said and wire.text(said, "Status").upper() not in GONE else effect.receipt


def _allocation(client: XeroClient, effect: Undo, done: ApplyUnapplied) -> Call:
    name, wrapper, delete = OF[done.payment_kind]
    money = _standing(client, name, wrapper, done.payment_id)
    found = _of(effect, money)
    part = done.allocations[0]
    if found is None or wire.amount(found, "Amount") != part.amount.amount:
        raise Stale(f"the allocation to invoice {part.invoice_id} is no longer as it was written")
    _check_others(effect, money)
    _check_open(client, wire.day(found, "Date"))
    return name_call(delete, done.payment_id, effect.receipt)


def _credit(client: XeroClient, effect: Undo, done: CreditDifference) -> Call:
    """A credit note is voided, once what we allocated of it is taken back."""
    said = _standing(client, "get_credit_note", "CreditNotes", effect.receipt)
    _check_others(effect, said)
    _check(client, said, same=wire.amount(said, "Total") == done.amount.amount)
    body = {"CreditNotes": [{"CreditNoteID": effect.receipt, "Status": "VOIDED"}]}
    return name_call("update_credit_note", effect.receipt, body)


def _overpayment(client: XeroClient, effect: Undo, done: RecordPayment) -> Call:
    """Voided through the bank transaction that brought it; ours on it are taken back before."""
    said = _standing(client, "get_overpayment", "Overpayments", effect.receipt)
    _check_others(effect, said)
    transaction = search.transaction_of(client, done, effect.receipt)
    if transaction is None:
        raise Stale(f"the bank transaction of overpayment {effect.receipt} is no longer there")
    same = wire.amount(said, "Total") == done.total.amount
    _check(client, transaction, same=same)
    id_ = wire.text(transaction, "BankTransactionID")
    return name_call("update_bank_transaction", id_, bodies.deleted(transaction))


def _check(client: XeroClient, said: Json, *, same: bool) -> None:
    if not same:
        raise Stale("the payment is no longer over the amount or the invoice that was written")
    if wire.flag(said, "IsReconciled"):
        raise Refused("the payment is reconciled with the bank in Xero", code="reconciled")
    _check_open(client, wire.day(said, "Date"))


def _check_others(effect: Undo, money: Json) -> None:
    """Whatever others set against an invoice, or paid back, since our write."""
    ours = (effect.receipt, *effect.ours)
    currency = wire.text(money, "CurrencyCode")
    others = [it for it in allocations_of(money, currency) if it.id not in ours]
    if others:
        taken = Money.total((it.amount for it in others), currency)
        raise Stale(f"{taken} of the money was allocated since Ledgerhand wrote it")
    if is_refunded(money) and not isinstance(effect.done, ApplyUnapplied):
        raise Stale("some of the money was paid back since Ledgerhand wrote it")


def is_refunded(money: Json) -> bool:
    """Whether some of an overpayment was paid back to the customer."""
    return bool(wire.items(money, "Payments"))


def _check_open(client: XeroClient, *days: date | None) -> None:
    locked = read_locked_until(client)
    if locked and any(day and day <= locked for day in days):
        raise Refused(f"the period is locked until {locked}", code="locked")


def _of(effect: Undo, money: Json) -> Json | None:
    return next(
        (
            it
            for it in wire.items(money, "Allocations")
            if wire.text(it, "AllocationID") == effect.receipt and not wire.flag(it, "IsDeleted")
        ),
        None,
    )


def _standing(client: XeroClient, name: str, wrapper: str, id_: str) -> Json:
    said = _read(client, name, wrapper, id_)
    if said is None or wire.text(said, "Status").upper() in GONE:
        raise Stale(f"{wrapper} {id_} is no longer there")
    return said


def _read(client: XeroClient, name: str, wrapper: str, id_: str) -> Json | None:
    return next(iter(wire.items(client.read(name, id_) or {}, wrapper)), None)


def _invoice(said: Json) -> str:
    return wire.text(wire.part(said, "Invoice"), "InvoiceID").lower()

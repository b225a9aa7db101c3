"""A charge for being late as an invoice of its own: raised, found again, and voided."""

from __future__ import annotations

from collections.abc import Iterator

from providers.charging import Charging, RaiseCharge, VoidCharge
from providers.errors import Refused, Stale
from providers.ledger import Customer, Draft, Kind
from providers.xero import bodies, search, wire
from providers.xero.calls import Call, name_call
from providers.xero.client import XeroClient
from providers.xero.current import read_current
from providers.xero.organisation import read_locked_until
from providers.xero.wire import Json

VOIDED = ("VOIDED", "DELETED")


def compose(client: XeroClient, effect: Charging, marker: str) -> Draft:
    """Two calls. Raises Stale where the customer or the invoice is gone or is no longer as it was,
    Refused where it lies in a locked period."""
    if isinstance(effect, VoidCharge):
        return _drafted(_void(client, effect))
    (customer,) = read_current(client, Kind.CUSTOMER, [effect.customer_id])
    if not isinstance(customer, Customer) or not customer.active:
        raise Stale(f"customer {effect.customer_id} is no longer there")
    about = read_current(client, Kind.INVOICE, effect.invoice_ids)
    body = bodies.charge(effect, marker=marker)
    call = name_call("create_invoices", body, summarize_errors=False)
    return Draft(call.method, call.path, wire.dump(call.body), read=about)


def find(client: XeroClient, effect: Charging, marker: str) -> str:
    """A raised invoice carries the marker as its reference; a voided one is void, or gone."""
    if isinstance(effect, RaiseCharge):
        return search.charge_id(client, effect, marker)
    said = _read(client, effect.receipt)
    return effect.receipt if said is None or _status(said) in VOIDED else ""


def _void(client: XeroClient, effect: VoidCharge) -> Call:
    said = _read(client, effect.receipt)
    if said is None or _status(said) in VOIDED:
        raise Stale(f"invoice {effect.receipt} is no longer there")
    number = wire.text(said, "InvoiceNumber") or effect.receipt
    if wire.amount(said, "AmountPaid") or wire.amount(said, "AmountCredited"):
        raise Stale(f"something was set against invoice {number}; take that off first")
    if changed := ", ".join(_changed(said, effect.done)):
        raise Stale(f"invoice {number} was changed since Ledgerhand wrote it: {changed}")
    locked, day = read_locked_until(client), wire.day(said, "Date")
    if locked and day and day <= locked:
        raise Refused(f"the period is locked until {locked}", code="locked")
    body = {"Invoices": [{"InvoiceID": effect.receipt, "Status": "VOIDED"}]}
    return name_call("update_invoice", effect.receipt, body)


def _changed(said: Json, done: RaiseCharge) -> Iterator[str]:
    """What is no longer as it was written."""
    if wire.text(wire.part(said, "Contact"), "ContactID").lower() != done.customer_id.lower():
        yield "the customer"
    if wire.amount(said, "Total") != done.amount.amount:
        yield "the amount"
    if (wire.day(said, "Date"), wire.day(said, "DueDate")) != (done.on, done.due):
        yield "a date"
    lines = [wire.text(line, "Description") for line in wire.items(said, "LineItems")]
    if lines != [bodies.described(done)]:
        yield "the lines"


def _read(client: XeroClient, invoice_id: str) -> Json | None:
    answer = client.read("get_invoice", invoice_id) or {}
    return next(iter(wire.items(answer, "Invoices")), None)


def _status(said: Json) -> str:
    return wire.text(said, "Status").upper()


def _drafted(call: Call) -> Draft:
    return Draft(call.method, call.path, wire.dump(call.body))

"""A credit of what is missing or in question on an invoice, as a credit note to a named account."""

from __future__ import annotations

from providers.errors import Refused, Stale
from providers.ledger import CreditDifference, Draft, Invoice, Kind
from providers.xero import bodies, wire
from providers.xero.calls import name_call
from providers.xero.client import XeroClient
from providers.xero.records import record_of
from providers.xero.wire import Json


def compose(client: XeroClient, effect: CreditDifference, marker: str) -> Draft:
    """One call. Raises Stale where less is open on the invoice, Refused where its tax cannot be
    taken back by one line."""
    answer = client.read("get_invoice", effect.invoice_id) or {}
    said = next(iter(wire.items(answer, "Invoices")), None)
    invoice = record_of(Kind.INVOICE, said) if said else None
    if said is None or not isinstance(invoice, Invoice) or effect.amount > invoice.open:
        raise Stale(f"less than {effect.amount} is open on invoice {effect.invoice_id}")
    tax_type = _tax_type(said) if effect.with_tax else ""
    body = bodies.difference(effect, tax_type=tax_type, marker=marker)
    call = name_call("create_credit_notes", body, summarize_errors=False)
    return Draft(call.method, call.path, wire.dump(call.body), read=(invoice,))


def _tax_type(said: Json) -> str:
    """The one type under which an invoice is taxed; empty where it bears no tax."""
    if not wire.amount(said, "TotalTax"):
        return ""
    sold = [it for it in wire.items(said, "LineItems") if wire.amount(it, "LineAmount")]
    types = sorted({wire.text(it, "TaxType") for it in sold})
    if len(types) != 1:
        raise Refused(
            f"the lines of the invoice are taxed in different ways ({', '.join(types)}), and which"
            " of them the credit is for is not known; enter the credit note in Xero by hand",
            code="tax",
        )
    return types[0]

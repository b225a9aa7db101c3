"""The body of a payment, new or with more of it applied. Pure: JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from providers.errors import Refused, Stale
from providers.exact import Doc
from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    CreditNote,
    Invoice,
    Kind,
    Payment,
    RecordPayment,
    Status,
    Undo,
)
from providers.money import CurrencyMismatch, Money
from providers.quickbooks import notes
from providers.rates import quotient


def applied_body(effect: ApplyUnapplied, row: Doc, marker: str) -> Doc:
    """A sparse update. Lines are replaced as a whole, so those that are there are sent again
    (developer.intuit.com, "Payment": lines can be updated only all or none)."""
    lines = [_kept_line(line) for line in row.get("Line") or ()]
    for allocation in effect.allocations:
        _add_line(lines, allocation)
    return _changed(row, lines, effect.memo, marker)


def undone_body(effect: Undo, row: Doc, marker: str) -> Doc:
    """The same payment without what our lines took; all that others have in it stays."""
    lines = [_kept_line(line) for line in row.get("Line") or ()]
    for allocation in effect.allocations:
        _take_line(lines, allocation)
    return _changed(row, lines, effect.memo, marker)


def credited_body(effect: ApplyUnapplied, row: Doc, marker: str) -> Doc:
    """A credit memo by itself: a payment of zero links it with its invoices. `row` is the memo."""
    currency = effect.allocations[0].amount.currency
    total = Money.total((part.amount for part in effect.allocations), currency)
    lines: list[Doc] = []
    for allocation in (*effect.allocations, Allocation(effect.payment_id, -total)):
        _add_line(lines, allocation)
    return {
        "CustomerRef": {"value": effect.customer_id}, "TotalAmt": Decimal(0), **_currency(row),
        "PrivateNote": notes.appended("", effect.memo, marker), "Line": lines,
    }  # fmt: skip


def _changed(row: Doc, lines: Sequence[Doc], memo: str, marker: str) -> Doc:
    return {
        "Id": row["Id"],
        "SyncToken": row["SyncToken"],
        "sparse": True,
        "CustomerRef": {"value": row["CustomerRef"]["value"]},
        "TotalAmt": row["TotalAmt"],
        **_currency(row),
        "PrivateNote": notes.appended(str(row.get("PrivateNote") or ""), memo, marker),
        "Line": lines,
    }


def recorded_body(effect: RecordPayment, sibling: Doc, marker: str) -> Doc:
    """A new payment. Without an account QuickBooks books it to Undeposited Funds.

    `sibling` is an invoice or the customer, which shows whether the company names currencies. With
    a rate of its own, QuickBooks books what that makes of it, and the exchange gain or loss on the
    invoices by itself ("Payment", ExchangeRate: home currency for one unit).
    """
    lines: list[Doc] = []
    for allocation in effect.allocations:
        _add_line(lines, allocation)
    reference = notes.shortened(notes.one_line(effect.reference), notes.REFERENCE_UNITS_MAX)
    body: Doc = {
        "CustomerRef": {"value": effect.customer_id},
        "TotalAmt": effect.total.amount,
        "TxnDate": effect.received.isoformat(),
        **_currency(sibling),
        "PrivateNote": notes.appended("", effect.memo, marker),
        "Line": lines,
    }
    if effect.banked:
        body["ExchangeRate"] = quotient(effect.banked, effect.total)
    return body | {"PaymentRefNum": reference} if reference else body


def check_targets(
    allocations: Sequence[Allocation],
    found: Mapping[tuple[Kind, str], Invoice | CreditNote],
    currency: str,
) -> None:
    """Raises Stale where an invoice cannot take its part any more or a credit memo has not enough
    left, Refused for a currency."""
    for (kind, id_), part in _by_target(allocations, currency).items():
        target, name = found.get((kind, id_)), f"{kind.replace('_', ' ')} {id_}"
        if target is None or target.status is Status.VOID:
            raise Stale(f"{name} is no longer there")
        if target.open.currency != currency:
            raise Refused(f"{name} is in {target.open.currency}, not {currency}")
        if part > target.open:
            raise Stale(f"{name} has {target.open} open, less than {part}")


def check_payment(payment: Payment, allocations: Sequence[Allocation]) -> None:
    """Raises Stale where the payment was voided or has less left than is to be applied, Refused
    where credits outweigh what they pay."""
    if payment.status is Status.VOID:
        raise Stale(f"payment {payment.id} was voided")
    wanted = _net(allocations, payment.unapplied.currency)
    if wanted.amount < 0:
        raise Refused(f"the credits exceed the invoices by {-wanted}")
    if wanted > payment.unapplied:
        raise Stale(f"payment {payment.id} has {payment.unapplied} left, less than {wanted}")


def check_total(effect: RecordPayment) -> None:
    """Raises Refused where more would be applied than came in, or nothing pays anything."""
    applied = _net(effect.allocations, effect.total.currency)
    nothing = effect.total.amount < 0 or not (effect.total or effect.allocations)
    if applied > effect.total or applied.amount < 0 or nothing:
        raise Refused(f"{applied} cannot be applied out of {effect.total}")


def _net(allocations: Iterable[Allocation], currency: str) -> Money:
    """What the money itself pays: the invoices less the credits. Checks every part."""
    parts = _by_target(allocations, currency).items()
    signed = (part if kind is Kind.INVOICE else -part for (kind, _), part in parts)
    return Money.total(signed, currency)


def _by_target(allocations: Iterable[Allocation], currency: str) -> dict[tuple[Kind, str], Money]:
    """How much of each invoice and each credit memo is used."""
    parts: dict[tuple[Kind, str], Money] = {}
    for allocation in allocations:
        if not allocation.amount:
            raise Refused(f"{allocation.amount} cannot be applied to {allocation.invoice_id}")
        target = (kind_of(allocation), allocation.invoice_id)
        amount = allocation.amount if target[0] is Kind.INVOICE else -allocation.amount
        try:
            parts[target] = parts.get(target, Money.zero(currency)) + amount
        except CurrencyMismatch as error:
            raise Refused(str(error)) from error
    return parts


def kind_of(allocation: Allocation) -> Kind:
    """A part below zero is a credit memo that pays."""
    return Kind.INVOICE if allocation.amount.amount > 0 else Kind.CREDIT_NOTE


def _add_line(lines: list[Doc], allocation: Allocation) -> None:
    """One line for each invoice or credit memo: what a line already holds grows.

    Both amounts are positive; QuickBooks counts a credit memo's line as money that pays.
    """
    amount = abs(allocation.amount.amount)
    if line := _line_of(lines, allocation):
        line["Amount"] = Decimal(line["Amount"]) + amount
        return
    lines.append({"Amount": amount, "LinkedTxn": [_link(allocation)]})


def _take_line(lines: list[Doc], allocation: Allocation) -> None:
    """Raises Stale where our part is not in the payment any more."""
    line = _line_of(lines, allocation)
    left = (Decimal(line["Amount"]) if line else Decimal(0)) - abs(allocation.amount.amount)
    if line is None or left < 0:
        raise Stale(f"what was applied to {allocation.invoice_id} is no longer in the payment")
    line["Amount"] = left
    if not left:
        lines.remove(line)


def _line_of(lines: Iterable[Doc], allocation: Allocation) -> Doc | None:
    link = _link(allocation)
    for line in lines:
        if [{name: linked.get(name) for name in link} for linked in line["LinkedTxn"]] == [link]:
            return line
    return None


def _link(allocation: Allocation) -> Doc:
    kind = "Invoice" if kind_of(allocation) is Kind.INVOICE else "CreditMemo"
    return {"TxnId": allocation.invoice_id, "TxnType": kind}


def _kept_line(line: Mapping[str, Any]) -> Doc:
    """What may be written of a line; LineEx is for reading only."""
    names = ("TxnId", "TxnType", "TxnLineId")
    links = [{n: linked[n] for n in names if n in linked} for linked in line["LinkedTxn"]]
    return {"Amount": line["Amount"], "LinkedTxn": links}


def _currency(row: Mapping[str, Any]) -> Doc:
    """Required where the company uses several currencies, absent where it uses one."""
    value = (row.get("CurrencyRef") or {}).get("value")
    return {"CurrencyRef": {"value": value}} if value else {}

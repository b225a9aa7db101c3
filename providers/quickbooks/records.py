"""QuickBooks' JSON as neutral records, read through the objects of python-quickbooks.

The only module that touches that library: it is untyped, and nothing of it leaves here. What it
fills in for a missing field is never used, because a missing amount is not an amount of zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from quickbooks.objects.creditmemo import CreditMemo as CreditMemoObject
from quickbooks.objects.customer import Customer as CustomerObject
from quickbooks.objects.invoice import Invoice as InvoiceObject
from quickbooks.objects.payment import Payment as PaymentObject

from providers.errors import Refused
from providers.exact import Doc
from providers.ledger import (
    Allocation,
    CreditNote,
    Customer,
    Gone,
    Invoice,
    Kind,
    Payment,
    Record,
    Status,
)
from providers.money import Money
from providers.quickbooks.addresses import address_of

Currency = Callable[[], str]
"""The company's home currency, asked for only where a record does not name its own."""

_OBJECTS: Mapping[Kind, Any] = {
    Kind.CUSTOMER: CustomerObject,
    Kind.INVOICE: InvoiceObject,
    Kind.PAYMENT: PaymentObject,
    Kind.CREDIT_NOTE: CreditMemoObject,
}
KINDS = tuple(_OBJECTS)
ENTITIES: Mapping[Kind, str] = {k: str(o.qbo_object_name) for k, o in _OBJECTS.items()}
EMAIL_SEPARATORS = re.compile(r"[,;\s]+")
SIGNS = {"Invoice": 1, "CreditMemo": -1}
PAYING_BACK = frozenset(("Check", "Expense", "Purchase", "CreditCardCredit", "RefundReceipt"))
"""What a payment is linked with where its money goes back to the customer."""
VOIDED = "voided"
"""What QuickBooks puts before the private note of a voided transaction, whose total becomes 0."""


def entity_of(kind: Kind) -> str:
    """QuickBooks' name for a kind, as in its queries and its JSON."""
    if kind not in ENTITIES:
        raise ValueError(f"QuickBooks has no {kind.value}; it has {', '.join(ENTITIES)}")
    return ENTITIES[kind]


class Unreadable(Refused):
    """One record is not in the form that every such record has."""


def record_of(kind: Kind, doc: Doc, home: Currency) -> Record:
    """One neutral record. Raises Unreadable where the JSON lacks what every record has."""
    if is_deleted(doc):
        stamp = (doc.get("MetaData") or {}).get("LastUpdatedTime")
        return Gone(kind, str(doc["Id"]), moment(stamp) if stamp else None)
    try:
        return _READERS[kind](_Read(kind, doc, home))
    except (KeyError, ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise Unreadable(
            f"QuickBooks sent {entity_of(kind)} {doc.get('Id', '?')} in a form that cannot be read"
            f" ({type(error).__name__}: {error})"
        ) from error


def moment(text: str) -> datetime:
    """ISO 8601 with any offset as aware UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def is_deleted(doc: Doc) -> bool:
    """Whether this is the stub that change data capture sends of a deleted record."""
    return str(doc.get("status", "")).casefold() == "deleted"


def is_void(doc: Doc) -> bool:
    """Whether a transaction was voided: its total is 0 and its note says so."""
    note = str(doc.get("PrivateNote") or "").strip().casefold()
    return not Decimal(doc.get("TotalAmt") or 0) and note.startswith(VOIDED)


class _Read:
    """One object as python-quickbooks parsed it, with access to what was really sent."""

    def __init__(self, kind: Kind, doc: Doc, home: Currency) -> None:
        self.sent = _without_nulls(doc)
        self.parsed = _OBJECTS[kind].from_json(self.sent)
        self._home = home

    @property
    def id(self) -> str:
        return str(self.sent["Id"])

    @property
    def version(self) -> str:
        return str(self.sent["SyncToken"])

    @property
    def changed_at(self) -> datetime:
        return moment(self.sent["MetaData"]["LastUpdatedTime"])

    @property
    def customer_id(self) -> str:
        return str(self.parsed.CustomerRef.value)

    def currency(self) -> str:
        return str(self.parsed.CurrencyRef.value) if "CurrencyRef" in self.sent else self._home()

    def money(self, name: str) -> Money:
        return Money(_decimal(self.sent[name]), self.currency())

    def text(self, name: str) -> str:
        return str(self.sent.get(name, ""))

    def day(self, name: str) -> date:
        return date.fromisoformat(self.sent[name][:10])


def _customer(read: _Read) -> Customer:
    parsed = read.parsed
    address = parsed.PrimaryEmailAddr.Address if parsed.PrimaryEmailAddr else ""
    return Customer(
        id=read.id,
        name=read.text("DisplayName") or read.text("FullyQualifiedName"),
        emails=emails_in(str(address)),
        currency=read.currency(),
        active=bool(read.sent.get("Active", True)),
        parent_id=str(parsed.ParentRef.value) if parsed.ParentRef else "",
        version=read.version,
        changed_at=read.changed_at,
        address=address_of(read.sent.get("BillAddr")),
    )


def _invoice(read: _Read) -> Invoice:
    open_ = read.money("Balance")
    return Invoice(
        id=read.id,
        number=read.text("DocNumber"),
        customer_id=read.customer_id,
        issued=read.day("TxnDate"),
        due=read.day("DueDate") if "DueDate" in read.sent else None,
        total=read.money("TotalAmt"),
        open=open_,
        status=_status(read, open_),
        sent=_was_sent(read),
        version=read.version,
        changed_at=read.changed_at,
        rate=_rate(read),
    )


def _payment(read: _Read) -> Payment:
    total = read.money("TotalAmt")
    unapplied = read.money("UnappliedAmt") if "UnappliedAmt" in read.sent else total - total
    allocations = tuple(_allocations(read))
    refunded = _linked(read, lambda type_: type_ in PAYING_BACK)
    taken = Money.total((part.amount for part in allocations), total.currency) + refunded
    return Payment(
        kind=Kind.PAYMENT,
        id=read.id,
        customer_id=read.customer_id,
        received=read.day("TxnDate"),
        total=total,
        unapplied=unapplied,
        reference=read.text("PaymentRefNum"),
        memo=read.text("PrivateNote"),
        allocations=allocations,
        status=_status(read, unapplied),
        version=read.version,
        changed_at=read.changed_at,
        refunded=refunded or None,
        elsewhere=_elsewhere(read, total - unapplied - taken) or None,
    )


def _credit_note(read: _Read) -> CreditNote:
    open_ = read.money("RemainingCredit" if "RemainingCredit" in read.sent else "Balance")
    return CreditNote(
        id=read.id,
        number=read.text("DocNumber"),
        customer_id=read.customer_id,
        issued=read.day("TxnDate"),
        total=read.money("TotalAmt"),
        open=open_,
        status=_status(read, open_),
        version=read.version,
        changed_at=read.changed_at,
        text=_words(read),
    )


def _words(read: _Read) -> str:
    """The memo on the statement, and what the customer reads on the document."""
    shown = read.sent.get("CustomerMemo") or {}
    return "; ".join(filter(None, (read.text("PrivateNote"), str(shown.get("value") or ""))))


_READERS: Mapping[Kind, Callable[[_Read], Record]] = {
    Kind.CUSTOMER: _customer,
    Kind.INVOICE: _invoice,
    Kind.PAYMENT: _payment,
    Kind.CREDIT_NOTE: _credit_note,
}


def emails_in(text: str) -> tuple[str, ...]:
    """The addresses in a field that people fill with commas, semicolons or blanks."""
    return tuple(dict.fromkeys(part for part in EMAIL_SEPARATORS.split(text) if "@" in part))


def _status(read: _Read, rest: Money) -> Status:
    if is_void(read.sent):
        return Status.VOID
    return Status.OPEN if rest else Status.PAID


def _rate(read: _Read) -> Decimal | None:
    """ExchangeRate is home currency for one unit, and 1 in the home currency ("Invoice")."""
    rate = _decimal(read.sent["ExchangeRate"]) if "ExchangeRate" in read.sent else Decimal(1)
    return rate if rate > 0 and rate != 1 else None


def _was_sent(read: _Read) -> bool:
    """QuickBooks has no drafts: an invoice is in the books. Only one that waits to be e-mailed
    (NeedToSend and never delivered) is known not to have reached the customer; for all others
    the ledger cannot tell, because invoices are also printed, downloaded or sent by other means."""
    delivered = "DeliveryTime" in (read.sent.get("DeliveryInfo") or {})
    return delivered or read.sent.get("EmailStatus") != "NeedToSend"


def _allocations(read: _Read) -> list[Allocation]:
    """Invoices that the payment pays, and credit memos that pay with it, below zero."""
    found = []
    for line in read.parsed.Line:
        linked = [one for one in line.LinkedTxn if one.TxnType in SIGNS]
        if linked:
            amount = Money(SIGNS[linked[0].TxnType] * _decimal(line.Amount), read.currency())
            found.append(Allocation(str(linked[0].TxnId), amount))
    return found


def _linked(read: _Read, wanted: Callable[[str], bool]) -> Money:
    """The sum of the lines that are linked with such transactions."""
    lines = [it for it in read.parsed.Line if any(wanted(one.TxnType) for one in it.LinkedTxn)]
    amounts = (Money(_decimal(line.Amount), read.currency()) for line in lines)
    return Money.total(amounts, read.currency())


def _elsewhere(read: _Read, rest: Money) -> Money:
    """What is set against journal entries and the like. All amounts are positive, and a journal
    entry owes or pays: which of the two only the rest of the payment tells."""
    amount = _linked(read, lambda type_: type_ not in SIGNS and type_ not in PAYING_BACK)
    return -amount if amount == -rest else amount


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise TypeError(f"{value!r} is no amount")
    return Decimal(value)


def _without_nulls(value: Any) -> Any:
    """The library fails on null where it expects an object or a list."""
    if isinstance(value, Mapping):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(v) for v in value if v is not None]
    return value

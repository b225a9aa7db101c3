"""Customer payments: cash on account, cash against invoices, credits against invoices."""

from __future__ import annotations

from decimal import Decimal

from providers.simulated.quickbooks.book import Book, currency_ref
from providers.simulated.quickbooks.credit import UNDEPOSITED_FUNDS
from providers.simulated.quickbooks.customer import active_customer, belongs_to, customer_ref
from providers.simulated.quickbooks.days import own_day
from providers.simulated.quickbooks.entity import TRANSACTIONS, Entity
from providers.simulated.quickbooks.links import post_payment, taken, unapplied
from providers.simulated.quickbooks.refusals import business, missing, not_found
from providers.simulated.quickbooks.sales import (
    agreed_currency,
    annotated,
    check_texts,
    exchange,
)
from providers.simulated.quickbooks.wire import ZERO, amount, reference
from providers.simulated.store import Doc

LINKABLE = ("Invoice", "CreditMemo")
BLANKED = frozenset(("PrivateNote", "PaymentRefNum", "PaymentMethodRef"))
_KEPT = BLANKED | {"CustomField", "ProjectRef", "LinkedTxn"}
_LINE_EX = {
    "name": "{http://schema.intuit.com/finance/v3}NameValue",
    "declaredType": "com.intuit.schema.finance.v3.NameValue",
    "scope": "javax.xml.bind.JAXBElement$GlobalScope",
    "nil": False,
    "globalScope": True,
    "typeSubstituted": False,
}


def _compose(book: Book, old: Doc | None, wish: Doc) -> Doc:
    check_texts(wish)
    customer = active_customer(book, wish)
    currency = agreed_currency(book, customer, wish)
    sum_ = amount(wish, "TotalAmt", currency)
    if sum_ < 0:
        raise business("A payment cannot be negative.")
    lines = _lines(book, old, wish, customer=customer, currency=currency)
    left = unapplied(sum_, lines)
    if left < 0 or left > sum_:
        raise business(
            "The amounts applied exceed the amount received and the credits that are used."
        )
    account = book.read("Account", reference(wish, "DepositToAccountRef") or UNDEPOSITED_FUNDS)
    doc = {name: value for name, value in wish.items() if name in _KEPT}
    doc |= {
        "CustomerRef": customer_ref(customer),
        "CurrencyRef": currency_ref(currency),
        "TxnDate": own_day(book, wish).isoformat(),
        "DepositToAccountRef": {"value": account["Id"], "name": account["Name"]},
        "TotalAmt": sum_,
        "UnappliedAmt": left,
        "ProcessPayment": False,
        "Line": lines,
        **exchange(book, wish, currency, sum_),
    }
    _check_method(book, doc)
    _check_deposited(old, doc)
    return doc


def _lines(book: Book, old: Doc | None, wish: Doc, *, customer: Doc, currency: str) -> list[Doc]:
    """All the lines or none: what is sent takes the place of what was there. Raises Refusal."""
    before = taken(old)
    left: dict[tuple[str, str], Decimal] = {}
    lines = []
    for line in wish.get("Line") or ():
        number = amount(line, "Amount", currency)
        target, doc = _target(book, line)
        if not belongs_to(book, doc["CustomerRef"]["value"], customer["Id"]):
            raise business(f"{target[0]} {target[1]} is of another customer than the payment.")
        if doc["CurrencyRef"]["value"] != currency:
            raise business(f"{target[0]} {target[1]} is in another currency than the payment.")
        room = left.get(target, doc["Balance"] + before.get(target, ZERO))
        if number <= 0 or number > room:
            raise business(
                f"The amount applied to {target[0]} {target[1]} ({number}) must be more than 0"
                f" and not more than what is open on it ({room})."
            )
        left[target] = room - number
        lines.append({
            "Amount": number, "LineEx": _line_ex(doc, room),
            "LinkedTxn": [{"TxnId": target[1], "TxnType": target[0]}],
        })  # fmt: skip
    return lines


def _target(book: Book, line: Doc) -> tuple[tuple[str, str], Doc]:
    linked = line.get("LinkedTxn") or []
    if len(linked) != 1:
        raise missing("Line.LinkedTxn")
    kind, id_ = str(linked[0].get("TxnType") or ""), str(linked[0].get("TxnId") or "")
    if kind not in LINKABLE:
        raise business(f"A payment cannot be linked with {kind or 'nothing'}.")
    doc = book.peek(kind, id_)
    if doc is None:
        raise not_found()
    return (kind, id_), doc


def _line_ex(doc: Doc, room: Decimal) -> Doc:
    values = {
        "txnId": doc["Id"],
        "txnOpenBalance": f"{room:.2f}",
        "txnReferenceNumber": doc.get("DocNumber") or "",
    }
    return {"any": [_LINE_EX | {"value": {"Name": n, "Value": v}} for n, v in values.items()]}


def _check_method(book: Book, doc: Doc) -> None:
    method = reference(doc, "PaymentMethodRef")
    if method:
        name = book.read("PaymentMethod", method)["Name"]
        doc["PaymentMethodRef"] = {"value": method, "name": name}


def is_deposited(doc: Doc) -> bool:
    return any(linked["TxnType"] == "Deposit" for linked in doc.get("LinkedTxn") or ())


def _check_deposited(old: Doc | None, doc: Doc) -> None:
    fixed = ("TotalAmt", "DepositToAccountRef", "CustomerRef")
    if old and is_deposited(old) and any(old[name] != doc[name] for name in fixed):
        raise business(
            "You cannot change this payment because it has been deposited."
            " If you want to change it, edit the deposit it appears on and remove it first."
        )


def _refuse_deposited(old: Doc) -> None:
    if is_deposited(old):
        raise business(
            "You cannot void or delete this payment because it has been deposited."
            " Delete the deposit it appears on first."
        )


def _erase(book: Book, old: Doc) -> None:
    _refuse_deposited(old)
    post_payment(book, old, None)


def _void(book: Book, old: Doc) -> Doc:
    _refuse_deposited(old)
    doc = old | {
        "TotalAmt": ZERO, "UnappliedAmt": ZERO, "Line": [], "PrivateNote": annotated(old)
    }  # fmt: skip
    if "HomeTotalAmt" in doc:
        doc["HomeTotalAmt"] = ZERO
    post_payment(book, old, doc)
    return doc


PAYMENT = Entity(
    "Payment", _compose, TRANSACTIONS, post=post_payment, erase=_erase, void=_void, dated=True,
    required=("CustomerRef", "TotalAmt"), required_always=True, blanked=BLANKED,
)  # fmt: skip

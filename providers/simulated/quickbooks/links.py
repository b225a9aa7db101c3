"""What payments take from invoices and credit memos, kept equal on both sides."""

from __future__ import annotations

from decimal import Decimal

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.wire import ZERO, exact
from providers.simulated.store import Doc

Target = tuple[str, str]
"""The kind and the id of what a payment line is linked with."""


def taken(payment: Doc | None) -> dict[Target, Decimal]:
    """How much a payment takes from each record."""
    amounts: dict[Target, Decimal] = {}
    for line in payment["Line"] if payment else ():
        linked = line["LinkedTxn"][0]
        target = (linked["TxnType"], linked["TxnId"])
        amounts[target] = amounts.get(target, ZERO) + line["Amount"]
    return amounts


def unapplied(total: Decimal, lines: list[Doc]) -> Decimal:
    """What is left of a payment: its total and its credits, less what its invoices take."""
    for line in lines:
        credit = line["LinkedTxn"][0]["TxnType"] == "CreditMemo"
        total += line["Amount"] if credit else -line["Amount"]
    return total


def post_payment(book: Book, old: Doc | None, new: Doc | None) -> None:
    """Carry a changed payment over to what it is linked with."""
    before, after = taken(old), taken(new)
    payment_id = (new or old or {})["Id"]
    for target in {**before, **after}:
        by = after.get(target, ZERO) - before.get(target, ZERO)
        if by or (target in before) != (target in after):
            _take(book, target, by, payment_id=payment_id, linked=target in after)


def _take(book: Book, target: Target, by: Decimal, *, payment_id: str, linked: bool) -> None:
    kind, id_ = target
    doc = book.get(kind, id_)
    assert doc is not None, "what goes away is released first"
    doc["Balance"] -= by
    if "RemainingCredit" in doc:
        doc["RemainingCredit"] = doc["Balance"]
    if "HomeBalance" in doc:
        value = doc["Balance"] * doc["ExchangeRate"]
        doc["HomeBalance"] = exact(value, "HomeBalance", book.currency)
    others = [one for one in doc["LinkedTxn"] if one["TxnId"] != payment_id]
    own = [{"TxnId": payment_id, "TxnType": "Payment"}] if linked else []
    doc["LinkedTxn"] = others + own
    book.change(kind, doc)


def release_all(book: Book, doc: Doc) -> None:
    """Take a record out of every payment that is linked with it: their money is free again."""
    for linked in list(doc.get("LinkedTxn") or ()):
        if linked["TxnType"] == "Payment":
            _release(book, linked["TxnId"], doc["Id"])


def _release(book: Book, payment_id: str, target_id: str) -> None:
    old = book.get("Payment", payment_id)
    assert old is not None, "a payment that goes away takes its links with it"
    lines = [line for line in old["Line"] if line["LinkedTxn"][0]["TxnId"] != target_id]
    lines = _fitted(old["TotalAmt"], lines)
    new = old | {"Line": lines, "UnappliedAmt": unapplied(old["TotalAmt"], lines)}
    others = {target: by for target, by in taken(old).items() if target[1] != target_id}
    kept = old | {"Line": [_line(kind, id_, by) for (kind, id_), by in others.items()]}
    post_payment(book, kept, new)
    book.change("Payment", new)


def _line(kind: str, id_: str, by: Decimal) -> Doc:
    return {"Amount": by, "LinkedTxn": [{"TxnId": id_, "TxnType": kind}]}


def _fitted(total: Decimal, lines: list[Doc]) -> list[Doc]:
    """Credits may not exceed the invoices that they pay, nor invoices what pays them."""
    credits_ = sum((line["Amount"] for line in lines if _is_credit(line)), ZERO)
    invoices = sum((line["Amount"] for line in lines if not _is_credit(line)), ZERO)
    room = {True: invoices, False: total + credits_}
    kept = []
    for line in lines:
        by = min(line["Amount"], room[_is_credit(line)])
        room[_is_credit(line)] -= by
        if by:
            kept.append(line | {"Amount": by})
    return kept


def _is_credit(line: Doc) -> bool:
    return bool(line["LinkedTxn"][0]["TxnType"] == "CreditMemo")

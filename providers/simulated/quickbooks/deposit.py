"""Bank deposits: the payments that went into one can no longer be voided or deleted."""

from __future__ import annotations

from providers.simulated.quickbooks.book import Book, currency_ref
from providers.simulated.quickbooks.days import own_day
from providers.simulated.quickbooks.entity import TRANSACTIONS, Entity
from providers.simulated.quickbooks.payment import is_deposited
from providers.simulated.quickbooks.refusals import business, missing, not_found
from providers.simulated.quickbooks.wire import ZERO, amount, reference
from providers.simulated.store import Doc


def _compose(book: Book, old: Doc | None, wish: Doc) -> Doc:
    account = book.peek("Account", reference(wish, "DepositToAccountRef"))
    if account is None:
        raise missing("DepositToAccountRef")
    lines = [_line(book, line, old) for line in wish.get("Line") or ()]
    if not lines:
        raise missing("Line")
    return {
        "DepositToAccountRef": {"value": account["Id"], "name": account["Name"]},
        "CurrencyRef": currency_ref(book.currency),
        "TxnDate": own_day(book, wish).isoformat(),
        "Line": lines,
        "TotalAmt": sum((line["Amount"] for line in lines), ZERO),
        "PrivateNote": str(wish.get("PrivateNote") or ""),
    }


def _line(book: Book, line: Doc, old: Doc | None) -> Doc:
    number = amount(line, "Amount", book.currency)
    linked = line.get("LinkedTxn") or []
    if not linked:
        detail = line.get("DepositLineDetail") or {}
        if not reference(detail, "AccountRef"):
            raise missing("DepositLineDetail.AccountRef")
        return {"Amount": number, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
    payment_id = str(linked[0].get("TxnId") or "")
    payment = book.peek("Payment", payment_id)
    if payment is None:
        raise not_found()
    if is_deposited(payment) and payment_id not in _deposited(old):
        raise business(f"Payment {payment_id} has already been deposited.")
    link = {"TxnId": payment_id, "TxnType": "Payment", "TxnLineId": "0"}
    return {"Amount": number, "LinkedTxn": [link]}


def _deposited(deposit: Doc | None) -> set[str]:
    lines = deposit["Line"] if deposit else ()
    return {linked["TxnId"] for line in lines for linked in line.get("LinkedTxn") or ()}


def _post(book: Book, old: Doc | None, new: Doc | None) -> None:
    deposit_id = (new or old or {})["Id"]
    before, after = _deposited(old), _deposited(new)
    for payment_id in before ^ after:
        payment = book.get("Payment", payment_id)
        assert payment is not None, "a deposited payment cannot be deleted"
        links = [one for one in payment.get("LinkedTxn") or () if one["TxnId"] != deposit_id]
        if payment_id in after:
            links.append({"TxnId": deposit_id, "TxnType": "Deposit"})
        book.change("Payment", payment | {"LinkedTxn": links})


def _erase(book: Book, old: Doc) -> None:
    _post(book, old, None)


DEPOSIT = Entity("Deposit", _compose, TRANSACTIONS, post=_post, erase=_erase, dated=True)

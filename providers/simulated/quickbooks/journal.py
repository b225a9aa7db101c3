"""Journal entries; a line on accounts receivable moves what its customer owes."""

from __future__ import annotations

from providers.simulated.quickbooks.book import Book, currency_ref, line_debit
from providers.simulated.quickbooks.days import own_day
from providers.simulated.quickbooks.entity import TRANSACTIONS, Entity
from providers.simulated.quickbooks.refusals import Refusal, business, missing
from providers.simulated.quickbooks.wire import ZERO, amount, reference
from providers.simulated.store import Doc


def _compose(book: Book, _old: Doc | None, wish: Doc) -> Doc:
    lines = [_line(book, line, place) for place, line in enumerate(wish.get("Line") or ())]
    if sum((line_debit(line) for line in lines), ZERO) or not lines:
        raise Refusal(
            "6000",
            "A business validation error has occurred while processing your request",
            "Business Validation Error: Total debits do not equal total credits.",
        )
    return {
        "DocNumber": str(wish.get("DocNumber") or ""),
        "TxnDate": own_day(book, wish).isoformat(),
        "CurrencyRef": currency_ref(book.currency),
        "PrivateNote": str(wish.get("PrivateNote") or ""),
        "Adjustment": bool(wish.get("Adjustment")),
        "Line": lines,
    }


def _line(book: Book, line: Doc, place: int) -> Doc:
    detail = line.get("JournalEntryLineDetail") or {}
    account = book.peek("Account", reference(detail, "AccountRef"))
    if account is None:
        raise missing("JournalEntryLineDetail.AccountRef")
    if detail.get("PostingType") not in {"Debit", "Credit"}:
        raise missing("JournalEntryLineDetail.PostingType")
    entity = detail.get("Entity") or {}
    customer = book.peek("Customer", reference(entity, "EntityRef"))
    if account["AccountType"] == "Accounts Receivable" and customer is None:
        raise business(
            "When you use Accounts Receivable, you must choose a customer in the Name field."
        )
    kept: Doc = {
        "PostingType": detail["PostingType"],
        "AccountRef": {"value": account["Id"], "name": account["Name"]},
    }
    if customer:
        ref = {"value": customer["Id"], "name": customer["FullyQualifiedName"]}
        kept["Entity"] = {"Type": "Customer", "EntityRef": ref}
    return {
        "Id": str(place), "Amount": amount(line, "Amount", book.currency),
        "Description": str(line.get("Description") or ""),
        "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": kept,
    }  # fmt: skip


def _erase(_book: Book, _old: Doc) -> None:
    """What it moved is moved back with it."""


JOURNAL_ENTRY = Entity("JournalEntry", _compose, TRANSACTIONS, erase=_erase, dated=True)

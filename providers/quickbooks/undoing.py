"""Taking back what we wrote into a payment, where it stands as we left it and may be changed."""

from __future__ import annotations

from datetime import date

from providers import exact
from providers.errors import Refused, Stale
from providers.exact import Doc
from providers.ledger import (
    ApplyUnapplied,
    CreditDifference,
    Draft,
    Kind,
    Payment,
    RecordPayment,
    Undo,
)
from providers.quickbooks import differences, payments
from providers.quickbooks.books import Books
from providers.quickbooks.client import Client
from providers.quickbooks.organisation import closed_until

DELETE = "payment?operation=delete"


def undone(client: Client, books: Books, effect: Undo, marker: str) -> Draft:
    """Our lines taken out of a payment, or a payment of ours deleted; two or three calls.

    Raises Stale where the payment is gone or has another version than our write left, Refused
    where it was deposited or lies in a closed period.
    """
    if isinstance(effect.done, CreditDifference):
        return differences.undone(client, books, effect)
    row = books.rows(Kind.PAYMENT, [effect.receipt]).get(effect.receipt)
    if row is None:
        raise Stale(f"payment {effect.receipt} is no longer there")
    _check(effect, row, closed_until(client))
    record = books.record(Kind.PAYMENT, row)
    assert isinstance(record, Payment)
    if made(effect):
        body = {"Id": row["Id"], "SyncToken": row["SyncToken"]}
        return Draft("POST", DELETE, exact.dump(body), read=(record,))
    changed = payments.undone_body(effect, row, marker)
    return Draft("POST", "payment", exact.dump(changed), read=(record,))


def made(effect: Undo) -> bool:
    """Whether the payment is there only because of us: a receipt, or a link of a credit memo."""
    done = effect.done
    return isinstance(done, RecordPayment) or (
        isinstance(done, ApplyUnapplied) and done.payment_kind is Kind.CREDIT_NOTE
    )


def find(books: Books, effect: Undo, marker: str) -> str:
    """A deleted payment is no longer found; a changed one carries the marker."""
    if isinstance(effect.done, CreditDifference):
        return differences.find_undone(books, effect)
    row = books.rows(Kind.PAYMENT, [effect.receipt]).get(effect.receipt)
    if made(effect):
        return "" if row else effect.receipt
    return effect.receipt if row and marker in str(row.get("PrivateNote") or "") else ""


def _check(effect: Undo, row: Doc, closed: date | None) -> None:
    if str(row["SyncToken"]) != effect.version:
        raise Stale(
            f"payment {effect.receipt} was changed since Ledgerhand wrote it: it has version"
            f" {row['SyncToken']}, and Ledgerhand left version {effect.version}"
        )
    if any(one.get("TxnType") == "Deposit" for one in row.get("LinkedTxn") or ()):
        raise Refused(f"payment {effect.receipt} has been deposited", code="deposited")
    if closed and date.fromisoformat(str(row["TxnDate"])[:10]) <= closed:
        raise Refused(f"the books are closed until {closed}", code="locked")

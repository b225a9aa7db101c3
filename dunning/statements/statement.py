"""A statement of account: what a customer owed, was billed, was credited and paid, day by day.

It is reckoned back from what is open now: a balance of then is that of now less all that came after
it. So it agrees with the ledger's own report, whatever happened before the period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dunning.statements.aging import BUCKETS, bucket
from providers.ledger import CreditNote, Invoice, Payment, Record, Status
from providers.money import Money
from providers.past import PastReceipt, Taken

IN_THE_BOOKS = (Status.OPEN, Status.PAID)


class EntryKind(StrEnum):
    """In the order in which entries of one day stand."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit note"
    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Entry:
    """`amount` is below zero where it lowers what is owed; `balance` is what is owed after it."""

    on: date
    kind: EntryKind
    number: str
    due: date | None
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """One currency, the days `since` to `until` in the client's zone, both included.

    `buckets` are the invoices open at the end of `until` by days past due, `unapplied` credit notes
    and money that were not yet set against any: `closing` is the first less the second.
    """

    currency: str
    since: date
    until: date
    opening: Money
    entries: tuple[Entry, ...]
    closing: Money
    buckets: dict[str, Money]
    unapplied: Money

    @property
    def receivable(self) -> Money:
        """All invoices that were open, before credits."""
        return Money.total(self.buckets.values(), self.currency)


def statements(
    customer_id: str,
    past: Iterable[Record | PastReceipt],
    on_account: Iterable[Payment],
    *,
    since: date,
    until: date,
) -> tuple[Statement, ...]:
    """One statement for each currency of the customer, by its code.

    `past` are all documents that were open on a day from `since` to now or dated later, whatever
    customers' they are, and all receipts from `since` on. `on_account` is money that was received
    before and is not applied now. Raises ValueError for days in the wrong order.
    """
    if until < since:
        raise ValueError(f"the statement would end on {until}, before it begins on {since}")
    found = list(past)
    books: dict[str, _Book] = {}

    def book(currency: str) -> _Book:
        return books.setdefault(currency, _Book(currency, customer_id))

    for document in _documents_of(customer_id, found):
        book(document.total.currency).documents[document.id] = document
    receipts = [one for one in found if isinstance(one, PastReceipt)]
    for receipt in receipts:
        if not receipt.ended and _touches(receipt, customer_id, books):
            book(receipt.total.currency).receipts.append(receipt)
    told = {(one.kind, one.id) for one in receipts}
    for money in on_account:
        if (money.kind.value, money.id) not in told and money.unapplied:
            book(money.total.currency).on_account.append(money)
    return tuple(books[currency].statement(since, until) for currency in sorted(books))


def _documents_of(
    customer_id: str, past: Iterable[Record | PastReceipt]
) -> Iterator[Invoice | CreditNote]:
    for one in past:
        if not isinstance(one, (Invoice, CreditNote)) or one.customer_id != customer_id:
            continue
        if one.status in IN_THE_BOOKS:
            yield one


def _touches(receipt: PastReceipt, customer_id: str, books: dict[str, _Book]) -> bool:
    book = books.get(receipt.total.currency)
    paid_ours = book and any(taken.document_id in book.documents for taken in receipt.taken)
    return receipt.customer_id == customer_id or bool(paid_ours)


@dataclass
class _Book:
    """Everything of one customer in one currency."""

    currency: str
    customer_id: str
    documents: dict[str, Invoice | CreditNote] = field(default_factory=dict)
    receipts: list[PastReceipt] = field(default_factory=list)
    on_account: list[Payment] = field(default_factory=list)

    def statement(self, since: date, until: date) -> Statement:
        events = sorted(
            (event for event in self._events() if event.on >= since),
            key=lambda event: (event.on, list(EntryKind).index(event.kind), event.number),
        )
        opening = self._owed_now() - self._sum(event.amount for event in events)
        entries, balance = [], opening
        for event in events:
            if event.on <= until:
                balance = balance + event.amount
                entries.append(
                    Entry(event.on, event.kind, event.number, event.due, event.amount, balance)
                )
        buckets, unapplied = self._open_on(until)
        assert balance == self._sum(buckets.values()) - unapplied, "two ways to one balance"
        return Statement(
            self.currency, since, until, opening, tuple(entries), balance, buckets, unapplied
        )

    def _owed_now(self) -> Money:
        documents = self._sum(_signed(one, one.open) for one in self.documents.values())
        left = self._sum(self._left(one) for one in self.receipts)
        return documents - left - self._sum(one.unapplied for one in self.on_account)

    def _events(self) -> Iterator[_Event]:
        for one in self.documents.values():
            is_invoice = isinstance(one, Invoice)
            kind = EntryKind.INVOICE if is_invoice else EntryKind.CREDIT_NOTE
            due = one.due if isinstance(one, Invoice) else None
            yield _Event(one.issued, kind, one.number, due, _signed(one, one.total))
        lines: dict[tuple[date, str], Money] = {}
        for receipt in self.receipts:
            place = (receipt.received, receipt.line or f"{receipt.kind}:{receipt.id}")
            lines[place] = lines.get(place, self._zero) + self._ours(receipt)
        for (day, _), amount in lines.items():
            if amount:
                kind = EntryKind.PAYMENT if amount > self._zero else EntryKind.REFUND
                yield _Event(day, kind, "", None, -amount)

    def _ours(self, receipt: PastReceipt) -> Money:
        """A customer's money may pay what another of the family owes: each side has its part."""
        own = (one.amount for one in receipt.taken if one.document_id in self.documents)
        return self._sum(own) + self._left(receipt)

    def _left(self, receipt: PastReceipt) -> Money:
        """What its payer still has of a receipt."""
        if receipt.customer_id != self.customer_id:
            return self._zero
        return receipt.total - self._sum(one.amount for one in receipt.taken)

    def _open_on(self, day: date) -> tuple[dict[str, Money], Money]:
        """What was set against one another after a day was open at its end."""
        later: dict[str, Money] = {}
        unapplied = self._sum(one.unapplied for one in self.on_account if one.received <= day)
        for receipt in self.receipts:
            after = [one for one in receipt.taken if self._taken_on(receipt, one) > day]
            for one in after:
                if one.document_id in self.documents:
                    later[one.document_id] = later.get(one.document_id, self._zero) + one.amount
            if receipt.received <= day and receipt.customer_id == self.customer_id:
                unapplied += self._left(receipt) + self._sum(one.amount for one in after)
        buckets = dict.fromkeys(BUCKETS, self._zero)
        for document in self.documents.values():
            if document.issued > day:
                continue
            left = _signed(document, document.open) + later.get(document.id, self._zero)
            if isinstance(document, Invoice):
                name = bucket(document.due, day)
                buckets[name] = buckets[name] + left
            else:
                unapplied -= left
        return buckets, unapplied

    def _taken_on(self, receipt: PastReceipt, taken: Taken) -> date:
        """Nothing is set against a document before both are there."""
        document = self.documents.get(taken.document_id)
        days: Sequence[date] = (taken.on, receipt.received)
        return max(*days, document.issued) if document else max(days)

    def _sum(self, parts: Iterable[Money]) -> Money:
        return Money.total(parts, self.currency)

    @property
    def _zero(self) -> Money:
        return Money.zero(self.currency)


@dataclass(frozen=True, slots=True)
class _Event:
    on: date
    kind: EntryKind
    number: str
    due: date | None
    amount: Money


def _signed(document: Invoice | CreditNote, amount: Money) -> Money:
    return amount if isinstance(document, Invoice) else -amount

"""The two ports through which a ledger is read and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from providers.documents import Account, Aged, InvoiceDetail
from providers.ledger import Batch, Draft, Effect, Kind, Record
from providers.organisation import Organisation
from providers.past import PastReceipt


class LedgerReader(Protocol):
    """What we need to know. Every method may raise any error of `providers.errors` but Stale."""

    def organisation(self) -> Organisation: ...

    def fetch(self, kind: Kind, ids: Sequence[str]) -> Sequence[Record]:
        """The records as they are now, one for each id, `Gone` for those that are not there."""
        ...

    def banked(self, kind: Kind, ids: Sequence[str]) -> frozenset[str]:
        """Of these payments those whose money is known to have come into a bank account, or into
        one that holds money on its way there; not those by which an invoice was written off."""
        ...

    def book(self) -> Iterator[Batch]:
        """Everything that is open, and every customer: the first import and the nightly check."""
        ...

    def changes(self, mark: str) -> Iterator[Batch]:
        """Everything that changed since `mark`, deleted and voided records included."""
        ...

    def unannounced(self, mark: str) -> Iterator[Batch]:
        """The changes since `mark` of the kinds for which the vendor sends no webhook."""
        ...

    def history(self, since: date, until: date) -> Iterator[Record | PastReceipt]:
        """Every customer, what was open at any time between the days, and all receipts from `since`
        to today: a balance of then is that of today and what was set against it after then."""
        ...

    def aged(self, on: date, customer_ids: Sequence[str]) -> Sequence[Aged]:
        """The ledger's own aged receivables of these customers, or of all where it costs less."""
        ...

    def pay_link(self, invoice_id: str) -> str:
        """Where the customer can pay this invoice; empty where the ledger offers no such page."""
        ...

    def copy_of(self, invoice_id: str) -> bytes:
        """The invoice as the ledger prints it, a PDF; empty where the ledger does not have it."""
        ...

    def detail(self, invoice_id: str) -> InvoiceDetail | None:
        """The lines, the terms and the files of an invoice; None if it is not there."""
        ...

    def accounts(self) -> Sequence[Account]:
        """The accounts to which a credit can be booked, by code and name."""
        ...


class LedgerWriter(Protocol):
    """Every write is composed once and sent as often as needed: the same key twice is one write."""

    def compose(self, effect: Effect, marker: str) -> Draft:
        """Read what the effect stands on and freeze the write; nothing changes in the ledger."""
        ...

    def send(self, draft: Draft, key: str) -> str:
        """Write. Returns the ledger's id of what was written."""
        ...

    def find(self, effect: Effect, draft: Draft, marker: str) -> str:
        """The ledger's id of what an earlier `send` wrote, or empty if it is not there."""
        ...

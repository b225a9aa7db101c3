"""Reading one QuickBooks company: by id, all that is open, and all that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from providers.documents import Account, Aged, InvoiceDetail
from providers.errors import LedgerError, Refused, TryLater
from providers.exact import Doc
from providers.http import Http
from providers.ledger import Batch, Kind, Record
from providers.organisation import Organisation
from providers.past import PastReceipt
from providers.quickbooks import aging, faults, items, past, query, records
from providers.quickbooks.banked import banked
from providers.quickbooks.books import ALWAYS, Books
from providers.quickbooks.client import Client
from providers.quickbooks.detail import detail_of
from providers.quickbooks.organisation import read_organisation
from providers.tokens import Access, Vendor

log = structlog.get_logger()

CHANGES_MAX = 1000
"""Most objects in one answer of change data capture, over all entities; there is no next page."""
LOOK_BACK_MAX = timedelta(days=30)
"""How far change data capture reaches (developer.intuit.com, "Change data capture")."""
OVERLAP = timedelta(minutes=10)
"""How much of the time already swept is swept again: a change may become visible late."""
UNAPPLIED_LOOK_BACK = timedelta(days=400)
"""How long an untouched payment is still searched for money that no invoice has taken: a query
cannot filter on UnappliedAmt."""
IS_OPEN = ("Balance > '0'",)
BY_CHANGE = "MetaData.LastUpdatedTime"


class QuickBooksReader:
    """A LedgerReader. Marks are moments of the ledger's own clock, ISO 8601 in UTC."""

    def __init__(self, vendor: Vendor, http: Http, access: Access, company_id: str) -> None:
        self._client = Client(vendor, http, access, company_id)
        self._books = Books(self._client)

    def organisation(self) -> Organisation:
        """Three calls. QuickBooks does not tell whether it sends reminders of its own."""
        return read_organisation(self._client)

    def fetch(self, kind: Kind, ids: Sequence[str]) -> Sequence[Record]:
        """One call for every 200 ids. Deleted records are Gone, voided ones have that status."""
        return self._books.fetch(kind, ids)

    def banked(self, kind: Kind, ids: Sequence[str]) -> frozenset[str]:
        return banked(self._books, ids) if kind is Kind.PAYMENT else frozenset()

    def book(self) -> Iterator[Batch]:
        """Customers, open invoices, open credit memos, payments with money left.

        Payments untouched for 400 days are not searched. Every batch carries the same mark: the
        ledger's time before the first page.
        """
        mark = ""
        for kind, conditions in (
            (Kind.CUSTOMER, ALWAYS[Kind.CUSTOMER]),
            (Kind.INVOICE, IS_OPEN),
            (Kind.CREDIT_NOTE, IS_OPEN),
        ):
            for page in self._books.pages(records.entity_of(kind), *conditions):
                mark = mark or _mark(page.time)
                yield self._batch({kind: page.rows}, mark)
        since = query.quoted(_text(datetime.fromisoformat(mark) - UNAPPLIED_LOOK_BACK))
        for page in self._books.pages(records.ENTITIES[Kind.PAYMENT], f"{BY_CHANGE} >= {since}"):
            with_rest = [row for row in page.rows if row.get("UnappliedAmt")]
            yield self._batch({Kind.PAYMENT: with_rest}, mark)

    def changes(self, mark: str) -> Iterator[Batch]:
        """What changed since `mark`, swept again from ten minutes before it; without a mark, the
        whole book.

        One call as long as fewer than 1,000 records changed. More than 30 days back, the whole
        book is read instead. Only the last batch moves the mark.
        """
        if not mark:
            yield from self.book()
            return
        since = datetime.fromisoformat(mark) - OVERLAP
        try:
            found, now = self._changed(records.KINDS, since)
        except Refused:
            now = _mark(self._books.ask("Customer", "SELECT COUNT(*) FROM Customer").time)
            if not _too_old(since, now):
                raise
            found = {}
        if _too_old(since, now):
            yield from self.book()
            return
        if _count(found) < CHANGES_MAX:
            yield self._batch(found, now)
            return
        for kind in records.KINDS:
            yield from self._changes_of(kind, since, mark)
        yield Batch((), now)

    def unannounced(self, mark: str) -> Iterator[Batch]:  # noqa: ARG002
        """Nothing: QuickBooks announces all the kinds that we follow."""
        yield from ()

    def history(self, since: date, until: date) -> Iterator[Record | PastReceipt]:
        return past.history(self._books, since, until)

    def aged(self, on: date, customer_ids: Sequence[str]) -> Sequence[Aged]:
        """One call. Credits are taken off; amounts are in the home currency."""
        params = {"report_date": on.isoformat()}
        if 0 < len(customer_ids) <= aging.IDS_IN_REPORT_MAX:
            params["customer"] = ",".join(customer_ids)
        return aging.aged_of(self._client.read("reports/AgedReceivables", params), customer_ids)

    def pay_link(self, invoice_id: str) -> str:
        """There is one only where online payment is on and the invoice has an e-mail address."""
        try:
            doc = self._client.read(f"invoice/{invoice_id}", {"include": "invoiceLink"})
        except Refused as error:
            if error.code == faults.NOT_FOUND:
                return ""
            raise
        return str((doc.get("Invoice") or {}).get("InvoiceLink") or "")

    def copy_of(self, invoice_id: str) -> bytes:
        try:
            return self._client.file(f"invoice/{invoice_id}/pdf")
        except Refused as error:
            if error.code == faults.NOT_FOUND:
                return b""
            raise

    def detail(self, invoice_id: str) -> InvoiceDetail | None:
        return detail_of(self._books, invoice_id)

    def accounts(self) -> Sequence[Account]:
        """Those to which an active product or service books: a line names no account itself."""
        return items.accounts(self._books)

    def _changes_of(self, kind: Kind, since: datetime, mark: str) -> Iterator[Batch]:
        """One entity by itself; if that is still too many, the live rows page by page.

        A query shows no deleted rows. Those beyond the first 1,000 changes are found by the
        nightly comparison with the book.
        """
        found, _ = self._changed((kind,), since)
        rows = found.get(kind, [])
        if len(rows) < CHANGES_MAX:
            yield self._batch(found, mark)
            return
        deleted = {kind: [row for row in rows if records.is_deleted(row)]}
        yield self._batch(deleted, mark)
        conditions = (f"{BY_CHANGE} >= {query.quoted(_text(since))}", *ALWAYS.get(kind, ()))
        entity = records.entity_of(kind)
        for page in self._books.pages(entity, *conditions, order=BY_CHANGE):
            yield self._batch({kind: page.rows}, mark)

    def _changed(self, kinds: Sequence[Kind], since: datetime) -> tuple[dict[Kind, list[Doc]], str]:
        """The changed rows of each kind, and the ledger's time as a mark."""
        entities = ",".join(records.entity_of(kind) for kind in kinds)
        doc = self._client.read("cdc", {"entities": entities, "changedSince": _text(since)})
        found: dict[Kind, list[Doc]] = {}
        for part in _parts(doc):
            if trouble := faults.faults_in(part):
                raise _trouble(trouble)
            for kind in kinds:
                found.setdefault(kind, []).extend(part.get(records.entity_of(kind)) or ())
        return found, _mark(str(doc["time"]))

    def _batch(self, found: Mapping[Kind, Sequence[Doc]], mark: str) -> Batch:
        """One row that cannot be read is left out and logged, so that it does not keep the others
        back."""
        read: list[Record] = []
        for kind, rows in found.items():
            for row in rows:
                try:
                    read.append(self._books.record(kind, row))
                except records.Unreadable as error:
                    log.warning("record left out", product="quickbooks", error=str(error))
        return Batch(tuple(read), mark)


def _parts(doc: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for response in doc.get("CDCResponse") or ():
        yield response
        yield from response.get("QueryResponse") or ()


def _trouble(found: Sequence[faults.Fault]) -> LedgerError:
    return faults.error_of("quickbooks.cdc.read", 400, found, writes=False, request_id="")


def _count(found: Mapping[Kind, Sequence[Doc]]) -> int:
    return sum(len(rows) for rows in found.values())


def _too_old(since: datetime, now: str) -> bool:
    return datetime.fromisoformat(now) - since > LOOK_BACK_MAX


def _mark(time: str) -> str:
    try:
        return _text(records.moment(time))
    except ValueError as error:
        raise TryLater(
            f"QuickBooks did not say when it answered: {time!r}", wait=faults.TROUBLE_WAIT
        ) from error


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")

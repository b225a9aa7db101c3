"""Reading one Xero organisation in the neutral words, with as few calls as it allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from providers.documents import Account, Aged, InvoiceDetail
from providers.errors import Refused
from providers.http import Http
from providers.ledger import Batch, Kind, Record
from providers.money import Money
from providers.organisation import Organisation
from providers.past import PastReceipt
from providers.tokens import Access, Vendor
from providers.xero import past, wire
from providers.xero.answers import VALIDATION
from providers.xero.banked import banked
from providers.xero.client import XeroClient
from providers.xero.current import read_current
from providers.xero.detail import detail_of
from providers.xero.organisation import creditable, read_organisation
from providers.xero.records import ID_FIELDS, records_of, unapplied_of
from providers.xero.sources import (
    BOOK,
    CHANGES,
    RECEIVED_EARLY,
    UNAPPLIED,
    Source,
)
from providers.xero.wire import Json

OVERLAP = timedelta(minutes=5)
CLOSING = "closing balance"


class XeroReader:
    """The port `providers.ledger.LedgerReader` for Xero.

    A mark is Xero's own time of the first answer of a sweep, in UTC to the second. Every batch
    but the last of a sweep carries the mark that the sweep started from.
    """

    def __init__(self, vendor: Vendor, http: Http, access: Access, company_id: str) -> None:
        self._client = XeroClient(vendor, http, access=access, company_id=company_id)
        self._currency = ""

    def organisation(self) -> Organisation:
        return read_organisation(self._client)

    def fetch(self, kind: Kind, ids: Sequence[str]) -> Sequence[Record]:
        """A bill or a credit note of a supplier counts as `Gone`."""
        return read_current(self._client, kind, ids)

    def banked(self, kind: Kind, ids: Sequence[str]) -> frozenset[str]:
        return banked(self._client, kind, ids)

    def book(self) -> Iterator[Batch]:
        return self._sweep(BOOK, mark="", since="")

    def changes(self, mark: str) -> Iterator[Batch]:
        """Without a mark this is the whole book."""
        return self._sweep(CHANGES, mark=mark, since=_overlapped(mark)) if mark else self.book()

    def unannounced(self, mark: str) -> Iterator[Batch]:
        """New money that no invoice has taken: one call, and one more for each kind of it found.

        Bank transactions show over- and prepayments in one list, but not what is left of them.
        """
        since = _overlapped(mark) if mark else ""
        transactions: list[Json] = []
        after = ""
        for page in self._client.pages(
            "get_bank_transactions", "BankTransactions", since=since, where=RECEIVED_EARLY
        ):
            after = after or page.at
            transactions += page.items
        for field, source in UNAPPLIED.items():
            references = {wire.text(it, field): wire.text(it, "Reference") for it in transactions}
            references.pop("", None)
            if references:
                yield from self._received(source, references, since=since, mark=mark)
        yield Batch((), after or mark)

    def history(self, since: date, until: date) -> Iterator[Record | PastReceipt]:
        return past.history(self._client, since, until)

    def aged(self, on: date, customer_ids: Sequence[str]) -> Sequence[Aged]:
        """One call for each customer named, in the base currency; Xero has no report of all."""
        return [Aged(it, Money(self._owed(it, on), self._base_currency())) for it in customer_ids]

    def pay_link(self, invoice_id: str) -> str:
        try:
            said = self._client.read("get_online_invoice", invoice_id) or {}
        except Refused as error:
            if error.code != VALIDATION:
                raise
            return ""
        return next(
            (wire.text(it, "OnlineInvoiceUrl") for it in wire.items(said, "OnlineInvoices")), ""
        )

    def copy_of(self, invoice_id: str) -> bytes:
        return self._client.file("get_invoice", invoice_id)

    def detail(self, invoice_id: str) -> InvoiceDetail | None:
        return detail_of(self._client, invoice_id)

    def accounts(self) -> Sequence[Account]:
        return creditable(self._client)

    def _sweep(self, sources: Sequence[Source], *, mark: str, since: str) -> Iterator[Batch]:
        after = ""
        for source in sources:
            for page in self._client.pages(
                source.name, source.wrapper, since=since, **source.options
            ):
                after = after or page.at
                if records := records_of(source.kind, page.items):
                    yield Batch(records, mark)
        yield Batch((), after or mark)

    def _received(
        self, source: Source, references: dict[str, str], *, since: str, mark: str
    ) -> Iterator[Batch]:
        for page in self._client.pages(source.name, source.wrapper, since=since):
            found = [
                unapplied_of(source.kind, it, reference=references[id_])
                for it in page.items
                if (id_ := wire.text(it, ID_FIELDS[source.kind])) in references
            ]
            yield Batch(tuple(it for it in found if it), mark)

    def _base_currency(self) -> str:
        if not self._currency:
            said = wire.items(self._client.read("get_organisations") or {}, "Organisations")
            self._currency = wire.text(said[0], "BaseCurrency") if said else ""
        return self._currency

    def _owed(self, customer_id: str, on: date) -> Decimal:
        """The last cell of the row "Closing Balance"."""
        report = self._client.read(
            "get_report_aged_receivables_by_contact", customer_id, date=on.isoformat()
        )
        for section in wire.items(next(iter(wire.items(report or {}, "Reports")), {}), "Rows"):
            for row in [section, *wire.items(section, "Rows")]:
                cells = [wire.text(it, "Value") for it in wire.items(row, "Cells")]
                if cells and cells[0].lower() == CLOSING:
                    return _cell_amount(cells[-1])
        return Decimal(0)


def _overlapped(mark: str) -> str:
    """A little before the mark: Xero's answers may lag behind its own clock."""
    return (datetime.fromisoformat(mark) - OVERLAP).isoformat()


def _cell_amount(cell: str) -> Decimal:
    written = cell.replace(",", "")
    if written.startswith("(") and written.endswith(")"):
        written = f"-{written[1:-1]}"
    try:
        return Decimal(written or "0")
    except InvalidOperation as error:
        raise Refused(f"the aged receivables report holds {cell!r} as an amount") from error

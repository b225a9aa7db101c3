"""The only list of ledger writers. Only the outbox may import it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from providers.http import Http
from providers.ports import LedgerWriter
from providers.quickbooks.writer import QuickBooksWriter
from providers.tokens import Access, Vendor
from providers.xero.writer import XeroWriter

WRITERS: Mapping[str, Callable[[Vendor, Http, Access, str], LedgerWriter]] = {
    "quickbooks": QuickBooksWriter,
    "xero": XeroWriter,
}

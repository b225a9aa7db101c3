"""The only list of ledgers: what the product needs to know to connect to and read each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from providers.http import Http
from providers.ledger import Change, LedgerReader
from providers.quickbooks import webhook as quickbooks_webhook
from providers.quickbooks.oauth import IntuitAuthority
from providers.quickbooks.reader import QuickBooksReader
from providers.tokens import Access, Authority, Vendor
from providers.xero import webhook as xero_webhook
from providers.xero.oauth import XeroAuthority
from providers.xero.reader import XeroReader


@dataclass(frozen=True, slots=True)
class Ledger:
    """`key_window` is for how long the vendor remembers an idempotency key, at the least.

    `calls_per_minute`, `calls_per_day` and `calls_per_second` are the vendor's limits for one
    company; sources in the provider's README. `polled` tells that some changes are never announced.
    """

    name: str
    title: str
    authority: Callable[[Vendor, Http, Callable[[], datetime]], Authority]
    reader: Callable[[Vendor, Http, Access, str], LedgerReader]
    signature_header: str
    is_genuine: Callable[[bytes, str, str], bool]
    changes: Callable[[bytes], Sequence[Change]]
    request_id_header: str
    key_window: timedelta
    calls_per_minute: int
    calls_per_day: int | None
    calls_per_second: int | None
    polled: bool


LEDGERS: Mapping[str, Ledger] = {
    "quickbooks": Ledger(
        name="quickbooks",
        title="QuickBooks Online",
        authority=IntuitAuthority,
        reader=QuickBooksReader,
        signature_header=quickbooks_webhook.SIGNATURE_HEADER,
        is_genuine=quickbooks_webhook.is_genuine,
        changes=quickbooks_webhook.changes,
        request_id_header="intuit_tid",
        key_window=timedelta(minutes=6),
        calls_per_minute=500,
        calls_per_day=None,
        calls_per_second=10,
        polled=False,
    ),
    "xero": Ledger(
        name="xero",
        title="Xero",
        authority=XeroAuthority,
        reader=XeroReader,
        signature_header=xero_webhook.SIGNATURE_HEADER,
        is_genuine=xero_webhook.is_genuine,
        changes=xero_webhook.changes,
        request_id_header="xero-correlation-id",
        key_window=timedelta(minutes=6),
        calls_per_minute=60,
        calls_per_day=5000,
        calls_per_second=None,
        polled=True,
    ),
}

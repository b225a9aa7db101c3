"""The only list of ledgers: what the product needs to know to connect to and read each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from providers.constructs import Settlement, Write
from providers.http import Http
from providers.ledger import Change, Effect, Kind, Undo
from providers.ports import LedgerReader
from providers.quickbooks import constructs as quickbooks_constructs
from providers.quickbooks import webhook as quickbooks_webhook
from providers.quickbooks.oauth import IntuitAuthority
from providers.quickbooks.reader import QuickBooksReader
from providers.tokens import Access, Authority, Vendor
from providers.xero import constructs as xero_constructs
from providers.xero import webhook as xero_webhook
from providers.xero.oauth import XeroAuthority
from providers.xero.reader import XeroReader


@dataclass(frozen=True, slots=True)
class Ledger:
    """`key_window` is for how long the vendor remembers an idempotency key, at the least.

    `calls_per_minute`, `calls_per_day` and `calls_per_second` are the vendor's limits for one
    company; sources in the provider's README. `polled` tells that some changes are never announced.
    `construct` names the effects that say a settlement, in order, and `undoing` those that take
    writes back; both raise CannotBuild. `written_as` is the kind of what a receipt names.
    `note_length_max` is how many characters one note holds, at the least.
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
    construct: Callable[[Settlement], tuple[Effect, ...]]
    undoing: Callable[[Sequence[Write]], tuple[Undo, ...]]
    written_as: Callable[[Effect], Kind]
    note_length_max: int


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
        construct=quickbooks_constructs.construct,
        undoing=quickbooks_constructs.undoing,
        written_as=quickbooks_constructs.written_as,
        note_length_max=1000,
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
        construct=xero_constructs.construct,
        undoing=xero_constructs.undoing,
        written_as=xero_constructs.written_as,
        note_length_max=250,
    ),
}

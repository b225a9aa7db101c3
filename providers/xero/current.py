"""The records of given ids as they are now, with as few calls as their kind allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers.ledger import Gone, Kind, Record
from providers.xero import wire
from providers.xero.client import XeroClient
from providers.xero.records import record_of
from providers.xero.sources import GROUPED, SINGLE
from providers.xero.wire import Json

IDS_MAX = 40
"""Ids of 36 characters in one address: well below the 2,048 that proxies allow."""


def read_current(client: XeroClient, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
    """One record for each id; `Gone` for what is not there, or is the other side of the ledger.

    Invoices and contacts cost one call for 40, all other kinds one call each. Raises Refused if
    a record cannot be read, and any of the five errors but Stale.
    """
    records = (record_of(kind, it) for it in _documents(client, kind, ids))
    found = {it.id.lower(): it for it in records if it}
    return tuple(found.get(it.lower()) or Gone(kind, it) for it in ids)


def _documents(client: XeroClient, kind: Kind, ids: Sequence[str]) -> Iterator[Json]:
    if kind not in GROUPED:
        source = SINGLE[kind]
        for id_ in ids:
            yield from wire.items(client.read(source.name, id_) or {}, source.wrapper)
        return
    source = GROUPED[kind]
    for start in range(0, len(ids), IDS_MAX):
        chunk = list(ids[start : start + IDS_MAX])
        options = {"i_ds": chunk, "page": 1, "page_size": 100, **source.options}
        yield from wire.items(client.read(source.name, **options) or {}, source.wrapper)

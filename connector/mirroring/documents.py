"""Invoices and credit notes of the mirror, looked up by their ids together."""

from __future__ import annotations

from collections.abc import Collection

from connector.db import Tx
from connector.mirroring import mirror
from providers.ledger import CreditNote, Invoice


def of_ids(tx: Tx, connection_id: int, ids: Collection[str]) -> list[Invoice | CreditNote]:
    """Those that the ledger still has, whatever is open of them."""
    return [
        record
        for kind in mirror.DOCUMENTS
        for record in mirror.fetch(tx, connection_id, kind, ids)
        if isinstance(record, Invoice | CreditNote)
    ]

"""How often our markers stand in a ledger's payments: its API asked without our own client."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import requests

from providers.errors import TryLater

MARKER = re.compile(r"\[lh:[0-9a-f]{8}\]")
PAGE_ROWS = 100
SECONDS_MAX = 60
TOO_MANY = 429


def counted(ledger: str, base: str, *, company_id: str, access_token: str) -> Counter[str]:
    """The receipts in the ledger by marker; a batch is one payment, and in Xero a receipt with a
    rest is a bank transaction. Raises requests' errors, and TryLater where there were too many
    calls."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {access_token}"
    session.headers["Accept"] = "application/json"
    if ledger == "quickbooks":
        rows = _quickbooks(session, f"{base}/v3/company/{company_id}/query")
    else:
        session.headers["xero-tenant-id"] = company_id
        rows = _xero(session, f"{base}/api.xro/2.0")
    entries = {(marker, id_) for id_, text in rows for marker in MARKER.findall(text)}
    return Counter(marker for marker, _ in entries)


def _quickbooks(session: requests.Session, url: str) -> Iterator[tuple[str, str]]:
    start = 1
    while True:
        query = f"SELECT * FROM Payment STARTPOSITION {start} MAXRESULTS {PAGE_ROWS}"  # noqa: S608
        rows = _get(session, url, {"query": query})["QueryResponse"].get("Payment", [])
        yield from ((row["Id"], row.get("PrivateNote", "")) for row in rows)
        if len(rows) < PAGE_ROWS:
            return
        start += PAGE_ROWS


def _xero(session: requests.Session, url: str) -> Iterator[tuple[str, str]]:
    for row in _listed(session, url, "Payments"):
        yield row.get("BatchPaymentID") or row["PaymentID"], row.get("Reference", "")
    for row in _listed(session, url, "BankTransactions"):
        lines = " ".join(line.get("Description", "") for line in row.get("LineItems", ()))
        yield row["BankTransactionID"], f"{row.get('Reference', '')} {lines}"


def _listed(session: requests.Session, url: str, plural: str) -> Iterator[Any]:
    page = 1
    while True:
        params = {"page": str(page), "pageSize": str(PAGE_ROWS), "where": 'Status=="AUTHORISED"'}
        rows = _get(session, f"{url}/{plural}", params)[plural]
        yield from rows
        if len(rows) < PAGE_ROWS:
            return
        page += 1


def _get(session: requests.Session, url: str, params: dict[str, str]) -> Any:
    answer = session.get(url, params=params, timeout=SECONDS_MAX)
    if answer.status_code == TOO_MANY:
        wait = timedelta(seconds=int(answer.headers.get("Retry-After", SECONDS_MAX)))
        raise TryLater("the ledger takes no more calls for now", wait=wait)
    answer.raise_for_status()
    return answer.json()

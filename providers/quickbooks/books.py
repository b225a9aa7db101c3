"""The rows of one company: by id, page by page, and as neutral records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from providers.errors import Refused
from providers.exact import Doc
from providers.ledger import Gone, Kind, Record
from providers.quickbooks import query, records
from providers.quickbooks.client import Client

IDS_PER_QUERY_MAX = 200
"""Keeps the address of a request below 8,000 characters with ids of 21 digits."""
OVERLAP_ROWS = 20
ALWAYS: Mapping[Kind, tuple[str, ...]] = {Kind.CUSTOMER: ("Active IN (true,false)",)}
"""Without this condition a query leaves inactive customers out."""
BY_ID = "Id"


@dataclass(frozen=True, slots=True)
class Page:
    """`time` is the ledger's clock when it answered, as ISO 8601 text."""

    rows: tuple[Doc, ...]
    time: str


class Books:
    """Reads only. `home_currency` is asked for once, and only where a record needs it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._home_currency = ""

    def ask(self, entity: str, statement: str) -> Page:
        doc = self._client.read("query", {"query": statement})
        rows = (doc.get("QueryResponse") or {}).get(entity) or []
        return Page(tuple(rows), str(doc["time"]))

    def rows(self, kind: Kind, ids: Iterable[str]) -> dict[str, Doc]:
        """The rows that exist, by id; one call for every 200 ids."""
        entity, found = records.entity_of(kind), {}
        wanted = iter(dict.fromkeys(ids))
        while some := list(islice(wanted, IDS_PER_QUERY_MAX)):
            conditions = (query.is_one_of("Id", some), *ALWAYS.get(kind, ()))
            page = self.ask(entity, query.select(entity, *conditions))
            found.update({str(row["Id"]): row for row in page.rows})
        return found

    def fetch(self, kind: Kind, ids: Sequence[str]) -> list[Record]:
        """One record for each id, in the order asked."""
        rows = self.rows(kind, ids)
        return [self.record(kind, rows[i]) if i in rows else Gone(kind, i) for i in ids]

    def pages(self, entity: str, *conditions: str, order: str = BY_ID) -> Iterator[Page]:
        """Every matching row once, 1,000 at a time.

        Rows move up when others stop matching while we read, so pages overlap; a page that shows
        no known row may have skipped some, and reading steps back.
        """
        start, seen = 1, set[str]()
        while True:
            page = self.ask(entity, query.select(entity, *conditions, order=order, start=start))
            ids = [str(row["Id"]) for row in page.rows]
            if start > 1 and seen.isdisjoint(ids):
                start = max(1, start - query.ROWS_MAX)
                continue
            fresh = [row for row, i in zip(page.rows, ids, strict=True) if i not in seen]
            yield Page(tuple(fresh), page.time)
            if len(ids) < query.ROWS_MAX:
                return
            seen.update(ids)
            start += query.ROWS_MAX - OVERLAP_ROWS

    def record(self, kind: Kind, row: Doc) -> Record:
        return records.record_of(kind, row, self.home_currency)

    def home_currency(self) -> str:
        if not self._home_currency:
            self._home_currency = home_currency_of(self._client.read("preferences"))
        return self._home_currency


def home_currency_of(preferences: Doc) -> str:
    """The ISO 4217 code; QuickBooks writes it as a reference, older companies as plain text."""
    prefs = preferences.get("Preferences") or {}
    told = (prefs.get("CurrencyPrefs") or {}).get("HomeCurrency") or ""
    code = told.get("value") if isinstance(told, dict) else told
    if not code:
        raise Refused("QuickBooks does not say what the company's home currency is")
    return str(code)

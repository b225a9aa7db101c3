"""Lists: which documents a request means, in which order, and which page of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from providers.simulated.store import Doc
from providers.simulated.xero import filters
from providers.simulated.xero.books import Books
from providers.simulated.xero.entities import Entity
from providers.simulated.xero.refusals import Turned, bad_query

PAGE_SIZE = 100
PAGE_SIZE_MAX = 1000
SEARCHED = (
    "Name", "FirstName", "LastName", "EmailAddress", "ContactNumber", "CompanyNumber",
    "InvoiceNumber", "CreditNoteNumber", "Reference",
)  # fmt: skip
REFERENCES = {
    "contact": "contact", "account": "account", "bankaccount": "account", "invoice": "invoice",
    "batchpayment": "batchpayment",
}  # fmt: skip
AMONG = {"statuses": "Status", "contactids": "contact", "references": "Reference"}
"""Parameters that list values, and the field that must hold one of them."""

HELD_AS = {"invoice": "document", "batchpayment": "batch"}
"""The field that holds a reference, where it is not called by the kind."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Doc]
    full: bool
    pagination: Doc | None


def find(books: Books, entity: Entity, query: Mapping[str, str], since: str) -> Page:
    """The documents of one GET. `query` has lower-cased names; `since` is If-Modified-Since."""
    rows = _named(books, entity, query)
    for test in _tests(books, entity, query, since):
        rows = [doc for doc in rows if test(doc)]
    rows = _ordered(books, entity, rows, query.get("order", ""))
    if "page" not in query:
        return Page(rows, not entity.thin_unpaged, None)
    page, size = _number(query, "page", 1), _number(query, "pagesize", PAGE_SIZE)
    size = min(size, PAGE_SIZE_MAX)
    pagination: Doc = {
        "page": page, "pageSize": size, "pageCount": -(-len(rows) // size), "itemCount": len(rows),
    }  # fmt: skip
    full = query.get("summaryonly", "").lower() != "true"
    return Page(rows[(page - 1) * size : page * size], full, pagination)


def _named(books: Books, entity: Entity, query: Mapping[str, str]) -> list[Doc]:
    if ids := query.get("ids"):
        found = [books.get(entity.kind, id_.strip()) for id_ in ids.split(",")]
        return [doc for doc in found if doc]
    if entity.kind == "invoice" and (numbers := query.get("invoicenumbers")):
        found = [books.find(entity.kind, number) for number in numbers.split(",")]
        return [doc for doc in found if doc]
    return books.all(entity.kind)


def _tests(
    books: Books, entity: Entity, query: Mapping[str, str], since: str
) -> list[filters.Predicate]:
    tests: list[filters.Predicate] = []
    if since:
        moment = read_since(since)
        tests.append(lambda doc: doc["UpdatedDateUTC"][:19] >= moment)
    for name, field in AMONG.items():
        if wanted := _list_of(query.get(name, "")):
            tests.append(_among(field, wanted))
    if query.get("createdbymyapp", "").lower() == "true":
        tests.append(lambda doc: doc.get("app") == books.app_id)
    if entity.kind == "contact" and query.get("includearchived", "").lower() != "true":
        tests.append(lambda doc: doc["ContactStatus"] != "ARCHIVED" or "ids" in query)
    if term := query.get("searchterm", "").lower():
        tests.append(_search(books, entity, term))
    if where := query.get("where"):
        tests.append(filters.parse(where, lambda path: _reader(books, entity, path)))
    return tests


def _list_of(text: str) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in text.split(",") if part.strip())


def _among(field: str, wanted: frozenset[str]) -> filters.Predicate:
    return lambda doc: str(doc.get(field)).lower() in wanted


def _search(books: Books, entity: Entity, term: str) -> filters.Predicate:
    readers = [_reader(books, entity, field) for field in SEARCHED if field in entity.fields]
    if "contact" in entity.fields:
        readers.append(_reader(books, entity, "Contact.Name"))
    return lambda doc: any(term in str(read(doc) or "").lower() for read in readers)


def _reader(books: Books, entity: Entity, path: str) -> filters.Value:
    """How to read a field. Raises KeyError when the endpoint has none of that name."""
    head, _, tail = path.partition(".")
    if tail and tail.lower() in ("value", "hasvalue", "date"):
        return _reader(books, entity, head)
    kind = REFERENCES.get(head.lower())
    held = HELD_AS.get(head.lower(), kind or "")
    if kind and tail and held in entity.fields:
        return _through(books, kind, held, tail)
    for field in entity.fields:
        if not tail and field.lower() == head.lower():
            return lambda doc: doc.get(field)
    raise KeyError(path)


def _through(books: Books, kind: str, held: str, tail: str) -> filters.Value:
    if tail.lower() == f"{kind}id":
        return lambda doc: doc.get(held)
    rows = {next(iter(doc.values())): doc for doc in books.all(kind)}

    def read(doc: Doc) -> Any:
        found = rows.get(doc.get(held), {})
        return next((value for key, value in found.items() if key.lower() == tail.lower()), None)

    return read


def _ordered(books: Books, entity: Entity, rows: list[Doc], order: str) -> list[Doc]:
    for part in reversed([part.split() for part in order.split(",") if part.strip()]):
        try:
            read = _reader(books, entity, part[0])
        except KeyError as error:
            raise bad_query(f"No property or field {error} exists to order by") from error
        down = len(part) > 1 and part[1].upper().startswith("DESC")
        rows = sorted(rows, key=_blank_first(read), reverse=down)
    return rows


def _blank_first(read: filters.Value) -> Callable[[Doc], tuple[bool, Any]]:
    def key(doc: Doc) -> tuple[bool, Any]:
        value = read(doc)
        return (value is not None, value if value is not None else 0)

    return key


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        raise bad_query(f"{name} must be a whole number of 1 or more, not {text!r}")
    return int(text)


def read_since(text: str) -> str:
    """If-Modified-Since in UTC, to the second. Raises Turned (412) when it is no moment."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            raise Turned(412, "If-Modified-Since could not be read") from None
    if at.tzinfo:
        at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S")

"""Answers to queries, from the shelves where they help and row by row where they do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.moments import read_moment
from providers.simulated.quickbooks.query_grammar import Condition, Order, Query, parse
from providers.simulated.quickbooks.query_names import LISTED, entity_named, property_named
from providers.simulated.quickbooks.refusals import invalid_query
from providers.simulated.quickbooks.shelves import Shelf, name_of
from providers.simulated.store import Doc

Test = Callable[[Doc], bool]
_CHANGED = "MetaData.LastUpdatedTime"
ANSWERS_REMEMBERED_MAX = 32


class Queries:
    """Remembers the rows of the last questions, so that paging through them costs little."""

    def __init__(self) -> None:
        self._remembered: dict[tuple[str, str], tuple[int, list[str]]] = {}

    def answer(self, book: Book, text: str) -> Doc:
        """The QueryResponse. Raises Refusal."""
        query = parse(text)
        entity = entity_named(query.entity)
        ids = self._ids(book, entity, query)
        if query.counts:
            return {"totalCount": len(ids)}
        page = ids[query.start - 1 : query.start - 1 + query.rows_max]
        if not page:
            return {}
        rows = [book.read(entity, id_) for id_ in page]
        return {entity: rows, "startPosition": query.start, "maxResults": len(rows)}

    def _ids(self, book: Book, entity: str, query: Query) -> list[str]:
        question = (book.realm, f"{entity} {query.conditions} {query.orders} {book.today()}")
        revision = book.shelves.revision(book.realm)
        known = self._remembered.get(question)
        if known and known[0] == revision:
            return known[1]
        ids = _answer(book, entity, query)
        if len(self._remembered) >= ANSWERS_REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[question] = (book.shelves.revision(book.realm), ids)
        return ids


def _answer(book: Book, entity: str, query: Query) -> list[str]:
    conditions = [
        Condition(property_named(entity, one.name), one.operator, one.values)
        for one in query.conditions
    ]
    if entity in LISTED and not any(one.name == "Active" for one in conditions):
        conditions.append(Condition("Active", "=", ("true",)))
    tests = [_test(book, one) for one in conditions]
    rows = [
        doc for doc in _candidates(book, entity, conditions) if all(test(doc) for test in tests)
    ]
    return [doc["Id"] for doc in _sorted(entity, rows, query.orders)]


def _candidates(book: Book, entity: str, conditions: Iterable[Condition]) -> Iterable[Doc]:
    """As few rows as the shelves can tell, in any order."""
    shelf = book.shelf(entity)
    found: list[list[str]] = [ids for one in conditions if (ids := _found(shelf, one)) is not None]
    hung = _hung_on(conditions)
    if hung:
        found.append(list(shelf.by_subject.get(hung, {})))
    if found:
        fewest: list[str] = min(found, key=len)
        return _present(book, entity, fewest)
    for one in conditions:
        if one.name == _CHANGED and one.operator in {">", ">="}:
            return _changed_since(book, entity, _moment(book, one.values[0]))
    return book.all(entity)


def _found(shelf: Shelf, one: Condition) -> list[str] | None:
    """The ids among which one condition can hold, where a shelf knows them."""
    many = one.operator in {"=", "IN"}
    if one.name == "Id" and many:
        return list(one.values)
    if one.name == "CustomerRef" and many:
        return _joined(shelf.by_subject, one.values)
    if one.name == "DocNumber" and many:
        return _joined(shelf.by_number, one.values)
    if one.name == "Balance" and one.operator == ">" and _number(one.values[0]) == 0:
        return list(shelf.open)
    return None


def _changed_since(book: Book, entity: str, since: datetime) -> list[Doc]:
    """The records changed at or after a moment, deleted ones left out, latest first."""
    docs = []
    for id_ in reversed(book.shelf(entity).changed):
        doc = book.peek(entity, id_)
        if doc is None:
            continue
        if datetime.fromisoformat(doc["MetaData"]["LastUpdatedTime"]) < since:
            break
        docs.append(doc)
    return docs


def _joined(shelf: dict[str, dict[str, None]], keys: Iterable[str]) -> list[str]:
    return [id_ for key in dict.fromkeys(keys) for id_ in shelf.get(key, {})]


def _hung_on(conditions: Iterable[Condition]) -> str:
    asked = {one.name: one.values[0] for one in conditions if one.operator == "="}
    kind = asked.get("AttachableRef.EntityRef.Type", "")
    id_ = asked.get("AttachableRef.EntityRef.value", "")
    return f"{kind[:1].upper()}{kind[1:]}/{id_}" if kind and id_ else ""


def _present(book: Book, entity: str, ids: Iterable[str]) -> list[Doc]:
    docs = (book.peek(entity, id_) for id_ in dict.fromkeys(ids))
    return [doc for doc in docs if doc is not None]


def _sorted(entity: str, rows: list[Doc], orders: tuple[Order, ...]) -> list[Doc]:
    if not orders:
        if entity in LISTED:
            return sorted(rows, key=lambda doc: str(doc.get("FullyQualifiedName") or name_of(doc)))
        return sorted(rows, key=_last_change, reverse=True)
    for order in reversed(orders):
        name = property_named(entity, order.name)
        rows = sorted(rows, key=_order_key(name), reverse=order.descending)
    return rows


def _last_change(doc: Doc) -> tuple[str, int]:
    return doc["MetaData"]["LastUpdatedTime"], int(doc["Id"])


def _order_key(name: str) -> Callable[[Doc], tuple[bool, Any]]:
    if name == "Id":
        return lambda doc: (True, int(doc["Id"]))
    if name.startswith("MetaData."):
        return lambda doc: (True, datetime.fromisoformat(value_of(doc, name)))

    def key(doc: Doc) -> tuple[bool, Any]:
        value = value_of(doc, name)
        return value is not None, value.lower() if isinstance(value, str) else value or 0

    return key


def value_of(doc: Doc, path: str) -> Any:
    """The value at a dotted path; that of a reference is its id; a list gives all its values."""
    value: Any = doc
    for name in path.split("."):
        if isinstance(value, list):
            value = [_inside(one, name) for one in value]
        else:
            value = _inside(value, name)
    if isinstance(value, dict):
        return value.get("value", value.get("Address"))
    return value


def _inside(value: Any, name: str) -> Any:
    if not isinstance(value, dict):
        return None
    return value.get(name, value.get(name[:1].lower() + name[1:]))


def _test(book: Book, one: Condition) -> Test:
    if one.name == "Id" and one.operator not in {"=", "IN"}:
        raise invalid_query(f"Operator {one.operator} is not supported for property Id")
    matches = _matcher(book, one)

    def test(doc: Doc) -> bool:
        value = value_of(doc, one.name)
        if isinstance(value, list):
            return any(matches(each) for each in value)
        return matches(value)

    return test


def _matcher(book: Book, one: Condition) -> Callable[[Any], bool]:
    values = tuple(str(book.today()) if v.upper() == "CURRENT_DATE" else v for v in one.values)
    if one.operator == "LIKE":
        pattern = ".*".join(re.escape(part) for part in values[0].split("%"))
        like = re.compile(pattern, re.IGNORECASE | re.DOTALL)
        return lambda value: value is not None and like.fullmatch(str(value)) is not None
    if one.name.startswith("MetaData."):
        asked: list[Any] = [_moment(book, value) for value in values]
        return _compare(one.operator, asked, datetime.fromisoformat)
    numbers = [_number(value) for value in values]
    texts = [value.lower() for value in values]
    by_text = _compare(one.operator, texts, lambda value: str(value).lower())
    by_number = _compare(one.operator, numbers, lambda value: value)

    def matches(value: Any) -> bool:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return None not in numbers and by_number(value)
        return by_text(value)

    return matches


def _compare(operator: str, asked: list[Any], read: Callable[[Any], Any]) -> Callable[[Any], bool]:
    def matches(value: Any) -> bool:
        if value is None:
            return False
        own = read(value)
        if operator in {"=", "IN"}:
            return own in asked
        if operator == "<":
            return bool(own < asked[0])
        if operator == ">":
            return bool(own > asked[0])
        return bool(own <= asked[0]) if operator == "<=" else bool(own >= asked[0])

    return matches


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _moment(book: Book, text: str) -> datetime:
    moment = read_moment(text, book.settings["time_zone"])
    if moment is None:
        raise invalid_query(f"Invalid date {text}; write it as 2026-01-31T10:00:00-08:00")
    return moment

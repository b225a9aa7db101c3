"""Several operations in one request: each by itself, one after the other."""

from __future__ import annotations

from typing import Any

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.query import Queries
from providers.simulated.quickbooks.refusals import Refusal, missing, unsupported
from providers.simulated.quickbooks.writing import ENTITIES, create, delete, update, void
from providers.simulated.store import Doc

ITEMS_MAX = 30
_OPERATIONS = {"create": create, "update": update, "delete": delete, "void": void}


def run_batch(book: Book, body: Doc, queries: Queries) -> Doc:
    """One result or Fault for each item, whatever becomes of the others. Raises Refusal."""
    items = body.get("BatchItemRequest")
    if not isinstance(items, list) or not items:
        raise missing("BatchItemRequest")
    if len(items) > ITEMS_MAX:
        raise Refusal(
            "1040",
            "The maximum number of batch items has been exceeded",
            f"A batch may hold {ITEMS_MAX} items, not {len(items)}",
        )
    return {"BatchItemResponse": [_answer(book, item, queries) for item in items]}


def _answer(book: Book, item: Doc, queries: Queries) -> Doc:
    tag: dict[str, Any] = {"bId": item["bId"]} if "bId" in item else {}
    try:
        if "Query" in item:
            return {"QueryResponse": queries.answer(book, str(item["Query"]))} | tag
        return _written(book, item) | tag
    except Refusal as refusal:
        return {"Fault": refusal.fault(inside=True)} | tag


def _written(book: Book, item: Doc) -> Doc:
    name = next((name for name in item if name in ENTITIES), "")
    operation = _OPERATIONS.get(str(item.get("operation")))
    if not name or operation is None:
        raise unsupported(f"{item.get('operation')} of {name or 'nothing'}")
    if item.get("optionsData") == "void":
        operation = void
    return {name: operation(book, ENTITIES[name], item[name])}

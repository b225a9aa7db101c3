"""Recorded exchanges with the real service, and the state that each of them presupposes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.providers.simulated.quickbooks.place import Place

RECORDINGS = (
    "all/alt_select", "all/customers", "all/employees_including_active", "all/sales_receipts",
    "all/vendors_by_5", "attachment/create_for_invoice", "attachment/delete_attachment",
    "attachment/error_estimate", "attachment/read_attachment", "batch/basic", "cdc/basic",
    "create/customer", "create/invoice", "deactivate/account", "deactivate/employee",
    "delete/invoice", "error/400", "error/400_json", "error/401", "error/500", "error/validation",
    "get/display_name", "get/id", "get/inactive_vendors", "get_pdf/invoice", "misc/ampersand",
    "update/customer", "update/sales_receipt", "void/invoice",
)  # fmt: skip
PRESUPPOSED = {
    "attachment/delete_attachment": ("attachment/read_attachment",),
    "batch/basic": ("all/sales_receipts",),
    "create/invoice": ("get/display_name",),
    "delete/invoice": ("get/display_name",),
    "error/validation": ("all/customers",),
    "void/invoice": ("get/display_name",),
}
INVOICES = {"attachment/create_for_invoice": "75", "get_pdf/invoice": "130"}
"""Invoices of which a recording tells only the id."""


@dataclass(frozen=True, slots=True)
class Exchange:
    method: str
    path: str
    body: bytes
    headers: dict[str, str]
    status: int
    answer: Any
    """JSON, or None for a file."""


def exchanges(folder: Path, name: str) -> list[Exchange]:
    file = folder / "vcr_qbo_api/spec/vcr" / f"{name}.yml"
    recorded = yaml.safe_load(file.read_text())["http_interactions"]
    return [_exchange(one["request"], one["response"]) for one in recorded]


def _exchange(request: dict[str, Any], response: dict[str, Any]) -> Exchange:
    path = request["uri"].partition("/v3/")[2].removeprefix("company/-COMPANY_ID-/")
    sent = {name: values[0] for name, values in request["headers"].items()}
    kept = {name: sent[name] for name in ("Accept", "Content-Type") if name in sent}
    text = response["body"]["string"]
    answer = json.loads(text, parse_float=Decimal) if text.startswith("{") else None
    body = request["body"]["string"].encode()
    status = int(response["status"]["code"])
    return Exchange(request["method"].upper(), path, body, kept, status, answer)


def seed(place: Place, folder: Path, name: str) -> None:
    """Bring a company into the state that a recording began with."""
    for source in (*PRESUPPOSED.get(name, ()), name):
        for exchange in exchanges(folder, source):
            if exchange.method == "GET" and exchange.answer and exchange.status == 200:
                for entity, doc in _records(exchange.answer):
                    _plant(place, entity, doc)
    if name in INVOICES:
        customer = place.customer("Someone")
        doc = place.hand.get("Invoice", place.invoice(customer))
        _plant(place, "Invoice", doc | {"Id": INVOICES[name]})


def _plant(place: Place, entity: str, doc: dict[str, Any]) -> None:
    """The first state that is seen of a record is the one that it began with."""
    book = place.quickbooks.book(place.realm)
    known = book.peek(entity, doc["Id"])
    if known is None or entity == "Account":
        book.keep(entity, doc)


def _records(answer: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    found = answer.get("CDCResponse", [{}])[0].get("QueryResponse", [])
    for group in [answer, answer.get("QueryResponse", {}), *found]:
        for entity, value in group.items():
            rows = value if isinstance(value, list) else [value]
            yield from ((entity, row) for row in rows if isinstance(row, dict) and "Id" in row)


def shape(value: Any) -> Any:
    """Names and types without the values; a list has the shape of all its members."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        shapes = [shape(one) for one in value]
        return [one for place, one in enumerate(shapes) if one not in shapes[:place]]
    if isinstance(value, bool) or value is None:
        return str(type(value))
    return "number" if isinstance(value, int | Decimal) else "text"

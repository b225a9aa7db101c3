"""JSON as it travels: amounts are exact inside and numbers outside."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from providers.money import minor_unit
from providers.simulated.quickbooks.refusals import missing, no_number, unreadable
from providers.simulated.store import Doc

ZERO = Decimal(0)


def read(body: bytes) -> Doc:
    """One JSON object. Raises Refusal."""
    try:
        doc = json.loads(body, parse_float=Decimal)
    except ValueError as error:
        raise unreadable(f"JSON could not be read: {error}") from None
    if not isinstance(doc, dict):
        raise unreadable("JSON is not an object")
    return doc


def write(doc: Any) -> bytes:
    return json.dumps(doc, default=_number, separators=(",", ":")).encode()


def _number(value: object) -> float | int:
    assert isinstance(value, Decimal), f"{value!r} is no JSON"
    return int(value) if value == value.to_integral_value() else float(value)


def amount(doc: Doc, name: str, currency: str) -> Decimal:
    """A required amount, as a number or as text. Raises Refusal."""
    value = doc.get(name)
    if value is None or value == "":
        raise missing(name)
    return exact(value, name, currency)


def exact(value: object, name: str, currency: str) -> Decimal:
    """Raises Refusal unless `value` is a number with at most 15 digits."""
    if isinstance(value, bool):
        raise no_number(name)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise no_number(name) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise no_number(name)
    return number.quantize(minor_unit(currency))


def reference(doc: Doc, name: str) -> str:
    """The id inside a reference such as CustomerRef; empty if there is none."""
    value = doc.get(name)
    if isinstance(value, dict):
        return str(value.get("value") or "")
    return str(value or "")

"""Fields of what a caller sent, read with Xero's complaints when they are not what they must be."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from providers.simulated.store import Doc
from providers.simulated.xero import wire
from providers.simulated.xero.refusals import Invalid


def day(element: Doc, field: str, default: str) -> str:
    """An ISO date."""
    value = element.get(field)
    if value in (None, ""):
        return default
    try:
        return wire.read_date(value)
    except ValueError:
        raise Invalid(f"The {field} '{value}' is not a valid date") from None


def money(element: Doc, field: str, default: Decimal | None = None) -> Decimal:
    value = element.get(field)
    if value is None and default is not None:
        return default
    try:
        return wire.read_money(value)
    except ValueError:
        raise Invalid(f"The {field} '{value}' is not a valid amount") from None


def number(element: Doc, field: str) -> Decimal | None:
    value = element.get(field)
    if value in (None, ""):
        return None
    try:
        return wire.read_number(value)
    except ValueError:
        raise Invalid(f"The {field} '{value}' is not a valid number") from None


def text(element: Doc, field: str, default: str = "", *, length_max: int = 4000) -> str:
    value = element.get(field)
    if value is None:
        return default
    if len(str(value)) > length_max:
        raise Invalid(f"The value '{field}' cannot be longer than {length_max} characters")
    return str(value)


def choice(element: Doc, field: str, among: Sequence[str], default: str = "") -> str:
    value = str(element.get(field) or default)
    if value not in among:
        raise Invalid(f"The {field} '{value}' is not valid; valid values are {', '.join(among)}")
    return value


def flag(element: Doc, field: str, *, default: bool = False) -> bool:
    value = element.get(field, default)
    return value if isinstance(value, bool) else str(value).lower() == "true"


def inner(element: Doc, field: str) -> Doc:
    """An object inside the element, empty when it is not there."""
    value: Any = element.get(field)
    return value if isinstance(value, dict) else {}


def objects(element: Doc, field: str) -> list[Doc]:
    value: Any = element.get(field)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

"""A QuickBooks address (PhysicalAddress) in the neutral words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from providers.postal import PostalAddress, address_from

LINES = ("Line1", "Line2", "Line3", "Line4", "Line5")
"""Invoices that QuickBooks itself made hold the whole address in these, name and city included."""


def address_of(said: Any) -> PostalAddress | None:
    """None where there is no address, whatever stands in its place."""
    if not isinstance(said, Mapping):
        return None
    return address_from(
        [_text(said, name) for name in LINES],
        city=_text(said, "City"),
        region=_text(said, "CountrySubDivisionCode"),
        postal_code=_text(said, "PostalCode"),
        country=_text(said, "Country"),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return str(value) if isinstance(value, str | int) else ""

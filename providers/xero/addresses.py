"""Xero's addresses of a contact or an organisation, of which the postal one is for letters."""

from __future__ import annotations

from providers.postal import PostalAddress, address_from
from providers.xero import wire
from providers.xero.wire import Json

LINES = ("AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4")
PREFERRED = ("POBOX", "STREET", "DELIVERY")
"""POBOX is what Xero's pages call the postal address and print on invoices, STREET the physical one
(developer.xero.com, "Types", addresses). Both come as empty shells where nobody filled them."""


def address_of(said: Json) -> PostalAddress | None:
    """The first complete one in the order above, else the first with anything in it."""
    by_type = {wire.text(it, "AddressType").upper(): it for it in wire.items(said, "Addresses")}
    found = [
        address for name in PREFERRED if (address := _address(by_type.get(name, {}))) is not None
    ]
    return next((one for one in found if one.is_complete), next(iter(found), None))


def _address(said: Json) -> PostalAddress | None:
    attention = wire.text(said, "AttentionTo")
    lines = [wire.text(said, name) for name in LINES]
    return address_from(
        [attention, *lines] if any(lines) else lines,
        city=wire.text(said, "City"),
        region=wire.text(said, "Region"),
        postal_code=wire.text(said, "PostalCode"),
        country=wire.text(said, "Country"),
    )

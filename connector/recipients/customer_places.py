"""Where a customer is, as far as its address in the ledger tells."""

from __future__ import annotations

from connector.db import Tx
from connector.mirroring import mirror
from dunning.customer.zones import country_of, region_of
from providers.ledger import Customer, Kind

Place = tuple[str, str]
"""(country, region) as ISO 3166 has them, empty where nobody knows."""
NOWHERE: Place = ("", "")


def place_of(customer: Customer) -> Place:
    country = country_of(customer.address.country) if customer.address else ""
    if not customer.address or not country:
        return NOWHERE
    return country, region_of(country, customer.address.region)


def find(tx: Tx, connection_id: int, customer_id: str) -> Place:
    """Of one customer, one that is no longer active too."""
    found = mirror.fetch(tx, connection_id, Kind.CUSTOMER, [customer_id])
    return next((place_of(one) for one in found if isinstance(one, Customer)), NOWHERE)

"""Where letters on paper to a customer go, and why one cannot reach it."""

from __future__ import annotations

from collections.abc import Collection

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.mirroring import mirror
from providers.ledger import Customer, Kind
from providers.letters.addressing import block
from providers.letters.typeface import missing
from providers.postal import PostalAddress

PARENTS_MAX = 5
"""QuickBooks nests customers four levels below the first."""
NO_ADDRESS = (
    "the customer has no complete postal address; enter it in the ledger as the customer's billing"
    " or postal address"
)


def addresses_of(
    tx: Tx, connection_id: int, customers: Collection[Customer]
) -> dict[str, PostalAddress]:
    """By customer, its own complete address, or that of the nearest customer above it that has one;
    without those who have neither. As many queries as customers are nested."""
    found: dict[str, PostalAddress] = {}
    climbing = {one.id: one for one in customers}
    for _ in range(PARENTS_MAX):
        found |= {
            id_: one.address
            for id_, one in climbing.items()
            if one.address and one.address.is_complete
        }
        parents = {id_: one.parent_id for id_, one in climbing.items() if id_ not in found}
        wanted = set(filter(None, parents.values()))
        if not wanted:
            break
        above = {
            one.id: one
            for one in mirror.fetch(tx, connection_id, Kind.CUSTOMER, wanted)
            if isinstance(one, Customer)
        }
        climbing = {id_: above[parent] for id_, parent in parents.items() if parent in above}
    return found


def address_of(tx: Tx, connection: Connection, customer: Customer) -> PostalAddress | None:
    return addresses_of(tx, connection.id, [customer]).get(customer.id)


def lines_of(tx: Tx, connection: Connection, customer: Customer) -> tuple[str, ...]:
    """What stands in the window; the name alone where there is no address."""
    address = address_of(tx, connection, customer)
    if address is None:
        return (customer.name,)
    return block(customer.name, address, sent_from=connection.country)


def unreachable(tx: Tx, connection: Connection, customers: Collection[Customer]) -> dict[str, str]:
    """By customer, why no letter can reach it, for those whom none can."""
    addresses = addresses_of(tx, connection.id, customers)
    reasons = {one.id: why_not(connection, one, addresses.get(one.id)) for one in customers}
    return {id_: why for id_, why in reasons.items() if why}


def why_not(connection: Connection, customer: Customer, address: PostalAddress | None) -> str:
    """Why a letter cannot be addressed to a customer; empty if it can."""
    if address is None:
        return NO_ADDRESS
    unknown = missing("".join(block(customer.name, address, sent_from=connection.country)))
    return f"the address has letters that no typeface here has: {unknown}" if unknown else ""

"""What invoices and payers are called, for people to read."""

from __future__ import annotations

from collections.abc import Collection

from connector.db import Tx
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import Item
from providers.ledger import Invoice, Kind


def invoice_numbers(tx: Tx, connection_id: int, ids: Collection[str]) -> dict[str, str]:
    """The numbers by id; the id itself where the ledger gave no number."""
    found = mirror.fetch(tx, connection_id, Kind.INVOICE, ids)
    numbers = {it.id: it.number for it in found if isinstance(it, Invoice)}
    return {id_: numbers.get(id_) or id_ for id_ in ids}


def payer(tx: Tx, connection_id: int, item: Item) -> str:
    """Who sent some money: as the bank says, else as the ledger calls the customer."""
    known = item.customer_id and not item.payer
    customer = mirror.customer(tx, connection_id, item.customer_id) if known else None
    return called(item, customer.name if customer else "")


def called(item: Item, customer: str) -> str:
    """The payer of some money, whose customer has this name in the ledger, empty if unknown."""
    return item.payer or customer or "an unknown payer"


def receipt(tx: Tx, connection_id: int, subject: str) -> str:
    """Some money that came in, by its amount, day and payer."""
    kind, _, id_ = subject.partition(":")
    item = cash.find(tx, connection_id, kind, id_)
    if item is None:
        return subject
    return f"{item.total} of {item.received:%d %B %Y} from {payer(tx, connection_id, item)}"

"""What a person may lay money on: open documents, found by a number or by words of a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from connector.db import Tx
from connector.evidence import payer_names
from connector.mirroring import documents, mirror, numbers
from connector.money.cash import BANK, Item
from matching.book.gather import RELATIVES_MAX
from matching.facts.items import OpenItem, item_of
from matching.reading_texts.numbering import search_keys
from providers.ledger import CreditNote, Invoice, Record, Status

ALIKE_MAX = 50
FOUND_MAX = 60
"""Documents of one search; whoever finds more says more."""


def of_ids(tx: Tx, connection_id: int, ids: Collection[str], currency: str) -> list[OpenItem]:
    """Those of these invoices and credit notes that are open in a currency, in their order."""
    found = documents.of_ids(tx, connection_id, ids)
    items = {item.invoice_id: item for item in _items(tx, connection_id, found, currency)}
    return [items[id_] for id_ in dict.fromkeys(ids) if id_ in items]


def of_customers(
    tx: Tx, connection_id: int, customer_ids: Collection[str], currency: str
) -> list[OpenItem]:
    """All that is open of these customers in a currency, the oldest due first."""
    found = mirror.of_customers(tx, connection_id, customer_ids)
    return _in_order(_items(tx, connection_id, found, currency))


def search(tx: Tx, connection_id: int, wanted: str, currency: str) -> list[OpenItem]:
    """What has this number, and what is open of the customers whose name holds each word, in a
    currency, the oldest due first; more than FOUND_MAX are cut off."""
    words = wanted.casefold().split()
    if not words:
        return []
    found = {item.invoice_id: item for item in numbered(tx, connection_id, wanted, currency)}
    named = [
        customer.id
        for customer in mirror.customers(tx, connection_id)
        if all(word in customer.name.casefold() for word in words)
    ]
    theirs = of_customers(tx, connection_id, named[:ALIKE_MAX], currency)
    found |= {item.invoice_id: item for item in theirs}
    return _in_order(found.values())[:FOUND_MAX]


def numbered(tx: Tx, connection_id: int, number: str, currency: str) -> list[OpenItem]:
    """Open documents whose number this is, whatever signs are left out."""
    keys = search_keys(number)
    alike = numbers.having(tx, connection_id, keys, limit=ALIKE_MAX)
    items = of_ids(tx, connection_id, [id_ for _, id_ in alike], currency)
    return [item for item in items if set(keys) & set(search_keys(item.number))]


def below(tx: Tx, connection_id: int, item: Item) -> frozenset[str]:
    """The sub-customers whose invoices money may pay that the ledger holds for their parent."""
    if item.kind == BANK:
        return frozenset()
    related = payer_names.families(tx, connection_id).related(item.customer_id, limit=RELATIVES_MAX)
    return frozenset(one.customer_id for one in related if one.below)


def called(tx: Tx, connection_id: int, name: str, currency: str) -> list[OpenItem]:
    """Open documents of exactly this number, or of this id."""
    exact = [it for it in numbered(tx, connection_id, name, currency) if it.number == name]
    return exact or of_ids(tx, connection_id, [name], currency)


def known_number(tx: Tx, connection_id: int, id_: str) -> str:
    """The number of a document that may be open no longer, or the id itself."""
    found = documents.of_ids(tx, connection_id, [id_])
    return next((one.number for one in found if one.number), id_)


def _items(tx: Tx, connection_id: int, records: Iterable[Record], currency: str) -> list[OpenItem]:
    kept = [
        record
        for record in records
        if isinstance(record, Invoice | CreditNote)
        and record.status is Status.OPEN
        and record.open.currency == currency
        and record.open.amount > 0
    ]
    names = mirror.names(tx, connection_id, {record.customer_id for record in kept})
    return [item_of(record, names.get(record.customer_id, "")) for record in kept]


def _in_order(items: Iterable[OpenItem]) -> list[OpenItem]:
    return sorted(items, key=lambda item: (item.customer_name.casefold(), item.is_credit, item.age))

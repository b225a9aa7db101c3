"""The case of one receipt: the money, and everything in the mirror that could explain it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from rapidfuzz import process

from connector import mirror, remittances
from connector.cash import BANK, Item
from connector.db import Tx
from connector.tenants import Connection
from matching.items import Cash, OpenItem
from matching.names import likeness
from matching.references import keys_in
from providers.ledger import Customer, Invoice, Kind, Record
from providers.receipts import Remittance

NAMESAKES_MAX = 3
CASH = TypeAdapter(Cash)
ADVICE = TypeAdapter(Remittance)
OPEN_ITEMS = TypeAdapter(tuple[OpenItem, ...])
NAMESAKE_LIKENESS_MIN = 80.0


@dataclass(frozen=True, slots=True)
class Case:
    """One item with everything that was looked at to decide on it. `advice` is what the payer
    said about it apart from the money."""

    connection: Connection
    item: Item
    open_items: tuple[OpenItem, ...]
    records: tuple[Record, ...]
    advice: Remittance | None = None

    @property
    def money(self) -> Cash:
        item = self.item
        return Cash(
            id=item.subject, customer_id=item.customer_id, amount=item.left,
            received=item.received, payer=item.payer, text=_text(item, self.advice),
        )  # fmt: skip


def assemble(tx: Tx, connection: Connection, item: Item) -> Case:
    """Read from the mirror what the decision about one item needs."""
    advice = remittances.paired(tx, connection.id, item)
    invoices = mirror.open_invoices(
        tx, connection.id, number_keys=keys_in(_text(item, advice)), customer_id=item.customer_id
    )
    if not invoices and item.payer:
        for customer_id in _namesakes(tx, connection.id, item.payer):
            invoices += mirror.open_invoices(tx, connection.id, customer_id=customer_id)
    owners = {i.customer_id for i in invoices}
    named = {
        record.id: record.name
        for record in mirror.fetch(tx, connection.id, Kind.CUSTOMER, owners)
        if isinstance(record, Customer)
    }
    own: list[Record] = []
    if item.kind != BANK:
        own = mirror.fetch(tx, connection.id, Kind(item.kind), [item.id])
    return Case(
        connection=connection,
        item=item,
        open_items=tuple(_open_item(i, named.get(i.customer_id, "")) for i in invoices),
        records=(*own, *invoices),
        advice=advice,
    )


def _text(item: Item, advice: Remittance | None) -> str:
    """What was written with the money; what its advice says of invoices goes before it."""
    if advice is None:
        return item.text
    return f"{', '.join(line.number for line in advice.lines)}; {item.text}"


def _namesakes(tx: Tx, connection_id: int, payer: str) -> list[str]:
    names = {customer.id: customer.name for customer in mirror.customers(tx, connection_id)}
    best = process.extract(
        payer, names, scorer=lambda one, other, **_: likeness(one, other), limit=NAMESAKES_MAX,
        score_cutoff=NAMESAKE_LIKENESS_MIN,
    )  # fmt: skip
    return [customer_id for _name, _score, customer_id in best]


def _open_item(invoice: Invoice, customer_name: str) -> OpenItem:
    return OpenItem(
        invoice_id=invoice.id, number=invoice.number, customer_id=invoice.customer_id,
        customer_name=customer_name, issued=invoice.issued, due=invoice.due,
        total=invoice.total, open=invoice.open,
    )  # fmt: skip


def inputs_of(case: Case) -> dict[str, Any]:
    """What the decision was made on, as plain JSON."""
    return {
        "cash": CASH.dump_python(case.money, mode="json"),
        "open_items": OPEN_ITEMS.dump_python(case.open_items, mode="json"),
        **({"advice": ADVICE.dump_python(case.advice, mode="json")} if case.advice else {}),
    }

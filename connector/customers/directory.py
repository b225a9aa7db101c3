"""Every customer of a client, found by name or by the number of an invoice, with what is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector import local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.mirroring import mirror, numbers
from matching.reading_texts.numbering import search_keys
from providers.ledger import Customer, Invoice, Kind
from providers.money import Money

ALIKE_MAX = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One customer. `open` and `overdue` are of its open invoices, one amount for each currency, no
    credits taken off. `invoices` are those by whose number it was found."""

    connection: Connection
    customer: Customer
    open: tuple[Money, ...] = ()
    overdue: tuple[Money, ...] = ()
    invoices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of those found, by name; the first has the `number` 1."""

    rows: list[Listed]
    found: int
    number: int
    last: int


def search(
    tx: Tx, connections: Sequence[Connection], wanted: str, *, now: datetime, number: int, size: int
) -> Page:
    """All customers that the ledgers have; with `wanted` those whose name holds each of its words,
    or whose invoice has this number. A number past the last page is the last page."""
    found = named(tx, connections, wanted)
    last = max(1, -(-len(found) // size))
    number = min(max(number, 1), last)
    shown = found[(number - 1) * size : number * size]
    return Page(_with_sums(tx, connections, shown, now), len(found), number, last)


def named(tx: Tx, connections: Sequence[Connection], wanted: str) -> list[Listed]:
    """The same without sums, all of them in the order of their names."""
    found = [
        one for connection in connections for one in _of_company(tx, connection, wanted.strip())
    ]
    return sorted(
        found, key=lambda one: (one.customer.name.casefold(), one.connection.id, one.customer.id)
    )


def _of_company(tx: Tx, connection: Connection, wanted: str) -> list[Listed]:
    by_number = _by_number(tx, connection.id, wanted) if wanted else {}
    words = wanted.casefold().split()
    return [
        Listed(connection, one, invoices=tuple(by_number.get(one.id, ())))
        for one in mirror.everything(tx, connection.id, [Kind.CUSTOMER])
        if isinstance(one, Customer)
        and (one.id in by_number or all(word in one.name.casefold() for word in words))
    ]


def _by_number(tx: Tx, connection_id: int, wanted: str) -> dict[str, list[str]]:
    keys = search_keys(wanted)
    alike = numbers.having(tx, connection_id, keys, limit=ALIKE_MAX)
    ids = [id_ for kind, id_ in alike if kind == Kind.INVOICE]
    found: dict[str, list[str]] = {}
    for invoice in mirror.fetch(tx, connection_id, Kind.INVOICE, ids):
        if isinstance(invoice, Invoice) and set(keys) & set(search_keys(invoice.number)):
            found.setdefault(invoice.customer_id, []).append(invoice.number)
    return found


def _with_sums(
    tx: Tx, connections: Sequence[Connection], shown: Sequence[Listed], now: datetime
) -> list[Listed]:
    sums = {}
    for connection in connections:
        ids = {one.customer.id for one in shown if one.connection.id == connection.id}
        if ids:
            today = local_days.today(connection, now)
            sums[connection.id] = (
                mirror.owed(tx, connection.id, gross=True, customer_ids=ids),
                mirror.owed(tx, connection.id, gross=True, customer_ids=ids, due_before=today),
            )
    return [
        Listed(
            one.connection, one.customer, _of(sums[one.connection.id][0], one.customer.id),
            _of(sums[one.connection.id][1], one.customer.id), one.invoices,
        )
        for one in shown
    ]  # fmt: skip


def _of(sums: Mapping[tuple[str, str], Money], customer_id: str) -> tuple[Money, ...]:
    return tuple(sums[place] for place in sorted(sums) if place[0] == customer_id)

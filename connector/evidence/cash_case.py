"""The case of one receipt: the money, and everything in the mirror that could explain it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.evidence import catalogue, expecting, remittances
from connector.mirroring import documents, mirror
from connector.money import cash, set_aside
from connector.money.cash import BANK, Item
from connector.rules.policy import Policy
from matching.book.gather import gather
from matching.facts import items
from matching.facts.items import Cash, OpenItem
from providers.ledger import Kind, Record
from providers.rates import Rate
from providers.receipts import Remittance, RemittanceLine

MATCHED = TypeAdapter(items.Case)
ADVICE = TypeAdapter(Remittance)


@dataclass(frozen=True, slots=True)
class Case:
    """One item with everything that is looked at to decide on it, and the records behind that.
    `advice` is what the payer said about it apart from the money."""

    connection: Connection
    item: Item
    matched: items.Case
    records: tuple[Record, ...]
    advice: Remittance | None = None

    @property
    def money(self) -> Cash:
        return self.matched.cash

    @property
    def open_items(self) -> tuple[OpenItem, ...]:
        return self.matched.items


def assemble(
    tx: Tx, connection: Connection, item: Item, policy: Policy, *, now: datetime,
    as_sent: bool = False, unadvised: bool = False, chosen: Collection[str] = (),
) -> Case:  # fmt: skip
    """Read from the mirror what the decision about one item needs; `as_sent` in the currency in
    which the payer sent it, where the bank says so; `unadvised` without what an advice says of it.
    `chosen` are documents that a person names,
    whether or not they explain the money."""
    advice = None if unadvised else remittances.paired(tx, connection.id, item)
    book = catalogue.Book(tx, connection.id, now)
    money = _cash_of(item, advice, _other_text(tx, connection.id, item))
    if as_sent and item.original:
        money = replace(money, amount=item.original)
    matched = gather(money, book, policy.matching)
    known = {one.invoice_id for one in matched.items}
    named = book.documents([id_ for id_ in chosen if id_ not in known])
    matched = replace(matched, items=(*matched.items, *named))
    rate = item.rate or (Rate.between(item.original, item.total) if item.original else None)
    agreed = expecting.of(tx, connection.id, {payer.customer_id for payer in matched.payers})
    matched = replace(matched, home=connection.currency, rate=rate, expected=agreed)
    own: list[Record] = []
    if item.kind != BANK:
        own = mirror.fetch(tx, connection.id, Kind(item.kind), [item.id])
    ids = [one.invoice_id for one in matched.items]
    owed = documents.of_ids(tx, connection.id, ids)
    return Case(connection, item, matched, (*own, *owed), advice)


def inputs_of(case: Case) -> dict[str, Any]:
    """What the decision was made on, as plain JSON."""
    dumped: dict[str, Any] = MATCHED.dump_python(case.matched, mode="json")
    if case.advice:
        dumped["advice"] = ADVICE.dump_python(case.advice, mode="json")
    return dumped


def _other_text(tx: Tx, connection_id: int, item: Item) -> str:
    """What the bank says of money that the ledger's record is."""
    same = set_aside.counted_with(tx, connection_id, item.subject)
    found = cash.fetch(tx, connection_id, [it.subject for it in same])
    return "".join(f" {it.text}" for it in found)


def _cash_of(item: Item, advice: Remittance | None, other: str) -> Cash:
    """Money of the ledger is bound to the customer that it was entered for."""
    return Cash(
        id=item.subject, customer_id=item.customer_id, amount=item.left, received=item.received,
        payer=item.payer, text=_text(item, advice) + other, bound=item.kind != BANK,
        account=item.payer_account,
    )  # fmt: skip


def _text(item: Item, advice: Remittance | None) -> str:
    """What was written with the money; what its advice says of invoices goes before it, with the
    amounts where something was taken off."""
    if advice is None:
        return item.text
    shortened = any(line.gross != line.net for line in advice.lines)
    return f"{', '.join(_line(line, shortened) for line in advice.lines)}; {item.text}"


def _line(line: RemittanceLine, shortened: bool) -> str:
    return f"{line.number} {line.net.amount}" if shortened else line.number

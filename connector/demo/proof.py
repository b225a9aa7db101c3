"""Proof against the ledgers themselves: the mirror is equal, and no receipt was applied twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from connector.clients.tenants import Connection
from connector.demo.report import applied, confirmed_cash
from connector.deps import Deps
from connector.mirroring import mirror
from connector.money import cash
from providers.errors import Reconnect
from providers.ledger import (
    RECEIVED,
    Customer,
    Gone,
    Kind,
    Payment,
    Record,
    RecordPayment,
    Status,
)
from providers.money import Money
from providers.ports import LedgerReader
from providers.registry import LEDGERS

OPEN = (Kind.INVOICE, Kind.CREDIT_NOTE, *RECEIVED)
Left = dict[tuple[Kind, str], Money]
"""What is open of each record."""


class Reads(Protocol):
    """What of a ledger's reader is asked here."""

    def fetch(self, kind: Kind, ids: Sequence[str]) -> Iterable[Record]: ...


Patiently = Callable[[Callable[[], list[Record]]], list[Record]]
AT_ONCE = 20
"""Well below what a ledger allows in a minute, also where each is a call."""


@dataclass(frozen=True, slots=True)
class Lent:
    """An access token that another app was given; satisfies providers.tokens.Access."""

    access_token: str

    def token(self) -> str:
        return self.access_token

    def renew(self, rejected: str) -> str:  # noqa: ARG002
        raise Reconnect("the token that was lent is not accepted any more")


@contextmanager
def reading(
    deps: Deps, connection: Connection, *, company_id: str, access_token: str
) -> Iterator[LedgerReader]:
    """A reader of the ledger's own API, beside the product: its calls are not the product's."""
    ledger = LEDGERS[connection.ledger]
    with deps.http(request_id_header=ledger.request_id_header) as http:
        vendor = deps.config.vendor(connection.ledger)
        yield ledger.reader(vendor, http, Lent(access_token), company_id)


def differences(deps: Deps, connection: Connection, reader: LedgerReader) -> list[str]:
    """Every open record in which the mirror and the ledger's whole open book differ."""
    book = _left(record for batch in reader.book() for record in batch.records)
    with deps.reading() as tx:
        mirrored = _left(
            record
            for kind in OPEN
            for record in mirror.fetch(
                tx, connection.id, kind, mirror.open_ids(tx, connection.id, kind)
            )
        )
    return [
        f"{kind} {id_}: the ledger says {book.get((kind, id_))}, the mirror"
        f" {mirrored.get((kind, id_))}"
        for kind, id_ in sorted(book.keys() | mirrored.keys())
        if book.get((kind, id_)) != mirrored.get((kind, id_))
    ]


def applied_twice(
    deps: Deps, connection: Connection, reader: LedgerReader, *, patiently: Patiently
) -> list[str]:
    """Receipts of which the ledger holds more set against invoices than was meant."""
    with deps.reading() as tx:
        placed = applied(tx, connection.id)
    wrong = []
    for kind in RECEIVED:
        ids = [s.partition(":")[2] for s in placed if s.startswith(f"{kind}:")]
        for record in fetched(reader, kind, ids, patiently=patiently):
            if isinstance(record, Payment):
                meant = placed[f"{kind}:{record.id}"]
                if record.total - record.unapplied != meant:
                    wrong.append(f"{kind} {record.id}: {meant} meant, {record.unapplied} left")
    return wrong


def fetched(
    reader: Reads, kind: Kind, ids: Sequence[str], *, patiently: Patiently
) -> Iterator[Record]:
    """The records, a few at a time: some ledgers take a call for each, and where they take no more
    for now, `patiently` asks once more for those few alone."""
    for start in range(0, len(ids), AT_ONCE):
        few = ids[start : start + AT_ONCE]
        yield from patiently(lambda few=few: list(reader.fetch(kind, few)))  # type: ignore[misc]


def entered_twice(deps: Deps, connection: Connection, found: Mapping[str, int]) -> list[str]:
    """Receipts from the bank that stand in the ledger not exactly once. `found` are its payments
    by our markers."""
    with deps.reading() as tx:
        recorded = [
            (intent, intent.effect)
            for intent in confirmed_cash(tx, connection.id)
            if isinstance(intent.effect, RecordPayment)
        ]
        items = cash.listed(tx, connection.id, tuple(cash.Standing), limit=cash.EVERY)
    came_in = {item.subject: item.total for item in items}
    entered: dict[str, Money] = {}
    for intent, effect in recorded:
        came = effect.banked or effect.total
        before = entered.get(intent.subject, Money.zero(came.currency))
        entered[intent.subject] = before + came
    wrong = [
        f"{subject}: {total} was entered of {came_in[subject]}"
        for subject, total in entered.items()
        if total > came_in[subject]
    ]
    return wrong + [
        f"{intent.subject} stands in the ledger {found.get(intent.marker, 0)} times"
        for intent, _ in recorded
        if found.get(intent.marker, 0) != 1
    ]


def _left(records: Iterator[Record]) -> Left:
    found: Left = {}
    for record in records:
        if isinstance(record, (Customer, Gone)) or record.status is not Status.OPEN:
            continue
        rest = record.unapplied if isinstance(record, Payment) else record.open
        if rest:
            found[record.kind, record.id] = rest
    return found

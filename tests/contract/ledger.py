"""One company in a simulated ledger behind real sockets, and our own client speaking to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from providers.errors import Reconnect
from providers.http import Http
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    Draft,
    Effect,
    Kind,
    Payment,
    Record,
    RecordPayment,
)
from providers.money import Money
from providers.ports import LedgerReader, LedgerWriter
from providers.registry import LEDGERS
from providers.simulated.faults import Fault
from providers.simulated.ledgers import ledgers
from providers.simulated.server import Host, open_world
from providers.tokens import Vendor
from providers.writers import WRITERS
from tests.simulation.books import Books, books_of
from tests.simulation.universe import Universe

APP = {
    "client_id": "us", "client_secret": "secret", "name": "Ledgerhand", "redirect_uris": [],
    "webhook_url": "", "webhook_key": "hook", "launch_url": "", "disconnect_url": "",
}  # fmt: skip


@dataclass
class Token:
    """A token that can be lost: then the ledger must be connected again."""

    value: str

    def token(self) -> str:
        return self.value

    def renew(self, rejected: str) -> str:
        raise Reconnect(f"{rejected[:4]}... is no longer accepted")


@dataclass
class Place:
    """`calls` are the kinds of call that went out, in order."""

    name: str
    host: Host
    company: str
    reader: LedgerReader
    writer: LedgerWriter
    books: Books
    token: Token
    vendors: object
    calls: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.host.world.clock.now().date()

    def invoice(self, customer: str, number: str, amount: str) -> str:
        return self.books.invoice(
            customer, number, amount=Decimal(amount), issued=self.today,
            due=self.today + timedelta(days=14),
        )  # fmt: skip

    def receive(self, customer: str, amount: str, reference: str) -> Payment:
        """Unapplied money in the ledger, as a sweep finds it."""
        mark = self.mark()
        till = self.host.simulation.tills[self.name]
        till.receive(
            self.company, customer, amount=Decimal(amount), currency="USD", day=self.today,
            reference=reference,
        )  # fmt: skip
        found = [r for r in self.changes(mark) if isinstance(r, Payment) and r.unapplied]
        return max(found, key=lambda payment: payment.changed_at)

    def mark(self) -> str:
        return [batch.mark for batch in self.reader.book()][-1]

    def changes(self, mark: str) -> list[Record]:
        return [record for batch in self.reader.changes(mark) for record in batch.records]

    def book(self) -> list[Record]:
        return [record for batch in self.reader.book() for record in batch.records]

    def write(self, effect: Effect, marker: str, key: str) -> Draft:
        draft = self.writer.compose(effect, marker)
        self.writer.send(draft, key)
        return draft

    def fail(self, fault: str, kind: str, seconds: float = 0.0) -> None:
        self.host.world.faults.replace([Fault(fault, on=kind, seconds=seconds)])


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def applying(payment: Payment, invoice: str, amount: str) -> ApplyUnapplied:
    return ApplyUnapplied(
        payment.kind, payment.id, payment.customer_id, (Allocation(invoice, usd(amount)),), "why"
    )


def recording(customer: str, day: date, *parts: tuple[str, str]) -> RecordPayment:
    chosen = tuple(Allocation(invoice, usd(amount)) for invoice, amount in parts)
    total = Money.total((a.amount for a in chosen), "USD")
    return RecordPayment("r1", customer, day, total, chosen, "WIRE 1", "why")


def noting(kind: Kind, record: str, day: date, text: str = "Called.") -> AddNote:
    return AddNote(kind, record, text, day)


@contextmanager
def served(name: str, folder: Path) -> Iterator[Place]:
    """A company with nothing in it, served on loopback until the block ends."""
    world = open_world(folder)
    vendors = ledgers(world)
    product = vendors.quickbooks if name == "quickbooks" else vendors.xero
    product.limits_on = False
    world.register_app({**APP, "product": name})
    company = product.add_company("Contract Ltd", "USD", "US", "America/New_York")
    product.add_user("sam@contract.example", "Sam", [company])
    host = Host(folder, vendors.simulation)
    host.start()
    place: Place | None = None
    try:
        place = _connected(name, host, company, vendors)
        yield place
    finally:
        host.stop()


def _connected(name: str, host: Host, company: str, vendors: object) -> Place:
    address, calls = host.address(name), []
    vendor = Vendor(
        "us", "secret", "hook",
        {"discovery": f"{address}/.well-known/openid_configuration", "api": address,
         "login": address, "identity": address},
    )  # fmt: skip
    app = next(app for app in host.world.apps(name) if app["client_id"] == "us")
    token = Token(host.simulation.tills[name].token(app, company))
    http = Http(
        spend=calls.append, request_id_header=LEDGERS[name].request_id_header, read_seconds=2.0
    )
    universe = Universe(deps=None, world=host.world, vendors=vendors, rung=[])  # type: ignore[arg-type]
    return Place(
        name=name, host=host, company=company, token=token, calls=calls,
        reader=LEDGERS[name].reader(vendor, http, token, company),
        writer=WRITERS[name](vendor, http, token, company),
        books=books_of(universe, name, company), vendors=vendors,
    )  # fmt: skip

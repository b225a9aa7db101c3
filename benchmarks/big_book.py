"""Books that are larger than anybody would type: generated records, straight into the mirror."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from connector import agenda
from connector.access import grants
from connector.clients import sweeps, tenants
from connector.clients.tenants import Connection, State
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring import mirror
from connector.money import cash
from connector.vault import Vault
from providers.ledger import Customer, Invoice, Kind, Payment, Status
from providers.money import Money
from providers.organisation import Organisation
from providers.tokens import TokenSet

CHUNK = 5000
AGES = 90
"""Invoices fall due on so many different days, a third of them in the future."""


def connect(deps: Deps, name: str) -> Connection:
    """A live connection of a client of its own, whose mirror is fresh."""
    now, keys = deps.now(), Vault(deps.config.keys)
    with deps.writing() as tx:
        client_id = tenants.add_client(tx, tenants.add_reseller(tx, name), name)
        tokens = TokenSet("access", "refresh", now, now)
        connection_id = tenants.connect(
            tx, keys, client_id=client_id, grant_id=grants.add(tx, keys, "xero", tokens),
            ledger="xero", company_id=name, vendor_grant="", name=name, at=now,
        )  # fmt: skip
        organisation = Organisation(name, name, "USD", "America/New_York", "US")
        tenants.describe(tx, connection_id, organisation)
        tenants.set_state(tx, connection_id, State.LIVE)
        sweeps.keep(
            tx, connection_id, mark="now", swept_at=now, polled_at=now, compared_at=now,
            history_at=now, history_read_at=now, charged_at=now,
        )  # fmt: skip
        return tenants.connection(tx, connection_id)


def fill(deps: Deps, connection_id: int, *, customers: int, invoices: int) -> None:
    """Open invoices dealt out to the customers in turn; every account is due to be looked at."""
    ids = [f"C{number:05}" for number in range(customers)]
    with deps.writing() as tx:
        people = [
            Customer(id_, f"Customer {id_}", (f"pay@{id_.lower()}.example",), "USD", True, "", "1",
                     deps.now())
            for id_ in ids
        ]  # fmt: skip
        mirror.store(tx, connection_id, people, read_at=deps.now())
        agenda.mark(tx, connection_id, ids)
    for start in range(0, invoices, CHUNK):
        with deps.writing() as tx:
            records = list(_invoices(deps, ids, range(start, min(start + CHUNK, invoices))))
            mirror.store(tx, connection_id, records, read_at=deps.now())


def receive(deps: Deps, tx: Tx, connection_id: int, payments: int) -> None:
    """Money that was placed long ago."""
    today, whole, nothing = deps.now().date(), Money(Decimal(100), "USD"), Money.zero("USD")
    for unapplied in (whole, nothing):
        cash.observe(tx, connection_id, [
            Payment(Kind.OVERPAYMENT, f"P{number:05}", "C00000", today, whole, unapplied, "", "",
                    (), Status.OPEN if unapplied else Status.PAID, "1", deps.now())
            for number in range(payments)
        ])  # fmt: skip


def _invoices(deps: Deps, customers: Sequence[str], numbers: range) -> Iterator[Invoice]:
    for number in numbers:
        amount = Money(Decimal(50 + number % 1000), "USD")
        due = _due(deps.now().date(), number)
        yield Invoice(
            id=f"I{number:07}", number=f"INV-{number:06}",
            customer_id=customers[number % len(customers)], issued=due - timedelta(days=30),
            due=due, total=amount, open=amount, status=Status.OPEN, sent=True, version="1",
            changed_at=deps.now(),
        )  # fmt: skip


def _due(today: date, number: int) -> date:
    return today + timedelta(days=AGES // 3 - number % AGES)

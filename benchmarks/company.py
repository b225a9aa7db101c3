"""A company in either simulated ledger, connected through its consent page, on a real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from connector import db, schema
from providers.simulated.gateway import Gateway
from tests.simulation import universe as one
from tests.simulation.books import books_of
from tests.simulation.universe import START, Universe

LEDGERS = ("quickbooks", "xero")
ISSUED, DUE = START.date() - timedelta(days=40), START.date() - timedelta(days=10)
AMOUNT = Decimal("120.50")


def build(
    ledger: str,
    database: Path,
    *,
    customers: int,
    invoices: int,
    wrap: Callable[[str, Gateway], object] = lambda _name, gateway: gateway,
) -> tuple[Universe, list[str]]:
    """A connected company, not yet imported, and its customers; invoice n is numbered `INV-n` and
    belongs to customer n modulo their number."""
    universe = one.build(engine=file_engine(database), wrap=wrap)
    company = one.found(universe, ledger)
    books = books_of(universe, ledger, company)
    people = [books.customer(f"Customer{number:04}") for number in range(customers)]
    for number in range(invoices):
        books.invoice(
            people[number % customers], f"INV-{number:05}", amount=AMOUNT, issued=ISSUED, due=DUE
        )
    one.install(universe, ledger, company)
    return universe, people


def file_engine(path: Path) -> sa.Engine:
    """A database file as the product keeps it, with the whole schema."""
    engine = db.connect(f"sqlite:///{path}")
    schema.upgrade(engine)
    return engine

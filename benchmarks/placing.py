"""The product's own way: what one bank line costs from the database to its decision."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

from benchmarks import big_book, measures
from benchmarks.company import file_engine
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.evidence import cash_case, habits
from connector.mirroring import mirror
from connector.money import cash
from connector.receiving import receipts
from connector.rules import policy as policies
from matching.deciding.decide import decide
from matching.payer_names.names import NameIndex
from providers.ledger import Customer
from tests.simulation import universe as one

SIZES = ((500, 2_500), (5_000, 25_000), (20_000, 100_000))
"""Customers, and their open invoices."""
LINES = 60
PATTERNS = ("{name}", "{name} Ltd", "Custmer {id}", "{id}")
"""How a payer is called: as in the book, with another ending, with a slip, by a part."""


def run() -> None:
    rows = [row for size in SIZES for row in measure(*size)]
    measures.show(
        f"From the database to a decision, {LINES} bank lines",
        ("customers / open invoices", "median CPU ms", "max", "the index of names alone, anew"),
        rows,
        "First: the first line of a process, or after an ending became common. Renewed: after a "
        "customer changed.",
    )


def measure(customers: int, invoices: int) -> Iterator[tuple[str, ...]]:
    with measures.folder() as folder:
        deps, connection = _company(folder / "book.db", customers, invoices)
        with deps.reading() as tx:
            found = mirror.customers(tx, connection.id)
            lines = cash.due(tx, connection.id, LINES)
        with measures.timed() as anew:
            NameIndex((customer.id, customer.name) for customer in found)
        gc.collect()  # what filling the book left behind is no line's cost
        first, *others = [_decided(deps, connection, line) for line in lines]
        gc.collect()
        _rename(deps, connection, found[-1])
        renewed = _decided(deps, connection, lines[-1])
    alone = f"{1000 * anew.processor_seconds:.0f}"
    size = f"{customers:,} / {invoices:,}"
    yield size, f"{measures.middle(others):.1f}", f"{max(others):.1f}", alone
    yield f"{size}, renewed", f"{renewed:.1f}", f"{renewed:.1f}", alone
    yield f"{size}, first", f"{first:.1f}", f"{first:.1f}", alone


def _company(file: Path, customers: int, invoices: int) -> tuple[Deps, Connection]:
    deps = one.build(engine=file_engine(file)).deps
    connection = big_book.connect(deps, "Big")
    big_book.fill(deps, connection.id, customers=customers, invoices=invoices)
    with deps.writing() as tx:
        habits.learn(tx, connection.id, now=deps.now())
    receipts.import_statement(deps, connection.id, _statement(deps, customers), by="benchmark")
    return deps, connection


def _statement(deps: Deps, customers: int) -> bytes:
    """Every line names an invoice; every second one pays what is open of it."""
    lines = ["account,bank_id,date,amount,currency,payer,reference"]
    for number in range(LINES):
        id_ = f"C{number * 7 % customers:05}"
        payer = PATTERNS[number % len(PATTERNS)].format(name=f"Customer {id_}", id=id_)
        amount = 50 + number % 1000 + number % 2
        lines.append(f"main,b{number},{deps.now().date()},{amount}.00,USD,{payer},INV-{number:06}")
    return "\n".join(lines).encode()


def _decided(deps: Deps, connection: Connection, line: cash.Item) -> float:
    """The milliseconds of the processor that one decision takes."""
    with deps.reading() as tx, measures.timed() as watch:
        _decide(tx, deps, connection, line)
    return 1000 * watch.processor_seconds


def _decide(tx: Tx, deps: Deps, connection: Connection, line: cash.Item) -> None:
    policy = policies.current(tx, connection.client_id).policy
    case = cash_case.assemble(tx, connection, line, policy, now=deps.now())
    decide(case.matched, policy.matching)


def _rename(deps: Deps, connection: Connection, known: Customer) -> None:
    other = Customer(
        known.id, f"{known.name} West", known.emails, known.currency, known.active,
        known.parent_id, "2", deps.now(),
    )  # fmt: skip
    with deps.writing() as tx:
        mirror.store(tx, connection.id, [other], read_at=deps.now())


if __name__ == "__main__":
    run()

"""The reconciler's pass over 200 connections of which none has work."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from benchmarks import big_book, measures
from benchmarks.company import file_engine
from connector import agenda, jobs
from connector.clients import tenants
from connector.db import Tx
from connector.deps import Deps
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from tests.simulation import universe as one

CONNECTIONS, CUSTOMERS, PAYMENTS = 200, 400, 500
ROUNDS = 15


def measure(folder: Path) -> None:
    deps = one.build(engine=file_engine(folder / "clients.db")).deps
    for number in range(CONNECTIONS):
        add_client(deps, f"Client {number}")
    found = measures.alternate(
        {"find_due": lambda: look(deps), "one query": lambda: read_bare(deps)}, ROUNDS
    )
    statements = count_statements(deps)
    deps.engine.dispose()
    seconds = {name: measures.middle(times) for name, times in found.items()}
    bare = seconds["one query"]
    measures.show(
        f"Reconciler: {CONNECTIONS} connections, {CONNECTIONS * CUSTOMERS:,} accounts,"
        f" {CONNECTIONS * PAYMENTS:,} payments, nothing due",
        ("what", "CPU ms", "statements", "of bare CPU"),
        [
            ("find_due", f"{1000 * seconds['find_due']:.1f}", str(statements),
             f"{seconds['find_due'] / bare:.1f}"),
            ("bare query of the connections", f"{1000 * bare:.2f}", "1", "1.0"),
        ],
    )  # fmt: skip


def add_client(deps: Deps, name: str) -> None:
    """A client whose accounts were all looked at and whose money is all placed."""
    connection = big_book.connect(deps, name)
    with deps.writing() as tx:
        for capability in Capability:
            modes.switch(
                tx, connection.client_id, capability, Mode.SHADOW, at=deps.now(), by="benchmark"
            )
        agenda.mark(tx, connection.id, [f"C{number:05}" for number in range(CUSTOMERS)])
        settle(tx, connection.id)
        big_book.receive(deps, tx, connection.id, PAYMENTS)


def settle(tx: Tx, connection_id: int) -> None:
    table = agenda.agenda_table
    tx.execute(
        sa.update(table).where(table.c.connection_id == connection_id).values(seen=table.c.marks)
    )


def look(deps: Deps) -> float:
    with measures.timed() as watch:
        due = jobs.find_due(deps)
    if due:
        raise SystemExit(f"{len(due)} jobs are due, though nothing has changed")
    return watch.processor_seconds


def read_bare(deps: Deps) -> float:
    """The baseline: ask once which connections there are."""
    with measures.timed() as watch, deps.reading() as tx:
        tenants.connections(tx)
    return watch.processor_seconds


def count_statements(deps: Deps) -> int:
    counted: list[object] = []

    def note(*_what: object) -> None:
        counted.append(_what)

    sa.event.listen(deps.engine, "before_cursor_execute", note)
    jobs.find_due(deps)
    sa.event.remove(deps.engine, "before_cursor_execute", note)
    return len(counted)

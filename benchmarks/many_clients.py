"""Daily look over many clients: 100,000 open invoices of 1,000 clients, reminders in shadow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from pydantic import TypeAdapter

from benchmarks import big_book, measures
from benchmarks.company import file_engine
from benchmarks.measures import Watch
from connector import logs
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.lease import held
from connector.next_step import collecting
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from providers.ledger import Invoice, Kind
from tests.simulation import universe as one

SIZES = (100, 1_000)
CUSTOMERS, INVOICES = 20, 100
"""Of each client."""
INVOICE = TypeAdapter(Invoice)


@dataclass
class Round:
    clients: int
    watch: Watch
    bare: Watch
    decisions: int
    queries: int


def run() -> None:
    logs.start("error")
    rounds = []
    for clients in SIZES:
        with measures.folder() as folder:
            rounds.append(measure(folder, clients))
    show(rounds)


def measure(folder: Path, clients: int) -> Round:
    deps = one.build(engine=file_engine(folder / "book.db")).deps
    connections = [_client(deps, f"Client {number:04}") for number in range(clients)]
    bare = _read_bare(deps, connections)
    decided = 0
    with _counted(deps.engine) as queries, measures.timed() as watch:
        for connection in connections:
            with held(deps, "decide", connection.id) as fence:
                assert fence is not None
                decided += collecting.run(deps, connection, fence)
    if decided != clients * CUSTOMERS:
        raise SystemExit(f"{decided} accounts were decided on, not {clients * CUSTOMERS}")
    return Round(clients, watch, bare, decided, queries[0])


def _client(deps: Deps, name: str) -> Connection:
    connection = big_book.connect(deps, name)
    with deps.writing() as tx:
        modes.switch(
            tx, connection.client_id, Capability.REMIND, Mode.SHADOW, at=deps.now(), by="benchmark"
        )
    big_book.fill(deps, connection.id, customers=CUSTOMERS, invoices=INVOICES)
    return connection


def _read_bare(deps: Deps, connections: list[Connection]) -> Watch:
    """The baseline: read the same invoices, client by client, and parse each."""
    parsed = 0
    with deps.reading() as tx, measures.timed() as watch:
        for connection in connections:
            rows = tx.exec_driver_sql(
                "SELECT body FROM mirror WHERE connection_id = ? AND kind = ? AND status = 'open'",
                (connection.id, Kind.INVOICE),
            )
            parsed += len([INVOICE.validate_json(row.body) for row in rows])
    if parsed != len(connections) * INVOICES:
        raise SystemExit(f"{parsed} invoices were read")
    return watch


@contextmanager
def _counted(engine: sa.Engine) -> Iterator[list[int]]:
    """How many statements go to the database."""
    count = [0]

    def add(*_: object) -> None:
        count[0] += 1

    sa.event.listen(engine, "before_cursor_execute", add)
    yield count
    sa.event.remove(engine, "before_cursor_execute", add)


def show(rounds: list[Round]) -> None:
    small = rounds[0].watch.processor_seconds / rounds[0].decisions
    rows = [
        (
            f"{it.clients:,}", f"{it.clients * INVOICES:,}", f"{it.watch.seconds:.1f}",
            f"{it.decisions / it.watch.seconds:,.0f}", f"{it.queries / it.clients:.1f}",
            f"{it.watch.processor_seconds / it.bare.processor_seconds:.1f}",
            f"{it.watch.processor_seconds / it.decisions / small:.2f}",
        )
        for it in rounds
    ]  # fmt: skip
    measures.show(
        f"Daily look over many clients, {CUSTOMERS} customers and {INVOICES} open invoices each",
        ("clients", "invoices", "s", "decisions /s", "queries a client", "of bare CPU",
         "CPU a decision, of the first row"),
        rows,
    )  # fmt: skip


if __name__ == "__main__":
    run()

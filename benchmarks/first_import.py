"""First import: a book of 10,000 open invoices through the real reader into SQLite."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from benchmarks import company, measures
from connector import db, jobs, logs, meter, mirror
from connector.tenants import State
from providers.simulated.gateway import Environ, Gateway, StartResponse
from tests.simulation.universe import Universe

INVOICES, CUSTOMERS = 10_000, 400
PAGE = 1000
"""Most records that either ledger gives in one answer."""
ROUNDS = 5


@dataclass
class Round:
    seconds: float
    vendor_seconds: float = 0.0
    calls: Counter[str] | None = None


class Timed:
    """A simulated ledger that tells how long it took itself."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.seconds = 0.0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        with measures.timed() as watch:
            answer = self._gateway(environ, start_response)
        self.seconds += watch.seconds
        return answer


def run() -> None:
    logs.start("error")
    for ledger in company.LEDGERS:
        with measures.folder() as folder:
            measure(ledger, folder)


def measure(ledger: str, folder: Path) -> None:
    vendors: dict[str, Timed] = {}
    universe, _ = company.build(
        ledger, folder / "connected.db", customers=CUSTOMERS, invoices=INVOICES,
        wrap=lambda name, gateway: vendors.setdefault(name, Timed(gateway)),
    )  # fmt: skip
    universe.deps.engine.dispose()
    numbers = count()

    def ours() -> Round:
        path = folder / f"import{next(numbers)}.db"
        shutil.copy(folder / "connected.db", path)
        return import_once(universe, ledger, path, vendors[ledger])

    ours()
    rows = rows_of(folder / "import0.db")
    found = measures.alternate(
        {"import": ours, "insert": lambda: insert_bare(folder / f"bare{next(numbers)}.db", rows)},
        ROUNDS,
    )
    show(ledger, found, len(rows))


def import_once(universe: Universe, ledger: str, path: Path, vendor: Timed) -> Round:
    """The job that the first ring asks for, on a database that is connected and empty."""
    engine = db.connect(f"sqlite:///{path}")
    universe.deps = deps = replace(universe.deps, engine=engine)
    connection_id, before = universe.connections[ledger], vendor.seconds
    with deps.reading() as tx:
        calls = Counter(_calls(universe, connection_id, tx))
    with measures.timed() as watch:
        jobs.run_sync(deps, connection_id)
    with deps.reading() as tx:
        made = Counter(_calls(universe, connection_id, tx)) - calls
        assert universe.connection(ledger).state is State.LIVE
    engine.dispose()
    return Round(watch.seconds, vendor.seconds - before, made)


def rows_of(path: Path) -> list[tuple[object, ...]]:
    """What an import left in the mirror."""
    engine = db.connect(f"sqlite:///{path}")
    with engine.connect() as tx:
        rows = [tuple(row) for row in tx.exec_driver_sql("SELECT * FROM mirror")]
    engine.dispose()
    return rows


def insert_bare(path: Path, rows: list[tuple[object, ...]]) -> Round:
    """The baseline: the same rows into the same table, a page in each transaction."""
    engine = db.connect(f"sqlite:///{path}")
    mirror.mirror_table.create(engine)
    marks = ", ".join("?" * len(rows[0]))
    with measures.timed() as watch:
        for start in range(0, len(rows), PAGE):
            with engine.begin() as tx:
                tx.exec_driver_sql(
                    f"INSERT INTO mirror VALUES ({marks})",  # noqa: S608
                    rows[start : start + PAGE],
                )
    engine.dispose()
    return Round(watch.seconds)


def show(ledger: str, found: dict[str, list[Round]], rows: int) -> None:
    whole = measures.middle([one.seconds for one in found["import"]])
    vendor = measures.middle([one.vendor_seconds for one in found["import"]])
    bare = measures.middle([one.seconds for one in found["insert"]])
    kinds = found["import"][0].calls or Counter()
    calls, least = sum(kinds.values()), -(-INVOICES // PAGE) + -(-CUSTOMERS // PAGE)
    measures.show(
        f"First import from {ledger}: {INVOICES:,} invoices of {CUSTOMERS} customers",
        ("what", "seconds", "rows /s", "of bare rows /s", "calls", "of least calls"),
        [
            (*_row("import", whole, rows, bare), str(calls), f"{calls / least:.2f}"),
            (*_row("import without the simulated ledger", whole - vendor, rows, bare), "", ""),
            (*_row("bare insert of the same rows", bare, rows, bare), "", ""),
            ("least calls: pages of 1,000", "", "", "", str(least), "1.00"),
        ],
        f"calls: {', '.join(f'{number} {kind}' for kind, number in sorted(kinds.items()))}",
    )


def _row(what: str, seconds: float, rows: int, bare: float) -> tuple[str, str, str, str]:
    return what, f"{seconds:.2f}", f"{rows / seconds:,.0f}", f"{bare / seconds:.3f}"


def _calls(universe: Universe, connection_id: int, tx: sa.Connection) -> dict[str, int]:
    today = universe.deps.now().date()
    return meter.totals(tx, [connection_id], today)[connection_id]


if __name__ == "__main__":
    run()

"""First import: a book of 10,000 open invoices through the real reader into SQLite."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from benchmarks import company, measures
from benchmarks.calls import metered_calls
from benchmarks.measures import Watch
from connector import db, jobs, logs
from connector.clients.tenants import State
from connector.mirroring import mirror
from providers.simulated.gateway import Environ, Gateway, StartResponse
from tests.simulation.universe import Universe

INVOICES, CUSTOMERS = 10_000, 400
PAGE = 1000
"""Most records that either ledger gives in one answer."""
ROUNDS = 5
COLUMNS = ", ".join(mirror.mirror_table.columns.keys())


@dataclass(frozen=True, slots=True)
class Round:
    """`vendor` is the part of it that the simulated ledger took."""

    watch: Watch
    vendor: Watch = field(default_factory=Watch)
    calls: Counter[str] = field(default_factory=Counter)


class Timed:
    """A simulated ledger that tells how long it took itself."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.watch = Watch()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        with measures.timed() as watch:
            answer = self._gateway(environ, start_response)
        self.watch.add(watch)
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
    universe.deps = replace(universe.deps, engine=engine)
    calls = metered_calls(universe, ledger)
    vendor.watch = Watch()
    with measures.timed() as watch:
        jobs.run_sync(universe.deps, universe.connections[ledger])
    made = metered_calls(universe, ledger) - calls
    if universe.connection(ledger).state is not State.LIVE:
        raise SystemExit("the import did not come to its end")
    engine.dispose()
    return Round(watch, vendor.watch, made)


def rows_of(path: Path) -> list[tuple[object, ...]]:
    """What an import left in the mirror."""
    engine = db.connect(f"sqlite:///{path}")
    with engine.connect() as tx:
        rows = [tuple(row) for row in tx.exec_driver_sql(f"SELECT {COLUMNS} FROM mirror")]  # noqa: S608
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
                    f"INSERT INTO mirror ({COLUMNS}) VALUES ({marks})",  # noqa: S608
                    rows[start : start + PAGE],
                )
    engine.dispose()
    return Round(watch)


def show(ledger: str, found: dict[str, list[Round]], rows: int) -> None:
    whole = measures.median_of([one.watch for one in found["import"]])
    vendor = measures.median_of([one.vendor for one in found["import"]])
    own = Watch(whole.seconds - vendor.seconds, whole.processor_seconds - vendor.processor_seconds)
    bare = measures.median_of([one.watch for one in found["insert"]])
    kinds = found["import"][0].calls
    calls, least = kinds.total(), -(-INVOICES // PAGE) + -(-CUSTOMERS // PAGE)
    measures.show(
        f"First import from {ledger}: {INVOICES:,} invoices of {CUSTOMERS} customers",
        ("what", "s", "rows /s", "CPU s", "of bare CPU", "calls", "of the least"),
        [
            _row("import", whole, rows, bare, str(calls), f"{calls / least:.2f}"),
            _row("import less the simulated ledger", own, rows, bare, "", ""),
            _row("bare insert of the same rows", bare, rows, bare, "", ""),
            ("least calls: pages of 1,000", "", "", "", "", str(least), "1.00"),
        ],
        f"calls: {', '.join(f'{number} {kind}' for kind, number in sorted(kinds.items()))}",
    )


def _row(what: str, watch: Watch, rows: int, bare: Watch, *more: str) -> tuple[str, ...]:
    used = watch.processor_seconds
    return (
        what, f"{watch.seconds:.2f}", f"{rows / watch.seconds:,.0f}", f"{used:.2f}",
        f"{used / bare.processor_seconds:.1f}", *more,
    )  # fmt: skip


if __name__ == "__main__":
    run()

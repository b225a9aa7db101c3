"""Daily look: every account of a client with 100,000 open invoices, reminders in shadow."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from pydantic import TypeAdapter

from benchmarks import big_book, measures, reconciler
from benchmarks.company import file_engine
from connector import db, logs
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.lease import held
from connector.next_step import collecting
from connector.rules import modes, policy
from connector.rules.modes import Capability, Mode
from dunning.rules.policy import DunningPolicy
from providers.ledger import Invoice, Kind
from tests.simulation import universe as one

INVOICES, CUSTOMERS = 100_000, 2_000
ROUNDS = 3
EVERYBODY = 100_000
RAMPS = {"25 customers a day": 25, "all customers at once": EVERYBODY}
INVOICE = TypeAdapter(Invoice)


@dataclass(frozen=True, slots=True)
class Round:
    """`longest` is how long the database was locked at one go: what a webhook may wait for."""

    watch: measures.Watch
    longest: float = 0.0


def run() -> None:
    logs.start("error")
    with measures.folder() as folder:
        measure(folder)
    with measures.folder() as folder:
        reconciler.measure(folder)


def measure(folder: Path) -> None:
    deps = one.build(engine=file_engine(folder / "book.db")).deps
    connection = big_book.connect(deps, "Large Client")
    with deps.writing() as tx:
        modes.switch(
            tx, connection.client_id, Capability.REMIND, Mode.SHADOW, at=deps.now(), by="benchmark"
        )
    big_book.fill(deps, connection.id, customers=CUSTOMERS, invoices=INVOICES)
    deps.engine.dispose()
    numbers = count()

    def on_copy(work: Callable[[Deps], Round]) -> Round:
        path = folder / f"round{next(numbers)}.db"
        shutil.copy(folder / "book.db", path)
        engine = db.connect(f"sqlite:///{path}")
        try:
            return work(replace(deps, engine=engine))
        finally:
            engine.dispose()
            path.unlink()

    contenders = {
        title: partial(on_copy, partial(look, connection=connection, ramp=ramp))
        for title, ramp in RAMPS.items()
    }
    contenders["bare reading"] = partial(on_copy, partial(read_bare, connection_id=connection.id))
    show(measures.alternate(contenders, ROUNDS))


def look(deps: Deps, connection: Connection, ramp: int) -> Round:
    """The real job on all accounts; nothing goes out."""
    rules = policy.Policy(dunning=DunningPolicy(ramp_per_day=ramp))
    with deps.writing() as tx:
        policy.save(tx, connection.client_id, rules, at=deps.now(), by="benchmark")
    with locked(deps.engine) as times, held(deps, "decide", connection.id) as fence:
        assert fence is not None
        with measures.timed() as watch:
            looked_at = collecting.run(deps, connection, fence)
    if looked_at != CUSTOMERS:
        raise SystemExit(f"{looked_at} accounts were looked at, not {CUSTOMERS}")
    return Round(watch, max(times))


def read_bare(deps: Deps, connection_id: int) -> Round:
    """The baseline: read the same rows in one go and parse each."""
    with deps.reading() as tx, measures.timed() as watch:
        rows = tx.exec_driver_sql(
            "SELECT body FROM mirror WHERE connection_id = ? AND kind = ? AND status = 'open'",
            (connection_id, Kind.INVOICE),
        )
        parsed = len([INVOICE.validate_json(row.body) for row in rows])
    if parsed != INVOICES:
        raise SystemExit(f"{parsed} invoices were read, not {INVOICES}")
    return Round(watch)


@contextmanager
def locked(engine: sa.Engine) -> Iterator[list[float]]:
    """How long each write transaction lasted, in seconds."""
    times: list[float] = []
    started: dict[int, float] = {}

    def begin(connection: sa.Connection) -> None:
        started[id(connection)] = time.perf_counter()

    def commit(connection: sa.Connection) -> None:
        times.append(time.perf_counter() - started[id(connection)])

    sa.event.listen(engine, "begin", begin)
    sa.event.listen(engine, "commit", commit)
    yield times
    sa.event.remove(engine, "begin", begin)
    sa.event.remove(engine, "commit", commit)


def show(found: dict[str, list[Round]]) -> None:
    watches = {
        name: measures.median_of([one.watch for one in rounds]) for name, rounds in found.items()
    }
    bare = watches["bare reading"].processor_seconds
    rows = []
    for name, watch in watches.items():
        longest = measures.middle([one.longest for one in found[name]])
        rows.append((
            name, f"{watch.seconds:.2f}", f"{CUSTOMERS / watch.seconds:,.0f}",
            f"{INVOICES / watch.seconds:,.0f}", f"{1000 * longest:.0f}" if longest else "",
            f"{watch.processor_seconds:.2f}", f"{watch.processor_seconds / bare:.1f}",
        ))  # fmt: skip
    measures.show(
        f"Daily look: {INVOICES:,} open invoices of {CUSTOMERS:,} customers, {ROUNDS} rounds",
        ("what", "s", "accounts /s", "invoices /s", "longest lock ms", "CPU s", "of bare CPU"),
        rows,
    )


if __name__ == "__main__":
    run()

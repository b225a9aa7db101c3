"""One seed of chaos: people work in the ledger, everything fails at times, then all is healed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from connector import jobs
from connector.clients.tenants import State
from connector.db import Tx
from connector.deps import Deps
from providers.simulated.faults import Fault
from tests.engines import MEMORY, borrowed
from tests.simulation import beginning
from tests.simulation import universe as one
from tests.simulation.beginning import Beginning
from tests.simulation.books import books_of
from tests.simulation.deeds import DEEDS, Run, issue, let_pass, meddle, settle
from tests.simulation.fate import Fate, Killed, MortalDeps, replaced
from tests.simulation.mailbox import Mailbox
from tests.simulation.universe import Universe

STEPS = 16
HEALING = (*[timedelta(minutes=2)] * 2, *[timedelta(minutes=20)] * 2, timedelta(hours=25))
BROKEN = ("timeout_after_commit", "reset_after_commit", "cut_body", "late_commit", "503")
REFUSED = ("429", "500", "503", "html")


@contextmanager
def lived(
    seed: int, *, steps: int = STEPS, healing: Sequence[timedelta] = HEALING,
    watch: Callable[[Tx], None] = lambda _tx: None, **rates: float,
) -> Iterator[Run]:  # fmt: skip
    """One seed at its healed end; `rates` replace those that the seed draws, and `watch` is called
    at the end of every transaction."""
    fate = replace(Fate.of(seed), **rates)  # type: ignore[arg-type]
    ledger = ("quickbooks", "xero")[seed % 2]
    begun = beginning.connected(ledger)
    with borrowed(MEMORY, begun.database) as engine:
        run = _begin(ledger, begun, seed, fate, engine, watch)
        try:
            for _ in range(steps):
                _live(run)
            _heal(run, healing)
        finally:
            run.mailbox.stop()
        yield run


def _begin(
    ledger: str, begun: Beginning, seed: int, fate: Fate, engine: sa.Engine,
    watch: Callable[[Tx], None],
) -> Run:  # fmt: skip
    universe = one.build(engine=engine, seed=seed, memory=begun.memory)
    universe.companies[ledger] = begun.company
    universe.connections[ledger] = begun.connection_id
    books = books_of(universe, ledger, begun.company)
    mailbox = Mailbox(universe, books)
    deps = MortalDeps(
        **{name: getattr(universe.deps, name) for name in Deps.__dataclass_fields__},
        fate=fate,
        watch=watch,
    )
    settings = deps.config.model_copy(update={"smtp_port": mailbox.port})
    universe.deps = replace(deps, config=settings, reached=lambda _p: _reach(universe, fate))
    run = Run(universe, ledger, fate, mailbox, books, list(begun.customers))
    universe.between = partial(meddle, run)
    for _ in range(4):
        issue(run)
    return run


def _reach(universe: Universe, fate: Fate) -> None:
    """At a named point: die, or let a second worker come in between."""
    fate.strike()
    if not fate.healed and fate.random.random() < fate.crowd:
        connection_id = next(iter(universe.connections.values()))
        with replaced(fate, "crowd", 0.0):
            jobs.RUN[fate.random.choice(("sync", "decide", "deliver"))](
                universe.deps, connection_id
            )


def _live(run: Run) -> None:
    _arrange_faults(run)
    run.fate.random.choice(DEEDS)(run)
    _work(run)


def _arrange_faults(run: Run) -> None:
    fate, rng, product = run.fate, run.fate.random, run.ledger
    faults = [
        Fault(rng.choice(BROKEN), on=rf"{product}\..*(write|create|update)", times=1,
              chance=fate.write_fault, seconds=rng.choice((20.0, 70.0))),
        Fault(rng.choice(REFUSED), on=rf"{product}\.(?!oauth).*read", times=1,
              chance=fate.read_fault, seconds=5.0),
        Fault(rng.choice(("lose", "duplicate", "reorder")), on=rf"{product}\.webhook", times=2,
              chance=fate.hook_fault),
        Fault(rng.choice(("timeout_after_commit", "503", "reset_after_commit")),
              on=r"mail\.message\.send", times=1, chance=fate.mail_fault),
    ]  # fmt: skip
    run.universe.world.faults.replace(faults)


def _work(run: Run) -> None:
    """Jobs run as bells ring; whoever dies is replaced, and his leases stay until they end."""
    universe, fate = run.universe, run.fate
    for _ in range(12):
        if universe.rung and fate.random.random() < fate.bell_lost:
            universe.rung.clear()
        try:
            universe.settle(rounds_max=8)
        except Killed:
            fate.dead = False
            let_pass(universe, timedelta(seconds=fate.random.choice((1, 50))))
        else:
            if not universe.rung:
                return


def _heal(run: Run, hops: Sequence[timedelta]) -> None:
    run.fate.healed = True
    run.universe.world.faults.replace([])
    for hop in hops:
        let_pass(run.universe, hop)
        _reconnect(run)
        _work(run)
        settle(run)
        _work(run)
    for _ in range(2):
        let_pass(run.universe, timedelta(minutes=3))
        _work(run)


def _reconnect(run: Run) -> None:
    """A process that dies right after a rotation, and nobody looking for longer than the grace:
    then the tokens are lost, and the client connects again."""
    connection = run.universe.connection(run.ledger)
    if connection.state is State.RECONNECT:
        assert run.fate.crashes, "the tokens were lost without a crash"
        run.reconnected += 1
        one.consent(run.universe, run.ledger, connection.client_id)

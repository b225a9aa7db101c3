"""One seed of chaos: people work in the ledger, everything fails at times, then all is healed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from connector import jobs, receipts
from connector.db import Tx
from connector.deps import Deps
from connector.modes import Mode
from connector.tenants import State
from providers.simulated.faults import Fault
from tests.simulation import universe as one
from tests.simulation.books import Books, books_of
from tests.simulation.mailbox import Mailbox
from tests.simulation.universe import Universe

STEPS = 16
CUSTOMERS = ("Ash", "Birch", "Cedar")
BROKEN = ("timeout_after_commit", "reset_after_commit", "cut_body", "late_commit", "503")
REFUSED = ("429", "500", "503", "html")
HOPS = (timedelta(seconds=20), timedelta(minutes=3), timedelta(hours=4), timedelta(hours=20))


class Killed(BaseException):
    """This process was killed here; what it held is not given back."""


@dataclass
class Fate:
    """What fails in this seed, and how often: every rate is drawn anew for each seed."""

    random: random.Random
    crash: float
    write_fault: float
    read_fault: float
    hook_fault: float
    mail_fault: float
    bell_lost: float
    crowd: float
    dead: bool = False
    crashes: int = 0
    healed: bool = False

    @classmethod
    def of(cls, seed: int) -> Fate:
        rng = random.Random(seed)
        return cls(
            rng, crash=rng.choice((0, 0.02, 0.08)), write_fault=rng.choice((0, 0.15, 0.5)),
            read_fault=rng.choice((0, 0.1)), hook_fault=rng.choice((0, 0.3, 0.7)),
            mail_fault=rng.choice((0, 0.3)), bell_lost=rng.choice((0, 0.3)),
            crowd=rng.choice((0, 0.15)),
        )  # fmt: skip

    def strike(self) -> None:
        """Perhaps the process dies at this very point."""
        if not self.healed and self.random.random() < self.crash:
            self.dead = True
            self.crashes += 1
            raise Killed


@dataclass(frozen=True)
class MortalDeps(Deps):
    """Transactions of a process that may die before or after each commit."""

    fate: Fate = field(kw_only=True)

    @contextmanager
    def writing(self) -> Iterator[Tx]:  # type: ignore[override]
        if self.fate.dead:
            raise Killed
        with self.engine.begin() as tx:
            yield tx
            self.fate.strike()
        self.fate.strike()


@dataclass
class Run:
    """A seed on its way. `paid` are (money id, invoice id, amount) that must end up applied."""

    universe: Universe
    ledger: str
    fate: Fate
    mailbox: Mailbox
    books: Books
    customers: list[str] = field(default_factory=list)
    invoices: list[tuple[str, str, str, Decimal]] = field(default_factory=list)
    paid: list[tuple[str, str, Decimal]] = field(default_factory=list)
    banked: list[tuple[str, str, Decimal]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    counted: int = 0
    reconnected: int = 0

    def number(self) -> int:
        self.counted += 1
        return 1000 + self.counted


def play(seed: int, *, steps: int = STEPS, **rates: float) -> Run:
    """Live through one seed to its healed end; `rates` replace those that the seed draws."""
    fate = replace(Fate.of(seed), **rates)  # type: ignore[arg-type]
    run = _begin(seed, fate)
    try:
        for _ in range(steps):
            _live(run)
        _heal(run)
    finally:
        run.mailbox.stop()
    return run


def _begin(seed: int, fate: Fate) -> Run:
    ledger = ("quickbooks", "xero")[seed % 2]
    universe = one.build(seed=seed)
    company = one.found(universe, ledger)
    books = books_of(universe, ledger, company)
    mailbox = Mailbox(universe, books)
    deps = MortalDeps(
        **{name: getattr(universe.deps, name) for name in Deps.__dataclass_fields__}, fate=fate
    )
    settings = deps.config.model_copy(update={"smtp_port": mailbox.port})
    universe.deps = replace(deps, config=settings, reached=lambda _p: _reach(universe, fate))
    run = Run(universe, ledger, fate, mailbox, books)
    run.customers = [books.customer(name) for name in CUSTOMERS]
    fate.healed = True
    one.install(universe, ledger, company)
    universe.settle()
    universe.switch(ledger, cash=Mode.AUTOPILOT, remind=Mode.AUTOPILOT, note=Mode.AUTOPILOT)
    fate.healed = False
    for _ in range(4):
        _issue(run)
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


@contextmanager
def replaced(thing: object, name: str, value: object) -> Iterator[None]:
    old = getattr(thing, name)
    setattr(thing, name, value)
    try:
        yield
    finally:
        setattr(thing, name, old)


def _live(run: Run) -> None:
    deeds = (_issue, _pay, _pay, _pay, _bank, _by_hand, _void, _credit, _wait, _wait, _wait)
    _arrange_faults(run)
    run.fate.random.choice(deeds)(run)
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
            _pass(universe, timedelta(seconds=fate.random.choice((1, 50))))
        else:
            if not universe.rung:
                return


def _heal(run: Run) -> None:
    run.fate.healed = True
    run.universe.world.faults.replace([])
    for hop in (*[timedelta(minutes=2)] * 4, *[timedelta(minutes=20)] * 3, timedelta(hours=25)):
        _pass(run.universe, hop)
        _reconnect(run)
        _work(run)
    for _ in range(4):
        _pass(run.universe, timedelta(minutes=3))
        _work(run)


def _reconnect(run: Run) -> None:
    """A process that dies right after a rotation, and nobody looking for longer than the grace:
    then the tokens are lost, and the client connects again."""
    connection = run.universe.connection(run.ledger)
    if connection.state is State.RECONNECT:
        assert run.fate.crashes, "the tokens were lost without a crash"
        run.reconnected += 1
        one.consent(run.universe, run.ledger, connection.client_id)


def _issue(run: Run) -> None:
    customer, today = run.fate.random.choice(run.customers), _today(run)
    amount = Decimal(run.fate.random.choice((5000, 12550, 40000, 99999))) / 100
    number = f"INV-{run.number()}"
    due = today + timedelta(days=run.fate.random.choice((-20, -8, -3, 2, 6)))
    invoice = run.books.invoice(
        customer, number, amount=amount, issued=due - timedelta(days=14), due=due
    )
    run.invoices.append((invoice, number, customer, amount))


def _open(run: Run) -> tuple[str, str, str, Decimal] | None:
    free = [row for row in run.invoices if row[0] not in run.touched]
    return run.fate.random.choice(free) if free else None


def _pay(run: Run) -> None:
    """A payment reaches the ledger unapplied, naming one invoice to the cent."""
    chosen = _open(run)
    if chosen is None:
        return
    invoice, number, customer, amount = chosen
    run.touched.add(invoice)
    till = run.universe.vendors.simulation.tills[run.ledger]
    company = run.universe.companies[run.ledger]
    money = till.receive(
        company, customer, amount=amount, currency="USD", day=_today(run),
        reference=f"payment {number}",
    )  # fmt: skip
    run.paid.append((money, invoice, amount))


def _bank(run: Run) -> None:
    """Money that only the bank knows of, in a statement that is imported twice."""
    chosen = _open(run)
    if chosen is None:
        return
    invoice, number, _, amount = chosen
    run.touched.add(invoice)
    line = f"b{run.number()}"
    text = (
        "account,bank_id,date,amount,currency,payer,reference\n"
        f"main,{line},{_today(run)},{amount},USD,Somebody,{number}\n"
    )
    run.banked.append((f"main:{line}", invoice, amount))
    connection_id = run.universe.connections[run.ledger]
    with replaced(run.fate, "healed", True):
        for _ in range(2):
            receipts.import_statement(run.universe.deps, connection_id, text.encode(), by="tests")


def _by_hand(run: Run) -> None:
    chosen = _open(run)
    if chosen is None:
        return
    invoice, _, customer, amount = chosen
    run.touched.add(invoice)
    run.books.pay_by_hand(customer, invoice, amount, _today(run))


def _void(run: Run) -> None:
    chosen = _open(run)
    if chosen is None or run.fate.random.random() < 0.6:
        return
    run.touched.add(chosen[0])
    run.books.void(chosen[0])


def _credit(run: Run) -> None:
    if run.fate.random.random() < 0.3:
        run.books.credit(run.fate.random.choice(run.customers), Decimal(10), _today(run))


def _wait(run: Run) -> None:
    _pass(run.universe, run.fate.random.choice(HOPS))


def _pass(universe: Universe, by: timedelta) -> None:
    universe.world.move_to(universe.world.clock.now() + by)


def _today(run: Run) -> Any:
    return run.universe.world.clock.now().date()

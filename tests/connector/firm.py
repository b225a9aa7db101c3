"""One company in a simulated ledger, connected through its consent page, with a real mailbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from connector import agenda, audit
from connector.answering import answers
from connector.audit import Entry
from connector.clients import sweeps
from connector.clients.tenants import Connection
from connector.decided import approvals
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.money import cash
from connector.money.cash import Item, Standing
from connector.outgoing import intents
from connector.outgoing.intents import Intent, Step
from connector.receiving import receipts
from connector.rules.modes import Mode
from providers.simulated.faults import Fault
from providers.simulated.journal import Journal
from providers.simulated.store import Doc
from providers.simulated.world import World
from tests.simulation import universe as one
from tests.simulation.books import Books, books_of
from tests.simulation.mailbox import Mailbox
from tests.simulation.universe import Memory, Universe

EVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
AUTOPILOT = {"cash": Mode.AUTOPILOT, "remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}


@dataclass
class Firm:
    """`books` is the bookkeeper's hand, `mailbox` what customers received."""

    universe: Universe
    ledger: str
    company: str
    books: Books
    mailbox: Mailbox

    @property
    def deps(self) -> Deps:
        return self.universe.deps

    @property
    def world(self) -> World:
        return self.universe.world

    @property
    def connection_id(self) -> int:
        return self.universe.connections[self.ledger]

    @property
    def connection(self) -> Connection:
        return self.universe.connection(self.ledger)

    @property
    def today(self) -> date:
        return self.world.clock.now().date()

    @property
    def hand(self) -> Any:
        """Everything that people can do inside this ledger."""
        vendor = getattr(self.universe.vendors, self.ledger)
        return vendor.act(self.company)

    def close(self) -> None:
        self.mailbox.stop()

    def switch(self, **wanted: Mode) -> None:
        self.universe.switch(self.ledger, **wanted)

    def settle(self) -> None:
        self.universe.settle()

    def pass_time(self, **by: float) -> None:
        self.universe.pass_time(timedelta(**by))

    def sweep(self) -> None:
        """What is known now is known to a whole sweep, too."""
        self.pass_time(minutes=2)
        self.pass_time(minutes=20)

    def pass_nights(self, nights: int) -> None:
        """Days at the hour that it is now, with all that is asked of the ledger in each of them."""
        for _ in range(nights):
            self.pass_time(days=1)

    def pass_days(self, days: int, *, every: int = 1, past: bool = False) -> None:
        """Day by day, or in steps of `every` days, always at the hour that it is now. Webhooks tell
        what changed: the sweeps and the comparisons, which only a few things wait for, are left
        out; so are the looks at what was paid in the `past` where it is not wanted."""
        for _ in range(0, days, every):
            self._pass_told(timedelta(days=every), past=past)

    def pass_hours(self, hours: int) -> None:
        """The same hour by hour."""
        for _ in range(hours):
            self._pass_told(timedelta(hours=1))

    def _pass_told(self, by: timedelta, *, past: bool = False) -> None:
        left_out = ["compared_at", "swept_at", "polled_at", *(() if past else ["history_at"])]
        with self.deps.writing() as tx:
            then = self.world.clock.now() + by
            sweeps.keep(tx, self.connection_id, **dict.fromkeys(left_out, then))
        self.universe.pass_time(by)

    def owe(
        self, customer: str, number: str, amount: str = "100.00", *, late_days: int = 10
    ) -> str:
        """An invoice that is so many days late; below zero it is not due yet."""
        due = self.today - timedelta(days=late_days)
        issued = min(due - timedelta(days=14), self.today)
        return self.books.invoice(customer, number, amount=Decimal(amount), issued=issued, due=due)

    def merge(self, gone: str, into: str) -> None:
        """A bookkeeper merges two customers in the ledger."""
        merge = self.hand.merge_customers if self.ledger == "quickbooks" else self.hand.merge
        merge(gone, into)

    def pay(self, customer: str, amount: str, text: str, *, currency: str = "USD") -> str:
        """Money that reaches the ledger unapplied."""
        till = self.universe.vendors.simulation.tills[self.ledger]
        return till.receive(
            self.company, customer, amount=Decimal(amount), currency=currency, day=self.today,
            reference=text,
        )  # fmt: skip

    def match_by_hand(self, money: str, invoice: str, amount: str) -> None:
        """A bookkeeper lays money that waits in the ledger on an invoice."""
        if self.ledger == "quickbooks":
            self.hand.apply_payment(money, {invoice: Decimal(amount)})
            return
        booked = self.hand.get("BankTransactions", money)["OverpaymentID"]
        self.hand.allocate("Overpayments", booked, {
            "Invoice": {"InvoiceID": invoice}, "Amount": Decimal(amount),
            "Date": self.today.isoformat(),
        })  # fmt: skip

    def bank(self, line: str, amount: str, text: str, *, payer: str = "Somebody") -> None:
        """One line of a bank statement."""
        receipts.import_statement(self.deps, self.connection_id, (
            "account,bank_id,date,amount,currency,payer,reference\n"
            f"main,{line},{self.today},{amount},USD,{payer},{text}\n"
        ).encode(), by="tests")  # fmt: skip

    def fail(self, *faults: Fault) -> None:
        self.world.faults.replace(list(faults))

    def mails(self) -> list[Doc]:
        return list(self.universe.vendors.simulation.mail.messages())

    def requests(self, after: int = 0) -> list[Doc]:
        return Journal(self.world).rows(after)

    def writes(self) -> list[Doc]:
        """Every request that could have changed the books."""
        verbs = ("write", "create", "update", "delete")
        return [
            row for row in self.requests()
            if row["kind"].endswith(verbs) and ".oauth." not in row["kind"]
        ]  # fmt: skip

    def intents(self, *states: Step) -> list[Intent]:
        """Oldest first."""
        with self.deps.reading() as tx:
            found = intents.listed(
                tx, self.connection_id, states or tuple(Step), since=EVER, limit=10_000
            )
        return found[::-1]

    def money(self, kind: str, id_: str) -> Item:
        with self.deps.reading() as tx:
            found = cash.find(tx, self.connection_id, kind, id_)
        assert found is not None
        return found

    def all_money(self) -> list[Item]:
        with self.deps.reading() as tx:
            return cash.listed(tx, self.connection_id, tuple(Standing))

    def asked(self) -> list[Approval]:
        with self.deps.reading() as tx:
            return approvals.waiting(tx, self.connection_id)

    def approve(self, option: int = 0) -> None:
        """Answer the one question that waits."""
        (asked,) = self.asked()
        answers.approve(self.deps, asked.id, option, "ann")
        self.settle()

    def log(self, event: str = "") -> list[Entry]:
        """Oldest first."""
        with self.deps.reading() as tx:
            found = audit.entries(tx, self.connection_id, last=10_000)
        return [entry for entry in reversed(found) if event in entry.event]

    def plan(self) -> dict[str, agenda.Item]:
        with self.deps.reading() as tx:
            return {item.customer_id: item for item in agenda.planned(tx, self.connection_id)}

    def restart(self) -> None:
        """Whatever was rung is forgotten, as when all workers were down."""
        self.universe.rung.clear()

    def reached(self, act: Callable[[str], None]) -> None:
        """Call `act` with every named point that is passed from now on."""
        self.universe.deps = replace(self.deps, reached=act)


def open_firm(
    ledger: str,
    *,
    engine: sa.Engine | None = None,
    modes: dict[str, Mode] | None = None,
    connect: bool = True,
    limits_on: bool = False,
    dunning: dict[str, Any] | None = None,
    currency: str = "USD",
    fill: Callable[[Firm], Any] = lambda _firm: None,
    **how: Any,
) -> Firm:
    """`fill` works in the books before they are connected; `modes` are switched on after."""
    universe = one.build(engine=engine, **how)
    company = one.found(universe, ledger, currency=currency)
    firm = _firm(universe, ledger, company)
    fill(firm)
    if connect:
        one.install(universe, ledger, company)
        _begin(firm, dunning, modes)
    getattr(universe.vendors, ledger).limits_on = limits_on
    return firm


@dataclass(frozen=True, slots=True)
class Connected:
    """A company that was just connected, as often as it is wanted: the vendors' memory, and the
    file of our database."""

    ledger: str
    company: str
    connection_id: int
    memory: Memory
    file: Path

    @classmethod
    def anew(cls, ledger: str, currency: str, *, engine: sa.Engine, file: Path) -> Connected:
        firm = open_firm(ledger, engine=engine, currency=currency, database_url=f"sqlite:///{file}")
        firm.close()
        with firm.deps.reading() as tx:
            tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return cls(ledger, firm.company, firm.connection_id, Memory.of(firm.world), file)

    def again(
        self, engine: sa.Engine, url: str, *, modes: dict[str, Mode] | None = None,
        limits_on: bool = False, dunning: dict[str, Any] | None = None,
    ) -> Firm:  # fmt: skip
        """On an engine whose database is a copy of the file."""
        universe = one.build(engine=engine, memory=self.memory, database_url=url)
        universe.companies[self.ledger] = self.company
        universe.connections[self.ledger] = self.connection_id
        firm = _firm(universe, self.ledger, self.company)
        _begin(firm, dunning, modes)
        getattr(universe.vendors, self.ledger).limits_on = limits_on
        return firm


def _firm(universe: Universe, ledger: str, company: str) -> Firm:
    books = books_of(universe, ledger, company)
    mailbox = Mailbox(universe, books)
    settings = universe.deps.config.model_copy(update={"smtp_port": mailbox.port})
    universe.deps = replace(universe.deps, config=settings)
    return Firm(universe, ledger, company, books, mailbox)


def _begin(firm: Firm, dunning: dict[str, Any] | None, modes: dict[str, Mode] | None) -> None:
    if dunning:
        one.save_policy(firm.universe, firm.ledger, **dunning)
    firm.settle()
    firm.switch(**(modes or {}))

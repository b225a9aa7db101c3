"""Every construct that sets money against invoices, and its undo, by workers that are killed before
it is marked, before it is sent and after it was sent: in the end all of it stands once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from connector.answering import answers
from connector.decided import approvals
from connector.decided.approvals import Approval
from connector.lease import lease_table
from connector.money import cash
from connector.money.cash import BANK, Item, Standing
from connector.outgoing.intents import OPEN, Intent
from connector.receiving import receipts
from connector.rules.modes import Mode
from connector.undoing import undo
from providers.constructs import Difference
from providers.money import Money
from tests.connector.undoing.test_undo import ledger_state
from tests.processes.business import Business, open_business
from tests.processes.crew import Crew
from tests.simulation import settling

PLACES = ("outbox.composed", "outbox.sending", "outbox.sent")
DEATHS_MAX = 30
LINES = {"two customers and a credit": "170", "a batch": "150", "short by a fee": "95"}


@dataclass
class Settled:
    """Four pieces of money and a lone credit; `parts` is what each is to be set against, by its
    subject."""

    business: Business
    parts: dict[str, settling.Parts]
    short: Difference
    credit: str

    def items(self) -> list[Item]:
        return [item for item in _money(self.business) if item.subject in self.parts]

    def intend(self, item: Item) -> None:
        """The difference belongs to one line of the bank."""
        parts, business = self.parts[item.subject], self.business
        less = [self.short] if self.short.invoice_id in parts else []
        settling.intend(business.crew.town, business.ledger, item, parts, less)

    def take_back(self, money: str) -> None:
        business = self.business
        undo.begin(business.crew.town.deps, business.connection_id, money=money, by="ann")

    def owed(self) -> set[Decimal]:
        """What is left of each invoice and credit that the money is set against."""
        books = self.business.books
        return {
            books.credit_left(id_) if part.amount < 0 else books.balance(id_)
            for parts in self.parts.values()
            for id_, (_, part) in parts.items()
        }


def open_settled(crew: Crew, ledger: str) -> Settled:
    business = open_business(crew, ledger, "settled")
    books, today = business.books, crew.town.world.clock.now().date()
    ash, birch, cedar, elder = (books.customer(it) for it in ("Ash", "Birch", "Cedar", "Elder"))

    def owe(customer: str, number: str, amount: int = 100) -> str:
        return books.invoice(
            customer, number, amount=Decimal(amount), issued=today, due=today
        )  # fmt: skip

    first, second = owe(ash, "INV-3"), owe(birch, "INV-4")
    credit = books.credit(ash, Decimal(30), today)
    together = owe(birch, "INV-5"), owe(birch, "INV-6", 50)
    short, own = owe(cedar, "INV-7"), owe(cedar, "INV-8", 80)
    owe(elder, "INV-9")
    lone = books.credit(elder, Decimal(40), today)
    till = crew.town.vendors.simulation.tills[ledger]
    till.receive(
        business.company, cedar, amount=Decimal(90), currency="USD", day=today, reference="thanks"
    )
    fees = books.account("Bank Fees")
    business.connect()
    business.wait_until(business.is_live, "the first import is done")
    rows = "".join(
        f"main,b{n},{today},{amount},USD,Ash,\n" for n, amount in enumerate(LINES.values())
    )
    receipts.import_statement(
        crew.town.deps, business.connection_id,
        f"account,bank_id,date,amount,currency,payer,reference\n{rows}".encode(), by="tests",
    )  # fmt: skip
    (money,) = (item for item in _money(business) if item.left == _usd(90))
    return Settled(business, {
        f"{BANK}:main:b0": {
            first: (ash, _usd(100)), second: (birch, _usd(100)), credit: (ash, _usd(-30)),
        },
        f"{BANK}:main:b1": {together[0]: (birch, _usd(100)), together[1]: (birch, _usd(50))},
        f"{BANK}:main:b2": {short: (cedar, _usd(95))},
        money.subject: {own: (cedar, _usd(80))},
    }, Difference(short, _usd(5), fees, today, "policy version 3"), lone)  # fmt: skip


@pytest.mark.parametrize("ledger", ["quickbooks", "xero"])
def test_killed_at_each_place_of_every_construct_and_of_its_undo(crew: Crew, ledger: str) -> None:
    settled = open_settled(crew, ledger)
    business = settled.business
    before = ledger_state(business)
    lone = _asked_of_the_lone_credit(settled)
    answers.approve(crew.town.deps, lone.id, 0, "ann")
    _die_at_each_place(crew, business)
    for item in settled.items():
        settled.intend(item)
        _die_at_each_place(crew, business)
    assert settled.owed() == {Decimal(0)}
    assert business.books.booked(settled.short.account) == 5
    for money in (*settled.parts, str(lone.decision_id)):
        settled.take_back(money)
        _die_at_each_place(crew, business)
    assert ledger_state(business) == before
    assert {item.state for item in settled.items()} == {Standing.REVIEW}


def _money(business: Business) -> list[Item]:
    with business.crew.town.deps.reading() as tx:
        return cash.listed(tx, business.connection_id, tuple(Standing))


def _asked_of_the_lone_credit(settled: Settled) -> Approval:
    """What a person is asked of the credit of a customer who has one invoice."""
    business = settled.business
    business.crew.town.switch(business.ledger, cash=Mode.COPILOT)
    found: list[Approval] = []

    def is_asked() -> bool:
        with business.crew.town.deps.reading() as tx:
            waiting = approvals.waiting(tx, business.connection_id)
        found[:] = [it for it in waiting if it.subject.endswith(f":{settled.credit}")]
        return bool(found)

    business.wait_until(is_asked, "the lone credit is proposed")
    return found[0]


def _die_at_each_place(crew: Crew, business: Business) -> None:
    """Let every worker die at the place after the last one's, until nothing is left to write."""
    writes = len(_open(business))

    def is_over() -> bool:
        crew.town.world.clock.advance(timedelta(seconds=5))
        return not _open(business) or not crew.is_alive("deliver")

    for deaths in range(DEATHS_MAX):
        crew.replace("deliver", crash_at=PLACES[deaths % len(PLACES)])
        business.wait_until(is_over, "the worker dies, or has nothing left to do")
        if crew.is_alive("deliver"):
            crew.replace("deliver")
            assert deaths >= len(PLACES) * writes
            return
        _let_its_lease_run_out(business)
    pytest.fail("a worker never came to its end")


def _open(business: Business) -> list[Intent]:
    return [intent for intent in business.intents() if intent.state in OPEN]


def _let_its_lease_run_out(business: Business) -> None:
    deps = business.crew.town.deps
    with deps.writing() as tx:
        tx.execute(
            sa.update(lease_table)
            .where(lease_table.c.job == "deliver", lease_table.c.about_id == business.connection_id)
            .values(until=deps.clock.real())
        )


def _usd(amount: int) -> Money:
    return Money(Decimal(amount), "USD")

"""What people do in one seed: the bookkeeper, the customers, the bank."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from connector import receipts
from tests.simulation.books import Books
from tests.simulation.fate import Fate, replaced
from tests.simulation.mailbox import Mailbox
from tests.simulation.universe import Universe

HOPS = (timedelta(seconds=20), timedelta(minutes=3), timedelta(hours=4), timedelta(hours=20))


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


def issue(run: Run) -> None:
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


def pay(run: Run) -> None:
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


def bank(run: Run) -> None:
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


def by_hand(run: Run) -> None:
    chosen = _open(run)
    if chosen is None:
        return
    invoice, _, customer, amount = chosen
    run.touched.add(invoice)
    run.books.pay_by_hand(customer, invoice, amount, _today(run))


def void(run: Run) -> None:
    chosen = _open(run)
    if chosen is None or run.fate.random.random() < 0.6:
        return
    run.touched.add(chosen[0])
    run.books.void(chosen[0])


def credit(run: Run) -> None:
    if run.fate.random.random() < 0.3:
        run.books.credit(run.fate.random.choice(run.customers), Decimal(10), _today(run))


def wait(run: Run) -> None:
    let_pass(run.universe, run.fate.random.choice(HOPS))


def let_pass(universe: Universe, by: timedelta) -> None:
    universe.world.move_to(universe.world.clock.now() + by)


def _today(run: Run) -> date:
    return run.universe.world.clock.now().date()


def meddle(run: Run) -> None:
    """Perhaps somebody works in the ledger between what was decided and what comes of it."""
    if not run.fate.healed and run.fate.random.random() < run.fate.meddling:
        run.fate.random.choice((by_hand, by_hand, void))(run)


DEEDS = (issue, pay, pay, pay, bank, by_hand, void, credit, wait, wait, wait)

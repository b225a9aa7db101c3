"""What people do in one seed: the bookkeeper, the customers, the bank."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.receiving import receipts
from connector.undoing import undo as undoing
from providers.ledger import RecordPayment
from providers.money import Money
from tests.simulation import settling
from tests.simulation.books import Books
from tests.simulation.fate import Fate, replaced
from tests.simulation.mailbox import Mailbox
from tests.simulation.settling import Parts
from tests.simulation.universe import Universe

HOPS = (timedelta(seconds=20), timedelta(minutes=3), timedelta(hours=4), timedelta(hours=20))


@dataclass
class Run:
    """A seed on its way. `paid` are (money id, invoice id, amount) that must end up applied, and
    `split` bank lines that a person settles: by line, what is paid and the whole amount. `undone`
    are the subjects that a person asked to undo, `bounced` bank lines whose payment was deleted."""

    universe: Universe
    ledger: str
    fate: Fate
    mailbox: Mailbox
    books: Books
    customers: list[str] = field(default_factory=list)
    invoices: list[tuple[str, str, str, Decimal]] = field(default_factory=list)
    paid: list[tuple[str, str, Decimal]] = field(default_factory=list)
    banked: list[tuple[str, str, Decimal]] = field(default_factory=list)
    split: dict[str, tuple[Parts, Money]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    bounced: set[str] = field(default_factory=set)
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
    run.banked.append((f"main:{line}", invoice, amount))
    _import(run, line, amount, number)


def split(run: Run) -> None:
    """One bank line over invoices of several customers, perhaps with a credit and a rest."""
    free = [row for row in run.invoices if row[0] not in run.touched]
    if not free:
        return
    dice = run.fate.random
    chosen = dice.sample(free, min(len(free), dice.randint(1, 3)))
    run.touched.update(row[0] for row in chosen)
    parts = {row[0]: (row[2], Money.of(row[3], "USD")) for row in chosen}
    total = sum((row[3] for row in chosen), Decimal(0))
    if dice.random() < 0.4:
        customer = chosen[0][2]
        given = run.books.credit(customer, Decimal(15), _today(run))
        parts[given] = (customer, Money.of(-15, "USD"))
        total -= 15
    if dice.random() < 0.5:
        total += Decimal(7)
    line = f"b{run.number()}"
    run.split[f"main:{line}"] = (parts, Money.of(total, "USD"))
    _import(run, line, total, "thank you")


def settle(run: Run) -> None:
    """A person decides about the bank lines that wait, as long as nobody undid them."""
    for line, (parts, total) in run.split.items():
        item = settling.waiting(run.universe, run.ledger, line)
        if item and item.left == total and item.subject not in run.undone:
            with replaced(run.fate, "healed", True):
                settling.intend(run.universe, run.ledger, item, parts)


def undo(run: Run) -> None:
    """A person takes back what was done with some money, if all of it is done."""
    subjects = [f"bank:{line}" for line in run.split]
    subjects += [subject_of(run, money) for money, _, _ in run.paid]
    free = [subject for subject in subjects if subject not in run.undone]
    if not free:
        return
    subject = run.fate.random.choice(free)
    connection_id = run.universe.connections[run.ledger]
    with replaced(run.fate, "healed", True), suppress(undoing.CannotUndo):
        undoing.begin(run.universe.deps, connection_id, money=subject, by="ann")
        run.undone.add(subject)


def bounce(run: Run) -> None:
    """The bookkeeper deletes a payment that we entered: the money did not stay."""
    with run.universe.deps.reading() as tx:
        entered = [
            intent
            for intent in intents.in_states(
                tx, run.universe.connections[run.ledger], Step.CONFIRMED
            )
            if isinstance(intent.effect, RecordPayment)
            and intent.effect.receipt_id in {line for line, _, _ in run.banked} - run.bounced
        ]
    if entered and run.fate.random.random() < 0.5:
        intent = run.fate.random.choice(entered)
        assert isinstance(intent.effect, RecordPayment)
        let_pass(run.universe, timedelta(seconds=1))
        run.books.remove(intent.receipt)
        let_pass(run.universe, timedelta(seconds=1))
        run.bounced.add(intent.effect.receipt_id)


def subject_of(run: Run, money: str) -> str:
    """The till names money in Xero by its bank transaction, we by the overpayment."""
    if run.ledger == "quickbooks":
        return f"payment:{money}"
    return f"overpayment:{run.books.hand.get('BankTransactions', money)['OverpaymentID']}"


def _import(run: Run, line: str, amount: Decimal, reference: str) -> None:
    text = (
        "account,bank_id,date,amount,currency,payer,reference\n"
        f"main,{line},{_today(run)},{amount},USD,Somebody,{reference}\n"
    )
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


DEEDS = (
    issue, issue, pay, pay, pay, bank, bank, split, split, settle, settle, undo, bounce, by_hand,
    void, credit, wait, wait, wait, wait,
)  # fmt: skip

"""A shop with something to do: an overdue invoice, money that names it, and a question about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from connector.decided import approvals
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from tests.simulation.books import books_of
from tests.simulation.universe import Memory
from tests.ui_embed.office import Office, Visitor, company_of, office

OWNER = "books@quickbooks.example"
STRANGER = "stranger@firm.example"


def owner_at(ledger: str) -> str:
    """Who may connect the companies of a ledger."""
    return f"books@{ledger}.example"


@dataclass
class Shop:
    desk: Office
    realm: str
    owner: Visitor
    invoice: str

    def stranger(self) -> Visitor:
        """Somebody with a reseller and a company of their own."""
        vendor = self.desk.universe.vendors.quickbooks
        realm = vendor.add_company("Elsewhere", "USD", "US", "UTC")
        vendor.add_user(STRANGER, "Stranger", [realm])
        visitor = self.desk.visitor()
        visitor.sign_in("quickbooks", STRANGER)
        visitor.connect("quickbooks", STRANGER, realm)
        return visitor

    def mode(self) -> Mode:
        with self.desk.universe.deps.reading() as tx:
            return modes.of(tx, 1)[Capability.CASH]

    def states(self) -> list[str]:
        """Of the first question, of the connection, and the mode of reminders."""
        with self.desk.universe.deps.reading() as tx:
            asked = approvals.find(tx, 1)
            reminders = modes.of(tx, 1)[Capability.REMIND]
        assert asked is not None
        return [asked.state, self.desk.connections()[0].state.value, reminders.value]

    def tick(self) -> None:
        self.desk.universe.settle()


def pay_1001(desk: Office, ledger: str, realm: str, customer: str) -> None:
    """120.00 that name the invoice come in, and are known."""
    universe = desk.universe
    if ledger == "quickbooks":
        universe.vendors.quickbooks.act(realm).create("Payment", {
            "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"},
            "TotalAmt": Decimal("120.00"), "TxnDate": "2026-03-01", "PaymentRefNum": "1001",
        })  # fmt: skip
        universe.settle()
        return
    universe.vendors.simulation.tills[ledger].receive(
        realm, customer, amount=Decimal("120.00"), currency="USD", day=date(2026, 3, 1),
        reference="1001",
    )  # fmt: skip
    # Xero sends no word of money: it is asked every few minutes.
    universe.pass_time(timedelta(minutes=20))


@dataclass(frozen=True)
class Remembered:
    memory: Memory
    database: bytes
    session: str
    realm: str
    invoice: str


def busy_shop(desk: Office, ledger: str = "quickbooks") -> Shop:
    """The company Corner Shop; Alder owes 120.00 on 1001 and has sent that much. In a new office
    that of QuickBooks is as it was left the first time."""
    if ledger != "quickbooks" or not desk.is_new():
        return _founded(desk, ledger)
    kept = _remembered()
    desk.recall(kept.memory, kept.database)
    desk.universe.connections[ledger] = desk.connections()[0].id
    owner = desk.visitor()
    owner.client.set_cookie(_session_of(desk), kept.session)
    return Shop(desk, kept.realm, owner, kept.invoice)


@cache
def _remembered() -> Remembered:
    with TemporaryDirectory() as folder, office(data_dir=Path(folder)) as desk:
        shop = _founded(desk, "quickbooks")
        memory, database = desk.remember()
        session = shop.owner.client.get_cookie(_session_of(desk))
        assert session is not None
        return Remembered(memory, database, session.value, shop.realm, shop.invoice)


def _session_of(desk: Office) -> str:
    """The name of the one cookie that a visitor is given."""
    return str(desk.app.config["SESSION_COOKIE_NAME"])


def _founded(desk: Office, ledger: str) -> Shop:
    realm = company_of(desk, ledger, "Corner Shop")
    book = books_of(desk.universe, ledger, realm)
    alder = book.customer("Alder")
    invoice = book.invoice(
        alder, "1001", amount=Decimal("120.00"), issued=date(2026, 1, 20), due=date(2026, 2, 19)
    )
    owner = desk.visitor()
    email = owner_at(ledger)
    owner.sign_in(ledger, email, realm)
    owner.connect(ledger, email, realm)
    desk.universe.settle()
    desk.universe.connections[ledger] = desk.connections()[0].id
    desk.universe.switch(ledger, cash=Mode.COPILOT)
    pay_1001(desk, ledger, realm, alder)
    return Shop(desk, realm, owner, invoice)

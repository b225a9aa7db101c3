"""A shop with something to do: an overdue invoice, money that names it, and a question about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from werkzeug.test import Cookie

from connector import approvals, modes
from connector.modes import Capability, Mode
from tests.simulation.books import QuickBooksBooks
from tests.simulation.universe import Memory
from tests.ui_embed.office import Office, Visitor, company_of, office

OWNER = "books@quickbooks.example"
STRANGER = "stranger@firm.example"


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


@dataclass(frozen=True)
class Remembered:
    memory: Memory
    database: bytes
    cookies: tuple[Cookie, ...]
    realm: str
    invoice: str


def busy_shop(desk: Office) -> Shop:
    """QuickBooks company Corner Shop; Alder owes 120.00 on 1001 and has sent that much. In a new
    office it is as it was left the first time."""
    if not desk.is_new():
        return _founded(desk)
    kept = _remembered()
    desk.recall(kept.memory, kept.database)
    desk.universe.connections["quickbooks"] = desk.connections()[0].id
    owner = desk.visitor()
    for cookie in kept.cookies:
        owner.client.set_cookie(cookie.key, cookie.value, domain=cookie.domain, path=cookie.path)
    return Shop(desk, kept.realm, owner, kept.invoice)


@cache
def _remembered() -> Remembered:
    with TemporaryDirectory() as folder, office(data_dir=Path(folder)) as desk:
        shop = _founded(desk)
        memory, database = desk.remember()
        cookies = tuple((shop.owner.client._cookies or {}).values())
        return Remembered(memory, database, cookies, shop.realm, shop.invoice)


def _founded(desk: Office) -> Shop:
    realm = company_of(desk, "quickbooks", "Corner Shop")
    book = QuickBooksBooks(desk.universe, realm)
    alder = book.customer("Alder")
    invoice = book.invoice(
        alder, "1001", amount=Decimal("120.00"), issued=date(2026, 1, 20), due=date(2026, 2, 19)
    )
    owner = desk.visitor()
    owner.sign_in("quickbooks", OWNER)
    owner.connect("quickbooks", OWNER, realm)
    desk.universe.settle()
    desk.universe.connections["quickbooks"] = desk.connections()[0].id
    desk.universe.switch("quickbooks", cash=Mode.COPILOT)
    desk.universe.vendors.quickbooks.act(realm).create("Payment", {
        "CustomerRef": {"value": alder}, "CurrencyRef": {"value": "USD"},
        "TotalAmt": Decimal("120.00"), "TxnDate": "2026-03-01", "PaymentRefNum": "1001",
    })  # fmt: skip
    desk.universe.settle()
    return Shop(desk, realm, owner, invoice)

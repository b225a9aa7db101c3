"""A shop with something to do: an overdue invoice, money that names it, and a question about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector import approvals, modes
from connector.modes import Capability, Mode
from tests.simulation.books import QuickBooksBooks
from tests.ui_embed.office import Office, Visitor, company_of

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


def busy_shop(desk: Office) -> Shop:
    """QuickBooks company Corner Shop; Alder owes 120.00 on 1001 and has sent that much."""
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

"""The story that the product is told by, on both ledgers, with a real mail server and a telephone.

A customer of five years forgets an invoice over $3,200: a friendly reminder after a week, a direct
one after two, a call after three, payment the day after, and silence. Beside it a chronic late
payer, a small invoice of a very large customer, and a customer who is new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from dunning.checking import shipped
from dunning.customer.channels import Channel
from providers.ledger import AddNote
from providers.simulated.store import Doc
from tests.connector import firm as firms
from tests.connector import telephony
from tests.connector.firm import Firm
from tests.connector.telephony import PHONE, SETTINGS, Telephony
from tests.simulation.clerk import Clerk, clerk_of

HARBOR, SLOW, GRAND, FRESH, WEEKLY = "Harbor", "Slow", "Grand", "Fresh", "Weekly"
PAY_PAGE = {"quickbooks": "/pay/", "xero": "https://"}
"""What stands in the address of the ledger's own page on which an invoice is paid."""
OWED = {HARBOR: "3200.00", SLOW: "1000.00", GRAND: "200.00", FRESH: "750.00"}


@dataclass
class Story:
    """`due` is the Monday on which all the new invoices fall due."""

    firm: Firm
    phone: Telephony
    due: date
    customers: dict[str, str]
    invoices: dict[str, str]
    told: list[tuple[int, str, Doc]] = field(default_factory=list)

    @property
    def clerk(self) -> Clerk:
        return clerk(self.firm)

    def wait_until(self, day: int) -> None:
        """Let time pass to the evening of a day, counted from the due date; somebody pays an
        invoice on every Monday, so that the books are never behind."""
        while self.firm.today < self.due + timedelta(days=day):
            self._hours()
        while self.firm.deps.now().hour < 21:
            self._hours()

    def mails(self, name: str) -> list[tuple[int, str]]:
        """(day, subject) of what a customer received."""
        return [(day, mail["subject"]) for day, to, mail in self.told if name.lower() in to]

    def letter(self, name: str, day: int) -> str:
        (text,) = [m["text"] for d, to, m in self.told if name.lower() in to and d == day]
        return " ".join(text.split())

    def asked(self, name: str) -> list[str]:
        return [one.summary for one in self.firm.asked() if one.summary.startswith(name)]

    def _hours(self) -> None:
        before = len(self.firm.mails())
        self.firm.pass_time(hours=3)
        if self.firm.today.weekday() == 0 and self.firm.deps.now().hour < 4:
            number = f"WK-{self.firm.today:%m%d}"
            sold = bill(self.firm, self.customers[WEEKLY], number, "50.00", due=self.firm.today)
            self.clerk.pay(self.customers[WEEKLY], self.firm.today, number, {sold: "50.00"})
        for mail in self.firm.mails()[before:]:
            self.told.append(((self.firm.today - self.due).days, str(mail["to"]), mail))


def clerk(firm: Firm) -> Clerk:
    return clerk_of(firm.universe.vendors, firm.ledger, firm.company, firm.world.store)


def bill(firm: Firm, customer: str, number: str, amount: str, *, due: date) -> str:
    issued = min(due - timedelta(days=30), firm.today)
    return firm.books.invoice(customer, number, amount=Decimal(amount), issued=issued, due=due)


def past(firm: Firm, name: str, *, paid: int, apart: int, late: int, amount: str) -> str:
    """A customer who paid so many invoices, each so many days late."""
    customer = firm.books.customer(name)
    for place in range(paid):
        due = firm.today - timedelta(days=6 + apart * place)
        number = f"{name[:2].upper()}-{place}"
        sold = bill(firm, customer, number, amount, due=due - timedelta(days=late))
        clerk(firm).pay(customer, due, number, {sold: amount})
    return customer


def may_be_paid_online(firm: Firm, invoice: str) -> None:
    """In Xero every invoice has a page; in QuickBooks where that is switched on and there is an
    address."""
    firm.hand.update("Invoice", {
        "Id": invoice, "AllowOnlineACHPayment": True,
        "BillEmail": {"Address": f"pay@{HARBOR.lower()}.example"},
    })  # fmt: skip


@pytest.fixture(params=["quickbooks", "xero"])
def story(request: pytest.FixtureRequest) -> Iterator[Story]:
    customers: dict[str, str] = {}

    def fill(firm: Firm) -> None:
        customers[HARBOR] = past(firm, HARBOR, paid=21, apart=91, late=1, amount="900.00")
        customers[SLOW] = past(firm, SLOW, paid=8, apart=40, late=30, amount="500.00")
        customers[GRAND] = past(firm, GRAND, paid=4, apart=60, late=1, amount="500000.00")
        customers[WEEKLY] = past(firm, WEEKLY, paid=3, apart=7, late=0, amount="50.00")
        customers[FRESH] = firm.books.customer(FRESH)

    on = {"cash": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
    firm = firms.open_firm(
        request.param, fill=fill, modes=on, dunning=shipped.body("services"), **SETTINGS
    )
    phone = telephony.equip(firm, call=Mode.AUTOPILOT)
    due = firm.today + timedelta(days=7 - firm.today.weekday())
    invoices = {
        name: bill(firm, customers[name], f"INV-90{number}", amount, due=due)
        for number, (name, amount) in enumerate(OWED.items(), start=1)
    }
    if request.param == "quickbooks":
        may_be_paid_online(firm, invoices[HARBOR])
    phone.agree(customers[HARBOR], Channel.CALL)
    phone.exchange.person(PHONE, answers="human", keys=["1"])
    firm.switch(remind=Mode.AUTOPILOT)
    yield Story(firm, phone, due, customers, invoices)
    firm.close()


def test_a_good_customer_who_forgot(story: Story) -> None:
    story.wait_until(7)
    assert story.mails(HARBOR) == [(7, story.mails(HARBOR)[0][1])]
    friendly = story.letter(HARBOR, 7)
    assert "5 years" in friendly
    assert "$3,200.00" in friendly
    assert "slipped by" in friendly

    story.wait_until(14)
    assert [day for day, _ in story.mails(HARBOR)] == [7, 14]
    direct = story.letter(HARBOR, 14)
    for fact in ("INV-901", "$3,200.00", f"{story.due:%b} {story.due.day}, {story.due.year}"):
        assert fact in direct
    assert PAY_PAGE[story.firm.ledger] in direct

    story.wait_until(21)
    (call,) = story.phone.exchange.calls()
    heard = call["heard"]
    assert "automated call" in heard[0]
    assert f"on behalf of {story.firm.connection.name}" in heard[0]
    assert any("INV-901" in said and "$3,200.00" in said for said in heard)

    story.firm.pay(story.customers[HARBOR], "3200.00", "INV-901")
    story.wait_until(60)
    assert story.firm.books.balance(story.invoices[HARBOR]) == 0
    assert [day for day, _ in story.mails(HARBOR)] == [7, 14]
    assert len(story.phone.exchange.calls()) == 1
    assert story.asked(HARBOR) == []
    noted = [
        intent for intent in story.firm.intents()
        if isinstance(intent.effect, AddNote)
        and intent.effect.record_id == story.invoices[HARBOR]
    ]  # fmt: skip
    assert [note.state for note in noted] == [Step.CONFIRMED] * 4
    assert all(story.firm.books.notes_with(note.marker) == 1 for note in noted)
    reasons = [e for e in story.firm.log("remind.decided") if story.customers[HARBOR] in e.about]
    assert any("customer since" in str(e.what["reasons"]) for e in reasons)


def test_others_are_met_otherwise(story: Story) -> None:
    story.wait_until(21)
    assert [day for day, _ in story.mails(FRESH)] == [-5, 3, 8, 14]
    assert [day for day, _ in story.mails(SLOW)] == [-3, 1, 7, 21]
    assert "Please plan the payment" in story.letter(SLOW, -3)
    assert "we need to know on which day" in story.letter(SLOW, 7)
    assert story.mails(GRAND) == []
    (asked,) = story.asked(GRAND)
    assert "a strategic customer" in asked
    (called,) = story.asked(FRESH)
    assert "a person calls about USD 750.00" in called

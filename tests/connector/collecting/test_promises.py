"""Promises as money comes in for them, on both ledgers: how each ends, and what is said of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.commitments import promises
from connector.commitments.promises import State
from connector.evidence import expecting
from connector.rules.modes import Mode
from dunning.customer.account import Promise
from providers.money import Money
from tests.connector.collecting.reading import REMIND, Opens, steps
from tests.connector.firm import Firm
from tests.simulation.clerk import clerk_of

pytestmark = pytest.mark.either_ledger

OWED = "100.00"
NOT_RECEIVED = "We have not received all of it"


class Ash:
    """A customer who owes a hundred dollars, four days late, and was reminded of it."""

    def __init__(self, firm: Firm, *more: str) -> None:
        self.firm = firm
        self.id = firm.books.customer("Ash")
        self.invoice = firm.owe(self.id, "INV-1", OWED, late_days=4)
        firm.sweep()
        self.before = len(firm.mails())

    def promises(self, amount: str, *, days: int) -> date:
        on = self.firm.today + timedelta(days=days)
        said = Promise((self.invoice,), usd(amount), on, self.firm.today, usd(OWED))
        with self.firm.deps.writing() as tx:
            promises.add(
                tx, self.firm.connection_id, self.id, said, source="person", words="", by="ann",
                at=self.firm.deps.now(),
            )  # fmt: skip
        self.firm.settle()
        return on

    def pays(self, amount: str, on: date | None = None) -> None:
        """As the bookkeeper enters it: set against the invoice."""
        day = on or self.firm.today
        self.firm.books.pay_by_hand(self.id, self.invoice, Decimal(amount), day)
        self.firm.sweep()

    def is_credited(self, amount: str) -> None:
        firm = self.firm
        credit = firm.books.credit(self.id, Decimal(amount), firm.today)
        if firm.ledger == "xero":
            firm.hand.allocate("CreditNotes", credit, {
                "Invoice": {"InvoiceID": self.invoice}, "Amount": Decimal(amount),
                "Date": firm.today.isoformat(),
            })  # fmt: skip
        else:
            clerk = clerk_of(firm.universe.vendors, firm.ledger, firm.company, firm.world.store)
            clerk.pay_less_credit(self.id, firm.today, "", {self.invoice: amount}, {credit: amount})
        firm.sweep()

    @property
    def states(self) -> list[State]:
        with self.firm.deps.reading() as tx:
            return [one.state for one in promises.listed(tx, self.firm.connection_id)]

    @property
    def told(self) -> str:
        """Everything that was written since."""
        mails = self.firm.mails()[self.before :]
        return " ".join(" ".join(mail["text"].split()) for mail in mails)


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


@pytest.fixture
def ash(firm: Firm) -> Ash:
    return Ash(firm)


def test_a_payment_keeps_one_of_two_promises_and_the_other_is_waited_for(ash: Ash) -> None:
    firm = ash.firm
    ash.promises("50.00", days=3)
    ash.promises("50.00", days=17)
    firm.pass_time(days=2)
    ash.pays("50.00")
    assert ash.states == [State.KEPT, State.OPEN]
    firm.pass_days(15)
    assert ash.states == [State.KEPT, State.OPEN]
    assert ash.told == ""
    firm.pass_days(5)
    assert ash.states == [State.KEPT, State.BROKEN]
    assert NOT_RECEIVED in ash.told


def test_both_are_kept_when_both_are_paid(ash: Ash) -> None:
    ash.promises("50.00", days=3)
    ash.promises("50.00", days=17)
    ash.pays("50.00")
    ash.firm.pass_time(days=9)
    ash.pays("50.00")
    ash.firm.pass_days(12)
    assert ash.states == [State.KEPT, State.KEPT]
    assert ash.told == ""


@pytest.mark.parametrize("how", ["off", "paused"])
def test_a_promise_is_settled_on_time_whether_or_not_reminders_are_on(
    open_firm: Opens, ledger: str, how: str
) -> None:
    firm = open_firm(ledger, modes={} if how == "off" else REMIND)
    ash = Ash(firm)
    if how == "paused":
        answers.pause(
            firm.deps, firm.connection_id, by="ann", reason="on holiday", customer_id=ash.id
        )
    ash.promises(OWED, days=3)
    firm.pass_days(8)
    assert ash.states == [State.BROKEN]
    (ended,) = firm.log("promise.broken")
    assert ended.what["reason"] == "USD 100.00 had not come; the last day for it was 2026-03-08"
    firm.pass_days(22, every=11)
    ash.pays(OWED)
    assert ash.states == [State.BROKEN]
    assert ash.told == ""


def test_what_was_paid_in_time_and_entered_late_is_kept(ash: Ash) -> None:
    on = ash.promises(OWED, days=3)
    ash.firm.pass_days(10)
    assert ash.states == [State.BROKEN]
    ash.pays(OWED, on)
    assert ash.states == [State.KEPT]
    assert ash.firm.log("promise.kept")[-1].what["reason"] == f"USD 100.00 came by {on}"


def test_late_money_that_nobody_looked_at_in_between_is_late(ash: Ash) -> None:
    on = ash.promises(OWED, days=3)
    ash.firm.pass_time(days=1)
    ash.pays(OWED, on + timedelta(days=20))
    ash.firm.pass_days(30, every=15)
    assert ash.states == [State.BROKEN]


def test_money_on_account_counts_and_is_not_said_to_be_missing(ash: Ash) -> None:
    ash.promises("40.00", days=3)
    ash.firm.pass_time(days=2)
    ash.firm.pay(ash.id, "40.00", "on account")
    ash.firm.sweep()
    assert ash.states == [State.KEPT]
    ash.firm.pass_days(8)
    assert ash.states == [State.KEPT]
    assert "Less credit on your account $40.00" in ash.told
    assert NOT_RECEIVED not in ash.told


def test_old_money_on_account_was_not_promised(ash: Ash) -> None:
    ash.firm.pay(ash.id, "40.00", "on account")
    ash.firm.sweep()
    ash.firm.pass_time(days=1)
    ash.promises("40.00", days=3)
    assert ash.states == [State.OPEN]
    ash.firm.pass_days(8)
    assert ash.states == [State.BROKEN]


def test_a_bank_line_that_waits_for_a_person_is_not_a_broken_promise(ash: Ash) -> None:
    firm = ash.firm
    firm.switch(cash=Mode.COPILOT)
    ash.promises(OWED, days=3)
    firm.pass_time(days=2)
    firm.bank("b1", OWED, "INV-1", payer="Ash")
    firm.sweep()
    assert ash.states == [State.OPEN]
    firm.pass_days(8)
    assert ash.states == [State.OPEN]
    assert NOT_RECEIVED not in ash.told
    (cash,) = (it for it in firm.asked() if it.capability == "cash")
    answers.approve(firm.deps, cash.id, 0, "ann")
    firm.sweep()
    assert firm.books.balance(ash.invoice) == 0
    assert ash.states == [State.KEPT]


def test_once_a_person_turns_the_line_down_it_is_broken(ash: Ash) -> None:
    firm = ash.firm
    firm.switch(cash=Mode.COPILOT)
    ash.promises(OWED, days=3)
    firm.bank("b1", OWED, "INV-1", payer="Ash")
    firm.sweep()
    for it in firm.asked():
        answers.reject(firm.deps, it.id, "ann")
    firm.pass_days(9)
    assert ash.states == [State.BROKEN]


def test_a_void_invoice_ends_its_promise_as_neither(ash: Ash) -> None:
    ash.promises(OWED, days=3)
    ash.firm.books.void(ash.invoice)
    ash.firm.sweep()
    assert ash.states == [State.CANCELLED]
    (ended,) = ash.firm.log("promise.cancelled")
    assert ended.actor == "ledgerhand"
    assert (
        ended.what["reason"] == "what it was about was credited or voided: nothing is left to pay"
    )
    with ash.firm.deps.reading() as tx:
        assert promises.counts(promises.listed(tx, ash.firm.connection_id))[ash.id] == (0, 0)


def test_so_does_a_credit_for_all_of_it(ash: Ash) -> None:
    ash.promises(OWED, days=3)
    ash.is_credited(OWED)
    ash.firm.pass_time(hours=2)
    assert ash.states == [State.CANCELLED]


def test_after_a_credit_the_rest_is_enough(ash: Ash) -> None:
    ash.promises(OWED, days=3)
    ash.is_credited("60.00")
    ash.firm.pass_time(hours=2)
    assert ash.states == [State.OPEN]
    ash.pays("40.00")
    assert ash.states == [State.KEPT]


def test_a_payment_that_was_taken_back_is_not_spoken_of_as_never_received(ash: Ash) -> None:
    firm = ash.firm
    ash.promises(OWED, days=3)
    firm.pass_time(days=2)
    ash.pays(OWED)
    firm.pass_time(days=10)
    assert ash.states == [State.KEPT]
    kinds = {"quickbooks": ("Payment", "Id"), "xero": ("Payments", "PaymentID")}
    kind, name = kinds[firm.ledger]
    found = firm.hand.find(kind) if firm.ledger == "quickbooks" else firm.hand.all(kind)
    firm.books.remove(str(found[-1][name]))
    firm.sweep()
    assert ash.states == [State.RETURNED]
    with firm.deps.reading() as tx:
        assert promises.counts(promises.listed(tx, firm.connection_id))[ash.id] == (0, 1)
    firm.pass_days(12)
    assert "it is open again" in ash.told
    assert NOT_RECEIVED not in ash.told
    assert not any(step.startswith("promise ") for step, _ in steps(firm))


def test_what_the_matcher_expects_is_what_is_left_to_be_placed(ash: Ash) -> None:
    firm = ash.firm
    ash.promises("30.00", days=3)
    ash.promises("50.00", days=17)

    def expected() -> list[Money]:
        with firm.deps.reading() as tx:
            return [it.amount for it in expecting.of(tx, firm.connection_id, [ash.id])]

    assert expected() == [usd("30.00"), usd("50.00")]
    ash.pays("30.00")
    assert expected() == [usd("50.00")]
    firm.pay(ash.id, "50.00", "on account")
    firm.sweep()
    assert ash.states == [State.KEPT, State.KEPT]
    assert expected() == [usd("50.00")]


def test_what_the_parent_pays_counts_for_its_branch(one_firm: Firm) -> None:
    """In QuickBooks a payment is of the customer who sent it, whosever invoices it pays."""
    ash = Ash(one_firm)
    parent = one_firm.books.customer("Ash Group")
    known = one_firm.hand.get("Customer", ash.id)
    one_firm.hand.update("Customer", known | {"ParentRef": {"value": parent}, "Job": True})
    ash.promises(OWED, days=3)
    one_firm.books.pay_by_hand(parent, ash.invoice, Decimal(OWED), one_firm.today)
    one_firm.sweep()
    assert one_firm.books.balance(ash.invoice) == 0
    one_firm.pass_time(hours=2)
    assert ash.states == [State.KEPT]

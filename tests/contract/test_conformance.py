"""Everything that the main job says to Xero, and hears from it, held against Xero's OpenAPI.

The description is read from the file that LEDGERHAND_XERO_OPENAPI names.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from connector.answering import answers
from connector.decided import approvals
from connector.late_fees import charges, raising
from connector.receiving import receipts
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.modes import Mode
from connector.undoing import undo
from dunning.fees.late_fees import FeeState
from providers.constructs import Difference
from providers.simulated.gateway import Gateway
from tests.contract.ledger import usd
from tests.providers.simulated.xero.conformance import Conforming, description
from tests.simulation import settling
from tests.simulation import universe as one
from tests.simulation.books import books_of
from tests.simulation.mailbox import Mailbox


def test_the_whole_job_conforms_to_the_published_description() -> None:
    description()
    checked: list[Conforming] = []

    def wrap(name: str, gateway: Gateway) -> object:
        if name != "xero":
            return gateway
        checked.append(Conforming(gateway))
        return checked[0]

    universe = one.build(wrap=wrap)
    company = one.found(universe, "xero")
    books = books_of(universe, "xero", company)
    mailbox = Mailbox(universe, books)
    object.__setattr__(universe.deps.config, "smtp_port", mailbox.port)
    try:
        one.install(universe, "xero", company)
        universe.settle()
        universe.switch("xero", cash=Mode.AUTOPILOT, remind=Mode.AUTOPILOT, note=Mode.AUTOPILOT)
        _live_a_week(universe, company)
    finally:
        mailbox.stop()
    assert mailbox.received
    assert checked[0].violations == []
    assert checked[0].checked > 30


def _live_a_week(universe: one.Universe, company: str) -> None:
    books = books_of(universe, "xero", company)
    today = universe.deps.now().date()
    customer = books.customer("Ash")
    for number, amount in (("INV-1", 100), ("INV-2", 250)):
        books.invoice(
            customer, number, amount=Decimal(amount), issued=today - timedelta(days=30),
            due=today - timedelta(days=8),
        )  # fmt: skip
    books.credit(customer, Decimal(5), today)
    universe.vendors.simulation.tills["xero"].receive(
        company, customer, amount=Decimal(100), currency="USD", day=today, reference="INV-1"
    )
    _settle_by_hand(universe, customer)
    for _ in range(7):
        universe.pass_time(timedelta(hours=24))
    _charge_for_being_late(universe)


def _charge_for_being_late(universe: one.Universe) -> None:
    """A late fee, raised and taken back."""
    books = books_of(universe, "xero", universe.companies["xero"])
    connection = universe.connection("xero")
    rules = policy.Policy.model_validate({"dunning": {
        "late_fees": {"percent": "2"}, "customers_are": "business",
        "billing": {"accounts": {"": books.account("Bank Fees")}},
    }})  # fmt: skip
    allowing.set_policy(universe.deps, connection.client_id, rules, by="ann")
    universe.settle()
    with universe.deps.reading() as tx:
        (asked, *_) = [
            it for it in approvals.waiting(tx, connection.id) if "late fee" in it.summary
        ]
    answers.approve(universe.deps, asked.id, 0, "ann")
    universe.settle()
    with universe.deps.reading() as tx:
        (charge,) = charges.listed(tx, connection.id, states=(FeeState.POSTED,))
    raising.take_back(universe.deps, connection.id, charge.id, by="ann")
    universe.settle()
    with universe.deps.reading() as tx:
        assert charges.listed(tx, connection.id, states=(FeeState.UNDONE,))


def _settle_by_hand(universe: one.Universe, customer: str) -> None:
    """A receipt over two customers, one with a credit and a rest, and both taken back."""
    books = books_of(universe, "xero", universe.companies["xero"])
    today = universe.deps.now().date()
    other = books.customer("Birch")
    owed = {
        books.invoice(who, number, amount=Decimal(50), issued=today, due=today): (who, usd("50"))
        for who, number in ((customer, "INV-3"), (other, "INV-4"), (other, "INV-5"))
    }
    (first, second, third), credit = owed, books.credit(other, Decimal(10), today)
    universe.pass_time(timedelta(minutes=20))
    lines = {
        "b1": ("100", {first: owed[first], second: owed[second]}),
        "b2": ("45", {third: (other, usd("49")), credit: (other, usd("-10"))}),
    }
    for line, (amount, parts) in lines.items():
        receipts.import_statement(universe.deps, universe.connections["xero"], (
            "account,bank_id,date,amount,currency,payer,reference\n"
            f"main,{line},{today},{amount},USD,Somebody,thank you\n"
        ).encode(), by="tests")  # fmt: skip
        universe.settle()
        item = settling.waiting(universe, "xero", f"main:{line}")
        assert item
        fee = Difference(third, usd("1"), books.account("Bank Fees"), today, "policy 1")
        differences = [fee] if third in parts else []
        settling.intend(universe, "xero", item, parts, differences)
        universe.pass_time(timedelta(minutes=20))
    assert books.balance(third) == 0
    for line in lines:
        undo.begin(universe.deps, universe.connections["xero"], money=f"bank:main:{line}", by="ann")
        universe.pass_time(timedelta(minutes=20))
    assert [books.balance(id_) for id_ in owed] == [50, 50, 50]

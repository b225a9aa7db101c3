"""What is learned from matches that are carried out: who pays under which name, what is deducted,
and which rules can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.clients import persons, tenants
from connector.disputed import cases
from connector.disputed.cases import Deduction
from connector.evidence import aliases, habits
from connector.evidence.aliases import Alias, Sort, State
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.undoing import undo
from matching.facts.rules import Family
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.taken_back.test_reversals import unapply
from tests.connector.writing_back.test_applying import conserved, usd

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
BANK_NAME = "Fig Holdings"


def allow(firm: Firm, *tolerances: dict[str, object], **matching: object) -> None:
    rules = policies.Policy.model_validate(
        {"matching": {"apply_by": list(Family), **matching}, "tolerances": tolerances}
    )
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")


def fees_to(account: str, **changed: object) -> dict[str, object]:
    """A tolerance of bank fees."""
    return {"account": account, "kinds": ["fee"], "at_most": {"USD": "5.00"}, **changed}


def pays_as(
    firm: Firm, customer: str, count: int, *, first: int = 1, name: str = BANK_NAME
) -> None:
    """A customer pays invoices to the cent, under another name than its own."""
    for number in range(first, first + count):
        firm.owe(customer, f"INV-{number}", f"{100 + number}.00")
        firm.sweep()
        firm.bank(f"b{number}", f"{100 + number}.00", f"INV-{number}", payer=name)
        firm.settle()


def known(firm: Firm) -> list[Alias]:
    with firm.deps.reading() as tx:
        found = aliases.listed(tx, firm.connection_id, tuple(State))
    return [one for one in found if one.sort is Sort.NAME]


def settle(firm: Firm, alias_id: int, *, accept: bool) -> None:
    with firm.deps.writing() as tx:
        assert aliases.settle(
            tx, firm.connection_id, alias_id, accept=accept, by="ann", at=firm.deps.now()
        )


def open_cases(firm: Firm) -> list[Deduction]:
    with firm.deps.reading() as tx:
        return cases.listed(tx, firm.connection_id)


def test_a_name_is_proposed_after_three_payments_and_used_once_a_person_accepts_it(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    customer = firm.books.customer("Ash")
    pays_as(firm, customer, 2)
    assert [one.state for one in known(firm)] == [State.SEEN]
    pays_as(firm, customer, 1, first=3)
    (alias,) = known(firm)
    assert (alias.state, alias.name, alias.customer_id) == (State.PROPOSED, "fig", customer)
    allow(firm)
    last = firm.owe(customer, "INV-9", "77.70")
    firm.pass_time(minutes=20)
    firm.bank("b9", "77.70", "", payer=BANK_NAME)
    firm.sweep()
    assert firm.books.balance(last) > 0, "a proposal decides nothing"
    settle(firm, alias.id, accept=True)
    firm.bank("b10", "88.80", "", payer=BANK_NAME)
    next_one = firm.owe(customer, "INV-10", "88.80")
    firm.pass_time(minutes=20)
    firm.pass_nights(1)
    firm.sweep()
    assert firm.books.balance(next_one) == 0
    settle(firm, alias.id, accept=False)
    assert [one.state for one in known(firm)] == [State.REVOKED]


def test_who_pays_for_two_customers_tells_of_neither(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    pays_as(firm, firm.books.customer("Ash"), 3)
    pays_as(firm, firm.books.customer("Birch"), 1, first=4)
    assert {one.state for one in known(firm)} == {State.SHARED}


def test_a_customers_own_name_teaches_nothing(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    pays_as(firm, firm.books.customer("Ash"), 3, name="ASH LTD")
    assert known(firm) == []


def test_a_deduction_opens_a_case_with_the_payers_words_and_a_part_payment_does_not(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    allow(firm)
    customer = firm.books.customer("Ash")
    first = firm.owe(customer, "INV-1", "1000.00")
    firm.owe(customer, "INV-2", "600.00")
    firm.pass_time(minutes=20)
    words = "INV-1 CB-25 damage 50"
    firm.bank("b1", "950.00", words, payer="Ash")
    firm.bank("b2", "123.45", "INV-2", payer="Ash")
    firm.sweep()
    assert firm.books.balance(first) == Decimal(50)
    (case,) = open_cases(firm)
    assert (case.invoice_id, case.kind, case.words) == (first, "deduction", words)
    assert case.amount.amount == 50
    with firm.deps.writing() as tx:
        at = firm.deps.now()
        assert cases.close(tx, firm.connection_id, case.id, outcome="credited", by="ann", at=at)
        assert not cases.close(tx, firm.connection_id, case.id, outcome="?", by="ann", at=at)
    assert open_cases(firm) == []


def test_a_rule_that_people_take_back_steps_back_by_itself_and_the_firm_is_told(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    allow(firm, confidence_min_of={"amount_one": 0.99})
    with firm.deps.writing() as tx:
        client = tenants.client(tx, firm.connection.client_id)
        tx.execute(
            persons.person_table.insert().values(
                reseller_id=client.reseller_id,
                email="owner@firm.example", name="Owner",
            )
        )  # fmt: skip
    customer = firm.books.customer("Ash")
    owed = [firm.owe(customer, f"INV-{n}", f"{n}1.11") for n in range(1, 4)]
    firm.pass_time(minutes=20)
    money = [firm.pay(customer, f"{n}1.11", "thank you") for n in range(1, 3)]
    firm.sweep()
    assert [firm.books.balance(invoice) for invoice in owed[:2]] == [0, 0]
    undo.begin(firm.deps, firm.connection_id, money=f"payment:{money[1]}", by="ann")
    firm.settle()
    (told,) = firm.log("rule.stepped_back")
    assert told.about == "amount_one"
    subjects = [mail["subject"] for mail in firm.mails() if "owner@firm.example" in str(mail)]
    assert subjects == ["Quickbooks Trading: one kind of match is asked about from now on"]
    with firm.deps.reading() as tx:
        tally = habits.experience(tx, firm.connection_id)["amount_one"]
    assert (tally.decided, tally.right) == (2, 1)
    firm.pay(customer, "31.11", "thank you")
    firm.sweep()
    assert firm.books.balance(owed[2]) > 0
    assert any("is asked for" in asked.summary for asked in firm.asked())
    assert len(firm.intents(Step.UNDONE)) == 1


@pytest.mark.parametrize("taken_back", ["here", "in the ledger"])
def test_a_match_that_is_taken_back_counts_as_wrong_and_its_case_is_withdrawn(
    open_firm: Opens, ledger: str, taken_back: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    allow(firm)
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "1000.00")
    firm.pass_time(minutes=20)
    money = firm.pay(customer, "950.00", "INV-1 CB-25 damage 50")
    firm.sweep()
    assert len(open_cases(firm)) == 1
    if taken_back == "here":
        (item,) = firm.all_money()
        undo.begin(firm.deps, firm.connection_id, money=item.subject, by="ann")
    else:
        unapply(firm, money)
    firm.settle()
    firm.pass_nights(2)
    with firm.deps.reading() as tx:
        assert cases.listed(tx, firm.connection_id, states=("open", "closed")) == []
        (case,) = cases.listed(tx, firm.connection_id, states=("withdrawn",))
        (tally,) = habits.experience(tx, firm.connection_id).values()
    assert case.outcome.startswith("the payment was ")
    assert (tally.decided, tally.right) == (1, 0)


def test_a_difference_within_the_tolerance_is_booked_and_any_other_is_a_case(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    account = firm.books.account("Bank Fees")
    allow(firm, fees_to(account))
    customer = firm.books.customer("Ash")
    within, above = firm.owe(customer, "INV-1", "500.00"), firm.owe(customer, "INV-2", "800.00")
    firm.pass_time(minutes=20)
    firm.bank("b1", "495.00", "INV-1 bank charges", payer="Ash")
    firm.bank("b2", "794.99", "INV-2 bank charges", payer="Ash")
    firm.sweep()
    assert [firm.books.balance(invoice) for invoice in (within, above)] == [0, Decimal("5.01")]
    assert firm.books.booked(account) == 5
    (case,) = open_cases(firm)
    assert (case.invoice_id, case.kind, case.amount) == (above, "fee", usd("5.01"))
    conserved(firm)


@pytest.mark.parametrize(
    "changed",
    [
        {"company": "Another Company"}, {"kinds": ["discount"]}, {"at_most": {"EUR": "5.00"}},
    ],
)  # fmt: skip
def test_a_tolerance_for_something_else_books_nothing(
    open_firm: Opens, changed: dict[str, object]
) -> None:
    firm = open_firm("xero", modes=AUTOPILOT)
    account = firm.books.account("Bank Fees")
    allow(firm, fees_to(account, **changed))
    firm.owe(firm.books.customer("Ash"), "INV-1", "500.00")
    firm.pass_time(minutes=20)
    firm.bank("b1", "495.00", "INV-1 bank charges", payer="Ash")
    firm.sweep()
    assert firm.books.booked(account) == 0
    assert [case.kind for case in open_cases(firm)] == ["fee"]


def test_a_difference_that_the_ledger_refuses_is_a_case_after_all(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    firm.hand.prefer("SalesFormsPrefs", AutoApplyCredit=True)
    allow(firm, fees_to(firm.books.account("Bank Fees")))
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1", "500.00")
    firm.pass_time(minutes=20)
    firm.bank("b1", "495.00", "INV-1 bank charges", payer="Ash")
    firm.sweep()
    assert firm.books.balance(invoice) == 5
    (case,) = open_cases(firm)
    assert (case.invoice_id, case.amount, case.words) == (invoice, usd("5"), "INV-1 bank charges")

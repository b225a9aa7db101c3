"""Customers that QuickBooks keeps one below another: money of one for invoices of the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.evidence import aliases
from connector.evidence.aliases import State
from connector.money.cash import Standing
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Mode
from tests.connector.by_post import customer_at
from tests.connector.firm import Firm
from tests.connector.undoing.test_undo import ledger_state, take_back

COPILOT = {"cash": Mode.COPILOT}
RELATION = "Berlin Tiles is a sub-customer of Acme"


@dataclass
class Family:
    firm: Firm
    acme: str
    berlin: str
    paris: str

    def owe(self, customer: str, number: str, amount: str) -> str:
        invoice = self.firm.owe(customer, number, amount)
        self.firm.settle()
        return invoice


@pytest.fixture
def family(open_firm: Callable[..., Firm]) -> Family:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    acme = customer_at(firm, "Acme", None)
    berlin, paris = (customer_at(firm, it, None, acme) for it in ("Berlin Tiles", "Lutetia"))
    return Family(firm, acme, berlin, paris)


def test_money_on_a_parents_account_pays_its_sub_customers_invoice_until_it_is_undone(
    family: Family,
) -> None:
    firm = family.firm
    invoice = family.owe(family.berlin, "INV-1", "100.00")
    money = firm.pay(family.acme, "100.00", "payment INV-1")
    before = ledger_state(firm)
    firm.pass_time(minutes=2)

    assert firm.books.applied(money) == [(invoice, Decimal(100))]
    (payment,) = firm.hand.find("Payment")
    assert payment["CustomerRef"]["value"] == family.acme
    assert firm.books.balance(invoice) == 0
    assert [item.state for item in firm.all_money()] == [Standing.APPLIED]
    (intent,) = firm.intents()
    assert RELATION in intent.effect.memo  # type: ignore[union-attr]
    firm.switch(cash=Mode.COPILOT)
    take_back(firm, f"payment:{money}")
    assert ledger_state(firm) == before


def test_a_bank_line_of_a_parent_is_entered_for_each_customer_that_it_pays(family: Family) -> None:
    firm = family.firm
    first = family.owe(family.berlin, "INV-1", "100.00")
    second = family.owe(family.paris, "INV-2", "50.00")
    firm.bank("b1", "150.00", "INV-1 INV-2", payer="Acme Inc")
    firm.sweep()

    paid = {p["CustomerRef"]["value"]: p["TotalAmt"] for p in firm.hand.find("Payment")}
    assert paid == {family.berlin: 100, family.paris: 50}
    assert [firm.books.balance(it) for it in (first, second)] == [0, 0]


def test_without_a_number_a_person_is_shown_the_relation(family: Family) -> None:
    firm = family.firm
    invoice = family.owe(family.berlin, "INV-1", "217.43")
    money = firm.pay(family.acme, "217.43", "thank you")
    firm.sweep()

    (asked,) = firm.asked()
    assert RELATION in asked.options[0]["text"]
    assert firm.books.applied(money) == []
    firm.approve()
    assert firm.books.applied(money) == [(invoice, Decimal("217.43"))]


def test_a_policy_may_let_relatives_amounts_be_applied(family: Family) -> None:
    firm = family.firm
    rules = policies.Policy.model_validate({"matching": {"apply_by": ["exact", "related"]}})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")
    invoice = family.owe(family.berlin, "INV-1", "217.43")
    money = firm.pay(family.acme, "217.43", "thank you")
    firm.sweep()
    assert firm.books.applied(money) == [(invoice, Decimal("217.43"))]


def test_money_on_a_sub_customers_account_stays_there(family: Family) -> None:
    firm = family.firm
    family.owe(family.acme, "INV-1", "100.00")
    money = firm.pay(family.berlin, "100.00", "payment INV-1")
    firm.sweep()

    (asked,) = firm.asked()
    assert "money of a sub-customer pays its own invoices" in asked.summary
    assert RELATION in asked.options[0]["text"]
    with pytest.raises(CannotAnswer, match="another customer's than the money"):
        answers.approve(firm.deps, asked.id, 0, "ann")
    assert firm.books.applied(money) == []


def test_who_moves_to_another_parent_belongs_to_that_one(family: Family) -> None:
    firm = family.firm
    other = customer_at(firm, "Zebra Holding Quarry", None)
    family.owe(family.berlin, "INV-1", "217.43")
    firm.hand.update("Customer", {"Id": family.berlin, "ParentRef": {"value": other}})
    firm.settle()
    firm.pay(family.acme, "217.43", "thank you")
    firm.sweep()

    (asked,) = firm.asked()
    assert asked.options == []


def test_a_parents_name_is_never_learned_as_its_sub_customers(family: Family) -> None:
    firm = family.firm
    for number in range(1, 4):
        family.owe(family.berlin, f"INV-{number}", "100.00")
        firm.bank(f"b{number}", "100.00", f"INV-{number}", payer="Acme Inc")
        firm.sweep()
    assert {item.state for item in firm.all_money()} == {Standing.APPLIED}
    with firm.deps.reading() as tx:
        assert aliases.listed(tx, firm.connection_id, tuple(State)) == []

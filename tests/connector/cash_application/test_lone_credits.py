"""A credit with no money beside it: proposed where its invoice is plain, used by people alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.proof import conservation
from connector.rules.modes import Mode
from connector.undoing import undo
from providers.ledger import AddNote
from tests.connector.firm import Firm

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT, "note": Mode.AUTOPILOT})


@pytest.fixture
def one(open_firm: Opens) -> Firm:
    """A company of which the ledger makes no difference."""
    return open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})


def look(firm: Firm) -> None:
    firm.settle()
    firm.pass_time(minutes=20)


@pytest.mark.either_ledger
def test_the_only_credit_is_proposed_for_the_only_invoice_used_and_taken_back(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1")
    credit = firm.books.credit(ash, Decimal(30), firm.today)
    look(firm)
    assert firm.writes() == [], "never by itself"
    (asked,) = firm.asked()
    assert "only open credit, and INV-1 its only open invoice" in asked.summary
    firm.approve()
    firm.pass_time(minutes=20)
    assert (firm.books.balance(invoice), firm.books.credit_left(credit)) == (
        Decimal(70), Decimal(0),
    )  # fmt: skip
    (note,) = [it.effect.text for it in firm.intents() if isinstance(it.effect, AddNote)]
    assert "used USD 30.00 of credit" in note
    assert firm.asked() == []
    undo.begin(firm.deps, firm.connection_id, money=str(asked.decision_id), by="ann")
    firm.settle()
    firm.pass_time(minutes=20)
    assert (firm.books.balance(invoice), firm.books.credit_left(credit)) == (
        Decimal(100), Decimal(30),
    )  # fmt: skip
    with firm.deps.reading() as tx:
        assert all(not it.faults for it in conservation.conservation(tx, firm.connection_id))


@pytest.mark.either_ledger
def test_a_credit_that_names_its_invoice_is_proposed_for_that(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    firm.owe(ash, "INV-1")
    second = firm.owe(ash, "INV-2", "80.00")
    firm.books.credit(ash, Decimal(30), firm.today, "returned goods of INV-2")
    firm.books.credit(ash, Decimal(5), firm.today, "goodwill")
    look(firm)
    (asked,) = firm.asked()
    assert [it["invoice_id"] for it in asked.options[0]["allocations"]] == [second]
    assert "returned goods of" not in asked.summary
    firm.approve()
    firm.pass_time(minutes=20)
    assert firm.books.balance(second) == Decimal(50)


def test_what_was_turned_down_is_not_asked_again(one: Firm) -> None:
    ash = one.books.customer("Ash")
    one.owe(ash, "INV-1")
    one.books.credit(ash, Decimal(30), one.today)
    look(one)
    (asked,) = one.asked()
    answers.reject(one.deps, asked.id, "ann")
    one.pass_days(2)
    assert one.asked() == []
    assert one.writes() == []


def test_what_the_bookkeeper_uses_meanwhile_is_asked_about_no_more(one: Firm) -> None:
    ash = one.books.customer("Ash")
    invoice = one.owe(ash, "INV-1")
    one.books.credit(ash, Decimal(30), one.today)
    look(one)
    (asked,) = one.asked()
    one.books.pay_by_hand(ash, invoice, Decimal(100), one.today)
    look(one)
    assert one.asked() == []
    with pytest.raises(answers.CannotAnswer, match="already lapsed"):
        answers.approve(one.deps, asked.id, 0, "ann")
    assert one.writes() == []


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.SHADOW])
def test_where_cash_is_no_business_of_ours_nobody_is_asked(one: Firm, mode: Mode) -> None:
    one.switch(cash=mode)
    ash = one.books.customer("Ash")
    one.owe(ash, "INV-1")
    one.books.credit(ash, Decimal(30), one.today)
    look(one)
    assert one.asked() == []


def test_what_may_go_with_money_or_is_not_plain_is_left_alone(one: Firm) -> None:
    ash, birch = one.books.customer("Ash"), one.books.customer("Birch")
    one.owe(ash, "INV-1")
    one.books.credit(ash, Decimal(30), one.today)
    one.pay(ash, "15.00", "thank you")
    one.owe(birch, "INV-2")
    one.owe(birch, "INV-3")
    one.books.credit(birch, Decimal(30), one.today)
    look(one)
    assert [it.subject.partition(":")[0] for it in one.asked()] == ["payment"]

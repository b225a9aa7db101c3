"""A bounced receipt whose money the ledger may hold in a record of its own, or that is not plainly
the one: nothing closes by itself, and a person has everything in view."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.decided.approvals import Approval
from connector.money.cash import BANK, Item, Standing
from connector.receiving import receipts
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.undoing.test_bounced import BOUNCE, bring, total

Opens = Callable[..., Firm]
RENT, RENT_BACK = "RENT UNIT 17A", "RETURNED RENT UNIT 17A R01"
BOTH = """:20:S1
:25:12345678/999
:28C:1/1
:60F:C{day}USD0,00
:61:{day}{short}C100,00NTRFNONREF//R1
:86:166?00X?20INV-1001?32ASH LTD
:61:{day}{short}RC100,00NTRFNONREF//R2
:86:166?00X?20RETURNED INV-1001 R01?32ASH LTD
:62F:C{day}USD0,00
-
"""


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def paid_by_hand(firm: Firm) -> str:
    """The ledger holds a bookkeeper's payment of the one invoice."""
    invoice = firm.owe(ash := firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    firm.books.pay_by_hand(ash, invoice, Decimal(100), firm.today)
    firm.sweep()
    return invoice


def about_return(firm: Firm) -> Approval:
    (asked,) = [it for it in firm.asked() if it.subject.startswith("return:")]
    return asked


def lines(firm: Firm) -> list[Item]:
    return [it for it in firm.all_money() if it.kind == BANK]


def answer(firm: Firm, option: int) -> None:
    answers.approve(firm.deps, about_return(firm).id, option, "ann")
    firm.settle()
    firm.sweep()


def test_a_record_that_may_be_the_money_is_named_and_the_receipt_stays(firm: Firm) -> None:
    paid_by_hand(firm)
    firm.pass_days(5)
    bring(firm, 1, "C", RENT)
    firm.pass_days(1)
    bring(firm, 2, "RC", RENT_BACK)
    assert [it.state for it in lines(firm)] == [Standing.REVIEW]
    asked = about_return(firm)
    assert "set against INV-1001, which may be the money that the bank took back" in asked.summary
    assert [it["text"].rpartition(": ")[2] for it in asked.options] == [
        "count it once", "close it as returned",
    ]  # fmt: skip
    answer(firm, 1)
    assert [it.state for it in lines(firm)] == [Standing.CLOSED]
    assert str(total(firm).parts.returned) == "USD 100.00"
    assert firm.asked() == []


def test_counted_once_it_names_the_record_until_that_is_gone(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    paid_by_hand(firm)
    bring(firm, 1, "C", "INV-1001")
    bring(firm, 2, "RC", BOUNCE)
    answer(firm, 0)
    asked = about_return(firm)
    assert "which counts in its place; once that is deleted" in asked.summary
    (payment,) = firm.hand.find("Payment")
    firm.hand.delete("Payment", payment["Id"])
    firm.sweep()
    assert about_return(firm).options[0]["text"].endswith("ASH LTD: close it as returned")
    answer(firm, 0)
    assert [it.state for it in lines(firm)] == [Standing.CLOSED]
    assert total(firm).taken_back.amount == 0


def test_one_file_with_the_credit_and_its_return_closes_nothing(firm: Firm) -> None:
    paid_by_hand(firm)
    firm.pass_days(1)
    day = f"{firm.today:%y%m%d}"
    receipts.import_statement(
        firm.deps, firm.connection_id, BOTH.format(day=day, short=day[2:]).encode(), by="tests"
    )
    firm.settle()
    firm.sweep()
    firm.pass_days(1)
    firm.sweep()
    assert "which counts in its place" in about_return(firm).summary
    assert str(total(firm).taken_back) == "USD 100.00"


@pytest.mark.parametrize("is_placed", [True, False])
def test_a_record_that_comes_after_the_receipt_is_closed_is_asked_about(
    firm: Firm, *, is_placed: bool
) -> None:
    firm.owe(firm.books.customer("Birch"), "INV-1002")
    firm.sweep()
    bring(firm, 1, "C", RENT)
    firm.pass_days(1)
    bring(firm, 2, "RC", RENT_BACK)
    assert [it.state for it in lines(firm)] == [Standing.CLOSED]
    assert firm.asked() == []
    ash = firm.books.customer("Ash Ltd")
    invoice = firm.owe(ash, "INV-1001")
    firm.sweep()
    if is_placed:
        firm.books.pay_by_hand(ash, invoice, Decimal(100), firm.today)
    else:
        firm.pay(ash, "100.00", "INV-1001")
    firm.sweep()
    firm.sweep()
    assert "which may be that money: delete or void it there if it is" in about_return(firm).summary
    assert firm.intents() == [], "nothing of it is applied meanwhile"
    assert str(total(firm).taken_back) == "USD 100.00"
    answer(firm, 0)
    assert [it for it in firm.asked() if it.subject.startswith("return:")] == []
    assert total(firm).taken_back.amount == 0
    assert firm.books.balance(invoice) == 0, "other money pays its invoice"


@pytest.mark.parametrize("mode", [Mode.AUTOPILOT, Mode.COPILOT])
def test_of_equal_receipts_one_that_counts_elsewhere_is_told(open_firm: Opens, mode: Mode) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    paid_by_hand(firm)
    bring(firm, 1, "C", RENT)
    firm.pass_days(30)
    firm.switch(cash=mode)
    bring(firm, 3, "C", RENT)
    firm.pass_days(2)
    bring(firm, 2, "RC", RENT_BACK)
    january, february = sorted(lines(firm), key=lambda it: it.received)
    assert (january.state, february.state) == (Standing.CLOSED, Standing.REVIEW)
    asked = about_return(firm)
    assert f"{january.subject}, was closed by ledgerhand" in asked.summary
    assert [it["returned"] for it in asked.options] == [february.subject]


def test_what_a_person_is_asked_about_is_not_applied_by_itself(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    invoice = firm.owe(firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    day = f"{firm.today:%y%m%d}"
    both = BOTH.format(day=day, short=day[2:]).replace("RETURNED INV-1001 R01?32ASH LTD", "BACK")
    receipts.import_statement(firm.deps, firm.connection_id, both.encode(), by="tests")
    firm.settle()
    firm.sweep()
    assert firm.books.balance(invoice) == 100
    answers.reject(firm.deps, about_return(firm).id, "ann")
    firm.settle()
    firm.sweep()
    assert firm.books.balance(invoice) == 0

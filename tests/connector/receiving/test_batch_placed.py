"""A booking in one sum and its parts, where one of the two is placed already or a person says which
counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.answering import answers
from connector.money import set_aside
from connector.money.set_aside import As, CannotSetAside
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.receiving.test_batch_bookings import (
    OTHERS,
    SOME,
    asked,
    bring,
    counted,
    notification,
    statement,
)
from tests.connector.undoing.test_bounced import total

Opens = Callable[..., Firm]


def test_a_sum_that_is_in_the_ledger_stays_and_its_parts_are_no_money_more(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    invoice = firm.owe(firm.books.customer("Ash Ltd"), "INV-1001", "300.00")
    firm.sweep()
    bring(firm, statement(firm.today, text="INV-1001"))
    firm.settle()
    firm.sweep()
    assert firm.books.balance(invoice) == 0
    said = [bring(firm, notification(firm.today, parts=some))[-1] for some in (SOME, OTHERS)]
    amounts = [it.partition(" with")[0] for it in said if "came in one sum, too (" in it]
    assert amounts == ["USD 100.00", "USD 200.00"]
    firm.settle()
    assert counted(firm) == [300]
    assert asked(firm) == []
    assert str(total(firm).received) == "USD 300.00"


def test_while_parts_are_missing_nothing_is_applied_of_the_sum_by_itself(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    customer = firm.books.customer("Ash Ltd")
    invoices = [firm.owe(customer, f"INV-100{n}", amount) for n, amount in ((1, "300"), (2, "40"))]
    firm.sweep()
    bring(firm, notification(firm.today, parts=((1002, 40), (7, 60))))
    bring(firm, statement(firm.today, text="INV-1001"))
    firm.settle()
    firm.sweep()
    assert [firm.books.balance(it) for it in invoices] == [300, 0], "the part is applied"
    (held,) = [it for it in firm.asked() if "the bank told of parts of this money" in it.summary]
    answers.approve(firm.deps, held.id, 0, "ann")
    firm.settle()
    bring(firm, notification(firm.today, parts=OTHERS))
    assert counted(firm) == [40, 300], "both are in the ledger"
    (why,) = asked(firm)
    assert why == (
        "USD 300.00 with the bank's reference REF77 came in one sum, and its payments, 4 so far,"
        " come to USD 300.00; USD 40.00 of it counts twice, for both were placed: undo one of the"
        " two"
    )


def test_a_part_that_is_in_the_ledger_counts_and_the_sum_does_not(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    invoice = firm.owe(firm.books.customer("Ash Ltd"), "INV-1001", "100.00")
    firm.sweep()
    bring(firm, notification(firm.today, parts=((1001, 100), (2, 80))))
    firm.settle()
    firm.sweep()
    assert firm.books.balance(invoice) == 0
    bring(firm, statement(firm.today))
    bring(firm, notification(firm.today, parts=((3, 70), (4, 50))))
    assert counted(firm) == [50, 70, 80, 100]
    assert asked(firm) == []
    assert str(total(firm).received) == "USD 300.00"


def test_a_person_says_which_of_the_two_counts_and_takes_it_back(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    bring(firm, statement(firm.today))
    bring(firm, notification(firm.today, parts=SOME))
    (by_sum,) = [it.subject for it in firm.all_money() if not it.part_of]

    def put(subject: str) -> None:
        set_aside.by_person(firm.deps, firm.connection_id, subject, As.TOLD_TWICE,
                            reason="its payments count", by="ann")  # fmt: skip

    put(by_sum)
    assert (counted(firm), asked(firm)) == ([40, 60], [])
    bring(firm, statement(firm.today))
    assert asked(firm) == [], "nothing counts twice"
    set_aside.take_back(firm.deps, firm.connection_id, by_sum, reason="no", by="ann")
    bring(firm, notification(firm.today, parts=OTHERS))
    assert counted(firm) == [40, 60, 80, 120, 300], "a person said that it is other money"
    assert asked(firm) == []
    firm.bank("b1", "7.00", "INV-9")
    (other,) = [it.subject for it in firm.all_money() if it.total.amount == 7]
    with pytest.raises(CannotSetAside, match="did not tell of it both in one sum"):
        put(other)

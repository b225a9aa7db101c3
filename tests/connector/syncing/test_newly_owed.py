"""An invoice that comes after its money is paid as soon as it is seen, and not in the night."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.money.cash import Standing
from connector.rules.modes import Mode
from tests.connector.firm import Firm

CASH = {"cash": Mode.AUTOPILOT}


def test_a_line_that_nothing_explained_pays_the_invoice_that_it_names(firm: Firm) -> None:
    firm.switch(**CASH)
    ash = firm.books.customer("Ash")
    firm.bank("b1", "100.00", "INV-1001", payer="Somebody")
    firm.settle()
    (asked,) = firm.asked()
    assert "no open invoice explains the money" in asked.summary
    invoice = firm.owe(ash, "INV-1001", "100.00", late_days=-9)
    firm.sweep()
    assert firm.books.balance(invoice) == 0
    assert firm.asked() == []


@pytest.mark.parametrize(
    ("payer", "amount", "text"),
    [("Ash", "70.00", "thank you"), ("Nobody Known", "100.00", "hello")],
    ids=["by the customer", "by the sum"],
)
def test_what_it_may_be_for_is_offered_to_the_person(
    firm: Firm, payer: str, amount: str, text: str
) -> None:
    firm.switch(**CASH)
    ash = firm.books.customer("Ash")
    if payer == "Ash":
        firm.pay(ash, amount, text)
    else:
        firm.bank("b1", amount, text, payer=payer)
    firm.sweep()
    (before,) = firm.asked()
    assert before.options == []
    firm.owe(ash, "INV-1001", "100.00", late_days=-9)
    firm.sweep()
    (asked,) = firm.asked()
    assert any("INV-1001" in option["text"] for option in asked.options)


def test_an_invoice_that_is_owed_as_before_decides_nothing_again(firm: Firm) -> None:
    firm.switch(**CASH)
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1001", "100.00", late_days=-9)
    firm.pay(ash, "40.00", "thank you")
    firm.sweep()
    (asked,) = firm.asked()
    decided = len(firm.log("cash.decided"))
    firm.books.pay_by_hand(ash, invoice, Decimal("10.00"), firm.today)
    firm.sweep()
    assert [it.id for it in firm.asked()] == [asked.id]
    assert len(firm.log("cash.decided")) == decided
    assert [it.state for it in firm.all_money()] == [Standing.REVIEW]

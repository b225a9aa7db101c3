"""Money that waits for a person may be for an invoice: nobody is asked to pay it meanwhile."""

from __future__ import annotations

import pytest

from connector.answering import answers
from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

ON = {"remind": Mode.AUTOPILOT, "note": Mode.OFF}


@pytest.fixture(params=[Mode.COPILOT, Mode.AUTOPILOT], ids=["copilot", "autopilot"])
def firm(request: pytest.FixtureRequest, open_firm: Opens, ledger: str) -> Firm:
    """Ash paid two of three invoices by one bank line; a person is asked which they are."""
    made = open_firm(ledger, modes=ON | {"cash": request.param})
    ash = made.books.customer("Ash")
    for number in ("INV-1", "INV-2"):
        made.owe(ash, number, "100.00", late_days=1)
    made.owe(ash, "INV-3", "77.00", late_days=1)
    made.sweep()
    text = "INV-1 INV-2" if request.param is Mode.COPILOT else "thanks"
    made.bank("L1", "200.00", text, payer="Ash")
    made.settle()
    made.sweep()
    assert [one.capability for one in made.asked()] == ["cash"]
    return made


def test_what_it_may_pay_is_not_asked_for(firm: Firm) -> None:
    firm.pass_days(4)
    for mail in firm.mails():
        assert "INV-1" not in mail["text"]
        assert "INV-2" not in mail["text"]
    (item,) = firm.plan().values()
    assert "INV-1: money that came in may be for it" in item.reason


@pytest.mark.parametrize("firm", [Mode.COPILOT], indirect=True)
def test_what_it_cannot_be_for_is_asked_for(firm: Firm) -> None:
    firm.pass_days(4)
    (mail,) = firm.mails()
    assert "INV-3" in mail["text"]


def test_once_a_person_has_said_that_it_is_not_it_is_asked_for(firm: Firm) -> None:
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    firm.pass_days(12)
    assert any("INV-1" in mail["text"] for mail in firm.mails())


def test_once_it_is_applied_nothing_is_asked_for(firm: Firm) -> None:
    (asked,) = firm.asked()
    whole = next(
        number for number, option in enumerate(asked.options) if len(option["allocations"]) == 2
    )
    answers.approve(firm.deps, asked.id, whole, "ann")
    firm.pass_days(12)
    assert not any("INV-1" in mail["text"] for mail in firm.mails())


@pytest.mark.parametrize("answer", ["approved", "rejected"])
def test_everybody_whose_it_might_have_been_is_looked_at_again(
    open_firm: Opens, ledger: str, answer: str
) -> None:
    firm = open_firm(ledger, modes=ON | {"cash": Mode.AUTOPILOT})
    birch = firm.books.customer("Birch")
    for customer, number in ((firm.books.customer("Ash"), "INV-1"), (birch, "INV-2")):
        firm.owe(customer, number, "100.00", late_days=1)
    firm.owe(firm.books.customer("Cedar"), "INV-3", "77.00", late_days=1)
    firm.sweep()
    firm.bank("L1", "100.00", "thanks")
    firm.settle()
    firm.sweep()
    (asked,) = firm.asked()
    assert len(asked.options) == 2
    before = firm.plan()
    if answer == "approved":
        answers.approve(firm.deps, asked.id, 0, "ann")
    else:
        answers.reject(firm.deps, asked.id, "ann")
    marked = {id_ for id_, item in firm.plan().items() if item.marks != before[id_].marks}
    assert birch in marked
    assert len(marked) == 2, "Ash and Birch, and nobody else"

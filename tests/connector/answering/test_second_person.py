"""A referral to which one of two people agreed waits for the second, whatever comes due since."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.decided.approvals import Approval
from connector.rules.modes import Mode
from tests.connector.by_post import customer_at
from tests.connector.firm import Firm
from tests.connector.formal import STEPS, taken

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
REFERRAL = STEPS[3] | {"offset_days": 17}
OTHER = {"name": "hold", "offset_days": 24, "tone": "final", "do": "credit hold"}


def opened(open_firm: Opens, ledger: str, *more: dict[str, object]) -> tuple[Firm, str, str]:
    """A customer about whose first invoice a person is asked; the second comes to it in 3 days."""
    modes = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
    rules = {"steps": [STEPS[0], REFERRAL, *more], "min_days_between_messages": 3}
    firm = open_firm(ledger, modes=modes, dunning=rules)
    customer = customer_at(firm, "Ash")
    first = firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.owe(customer, "INV-2", "300.00", late_days=1)
    firm.sweep()
    firm.pass_days(14)
    return firm, customer, first


def asked(firm: Firm) -> Approval:
    (found,) = [one for one in firm.asked() if one.options]
    return found


def total(firm: Firm) -> str:
    return str(asked(firm).options[0]["reminder"]["total"]["amount"])


def agree(firm: Firm, who: str) -> None:
    answers.approve(firm.deps, asked(firm).id, 0, who)
    firm.settle()


def half_agreed(open_firm: Opens, ledger: str) -> tuple[Firm, str, str, Approval]:
    """The same when ann has agreed, and the second invoice has come to the referral since."""
    firm, customer, first = opened(open_firm, ledger)
    agree(firm, "ann")
    half = asked(firm)
    assert total(firm) == "1000.00"
    firm.pass_days(8)
    return firm, customer, first, half


def test_a_newcomer_waits_for_the_second_person_and_comes_next(
    open_firm: Opens, ledger: str
) -> None:
    firm, _, first, half = half_agreed(open_firm, ledger)
    assert (asked(firm).id, asked(firm).asked_at) == (half.id, half.asked_at)
    agree(firm, "bob")
    (step,) = taken(firm)
    assert (step.invoice_ids, step.people) == ((first,), "ann and bob")
    firm.pass_days(1)
    assert total(firm) == "300.00"
    assert "agrees" not in asked(firm).summary


def test_a_newcomer_goes_on_when_the_second_person_turns_it_down(
    open_firm: Opens, ledger: str
) -> None:
    firm, _, _, half = half_agreed(open_firm, ledger)
    answers.reject(firm.deps, half.id, "bob")
    firm.settle()
    firm.pass_days(1)
    assert total(firm) == "300.00"
    assert taken(firm) == []


def test_a_newcomer_goes_on_when_the_first_invoice_is_paid(open_firm: Opens, ledger: str) -> None:
    firm, customer, first, _ = half_agreed(open_firm, ledger)
    firm.books.pay_by_hand(customer, first, Decimal("1000.00"), firm.today)
    firm.sweep()
    assert total(firm) == "300.00"
    assert "agrees" not in asked(firm).summary


def test_another_total_of_its_own_is_asked_anew_with_the_newcomer(
    open_firm: Opens, ledger: str
) -> None:
    firm, customer, first, half = half_agreed(open_firm, ledger)
    firm.books.pay_by_hand(customer, first, Decimal("250.00"), firm.today)
    firm.sweep()
    anew = asked(firm)
    assert total(firm) == "1050.00"
    assert "agrees" not in anew.summary
    firm.pass_days(2)
    assert asked(firm).id == anew.id != half.id, "and once"


def test_an_invoice_that_comes_to_a_later_formal_step_waits_as_well(
    open_firm: Opens, ledger: str
) -> None:
    firm, _, first = opened(open_firm, ledger, OTHER)
    answers.reject(firm.deps, asked(firm).id, "ann")
    firm.settle()
    firm.pass_days(4)
    assert total(firm) == "300.00"
    agree(firm, "ann")
    half = asked(firm)
    firm.pass_days(3)
    assert asked(firm).id == half.id, "INV-1 has come to the hold"
    agree(firm, "bob")
    firm.pass_days(1)
    assert asked(firm).options[0]["reminder"]["invoice_ids"][0] == first


def test_where_nobody_has_agreed_a_newcomer_joins_the_question(
    open_firm: Opens, ledger: str
) -> None:
    firm, *_ = opened(open_firm, ledger)
    firm.pass_days(8)
    assert total(firm) == "1300.00"
    agree(firm, "ann")
    agree(firm, "bob")
    (step,) = taken(firm)
    assert str(step.total) == "USD 1,300.00"


def test_the_second_person_may_take_four_days_with_a_customer_who_is_invoiced_every_three(
    open_firm: Opens, ledger: str
) -> None:
    firm, customer, _ = opened(open_firm, ledger)
    agreed_on, first_yes = None, 0
    for day in range(40):
        if day % 3 == 0:
            firm.owe(customer, f"INV-{day + 3}", "60.00", late_days=0)
        firm.pass_days(1)
        for one in [it for it in firm.asked() if it.options]:
            if "ann agrees" not in one.summary:
                agree(firm, "ann")
                agreed_on, first_yes = day, first_yes + 1
            elif agreed_on is not None and day - agreed_on >= 4:
                agree(firm, "bob")
    waits = sum("ann agrees" in one.summary for one in firm.asked())
    assert first_yes == len(taken(firm)) + waits > 3

"""Money that does not add up: it is told, held, explained by a person, and said to be over."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from connector import doctor
from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.decided import approvals, decisions
from connector.money import cash
from connector.money.cash import BANK, Standing
from connector.notifications import digest
from connector.outgoing.effects import SendNotice
from connector.proof import discrepancies, proving
from connector.proof.proving import CannotExplain
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.notified import open_notified
from tests.connector.proof.test_conservation import (
    Opens,
    left,
    mirrored,
    on_account,
    without_allocations,
)
from tests.connector.writing_back.test_applying import banked, cash_intents, conserved, usd


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_notified(open_firm, ledger, modes={"cash": Mode.COPILOT})


def lose(firm: Firm, minor: int = 40_00, subject: str = "bank:main:b1") -> None:
    with firm.deps.writing() as tx:
        tx.execute(left(firm, subject, minor))


def notices_of(firm: Firm) -> list[str]:
    return [it.effect.text for it in firm.intents() if isinstance(it.effect, SendNotice)]


@pytest.mark.either_ledger
def test_what_does_not_add_up_is_told_held_and_said_to_be_over(firm: Firm) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    banked(firm, "100.00")
    lose(firm)
    firm.pass_nights(2)
    (told,) = notices_of(firm)
    assert "from Somebody: of USD 100.00, USD 60.00 is missing" in told
    assert discrepancies.NEXT in told
    assert firm.log("conservation.broken")
    with firm.deps.reading() as tx:
        digested = digest.of(tx, firm.deps.config, firm.connection, firm.today)
    (found,) = doctor_on_money(firm)
    assert "USD 60.00 is missing" in digested.blocked[0].text
    assert found.state == "broken"
    offered = [
        {"text": "INV-1", "allocations": [
            {"invoice_id": invoice, "amount": {"amount": "40", "currency": "USD"}, "id": ""},
        ]},
    ]  # fmt: skip
    ask(firm, "bank:main:b1", offered)
    (asked,) = firm.asked()
    with pytest.raises(CannotAnswer, match="this money does not add up"):
        answers.approve(firm.deps, asked.id, 0, "ann")
    assert cash_intents(firm) == []
    lose(firm, 100_00)
    assert proving.again(firm.deps, firm.connection_id) == []
    assert "is accounted for again" in notices_of(firm)[-1]
    assert [it.state for it in doctor_on_money(firm)] == ["fine"]
    assert firm.log(proving.ADDS_UP)


@pytest.mark.either_ledger
def test_an_explanation_holds_while_all_is_as_it_was(firm: Firm) -> None:
    banked(firm, "100.00")
    lose(firm)
    proving.again(firm.deps, firm.connection_id)
    explain = partial(proving.explain, firm.deps, firm.connection_id, "bank:main:b1", by="ann")
    with pytest.raises(CannotExplain, match="write why"):
        explain(reason=" ")
    explain(reason="a charge of the bank")
    with pytest.raises(CannotExplain):
        explain(reason="again")
    assert proving.again(firm.deps, firm.connection_id) == []
    assert len(notices_of(firm)) == 1
    lose(firm, 30_00)
    (left_over,) = proving.again(firm.deps, firm.connection_id)
    assert "USD 70.00 is missing" in left_over.fault
    assert len(notices_of(firm)) == 2


@pytest.mark.either_ledger
def test_what_a_list_left_out_is_read_by_itself_before_anybody_is_told(firm: Firm) -> None:
    money = on_account(firm)
    with firm.deps.writing() as tx:
        tx.execute(mirrored(firm, money, without_allocations))
    firm.pass_nights(2)
    assert notices_of(firm) == []
    assert conserved(firm).parts.applied == usd("100")


@pytest.mark.either_ledger
def test_money_that_does_not_add_up_is_not_applied_by_itself(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.COPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", "40.00")
    firm.pass_time(minutes=20)
    firm.bank("b1", "100.00", "INV-1")
    lose(firm)
    proving.again(firm.deps, firm.connection_id)
    firm.switch(cash=Mode.AUTOPILOT)
    firm.settle()
    firm.sweep()
    assert cash_intents(firm) == []
    (asked,) = firm.asked()
    assert "this money does not add up" in asked.summary


def doctor_on_money(firm: Firm) -> list[doctor.Finding]:
    return [it for it in doctor.examine(firm.deps) if it.part == "money"]


def ask(firm: Firm, subject: str, options: list[dict[str, Any]]) -> None:
    """What was asked before it was found that the money does not add up."""
    with firm.deps.writing() as tx:
        decision_id = decisions.record(
            tx, firm.connection_id, at=firm.deps.now(), capability="cash", subject=subject,
            mode="copilot", action="review", rule="none", policy_version=0, inputs={}, outcome={},
        )  # fmt: skip
        approvals.lapse(tx, firm.connection_id, subject, at=firm.deps.now())
        approvals.ask(
            tx, firm.connection_id, decision_id=decision_id, capability="cash", subject=subject,
            summary="asked", options=options, at=firm.deps.now(),
        )  # fmt: skip
        item = firm.money(BANK, "main:b1")
        cash.stand(tx, firm.connection_id, item, Standing.REVIEW, at=firm.deps.now())

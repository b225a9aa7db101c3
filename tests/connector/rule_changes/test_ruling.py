"""Another version of the policy looks again at what it changed, and at nothing else."""

from __future__ import annotations

import pytest

from connector.decided.approvals import Approval
from connector.money.cash import Standing
from connector.rule_changes import allowing
from connector.rule_changes.allowing import NeedsReason
from connector.rules import policy as policies
from connector.rules.modes import Capability, Mode
from tests.connector.cash_application.test_placing import firm, one_invoice, set_matching
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

__all__ = ["firm"]


def waiting_money(firm: Firm) -> Approval:
    """Asked about three days ago."""
    customer, _ = one_invoice(firm, "1000.00")
    firm.pay(customer, "950.00", "INV-1")
    firm.pass_time(minutes=2)
    firm.pass_days(3)
    (asked,) = firm.asked()
    return asked


@pytest.mark.parametrize(("part", "change"), [
    ("notices", {"daily_digest": True}), ("dunning", {"ramp_per_day": 7}),
    ("freshness_minutes_max", 45),
])  # fmt: skip
def test_rules_that_are_not_about_matching_leave_waiting_money_alone(
    firm: Firm, part: str, change: object
) -> None:
    asked = waiting_money(firm)
    decided = len(firm.log("cash.decided"))
    rules = policies.Policy.model_validate({part: change})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")
    firm.settle()
    assert firm.asked() == [asked]
    assert len(firm.log("cash.decided")) == decided


def test_other_rules_of_matching_that_come_to_the_same_question_ask_nothing_anew(
    firm: Firm,
) -> None:
    asked = waiting_money(firm)
    decided = len(firm.log("cash.decided"))
    set_matching(firm, apply_by=["exact", "amount"])
    firm.settle()
    assert len(firm.log("cash.decided")) == decided + 1
    (after,) = firm.asked()
    assert (after.id, after.asked_at, after.options) == (asked.id, asked.asked_at, asked.options)
    assert after.decision_id > asked.decision_id
    firm.approve()
    assert [item.state for item in firm.all_money()] == [Standing.APPLIED]


def test_rules_that_are_not_about_reminders_look_at_no_account_again(firm: Firm) -> None:
    waiting_money(firm)
    before = {it.customer_id: it.marks for it in firm.plan().values()}
    set_matching(firm, apply_by=["exact", "amount"])
    assert {it.customer_id: it.marks for it in firm.plan().values()} == before
    rules = policies.Policy.model_validate({"dunning": {"ramp_per_day": 7}})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")
    assert {it.customer_id: it.marks for it in firm.plan().values()} != before


def test_another_tolerance_decides_on_waiting_money_again(firm: Firm) -> None:
    waiting_money(firm)
    decided = len(firm.log("cash.decided"))
    tolerance = {"kinds": ["fee"], "at_most": {"USD": "60"}, "account": "1"}
    rules = policies.Policy.model_validate({"tolerances": [tolerance]})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")
    firm.settle()
    assert len(firm.log("cash.decided")) == decided + 1


@pytest.mark.parametrize(("before", "after", "place"), [
    ({"dunning": {"remind_at_most": {"USD": "1000"}}}, {}, "dunning.remind_at_most.USD"),
    ({}, {"dunning": {"budget": {"contacts_per_7_days": 4}}}, "budget.contacts_per_7_days"),
    ({"matching": {"apply_at_most": {"USD": "10"}}}, {}, "matching.apply_at_most.USD"),
    ({}, {"freshness_minutes_max": 45}, "freshness_minutes_max"),
])  # fmt: skip
def test_more_is_done_without_a_person_only_once_somebody_says_why(
    firm: Firm, before: dict[str, object], after: dict[str, object], place: str
) -> None:
    client_id = firm.connection.client_id

    def save(document: dict[str, object], reason: str = "") -> int:
        rules = policies.Policy.model_validate(document)
        return allowing.set_policy(firm.deps, client_id, rules, by="ann", reason=reason)

    number = save(before, "to begin with")
    with pytest.raises(NeedsReason, match=f"{place}; say why"):
        save(after, " ")
    with firm.deps.reading() as tx:
        assert policies.current(tx, client_id).number == number
    assert save(after, "it went well") == number + 1
    assert firm.log("policy.saved")[-1].what["reason"] == "it went well"
    assert save(before) == number + 2


def test_customers_that_come_into_a_freer_slice_need_a_reason_too(firm: Firm) -> None:
    client_id = firm.connection.client_id

    def save(*customers: str, reason: str = "") -> int:
        few = {"name": "first few", "when": {"customers": customers}}
        rules = policies.Policy.model_validate({"dunning": {"segments": [few]}})
        return allowing.set_policy(firm.deps, client_id, rules, by="ann", reason=reason)

    firm.switch(remind=Mode.COPILOT)
    ash, birch, cedar = (firm.books.customer(name) for name in ("Ash", "Birch", "Cedar"))
    firm.pass_time(minutes=20)
    save(ash)
    assert save(ash, birch)
    allowing.switch(
        firm.deps, client_id, Capability.REMIND, Mode.AUTOPILOT, by="ann", segment="first few",
        reason="a try",
    )  # fmt: skip
    with pytest.raises(NeedsReason, match="everybody to first few, which is on autopilot"):
        save(ash, birch, cedar)
    assert save(ash, birch, cedar, reason="it went well")

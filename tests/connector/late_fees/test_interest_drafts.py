"""Drafts of interest follow the policy and their invoices until somebody decides on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.late_fees import charge_views, interest_claims, raising
from connector.late_fees.charges import Charge
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Mode
from dunning.fees.late_fees import FeeState
from providers.simulated.faults import Fault
from tests.connector.charging import (
    Opens,
    account_of,
    approve,
    asked,
    found,
    only,
    set_terms,
    writes,
)
from tests.connector.faulty import make_unreadable
from tests.connector.firm import Firm
from tests.connector.late_fees.test_interest_claims import (
    BRITISH,
    british,
    claim,
    invoice,
    paid,
    pay,
)

pytestmark = pytest.mark.either_ledger


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """With interest of GBP 81.50 drafted, and a question about it."""
    firm = british(open_firm, ledger)
    draft(firm)
    return firm


def draft(firm: Firm) -> Charge:
    return interest_claims.draft(firm.deps, firm.connection, claim(firm), by="ann")


def told(firm: Firm) -> list[tuple[FeeState, str]]:
    return [(one.state, str(one.fee.amount)) for one in found(firm)]


GONE: list[Any] = [
    ({"interest": None}, "the customer's terms claim no interest any more"),
    ({"customers_are": "consumer"}, "is for businesses, this is consumer"),
    ({"customers_are": "unknown"}, "is for businesses, this is unknown"),
    ({"interest": {"country": "GB", "contractual": True}}, "an interest rate of its own"),
]


@pytest.mark.parametrize(("terms", "why"), GONE)
def test_a_draft_lapses_with_the_terms_that_allowed_it(
    firm: Firm, terms: dict[str, Any], why: str
) -> None:
    set_terms(firm, **BRITISH | terms)
    assert (told(firm), asked(firm)) == ([(FeeState.LAPSED, "GBP 81.50")], [])
    assert why in only(firm).remark
    assert [entry.about for entry in firm.log("charge.lapsed")] == [only(firm).subject]
    firm.pass_days(2)
    assert (told(firm), asked(firm)) == ([(FeeState.LAPSED, "GBP 81.50")], [])


@pytest.mark.parametrize(("terms", "why"), GONE)
def test_what_the_terms_allow_no_more_is_not_approved_in_the_moment_before_it_lapses(
    firm: Firm, terms: dict[str, Any], why: str
) -> None:
    (question,) = asked(firm)
    rules = policies.Policy.model_validate({"dunning": {
        "billing": {"accounts": {"": account_of(firm)}}, **BRITISH | terms,
    }})  # fmt: skip
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann")
    with pytest.raises(CannotAnswer, match=why):
        answers.approve(firm.deps, question.id, 0, "bob")
    assert (only(firm).state, writes(firm)) == (FeeState.DRAFTED, [])
    firm.settle()
    assert (only(firm).state, asked(firm), writes(firm)) == (FeeState.LAPSED, [], [])


def test_nothing_is_approved_of_a_customer_whom_a_fault_of_ours_hides(firm: Firm) -> None:
    (question,) = asked(firm)
    make_unreadable(firm.deps, firm.connection_id, invoice(firm).customer_id)
    with pytest.raises(CannotAnswer, match="by a fault of its own"):
        answers.approve(firm.deps, question.id, 0, "bob")
    firm.pass_days(1)
    assert only(firm).state is FeeState.DRAFTED


def test_in_shadow_a_draft_lapses_with_its_terms_and_else_stays(firm: Firm) -> None:
    firm.switch(remind=Mode.SHADOW)
    paid(firm, "100.00", firm.today)
    assert told(firm) == [(FeeState.DRAFTED, "GBP 81.50")]
    set_terms(firm, **BRITISH | {"interest": None})
    assert told(firm) == [(FeeState.LAPSED, "GBP 81.50")]


def test_a_draft_that_nothing_changed_about_is_not_asked_about_again(firm: Firm) -> None:
    (question,) = asked(firm)
    due_later = {"accounts": {"": account_of(firm)}, "due_days": 30}
    set_terms(firm, **BRITISH, billing=due_later)
    firm.pass_days(3)
    assert asked(firm) == [question]
    assert told(firm) == [(FeeState.DRAFTED, "GBP 81.50")]


def test_the_fixed_sum_goes_out_of_a_draft_with_the_terms(firm: Firm) -> None:
    set_terms(firm, **BRITISH | {"interest": {"country": "GB", "fixed_sum": False}})
    assert told(firm) == [(FeeState.DRAFTED, "GBP 11.50")]
    (question,) = asked(firm)
    assert "GBP 11.50" in question.summary


def test_paid_before_the_approval_the_claim_is_asked_about_anew_up_to_the_payment(
    firm: Firm,
) -> None:
    paid(firm, "1000.00", date(2016, 2, 9))
    assert told(firm) == [(FeeState.LAPSED, "GBP 81.50"), (FeeState.DRAFTED, "GBP 76.90")]
    old, new = found(firm)
    assert old.remark.startswith("changed since: ")
    assert old.remark.endswith("; worked out anew")
    (question,) = asked(firm)
    assert question.summary == (
        "Ash: interest of GBP 76.90 for invoice INV-1, from 2016-01-11 to 2016-02-09"
    )
    firm.pass_days(3)
    assert asked(firm) == [question]
    answers.approve(firm.deps, question.id, 0, "ann")
    firm.settle()
    (raised,) = writes(firm)
    assert (raised.state, firm.books.invoices_with(raised.marker)) == (
        Step.CONFIRMED, [Decimal("76.90")],
    )  # fmt: skip
    assert [one.state for one in found(firm)] == [FeeState.LAPSED, FeeState.POSTED]
    assert new.id == found(firm)[1].id


def test_paid_on_the_day_of_the_draft_it_stands_and_can_be_approved(firm: Firm) -> None:
    paid(firm, "1000.00", firm.today)
    assert told(firm) == [(FeeState.DRAFTED, "GBP 81.50")]
    assert len(asked(firm)) == 1
    assert approve(firm).state is FeeState.POSTED
    assert [raised.state for raised in writes(firm)] == [Step.CONFIRMED]


def test_approved_though_it_was_paid_the_claim_comes_back_as_a_question(firm: Firm) -> None:
    (question,) = asked(firm)
    firm.world.post = lambda *_: 500  # webhooks are lost
    pay(firm, "1000.00", date(2016, 2, 9))
    answers.approve(firm.deps, question.id, 0, "ann")
    firm.settle()
    (refused,) = writes(firm)
    assert (refused.state, firm.books.invoices_with(refused.marker)) == (Step.REFUSED, [])
    firm.pass_time(minutes=20)
    assert told(firm) == [(FeeState.LAPSED, "GBP 81.50"), (FeeState.DRAFTED, "GBP 76.90")]
    (again,) = asked(firm)
    assert "GBP 76.90" in again.summary
    answers.approve(firm.deps, again.id, 0, "ann")
    firm.settle()
    assert [one.state for one in found(firm)] == [FeeState.LAPSED, FeeState.POSTED]


def test_where_nothing_can_be_claimed_any_more_people_are_told_once(firm: Firm) -> None:
    paid(firm, "1000.00", date(2016, 1, 9))
    assert told(firm) == [(FeeState.LAPSED, "GBP 81.50")]
    (news,) = asked(firm)
    assert (news.options, news.summary) == ([], (
        "Ash: interest of GBP 81.50 for invoice INV-1, from 2016-01-11 to 2016-02-29 is not"
        " charged: the invoice or the terms changed since, and it is not late before 2016-01-11"
    ))  # fmt: skip
    assert only(firm).remark.endswith("'; it is not late before 2016-01-11")
    answers.reject(firm.deps, news.id, "ann")
    firm.pass_days(2)
    assert (told(firm), asked(firm)) == ([(FeeState.LAPSED, "GBP 81.50")], [])


def test_where_the_new_period_was_decided_on_before_people_are_told(
    open_firm: Opens, ledger: str
) -> None:
    firm = british(open_firm, ledger, interest={"country": "GB", "fixed_sum": False})
    draft(firm)
    approve(firm)
    paid_on = firm.today
    firm.pass_days(2)
    draft(firm)
    set_terms(firm, **BRITISH)
    assert told(firm)[1:] == [(FeeState.DRAFTED, "GBP 70.46")]
    paid(firm, "1000.00", paid_on)
    assert told(firm) == [(FeeState.POSTED, "GBP 11.50"), (FeeState.LAPSED, "GBP 70.46")]
    (news,) = asked(firm)
    assert (news.options, news.summary.endswith("to 2016-02-29 was decided on before")) == (
        [], True,
    )  # fmt: skip


def test_refused_in_shadow_a_draft_waits_until_somebody_may_be_asked(firm: Firm) -> None:
    (question,) = asked(firm)
    firm.world.post = lambda *_: 500  # webhooks are lost
    pay(firm, "1000.00", date(2016, 2, 9))
    answers.approve(firm.deps, question.id, 0, "ann")
    firm.switch(remind=Mode.SHADOW)
    firm.settle()
    firm.pass_time(minutes=20)
    assert (told(firm), asked(firm)) == ([(FeeState.DRAFTED, "GBP 81.50")], [])
    with firm.deps.reading() as tx:
        assert charge_views.of(tx, only(firm)).state == "waits to be worked out anew"
    firm.switch(remind=Mode.COPILOT)
    firm.settle()
    assert told(firm)[1:] == [(FeeState.DRAFTED, "GBP 76.90")]
    assert len(asked(firm)) == 1


def test_what_was_taken_back_is_not_asked_for_again(firm: Firm) -> None:
    charge = approve(firm)
    raising.take_back(firm.deps, firm.connection_id, charge.id, by="ann")
    firm.settle()
    assert only(firm).state is FeeState.UNDONE
    firm.pass_time(days=1)
    later = claim(firm)
    assert (str(later.before), str(later.due.amount)) == ("GBP 81.50", "GBP 0.23")
    assert later.working[-1] == (
        "less GBP 81.50, which was drafted, charged, taken back or waived before"
    )


def test_while_the_ledger_cannot_be_read_a_draft_stays_and_is_tried_again(firm: Firm) -> None:
    firm.fail(Fault("503", on=".*"))
    set_terms(firm, **BRITISH | {"interest": {"country": "GB", "fixed_sum": False}})
    assert told(firm) == [(FeeState.DRAFTED, "GBP 81.50")]
    firm.fail()
    firm.pass_days(1)
    assert told(firm) == [(FeeState.LAPSED, "GBP 81.50"), (FeeState.DRAFTED, "GBP 11.73")]
    assert len(asked(firm)) == 1

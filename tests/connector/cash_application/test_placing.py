"""Placing money: exact matches by itself if allowed, all else by a person, never above a match."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import jobs
from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.decided import decisions
from connector.money import cash
from connector.money.cash import Standing
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Mode
from providers.ledger import ApplyUnapplied
from tests.connector.firm import AUTOPILOT, EVER, Firm

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Cash is on autopilot; notes and reminders are off."""
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def one_invoice(firm: Firm, amount: str = "100.00") -> tuple[str, str]:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", amount)
    firm.settle()
    return customer, invoice


def set_matching(firm: Firm, **matching: object) -> None:
    rules = policies.Policy.model_validate({"matching": matching})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")


@pytest.mark.either_ledger
def test_the_exact_number_with_the_exact_amount_is_applied(firm: Firm) -> None:
    customer, invoice = one_invoice(firm)
    money = firm.pay(customer, "100.00", "payment INV-1")
    firm.pass_time(minutes=2)
    assert firm.books.applied(money) == [(invoice, Decimal(100))]
    assert firm.books.balance(invoice) == 0
    assert [item.state for item in firm.all_money()] == [Standing.APPLIED]
    assert [i.state for i in firm.intents()] == [Step.CONFIRMED]


@pytest.mark.either_ledger
def test_part_of_what_is_owed_waits_for_a_person_who_applies_it_and_the_rest_stays_open(
    firm: Firm,
) -> None:
    customer, invoice = one_invoice(firm, "1000.00")
    money = firm.pay(customer, "950.00", "INV-1")
    firm.pass_time(minutes=2)
    assert firm.books.applied(money) == []
    (asked,) = firm.asked()
    assert "950.00" in asked.summary
    assert "50.00 stays open" in asked.options[0]["text"]
    firm.approve()
    assert firm.books.applied(money) == [(invoice, Decimal(950))]
    assert firm.books.balance(invoice) == 50
    assert firm.asked() == []
    (approved,) = firm.log("cash.approved")
    assert approved.actor == "ann"


@pytest.mark.either_ledger
def test_a_match_that_a_person_made_is_never_touched(firm: Firm) -> None:
    customer, first = one_invoice(firm)
    second = firm.owe(customer, "INV-2")
    firm.settle()
    firm.books.pay_by_hand(customer, second, Decimal(100), firm.today)
    firm.pass_time(hours=1)
    firm.pass_nights(1)
    assert firm.writes() == []
    assert (firm.books.balance(first), firm.books.balance(second)) == (100, 0)
    assert firm.asked() == []


@pytest.mark.either_ledger
def test_money_that_a_person_matches_while_it_waits_is_asked_about_no_more(firm: Firm) -> None:
    customer, invoice = one_invoice(firm)
    money = firm.pay(customer, "70.00", "INV-1")
    firm.pass_time(minutes=2)
    (asked,) = firm.asked()
    firm.match_by_hand(money, invoice, "70.00")
    firm.pass_time(minutes=16)
    assert [item.state for item in firm.all_money()] == [Standing.CLOSED]
    assert firm.asked() == []
    with pytest.raises(CannotAnswer, match="already lapsed"):
        answers.approve(firm.deps, asked.id, 0, "ann")
    assert firm.writes() == []
    assert firm.books.balance(invoice) == 30


@pytest.mark.either_ledger
def test_two_invoices_of_one_amount_and_no_number_are_a_persons_choice(firm: Firm) -> None:
    customer, first = one_invoice(firm)
    second = firm.owe(customer, "INV-2", late_days=4)
    money = firm.pay(customer, "100.00", "thank you")
    firm.pass_time(minutes=2)
    assert firm.books.applied(money) == []
    (asked,) = firm.asked()
    offered = {option["allocations"][0]["invoice_id"] for option in asked.options}
    assert {first, second} <= offered
    texts = [option["text"] for option in asked.options]
    assert {text.rpartition("; this is ")[2] for text in texts} == {"INV-1", "INV-2"}
    assert asked.summary.startswith("USD 100.00 from Ash, ")
    wanted = next(
        place for place, option in enumerate(asked.options)
        if [a["invoice_id"] for a in option["allocations"]] == [second]
    )  # fmt: skip
    firm.approve(wanted)
    assert firm.books.applied(money) == [(second, Decimal(100))]
    assert firm.books.balance(first) == 100


@pytest.mark.either_ledger
@pytest.mark.parametrize(("mode", "state", "questions"), [
    (Mode.OFF, Standing.NEW, 0), (Mode.SHADOW, Standing.SHADOW, 0), (Mode.COPILOT,
    Standing.REVIEW, 1),
])  # fmt: skip
def test_short_of_autopilot_nothing_is_applied_without_a_person(
    open_firm: Opens, ledger: str, mode: Mode, state: Standing, questions: int
) -> None:
    firm = open_firm(ledger, modes={"cash": mode})
    customer, invoice = one_invoice(firm)
    firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(hours=1)
    assert firm.writes() == []
    assert [item.state for item in firm.all_money()] == [state]
    assert len(firm.asked()) == questions
    if questions:
        firm.approve()
        assert firm.books.balance(invoice) == 0


@pytest.mark.either_ledger
def test_what_was_decided_in_shadow_is_decided_again_once_it_counts(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.SHADOW})
    customer, invoice = one_invoice(firm)
    firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(hours=1)
    firm.switch(cash=Mode.AUTOPILOT)
    firm.settle()
    assert firm.books.balance(invoice) == 0
    with firm.deps.reading() as tx:
        made = decisions.recent(tx, firm.connection_id, since=EVER)
    assert [d.mode for d in made] == [Mode.AUTOPILOT, Mode.SHADOW]


@pytest.mark.parametrize(("limit", "applied"), [("100.00", True), ("99.99", False)])
def test_above_its_limit_a_person_is_asked_and_at_it_not(
    firm: Firm, limit: str, *, applied: bool
) -> None:
    customer, invoice = one_invoice(firm)
    set_matching(firm, apply_at_most={"USD": limit})
    firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(minutes=2)
    assert (firm.books.balance(invoice) == 0) is applied
    assert len(firm.asked()) == (0 if applied else 1)


def test_a_client_can_have_every_match_asked_for(firm: Firm) -> None:
    customer, invoice = one_invoice(firm)
    set_matching(firm, apply_by=[])
    firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(minutes=2)
    assert firm.books.balance(invoice) == 100
    assert "policy leaves the rule named_exact to a person" in firm.asked()[0].summary
    set_matching(firm)
    firm.settle()
    assert firm.books.balance(invoice) == 0
    assert firm.asked() == []


def test_money_from_the_bank_is_entered_once_and_the_same_file_twice_is_nothing_new(
    firm: Firm,
) -> None:
    _, invoice = one_invoice(firm)
    for _ in range(3):
        firm.bank("b1", "100.00", "INV-1", payer="Ash")
        firm.settle()
    assert firm.books.balance(invoice) == 0
    (intent,) = firm.intents()
    assert firm.books.payments_with(intent.marker) == 1


def test_money_that_the_bookkeeper_entered_already_is_not_entered_again(firm: Firm) -> None:
    customer, invoice = one_invoice(firm)
    firm.switch(cash=Mode.OFF)
    money = firm.pay(customer, "100.00", "no number")
    firm.pass_time(minutes=20)
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    firm.switch(cash=Mode.AUTOPILOT)
    firm.settle()
    firm.sweep()
    firm.sweep()
    assert [type(it.effect) for it in firm.intents()] == [ApplyUnapplied]
    assert firm.books.applied(money) == [(invoice, Decimal(100))], "which the bank's text names"
    assert firm.asked() == []


def test_a_rejected_match_leaves_the_money_as_it_is(firm: Firm) -> None:
    customer, invoice = one_invoice(firm)
    money = firm.pay(customer, "40.00", "INV-1")
    firm.pass_time(minutes=2)
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    firm.pass_time(hours=2)
    assert firm.books.applied(money) == []
    assert firm.books.balance(invoice) == 100
    assert firm.asked() == []


def test_what_a_person_rejected_is_not_asked_again_the_next_morning(firm: Firm) -> None:
    customer, invoice = one_invoice(firm)
    set_matching(firm, apply_by=[])
    firm.pay(customer, "100.00", "INV-1")
    firm.pass_time(minutes=2)
    answers.reject(firm.deps, firm.asked()[0].id, "ann")
    firm.pass_nights(3)
    assert firm.asked() == []
    set_matching(firm)
    firm.settle()
    assert firm.books.balance(invoice) == 100, "nor done by itself once the policy would allow it"


def test_after_a_rejection_what_is_new_can_be_asked(firm: Firm) -> None:
    customer, _ = one_invoice(firm)
    firm.pay(customer, "40.00", "thank you")
    firm.pass_time(minutes=2)
    answers.reject(firm.deps, firm.asked()[0].id, "ann")
    firm.owe(customer, "INV-2", "40.00")
    firm.pass_nights(1)
    assert any("INV-2" in option["text"] for option in firm.asked()[0].options)


def test_an_invoice_paid_by_hand_between_decision_and_write_is_not_paid_twice(firm: Firm) -> None:
    customer, invoice = one_invoice(firm)
    money = firm.pay(customer, "100.00", "INV-1")
    firm.world.clock.advance(timedelta(minutes=20))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    (intended,) = firm.intents(Step.INTENDED)
    firm.books.pay_by_hand(customer, invoice, Decimal(100), firm.today)
    firm.settle()
    assert firm.books.balance(invoice) == 0
    assert firm.books.applied(money) == []
    assert firm.writes() == []
    (ended,) = firm.intents()
    assert (ended.id, ended.state) == (intended.id, Step.REFUSED)
    (item,) = [item for item in firm.all_money() if item.left]
    assert item.state is Standing.REVIEW
    assert "no open invoice explains the money" in firm.asked()[0].summary


def test_a_decision_keeps_what_it_was_made_on_and_in_which_mode(firm: Firm) -> None:
    customer, invoice = one_invoice(firm)
    firm.pay(customer, "100.00", "payment INV-1")
    firm.pass_time(minutes=2)
    with firm.deps.reading() as tx:
        (made,) = decisions.recent(tx, firm.connection_id, since=EVER)
    assert (made.action, made.rule, made.mode) == ("apply", "named_exact", "autopilot")
    assert made.policy_version == 0
    assert made.inputs["cash"]["text"].startswith("payment INV-1")
    assert made.inputs["items"][0]["invoice_id"] == invoice
    (intent,) = firm.intents()
    assert intent.decision_id == made.id
    assert isinstance(intent.effect, ApplyUnapplied)
    told = [entry.event for entry in firm.log() if entry.decision_id == made.id]
    assert told == ["cash.decided", "apply_unapplied.confirmed"]


def test_what_came_in_is_applied_unapplied_or_with_a_person_and_nothing_else(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    customer, _ = one_invoice(firm)
    firm.owe(customer, "INV-2", "60.00")
    came_in = Decimal(0)
    for amount, text in (("100.00", "INV-1"), ("60.00", "?"), ("7.00", "INV-2"), ("5.00", "")):
        firm.pay(customer, amount, text)
        came_in += Decimal(amount)
    firm.pass_time(hours=1)
    with firm.deps.reading() as tx:
        sums = cash.sums(tx, firm.connection_id)
    assert sum(total.amount for _, total, _ in sums.values()) == came_in
    by_state = {state: left.amount for (state, _), (_, _, left) in sums.items()}
    assert by_state == {"applied": 0, "review": Decimal(72)}

"""What is done for a customer, case by case. The due date is Monday, 2 March 2026."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from dunning.customer.account import Account
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Send, Wait
from dunning.deciding.reasons import ended
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import STEPS, Tone
from providers.ledger import Status
from providers.money import Money
from tests.dunning.accounts import account, at, invoice, message

POLICY = DunningPolicy()
UPCOMING = message("upcoming", "2026-02-25", "INV-1")
FRIENDLY = message("friendly", "2026-03-05", "INV-1")


@pytest.mark.parametrize(
    ("_case", "day", "sent", "step"),
    [
        ("five days before", "2026-02-25", (), "upcoming"),
        ("late, but before the due date", "2026-02-27", (), "upcoming"),
        ("three days after", "2026-03-05", (UPCOMING,), "friendly"),
        ("seven days after", "2026-03-10", (UPCOMING, FRIENDLY), "reminder"),
        ("worker was down", "2026-03-16", (UPCOMING, FRIENDLY), "direct"),
        ("never any message", "2026-05-04", (), "final"),
    ],
)
def test_the_one_step_that_is_due_is_taken(
    _case: str, day: str, sent: tuple[object, ...], step: str
) -> None:
    decision = next_step(account(invoice(), sent=sent), POLICY, at(day))

    assert isinstance(decision, Send)
    assert (decision.step, decision.stages) == (step, (step,))
    assert decision.invoice_ids == ("id:INV-1",)
    assert decision.total == Money.of("100", "USD")


@pytest.mark.parametrize(
    ("_case", "now", "sent", "until"),
    [
        ("nothing yet", at("2026-02-01"), (), at("2026-02-25", "14:00")),
        ("taken already", at("2026-02-26"), (UPCOMING,), at("2026-03-05", "14:00")),
        ("too late for a notice", at("2026-03-03"), (), at("2026-03-05", "14:00")),
        ("five days apart", at("2026-03-09"), (FRIENDLY,), at("2026-03-10", "13:00")),
        ("before business", at("2026-03-05", "13:59"), (), at("2026-03-05", "14:00")),
        ("after business", at("2026-03-05", "22:00"), (), at("2026-03-06", "14:00")),
        ("at the weekend", at("2026-03-07"), (), at("2026-03-09", "13:00")),
    ],
)  # fmt: skip
def test_until_is_the_next_moment_that_something_is_due(
    _case: str, now: datetime, sent: tuple[object, ...], until: datetime
) -> None:
    decision = next_step(account(invoice(), sent=sent), POLICY, now)

    assert isinstance(decision, Wait)
    assert decision.until == until
    assert not isinstance(next_step(account(invoice(), sent=sent), POLICY, until), Wait)


def test_steps_that_were_missed_are_named_and_not_made_up() -> None:
    decision = next_step(account(invoice()), POLICY, at("2026-03-16"))

    assert isinstance(decision, Send)
    assert "missed: upcoming, friendly, reminder" in decision.reasons[0]
    sent = account(invoice(), sent=(message("direct", "2026-03-16", "INV-1"),))
    later = next_step(sent, POLICY, at("2026-03-17"))
    assert later == Wait(at("2026-03-23", "13:00"), later.reason, ())


def test_a_first_message_is_never_the_firmest() -> None:
    never = next_step(account(invoice()), POLICY, at("2026-05-04"))
    before = next_step(account(invoice(), sent=(FRIENDLY,)), POLICY, at("2026-05-04"))

    assert isinstance(never, Send)
    assert isinstance(before, Send)
    assert (never.step, never.tone) == ("final", Tone.REMINDER)
    assert any("softer" in reason for reason in never.reasons)
    assert (before.step, before.tone) == ("final", Tone.FINAL)


def test_fifty_invoices_in_three_stages_are_one_message_in_the_firmest_tone() -> None:
    stages = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 13)]
    invoices = [invoice(f"INV-{n}", "10", due=stages[n % 3]) for n in range(50)]
    heard = (message("upcoming", "2026-02-25", "INV-0"),)

    decision = next_step(account(*invoices, sent=heard), POLICY, at("2026-03-16"))

    assert isinstance(decision, Send)
    assert len(decision.invoice_ids) == 50
    assert (decision.step, decision.tone) == ("direct", Tone.DIRECT)
    assert set(decision.stages) == {"direct", "reminder", "friendly"}
    assert decision.total == Money.of("500", "USD")


def test_a_lower_invoice_in_a_firmer_letter_keeps_its_own_steps() -> None:
    old, new = invoice("INV-1"), invoice("INV-2", due=date(2026, 3, 20))
    both = message("final", "2026-03-23", "INV-1", "INV-2", stages=("final", "friendly"))

    decision = next_step(account(old, new, sent=(both,)), POLICY, at("2026-03-30"))

    assert isinstance(decision, Send)
    assert (decision.invoice_ids, decision.stages) == (("id:INV-2",), ("reminder",))


@pytest.mark.parametrize(
    ("_case", "one", "why"),
    [
        ("draft", invoice(status=Status.DRAFT), "draft"),
        ("void", invoice(status=Status.VOID), "void"),
        ("deleted", invoice(status=Status.DELETED), "deleted"),
        ("paid", invoice(status=Status.PAID), "paid"),
        ("nothing open", invoice(amount="0"), "nothing is open"),
        ("a credit", invoice(amount="-5"), "nothing is open"),
        ("no due date", invoice(due=None), "no due date"),
        ("endless due date", invoice(due=date(9999, 12, 31)), "cannot be meant"),
        ("disputed", invoice(disputed="100"), "disputes"),
        ("paused", invoice(paused=True), "paused"),
    ],
)
def test_some_invoices_are_never_reminded_of_and_say_why(_case: str, one: object, why: str) -> None:
    alone = next_step(account(one), POLICY, at("2026-03-16"))
    beside = next_step(account(one, invoice("INV-2")), POLICY, at("2026-03-16"))

    assert isinstance(alone, Wait)
    assert alone.until is None
    assert why in alone.reasons[0]
    assert isinstance(beside, Send)
    assert beside.invoice_ids == ("id:INV-2",)
    assert any(why in reason for reason in beside.reasons)


def test_an_invoice_that_was_not_sent_counts_only_where_the_policy_wants_it_sent() -> None:
    unsent = account(invoice(sent=False))

    assert isinstance(next_step(unsent, POLICY, at("2026-03-16")), Send)
    strict = next_step(unsent, DunningPolicy(require_sent=True), at("2026-03-16"))
    assert isinstance(strict, Wait)
    assert "not sent" in strict.reasons[0]


@pytest.mark.parametrize(
    ("_case", "held", "why"),
    [
        ("paused", account(invoice(), paused_reason="on holiday"), "on holiday"),
        ("answered", account(invoice(), unread_reply=True), "the customer answered"),
        ("money came", account(invoice(), waiting_cash=True), "money or news"),
    ],
)
def test_a_held_account_waits_for_news(_case: str, held: Account, why: str) -> None:
    decision = next_step(held, POLICY, at("2026-03-16"))

    assert isinstance(decision, Wait)
    assert decision.until is None
    assert why in decision.reason


@pytest.mark.parametrize(
    ("_case", "asked", "policy", "why"),
    [
        ("credit covers all", account(invoice(), credits="100"), POLICY, "apply credit"),
        ("no address", account(invoice(), emails=()), POLICY, "no e-mail address"),
        ("no real address", account(invoice(), emails=("none",)), POLICY, "no e-mail address"),
        ("too much", account(invoice()), DunningPolicy(remind_at_most={"USD": Decimal(99)}),
            "more than the 99 USD"),
    ],
)  # fmt: skip
def test_a_person_is_asked(_case: str, asked: Account, policy: DunningPolicy, why: str) -> None:
    decision = next_step(asked, policy, at("2026-03-16"))

    assert isinstance(decision, Ask)
    assert why in decision.reason


def test_credit_that_covers_a_part_is_taken_off_and_named() -> None:
    decision = next_step(account(invoice(), credits="40"), POLICY, at("2026-03-16"))

    assert isinstance(decision, Send)
    assert (decision.total, decision.credits) == (Money.of("60", "USD"), Money.of("40", "USD"))
    assert any("USD 40.00" in reason for reason in decision.reasons)


def test_small_totals_wait_until_more_falls_due() -> None:
    policy = DunningPolicy(minimum={"USD": Decimal(150)})
    more = invoice("INV-2", due=date(2026, 4, 1))

    alone = next_step(account(invoice()), policy, at("2026-03-16"))
    later = next_step(account(invoice(), more), policy, at("2026-03-16"))

    assert isinstance(alone, Wait)
    assert alone.until is None
    assert isinstance(later, Wait)
    while isinstance(later, Wait):
        moment = later.until
        assert moment
        later = next_step(account(invoice(), more), policy, moment)
    assert isinstance(later, Send)
    assert moment > at("2026-04-02"), "until then only one of them is late"
    assert later.invoice_ids == ("id:INV-1", "id:INV-2")


def test_after_the_last_step_a_person_is_asked_once_there_was_time_to_pay() -> None:
    done = account(invoice(), sent=(message("final", "2026-03-23", "INV-1"),))

    soon = next_step(done, POLICY, at("2026-03-24"))

    assert isinstance(soon, Wait)
    assert soon.until == at("2026-03-30", "13:00")
    assert isinstance(next_step(done, POLICY, soon.until), Ask)


def test_an_invoice_without_steps_left_is_a_persons_while_others_go_on() -> None:
    newer = invoice("INV-2", due=date(2026, 5, 1))
    done = account(invoice(), newer, sent=(message("final", "2026-03-23", "INV-1"),))

    soon = next_step(done, POLICY, at("2026-03-24"))
    decision = next_step(done, POLICY, at("2026-04-01"))
    later = next_step(done, POLICY, at("2026-05-11"))

    assert isinstance(soon, Wait), "there is still time to pay"
    assert soon.until == at("2026-03-30", "13:00")
    assert isinstance(decision, Ask)
    assert decision.reason == ended("INV-1")
    assert decision.reason not in decision.reasons, "it is told once"
    assert "the next step, 'upcoming' about INV-2, USD 100.00, is due on" in decision.reasons[0]
    assert decision.until == at("2026-04-27", "13:00"), "the other one goes on"
    assert isinstance(later, Send)
    assert later.invoice_ids == ("id:INV-2",)


def test_what_is_not_due_yet_is_not_asked_for_with_what_is_late() -> None:
    """Its own notice is left out: a demand in that tone would not be fair."""
    both = account(invoice(), invoice("INV-2", "5000", due=date(2026, 3, 20)))

    decision = next_step(both, POLICY, at("2026-03-16"))

    assert isinstance(decision, Send)
    assert decision.invoice_ids == ("id:INV-1",)
    assert str(decision.total) == "USD 100.00"


def test_a_moved_due_date_moves_the_steps_and_skips_none() -> None:
    sent = (UPCOMING, FRIENDLY)
    moved = account(invoice(due=date(2026, 4, 1)), sent=sent)

    waits = next_step(moved, POLICY, at("2026-03-16"))

    assert isinstance(waits, Wait)
    assert waits.until == at("2026-04-08", "13:00")
    step = next_step(moved, POLICY, waits.until)
    assert isinstance(step, Send)
    assert step.step == "reminder"


def test_no_notice_before_the_due_date_for_an_invoice_that_was_just_written() -> None:
    fresh = invoice(issued=date(2026, 2, 27))

    decision = next_step(account(fresh), POLICY, at("2026-02-27"))

    assert isinstance(decision, Wait)
    assert decision.until == at("2026-03-05", "14:00")


def test_a_step_of_an_older_policy_keeps_messages_apart_but_takes_no_step() -> None:
    sent = (message("gentle nudge", "2026-03-12", "INV-1"),)

    decision = next_step(account(invoice(), sent=sent), POLICY, at("2026-03-16"))

    assert isinstance(decision, Wait)
    assert decision.until == at("2026-03-17", "13:00")
    assert isinstance(next_step(account(invoice(), sent=sent), POLICY, decision.until), Send)


def test_a_notice_alone_ends_without_a_question_before_the_due_date() -> None:
    policy = DunningPolicy(steps=STEPS[:1])
    told = account(invoice(), sent=(message("upcoming", "2026-02-25", "INV-1"),))

    decision = next_step(told, policy, at("2026-02-26"))

    assert isinstance(decision, Wait)
    assert decision.until == at("2026-03-03", "14:00")


def test_what_cannot_be_decided_on_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone; moments"):
        next_step(account(invoice()), POLICY, datetime(2026, 3, 1))
    with pytest.raises(ValueError, match="'Mars/Base' is no time zone"):
        next_step(account(invoice(), time_zone="Mars/Base"), POLICY, at("2026-03-01"))
    with pytest.raises(ValueError, match="does not belong in an account in USD"):
        account(invoice(currency="EUR"))

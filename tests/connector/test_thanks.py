"""Who pays what we reminded of is thanked: once, in time, and only while the payment stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector import answers, consents, decisions, holds, policy
from connector.effects import SendReminder, SendThanks
from connector.intents import Intent, Step
from connector.modes import Mode
from dunning.channels import Channel
from providers.ledger import AddNote
from providers.simulated.faults import Fault
from providers.simulated.store import Doc
from tests.connector.firm import EVER, Firm
from tests.connector.notified import Opens, at_once, switch_on, text
from tests.connector.test_reversals import remove

ON = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
AMOUNT = Decimal("120.00")
MORNING = timedelta(hours=23)


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Ash was reminded of 120.00; thank-yous are on."""
    return reminded(open_firm, ledger)


def reminded(open_firm: Opens, ledger: str, *, thank_you: bool = True, **how: Any) -> Firm:
    firm = open_firm(ledger, **{"modes": ON, **how})
    switch_on(firm, thank_you=thank_you)
    firm.owe(firm.books.customer("Ash"), "INV-1", str(AMOUNT), late_days=4)
    firm.pass_time(minutes=20)
    firm.pass_time(minutes=5)
    return firm


def pay(firm: Firm, amount: Decimal = AMOUNT) -> None:
    """The bookkeeper enters it in the ledger."""
    (intent,) = [i for i in firm.intents() if isinstance(i.effect, SendReminder)]
    assert isinstance(intent.effect, SendReminder)
    invoice = intent.effect.invoice_ids[0]
    firm.books.pay_by_hand(intent.effect.customer_id, invoice, amount, firm.today)
    firm.sweep()


def thanks(firm: Firm) -> list[Intent]:
    return [intent for intent in firm.intents() if isinstance(intent.effect, SendThanks)]


def thanked(firm: Firm) -> list[Doc]:
    return [mail for mail in firm.mails() if "Thank you" in mail["subject"]]


def test_a_payment_that_settles_what_was_reminded_of_is_thanked_for_once(firm: Firm) -> None:
    pay(firm)
    (mail,) = thanked(firm)
    assert mail["subject"].startswith("Thank you: invoice INV-1 is paid - ")
    words = " ".join(text(mail).split())
    assert "your payment of $120.00 for invoice INV-1" in words.replace("\xa0", " ")
    assert "INV-1" in mail["html"]
    for _ in range(3):
        firm.sweep()
    firm.restart()
    firm.pass_days(2)
    assert len(thanked(firm)) == 1
    (intent,) = thanks(firm)
    assert (intent.state, intent.decision_id > 0) == (Step.CONFIRMED, True)
    notes = [i.effect.text for i in firm.intents() if isinstance(i.effect, AddNote)]
    assert any("thanked the customer for USD 120.00" in note for note in notes)


def test_it_is_off_by_default(open_firm: Opens, ledger: str) -> None:
    firm = reminded(open_firm, ledger, thank_you=False)
    pay(firm)
    assert thanks(firm) == []


def test_money_that_ledgerhand_applied_is_thanked_for_too(open_firm: Opens, ledger: str) -> None:
    firm = reminded(open_firm, ledger, modes=ON | {"cash": Mode.AUTOPILOT})
    (reminder,) = [i for i in firm.intents() if isinstance(i.effect, SendReminder)]
    assert isinstance(reminder.effect, SendReminder)
    firm.pay(reminder.effect.customer_id, "120.00", "INV-1")
    firm.sweep()
    assert len(thanked(firm)) == 1


def test_two_workers_thank_once(firm: Firm) -> None:
    (intent,) = [i for i in firm.intents() if isinstance(i.effect, SendReminder)]
    assert isinstance(intent.effect, SendReminder)
    firm.books.pay_by_hand(
        intent.effect.customer_id, intent.effect.invoice_ids[0], AMOUNT, firm.today
    )
    firm.world.clock.advance(timedelta(minutes=20))
    at_once(firm, "sync", "decide", "deliver")
    firm.sweep()
    assert len(thanked(firm)) == 1


def test_what_nobody_reminded_of_needs_no_thanks(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes=ON)
    switch_on(firm, thank_you=True)
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", str(AMOUNT), late_days=-20)
    firm.sweep()
    firm.books.pay_by_hand(customer, invoice, AMOUNT, firm.today)
    firm.sweep()
    assert thanks(firm) == []


def test_a_part_is_not_thanked_for_before_the_rest_has_come(firm: Firm) -> None:
    pay(firm, Decimal("50.00"))
    assert thanks(firm) == []
    pay(firm, Decimal("70.00"))
    (intent,) = thanks(firm)
    assert isinstance(intent.effect, SendThanks)
    assert (str(intent.effect.total), len(intent.effect.payments)) == ("USD 120.00", 2)
    assert len(thanked(firm)) == 1


def test_what_was_paid_before_it_was_switched_on_is_not_thanked_for(
    open_firm: Opens, ledger: str
) -> None:
    firm = reminded(open_firm, ledger, thank_you=False)
    pay(firm)
    switch_on(firm, thank_you=True)
    firm.sweep()
    assert thanks(firm) == []


def before_it_goes_out(firm: Firm, act: Callable[[], None]) -> None:
    """The payment is known and its thanks intended; then `act`, and only then it is delivered."""
    firm.world.clock.advance(timedelta(hours=9))
    pay(firm)
    (intent,) = thanks(firm)
    assert intent.state is Step.INTENDED
    assert "waits for an hour at which it may go out" in intent.error
    act()
    firm.pass_time(hours=16)
    firm.sweep()


def test_at_night_it_waits_for_the_morning(firm: Firm) -> None:
    before_it_goes_out(firm, lambda: None)
    assert len(thanked(firm)) == 1


def test_a_payment_that_was_reversed_before_it_went_out_is_not_thanked_for(firm: Firm) -> None:
    before_it_goes_out(firm, lambda: remove(firm))
    assert thanked(firm) == []
    (intent,) = thanks(firm)
    assert intent.state is Step.REFUSED
    assert "does not stand any more" in intent.error or "is open again" in intent.error


def test_a_reversal_that_nobody_announced_is_seen_just_before(firm: Firm) -> None:
    """No webhook and no sweep told of it: the ledger is read for this very message."""
    removed: list[bool] = []

    def between() -> None:
        found = thanks(firm)
        if found and not removed and found[0].error and firm.deps.now() > night + MORNING:
            removed.append(True)
            remove(firm)

    night = firm.deps.now()
    firm.universe.between = between
    before_it_goes_out(firm, lambda: None)
    assert removed
    assert thanked(firm) == []
    assert thanks(firm)[0].state is Step.REFUSED


@pytest.mark.parametrize("why", ["paused", "left", "off", "shadow", "notices off", "with a person"])
def test_who_must_not_be_written_to_is_not_thanked(firm: Firm, why: str) -> None:
    customer = thanks_customer(firm)

    def forbid() -> None:
        with firm.deps.writing() as tx:
            if why == "paused":
                holds.set_hold(tx, firm.connection_id, customer_id=customer, reason="r", by="ann",
                               at=firm.deps.now())  # fmt: skip
            if why == "left":
                consents.revoke(
                    tx, firm.connection_id, Channel.EMAIL, address_of(firm), words="no",
                    customer_id=customer, by="ann", at=firm.deps.now(),
                )  # fmt: skip
        if why in ("off", "shadow"):
            firm.switch(remind=Mode(why))
        if why == "notices off":
            switch_on(firm)
        if why == "with a person":
            rules = _policy(firm)
            dunning = rules.dunning.model_copy(update={"with_a_person": "a key account"})
            wanted = rules.model_copy(update={"dunning": dunning})
            answers.set_policy(firm.deps, firm.connection.client_id, wanted, by="ann")

    before_it_goes_out(firm, forbid)
    assert thanked(firm) == []
    (intent,) = thanks(firm)
    assert intent.state is Step.REFUSED
    assert [entry.what["reason"] for entry in firm.log("send_thanks.not sent")] == [intent.error]


def test_in_copilot_a_person_is_asked_first(open_firm: Opens, ledger: str) -> None:
    firm = reminded(open_firm, ledger)
    firm.switch(remind=Mode.COPILOT)
    firm.settle()
    pay(firm)
    assert thanked(firm) == []
    (asked,) = firm.asked()
    assert asked.summary == (
        "Thank the customer: USD 120.00 settled INV-1, which the customer was reminded of"
    )
    firm.approve()
    assert len(thanked(firm)) == 1
    assert [entry.actor for entry in firm.log("thanks.approved")] == ["ann"]


def test_a_person_may_leave_it_unsaid(open_firm: Opens, ledger: str) -> None:
    firm = reminded(open_firm, ledger)
    firm.switch(remind=Mode.COPILOT)
    firm.settle()
    pay(firm)
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    firm.sweep()
    assert firm.asked() == []
    assert thanks(firm) == []


def test_in_shadow_it_is_noted_only(open_firm: Opens, ledger: str) -> None:
    firm = reminded(open_firm, ledger)
    firm.switch(remind=Mode.SHADOW)
    firm.settle()
    pay(firm)
    firm.sweep()
    assert thanks(firm) == []
    with firm.deps.reading() as tx:
        found = decisions.recent(tx, firm.connection_id, since=EVER)
    assert [d.mode for d in found if d.capability == "thank_you"] == ["shadow"]


def test_it_counts_in_the_budget_of_the_person(open_firm: Opens, ledger: str) -> None:
    budget = {"contacts_per_7_days": 1, "contacts_per_30_days": 7}
    firm = reminded(open_firm, ledger, dunning={"budget": budget})
    pay(firm)
    (intent,) = thanks(firm)
    assert (intent.state, thanked(firm)) == (Step.REFUSED, [])
    assert "too late to say thank you" in intent.error


def test_a_thank_you_leaves_less_for_reminders(open_firm: Opens, ledger: str) -> None:
    budget = {"contacts_per_7_days": 2, "contacts_per_30_days": 7}
    firm = reminded(open_firm, ledger, dunning={"budget": budget, "min_days_between_messages": 1})
    owing = thanks_customer(firm)
    pay(firm)
    assert len(thanked(firm)) == 1
    firm.owe(owing, "INV-2", "80.00", late_days=4)
    firm.pass_days(6)
    assert len(firm.mails()) == 2
    firm.pass_days(2)
    assert len(firm.mails()) == 3


def test_what_may_have_arrived_is_never_said_again(firm: Firm) -> None:
    firm.fail(Fault("timeout_after_commit", on=r"mail\.message\.send"))
    pay(firm)
    firm.fail()
    firm.pass_days(1)
    assert len(thanked(firm)) == 1
    assert thanks(firm)[0].state is Step.PERSON


def test_who_dies_on_the_way_says_it_at_most_once(firm: Firm) -> None:
    alive = firm.deps

    def die(point: str) -> None:
        if point == "thanking.read":
            raise KeyboardInterrupt

    firm.universe.deps = replace(alive, reached=die)
    with pytest.raises(KeyboardInterrupt):
        pay(firm)
    firm.universe.deps = alive
    firm.pass_time(minutes=5)
    assert len(thanked(firm)) == 1


def thanks_customer(firm: Firm) -> str:
    (intent,) = [i for i in firm.intents() if isinstance(i.effect, SendReminder)]
    assert isinstance(intent.effect, SendReminder)
    return intent.effect.customer_id


def address_of(firm: Firm) -> str:
    return str(firm.mails()[0]["recipients"][0])


def _policy(firm: Firm) -> Any:
    with firm.deps.reading() as tx:
        return policy.current(tx, firm.connection.client_id).policy

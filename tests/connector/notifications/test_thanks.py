"""Who pays what we reminded of is thanked: once, in time, and only while the payment stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.outgoing.effects import SendReminder, SendThanks
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from providers.ledger import AddNote
from providers.simulated.faults import Fault
from tests.connector.firm import Firm
from tests.connector.notified import Opens, at_once, switch_on, text
from tests.connector.taken_back.test_reversals import remove
from tests.connector.thankful import (
    AMOUNT,
    MORNING,
    ON,
    before_it_goes_out,
    firm,
    pay,
    reminded,
    thanked,
    thanks,
)

pytestmark = pytest.mark.either_ledger

__all__ = ["firm"]


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


def test_it_follows_the_mode_of_the_customers_segment(open_firm: Opens, ledger: str) -> None:
    segment = {"name": "late ones", "when": {"payer": ["new"]}}
    firm = reminded(open_firm, ledger, dunning={"segments": [segment]})
    allowing.switch(
        firm.deps, firm.connection.client_id, Capability.REMIND, Mode.SHADOW, by="ann",
        segment="late ones",
    )  # fmt: skip
    pay(firm)
    assert (thanks(firm), thanked(firm)) == ([], [])


def test_a_payment_of_a_parent_for_two_of_its_customers_thanks_each(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=ON)
    switch_on(firm, thank_you=True)
    parent = firm.books.customer("Parent")
    owed = {}
    for name, amount in (("North", "120.00"), ("South", "80.00")):
        customer = firm.hand.create("Customer", {
            "DisplayName": name, "Job": True, "ParentRef": {"value": parent},
            "PrimaryEmailAddr": {"Address": f"{name.lower()}@parent.example"},
        })  # fmt: skip
        owed[firm.owe(customer["Id"], f"INV-{name}", amount, late_days=4)] = Decimal(amount)
    firm.sweep()
    assert len(firm.mails()) == 2
    firm.hand.create("Payment", {
        "CustomerRef": {"value": parent}, "CurrencyRef": {"value": "USD"},
        "TotalAmt": sum(owed.values()), "TxnDate": firm.today.isoformat(),
        "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": id_, "TxnType": "Invoice"}]}
                 for id_, amount in owed.items()],
    })  # fmt: skip
    firm.sweep()
    told = {mail["recipients"][0]: " ".join(text(mail).split()) for mail in thanked(firm)}
    assert sorted(told) == ["north@parent.example", "south@parent.example"]
    assert "$120.00" in told["north@parent.example"].replace("\xa0", " ")
    assert "$80.00" in told["south@parent.example"].replace("\xa0", " ")
    firm.pass_days(1)
    assert len(thanked(firm)) == 2

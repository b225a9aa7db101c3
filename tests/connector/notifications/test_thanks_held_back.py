"""Who is not thanked, or not without a person, and what a thank-you costs of the budget."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.answering import answers
from connector.decided import decisions, holds
from connector.outgoing.intents import Step
from connector.recipients import consents
from connector.rule_changes import allowing
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from tests.connector.firm import EVER, Firm
from tests.connector.notified import Opens, switch_on
from tests.connector.thankful import (
    address_of,
    before_it_goes_out,
    firm,
    pay,
    policy_of,
    reminded,
    thanked,
    thanks,
    thanks_customer,
)

pytestmark = pytest.mark.either_ledger

__all__ = ["firm"]
DAY = timedelta(days=1)


@pytest.mark.parametrize("why", [
    "paused", "left", "off", "shadow", "notices off", "with_a_person", "paused_until",
])  # fmt: skip
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
        if why in ("with_a_person", "paused_until"):
            value = {"with_a_person": "a key account", "paused_until": firm.today + 2 * DAY}[why]
            rules = policy_of(firm)
            dunning = rules.dunning.model_copy(update={why: value})
            wanted = rules.model_copy(update={"dunning": dunning})
            allowing.set_policy(firm.deps, firm.connection.client_id, wanted, by="ann")

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
        "Thank Ash: USD 120.00 settled INV-1, which the customer was reminded of"
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

"""Numbers abroad: one rule of hours decides when something is planned and when it goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from connector.outgoing.intents import Step
from connector.phone import phone_contacts
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.next_step.test_course import planned
from tests.connector.telephony import SETTINGS, Telephony, equip

SINGAPORE, HAWAII, ALASKA = "+6591234567", "+18085550123", "+19075550111"
CALIFORNIA, LONDON, NOWHERE = "+13105550123", "+447911123456", "+18005550123"
DAYS = 12
MORE_THAN_A_WEEK = 8
TEXT_FIRST: dict[str, Any] = {
    "name": "friendly", "offset_days": 3, "tone": "friendly", "channels": ["text", "email"],
}  # fmt: skip
TEXT_ONLY = TEXT_FIRST | {"channels": ["text"]}
CALL: dict[str, Any] = {"name": "call", "offset_days": 10, "tone": "direct", "do": "call"}


def opened(open_firm: Opens, number: str, *steps: dict[str, Any], **how: Any) -> Telephony:
    """In New York; Ash agreed to texts and machine calls at this number, and where it is the ledger
    does not tell."""
    phone = equip(
        open_firm(
            "quickbooks", dunning={"steps": list(steps), **how},
            modes={"remind": Mode.AUTOPILOT}, **SETTINGS,
        )
    )  # fmt: skip
    firm = phone.firm
    customer = firm.books.customer("Ash")
    phone.agree(customer, Channel.TEXT, Channel.CALL, number=number)
    firm.owe(customer, "INV-7", "123.45", late_days=2)
    firm.sweep()
    firm.pass_time(minutes=60 - firm.deps.now().minute)
    return phone


def ahead(firm: Firm, days: int = DAYS) -> list[tuple[datetime, str]]:
    """(when, by which channel) of what the plan says goes out by itself."""
    found = [one for one in planned(firm, days) if one.how.name == "BY_ITSELF"]
    return [(one.at.replace(minute=0), str(one.channel)) for one in found]


def went_out(phone: Telephony, days: int = DAYS) -> list[tuple[datetime, str]]:
    """The same of what goes out then, hour by hour."""
    firm, start = phone.firm, phone.firm.deps.now()
    firm.pass_hours(days * 24)
    with firm.deps.reading() as tx:
        rung = phone_contacts.listed(tx, firm.connection_id)
    found = [(one.at, str(one.channel)) for one in rung if one.at >= start]
    found += [(datetime.fromisoformat(mail["time"]), "email") for mail in firm.mails()]
    return sorted((at.replace(minute=0, second=0, microsecond=0), by) for at, by in found)


@pytest.mark.parametrize(("number", "channel"), [
    (SINGAPORE, "email"), (NOWHERE, "email"), (HAWAII, "text"), (ALASKA, "text"),
    (CALIFORNIA, "text"), (LONDON, "text"),
])  # fmt: skip
def test_the_plan_is_what_happens(open_firm: Opens, number: str, channel: str) -> None:
    later = TEXT_FIRST | {"name": "direct", "offset_days": 7, "tone": "direct"}
    phone = opened(open_firm, number, TEXT_FIRST, later)
    plan = ahead(phone.firm, MORE_THAN_A_WEEK)
    assert [by for _, by in plan] == [channel, channel]
    assert went_out(phone, MORE_THAN_A_WEEK) == plan
    assert {intent.state for intent in phone.firm.intents()} == {Step.CONFIRMED}


@pytest.mark.parametrize(("number", "why"), [
    (SINGAPORE, "there is no hour at which it is day at +6591234567 and business is open"),
    (NOWHERE, "there is no hour at which it is day at +18005550123 and business is open"),
])  # fmt: skip
@pytest.mark.parametrize(("step", "said"), [
    (TEXT_ONLY, "the customer has no number for text messages that can be used"),
    (CALL, "a person calls about USD 123.45"),
])  # fmt: skip
def test_where_the_hours_never_meet_a_person_is_asked(
    open_firm: Opens, number: str, why: str, step: dict[str, Any], said: str
) -> None:
    phone = opened(open_firm, number, step)
    firm = phone.firm
    (plan,) = [one for one in planned(firm, DAYS) if one.how.name == "ASKED"]
    assert said in plan.why[0]
    assert why in plan.why[0]
    firm.pass_days(DAYS)
    (question,) = [one for one in firm.asked() if said in one.summary]
    assert why in question.summary
    assert [option["by_person"] for option in question.options] == (
        ["call"] if step is CALL else []
    )
    assert (phone.texts(), phone.exchange.calls(), firm.intents()) == ([], [], [])


def test_a_person_who_called_says_so(open_firm: Opens) -> None:
    phone = opened(open_firm, SINGAPORE, CALL)
    phone.firm.pass_days(DAYS)
    phone.firm.approve()
    assert phone.exchange.calls() == []
    assert not [one for one in phone.firm.asked() if "a person calls" in one.summary]

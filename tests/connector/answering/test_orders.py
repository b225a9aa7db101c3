"""What only a person decides never goes out without that person, whoever asks and in every mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

import pytest

from connector.account.taking import BY_A_PERSON
from connector.answering import answers, by_person
from connector.answering.answers import CannotAnswer
from connector.answering.by_person import Heard
from connector.commitments import promises
from connector.customers import timeline
from connector.decided import approvals
from connector.outgoing import effects, intents
from connector.outgoing.effects import LetterKind, PrintLetter
from connector.paper import posting
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from dunning.checking import shipped
from dunning.customer.channels import Channel
from dunning.fees.late_fees import FeeState
from dunning.rules.steps import ALWAYS_A_PERSON, Do
from providers.charging import Charging, RaiseCharge, VoidCharge
from providers.ledger import AddNote, CreditDifference
from tests.connector.by_post import customer_at, queued
from tests.connector.charging import found, open_charging
from tests.connector.firm import Firm
from tests.connector.office import usd
from tests.connector.telephony import PHONE, open_telephony, owing

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
ON = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
BY_ITSELF = {
    "apply_unapplied", "record_payment", "credit_difference", "undo", "add_note", "send_reminder",
    "send_text", "place_call", "text_pay_links", "send_notice", "send_thanks", "send_hook",
}  # fmt: skip
"""Effects that the policy and the mode alone may let out; everything else needs an order."""
CHARGE = RaiseCharge(
    "1", usd(3), "42", date(2026, 3, 2), date(2026, 3, 16), "Late fee", "Late fee", ("9",)
)
ALWAYS_ORDERED = [CHARGE, VoidCharge(CHARGE, "77")]
UNALLOWED = CreditDifference("1", "9", usd(3), "42", date(2026, 3, 2), "", "Credit", with_tax=True)
DEMAND = PrintLetter("1", "demand letter", ("9",), ("demand letter",), usd(100), LetterKind.DEMAND)


def test_every_effect_is_known_to_go_by_itself_or_to_need_an_order() -> None:
    assert set(effects.WORDS) == BY_ITSELF | {"print_letter", "raise_charge", "void_charge"}
    assert effects.lacks_order(DEMAND)
    assert not effects.lacks_order(replace(DEMAND, ordered_by="ann"))
    assert not effects.lacks_order(replace(DEMAND, kind=LetterKind.REMINDER))
    for charge in ALWAYS_ORDERED:
        assert effects.lacks_order(charge)
        assert not effects.lacks_order(replace(charge, ordered_by="ann"))
    assert set(effects.WORDS.values()) == set(_leaves(effects.AnyEffect))


def test_every_step_that_is_a_persons_is_an_order_or_done_by_hand() -> None:
    assert {Do.DEMAND_LETTER} | set(BY_A_PERSON) - {Do.CALL} == ALWAYS_A_PERSON
    assert set(by_person.WORDS) == set(BY_A_PERSON)


@pytest.mark.parametrize("effect", [DEMAND, UNALLOWED, *ALWAYS_ORDERED])
def test_what_nobody_ordered_cannot_be_intended(
    open_firm: Opens, effect: effects.AnyEffect
) -> None:
    firm = open_firm("xero")
    with firm.deps.writing() as tx, pytest.raises(AssertionError, match="a person must order"):
        intents.add(tx, firm.connection_id, effect, key="k", subject="s", decision_id=1,
                    now=firm.deps.now())  # fmt: skip
    assert firm.intents() == []


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.COPILOT, Mode.AUTOPILOT])
def test_in_no_mode_is_a_charge_raised_by_itself(open_firm: Opens, ledger: str, mode: Mode) -> None:
    firm = open_charging(open_firm, ledger, modes={"remind": mode})
    firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_days(3)
    assert [one.state for one in found(firm)] == [FeeState.DRAFTED]
    assert [i for i in firm.intents() if isinstance(i.effect, Charging)] == []


def late(open_firm: Opens, ledger: str, days: int) -> Firm:
    """So many days late; a week ago a first message went out."""
    firm = open_firm(
        ledger, modes=ON, dunning=shipped.body("services") | {"bank_lag_days_max": None}
    )
    firm.owe(customer_at(firm, "Ash"), "INV-1", "120.00", late_days=days - 7)
    firm.pass_time(minutes=20)
    firm.pass_days(7)
    return firm


def demanded(open_firm: Opens, ledger: str) -> Firm:
    """The demand was posted, and the referral is due."""
    firm = late(open_firm, ledger, 47)
    firm.approve()
    (letter,) = queued(firm)
    posting.confirm(firm.deps, letter, by="ann")
    firm.settle()
    firm.pass_days(30, every=3)
    return firm


def about_ash(firm: Firm) -> approvals.Approval:
    (asked,) = [one for one in firm.asked() if one.summary.startswith("Ash")]
    return asked


def test_a_call_that_a_person_made_is_told_in_the_ledger(open_firm: Opens, ledger: str) -> None:
    firm = late(open_firm, ledger, 22)
    assert "a person calls about USD 120.00" in about_ash(firm).summary
    firm.approve()
    firm.pass_time(minutes=1)
    notes = [
        i for i in firm.intents() if isinstance(i.effect, AddNote) and "called" in i.effect.text
    ]
    assert {n.effect.kind for n in notes} == {"customer", "invoice"}  # type: ignore[union-attr]
    assert all("ann called the customer about USD 120.00" in n.effect.text for n in notes)  # type: ignore[union-attr]
    assert [firm.books.notes_with(n.marker) for n in notes] == [1, 1]
    assert len(firm.mails()) == 1, "the message before it"


def test_what_was_said_on_a_call_is_kept_in_the_note_on_the_timeline_and_as_a_promise(
    open_firm: Opens, ledger: str
) -> None:
    firm = late(open_firm, ledger, 22)
    asked, pays_on = about_ash(firm), firm.today + timedelta(days=9)
    with pytest.raises(CannotAnswer, match="cannot be written down: 2001-01-31 is past"):
        answers.approve(
            firm.deps, asked.id, 0, "ann", heard=Heard("so they say", date(2001, 1, 31))
        )
    assert about_ash(firm).state == "waiting"
    before = len(firm.mails())
    answers.approve(firm.deps, asked.id, 0, "ann", heard=Heard("they changed banks", pays_on))
    firm.settle()
    firm.pass_time(minutes=1)
    texts = [i.effect.text for i in firm.intents() if isinstance(i.effect, AddNote)]
    notes = [text for text in texts if "called the customer" in text]
    assert len(notes) == 2
    assert all(f"They will pay by {pays_on}. Said: they changed banks" in text for text in notes)
    customer_id = asked.subject.removeprefix("customer:").partition("/")[0]
    with firm.deps.reading() as tx:
        (kept,) = promises.listed(tx, firm.connection_id)
        passed = timeline.of(tx, firm.connection_id, customer_id).happenings
    assert (kept.words, kept.by, kept.source) == ("they changed banks", "ann", "person")
    assert (str(kept.promise.amount), kept.promise.on) == ("USD 120.00", pays_on)
    assert "they changed banks" in {it.words for it in passed}
    firm.pass_days(8, every=4)
    assert len(firm.mails()) == before


def test_a_machine_call_that_a_person_approves_is_placed_and_is_no_call_of_theirs(
    open_firm: Opens, ledger: str
) -> None:
    call = {"name": "call", "offset_days": 3, "tone": "reminder", "do": "call"}
    phone = open_telephony(
        open_firm, ledger, switched={"call": Mode.AUTOPILOT}, dunning={"steps": [call]}
    )
    owing(phone, Channel.CALL)
    client = phone.firm.connection.client_id
    allowing.switch(phone.firm.deps, client, Capability.REMIND, Mode.COPILOT, by="ann")
    phone.firm.settle()
    (option,) = about_ash(phone.firm).options
    assert (option["text"], option["by_person"]) == (f"let the machine call {PHONE}", "")
    phone.firm.approve()
    phone.firm.settle()
    assert [one["to"] for one in phone.exchange.calls()] == [PHONE]
    assert phone.firm.log("call.done") == []


def test_a_referral_takes_the_word_of_two_people(open_firm: Opens, ledger: str) -> None:
    firm = demanded(open_firm, ledger)
    first = about_ash(firm)
    assert "a referral is a person's decision" in first.summary
    answers.approve(firm.deps, first.id, 0, "ann")
    second = about_ash(firm)
    assert "ann agrees, a second person confirms" in second.summary
    with pytest.raises(CannotAnswer, match="another person must confirm it"):
        answers.approve(firm.deps, second.id, 0, "ann")
    assert firm.log("referral.done") == []
    answers.approve(firm.deps, second.id, 0, "bob")
    (done,) = firm.log("referral.done")
    assert done.actor == "bob"


def test_a_demand_letter_is_made_once_a_person_orders_it(open_firm: Opens, ledger: str) -> None:
    firm = late(open_firm, ledger, 47)
    assert "a demand letter is a person's decision" in about_ash(firm).summary
    assert not [i for i in firm.intents() if isinstance(i.effect, PrintLetter)]
    firm.approve()
    (made,) = [i for i in firm.intents() if isinstance(i.effect, PrintLetter)]
    assert isinstance(made.effect, PrintLetter)
    assert (made.effect.kind, made.effect.ordered_by) == (LetterKind.DEMAND, "ann")


def _leaves(union: Any) -> list[type]:
    parts = get_args(union)
    return [leaf for part in parts for leaf in _leaves(part)] if parts else [union]

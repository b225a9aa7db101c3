"""Texts and calls on their way out: agreed to, decided once more, at an hour for it, sent once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.correspondence import messages, tracking
from connector.correspondence.tracking import Purpose
from connector.outgoing.intents import Step
from connector.recipients import consents
from connector.rules.modes import Mode
from dunning.contact_hours.hours import WEEKDAYS
from dunning.customer.channels import Channel
from providers.ledger import AddNote
from tests.connector.firm import Firm
from tests.connector.telephony import LINE, ON, PHONE, Telephony, open_telephony, owing, pay, placed

Opens = Callable[..., Firm]
BOTH = [Channel.TEXT, Channel.CALL]
OUTSIDE = "https://ar.cedar.example"


@pytest.fixture
def phone(open_firm: Opens, ledger: str) -> Telephony:
    return open_telephony(open_firm, ledger)


@pytest.fixture
def one(open_firm: Opens) -> Telephony:
    """On one ledger, where the ledger makes no difference."""
    return open_telephony(open_firm)


@pytest.mark.either_ledger
def test_a_text_names_client_invoice_amount_and_day_and_the_way_out(phone: Telephony) -> None:
    customer, _ = owing(phone, Channel.TEXT)
    phone.plan(customer, Channel.TEXT)
    phone.firm.settle()
    (text,) = phone.texts()
    assert (text["from"], text["to"], text["status"]) == (LINE, PHONE, "delivered")
    for word in (phone.firm.connection.name, "INV-7", "$123.45", "February 26", "STOP"):
        assert word in text["body"]
    assert phone.intent().state is Step.CONFIRMED
    assert phone.intent().receipt == text["sid"]
    assert phone.contact().status == "delivered"
    assert phone.firm.log("send_text.sent")[0].what["number"] == PHONE


def test_a_text_brings_the_ledgers_own_pay_page(open_firm: Opens) -> None:
    phone = open_telephony(open_firm, "xero")
    customer, _ = owing(phone, Channel.TEXT)
    phone.plan(customer, Channel.TEXT)
    phone.firm.settle()
    (text,) = phone.texts()
    assert " Pay: https://" in text["body"]
    assert len(text["body"]) <= 320


def test_a_text_leads_to_the_account_page_where_the_client_has_one(open_firm: Opens) -> None:
    phone = open_telephony(open_firm, dunning={"portal": True})
    seen_outside = phone.firm.deps.config.model_copy(update={"base_url": OUTSIDE})
    phone.firm.universe.deps = replace(phone.firm.deps, config=seen_outside)
    customer, _ = owing(phone, Channel.TEXT)
    phone.plan(customer, Channel.TEXT)
    phone.firm.settle()
    (text,) = phone.texts()
    _, said, token = text["body"].partition(f" Your account: {OUTSIDE}/account/")
    assert said
    with phone.firm.deps.reading() as tx:
        link = tracking.find(tx, token, Purpose.PORTAL)
    assert link
    assert (link.customer_id, link.recipient) == (customer, PHONE)


def test_what_was_texted_is_told_on_customer_and_invoice(open_firm: Opens) -> None:
    phone = open_telephony(open_firm, switched=ON | {"note": Mode.AUTOPILOT})
    customer, _ = owing(phone, Channel.TEXT)
    phone.plan(customer, Channel.TEXT)
    phone.firm.settle()
    phone.firm.pass_time(minutes=1)
    notes = [i for i in phone.firm.intents() if isinstance(i.effect, AddNote)]
    assert sorted(n.effect.kind for n in notes) == ["customer", "invoice"]  # type: ignore[union-attr]
    for note in notes:
        assert note.state is Step.CONFIRMED
        assert phone.firm.books.notes_with(note.marker) == 1


@pytest.mark.parametrize("channel", BOTH)
def test_without_a_consent_on_record_nothing_goes_out_and_a_person_is_told(
    one: Telephony, channel: Channel
) -> None:
    customer, _ = owing(one)
    one.plan(customer, channel)
    one.firm.settle()
    assert placed(one) == 0
    assert one.intent().state is Step.PERSON
    assert "no consent" in one.intent().error
    assert one.firm.log("needs a person")


@pytest.mark.parametrize("channel", BOTH)
def test_the_consent_of_another_customer_is_nobodys(one: Telephony, channel: Channel) -> None:
    customer, _ = owing(one)
    one.agree("somebody else", channel)
    one.plan(customer, channel)
    one.firm.settle()
    assert (placed(one), one.intent().state) == (0, Step.PERSON)


@pytest.mark.parametrize("channel", BOTH)
@pytest.mark.parametrize("mode", [Mode.OFF, Mode.SHADOW])
def test_a_channel_that_is_not_switched_on_stays_silent(
    open_firm: Opens, channel: Channel, mode: Mode
) -> None:
    phone = open_telephony(open_firm, switched=ON | {channel.value: mode})
    customer, _ = owing(phone, channel)
    phone.plan(customer, channel)
    phone.firm.settle()
    assert placed(phone) == 0
    assert f"mode {mode}" in phone.intent().error


@pytest.mark.parametrize("channel", BOTH)
def test_consent_taken_back_after_the_decision_counts(one: Telephony, channel: Channel) -> None:
    customer, _ = owing(one, channel)
    one.plan(customer, channel)
    with one.firm.deps.writing() as tx:
        consents.revoke_number(
            tx, one.firm.connection_id, PHONE, customer_id=customer, words="no", by="ann",
            at=one.firm.deps.now(),
        )  # fmt: skip
    one.firm.settle()
    assert placed(one) == 0
    assert "taken back" in one.intent().error


@pytest.mark.parametrize("channel", BOTH)
def test_consent_taken_back_while_the_ledger_is_read_counts(
    one: Telephony, channel: Channel
) -> None:
    customer, _ = owing(one, channel)
    one.plan(customer, channel)

    def say_no(point: str) -> None:
        if point == "second_look.read":
            with one.firm.deps.writing() as tx:
                consents.revoke_number(
                    tx, one.firm.connection_id, PHONE, customer_id=customer, words="no",
                    by="ann", at=one.firm.deps.now(),
                )  # fmt: skip

    one.firm.reached(say_no)
    one.firm.settle()
    assert (placed(one), one.intent().state) == (0, Step.PERSON)


@pytest.mark.either_ledger
@pytest.mark.parametrize("channel", BOTH)
def test_paid_between_the_plan_and_the_call_means_neither_call_nor_text(
    phone: Telephony, channel: Channel
) -> None:
    customer, _ = owing(phone, channel)
    key = phone.plan(customer, channel)
    pay(phone)
    phone.firm.pass_time(minutes=1)
    assert placed(phone) == 0
    assert phone.intent().state is Step.REFUSED
    with phone.firm.deps.reading() as tx:
        taken = messages.asked(tx, phone.firm.connection_id, [customer])[customer, "USD"]
    assert taken == []
    assert key == phone.intent().key


@pytest.mark.parametrize(("hour", "rings"), [
    (12.9, False), (13.1, True), (25.9, True), (26.1, False), (30.0, False), (36.9, False),
])  # fmt: skip
def test_nothing_rings_before_8_or_after_21_where_the_phone_is(
    open_firm: Opens, hour: float, rings: bool
) -> None:
    """New York is five hours behind UTC; the policy itself would write at any hour."""
    always = {"business_start": "00:00", "business_end": "23:59", "working_days": WEEKDAYS}
    one = open_telephony(open_firm, dunning=always)
    customer, _ = owing(one, Channel.CALL)
    one.plan(customer, Channel.CALL)
    midnight = one.firm.world.clock.now().replace(hour=0, minute=0)
    one.firm.world.clock.set(midnight + timedelta(days=1, hours=hour))
    one.firm.settle()
    assert (placed(one) == 1) is rings


def test_a_call_that_waits_for_the_morning_is_decided_on_again_then(one: Telephony) -> None:
    customer, _ = owing(one, Channel.CALL)
    one.plan(customer, Channel.CALL)
    midnight = one.firm.world.clock.now().replace(hour=0, minute=0)
    one.firm.world.clock.set(midnight + timedelta(days=1, hours=6))
    one.firm.settle()
    assert "8:00" in one.intent().error
    pay(one)
    one.firm.pass_time(hours=8)
    assert placed(one) == 0
    assert one.intent().state is Step.REFUSED


@pytest.mark.parametrize("channel", BOTH)
def test_what_waited_counts_from_when_it_went_out(one: Telephony, channel: Channel) -> None:
    customer, _ = owing(one, channel)
    one.plan(customer, channel)
    midnight = one.firm.world.clock.now().replace(hour=0, minute=0)
    one.firm.world.clock.set(midnight + timedelta(days=1, hours=6))
    one.firm.settle()
    one.firm.pass_time(hours=8)
    assert placed(one) == 1
    with one.firm.deps.reading() as tx:
        found = messages.asked(tx, one.firm.connection_id, [customer])
    (taken,) = (row for rows in found.values() for row in rows)
    assert taken.at == one.contact().at
    assert taken.at > one.intent().created_at + timedelta(hours=12)


def test_a_number_that_answered_stop_elsewhere_is_suppressed_here_too(one: Telephony) -> None:
    customer, _ = owing(one, *BOTH)
    one.exchange.write(PHONE, "STOP", to=LINE)
    with one.firm.deps.writing() as tx:
        for channel in BOTH:
            consents.give(
                tx, one.firm.connection_id, channel, PHONE, customer_id=customer, words="again",
                by="ann", at=one.firm.deps.now(),
            )  # fmt: skip
    one.plan(customer, Channel.TEXT)
    one.firm.settle()
    assert placed(one) == 0
    assert "21610" in one.intent().error
    with one.firm.deps.reading() as tx:
        for channel in BOTH:
            assert consents.suppressed(tx, one.firm.connection_id, channel, PHONE)


def test_wrong_credentials_hold_it_back_and_leave_the_ledger_alone(one: Telephony) -> None:
    customer, _ = owing(one, Channel.TEXT)
    one.plan(customer, Channel.TEXT)
    one.exchange.open_account(account="AC9", token="another")
    one.firm.settle()
    assert (placed(one), one.intent().state) == (0, Step.INTENDED)
    assert "LEDGERHAND_TWILIO_AUTH_TOKEN" in one.intent().error
    assert one.firm.connection.state == "live"


def test_without_a_line_it_waits_and_says_what_to_set(open_firm: Opens) -> None:
    phone = open_telephony(open_firm)
    customer, _ = owing(phone, Channel.TEXT)
    phone.plan(customer, Channel.TEXT)
    settings = phone.firm.deps.config.model_copy(update={"twilio_number": ""})
    phone.firm.universe.deps = replace(phone.firm.deps, config=settings)
    for _ in range(3):
        phone.firm.pass_time(hours=1)
    assert (placed(phone), phone.intent().state) == (0, Step.INTENDED)
    (told,) = phone.firm.log("send_text.waits")
    assert "LEDGERHAND_TWILIO_NUMBER" in told.what["reason"]


def test_the_number_of_the_clients_brand_goes_first(open_firm: Opens) -> None:
    own = "+12065550111"
    phone = open_telephony(open_firm, dunning={"brand": {"telephone": own}})
    customer, _ = owing(phone, Channel.TEXT)
    phone.plan(customer, Channel.TEXT)
    phone.firm.settle()
    assert [text["from"] for text in phone.texts()] == [own]


def test_calls_to_twilio_are_counted_beside_the_ledgers_own(one: Telephony) -> None:
    customer, _ = owing(one, Channel.TEXT)
    one.plan(customer, Channel.TEXT)
    one.firm.settle()
    kinds = [row["kind"] for row in one.firm.requests() if row["product"] == "twilio"]
    assert kinds == ["twilio.messages.create"]

"""What comes back by text: every no is heard at once, answers are kept, and nonsense is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from connector.correspondence import messages
from connector.decided import customer_answers, holds
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.phone import phone_contacts
from connector.recipients import consents
from connector.recipients.consents import MACHINE
from connector.rules import policy
from connector.rules.policy import Policy
from dunning.customer.channels import Channel
from dunning.rules.policy import DunningPolicy
from providers.twilio import signature
from tests.connector.faulty import make_unreadable
from tests.connector.firm import Firm
from tests.connector.telephony import (
    LINE,
    PHONE,
    Telephony,
    open_telephony,
    owing,
    suppressed,
)
from tests.simulation.universe import OURS
from tests.webhooks.hall import hall
from webhooks import telephone

Opens = Callable[..., Firm]
TEXTS = f"{OURS}/webhooks/telephone/texts"


WORDS = (
    "STOP", "stop", "Stop.", " stop! ", "\"STOP\"", "quit", "END", "Revoke", "opt out", "OPT-OUT",
    "Opt  Out.", "optout", "cancel", "Unsubscribe", "UNSUBSCRIBE!!", "stopall",
)  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
def test_every_word_that_says_no_ends_texts_and_machine_calls_at_once(
    phone: Telephony, words: str
) -> None:
    customer = phone.firm.books.customer("Ash")
    phone.firm.settle()
    phone.agree(customer, *MACHINE)
    before = len(phone.exchange.texts())
    phone.exchange.write(PHONE, words, to=LINE)
    assert suppressed(phone) == [True, True]
    assert {e.what["words"] for e in phone.firm.log("consent.revoked")} == {words}
    replies = [t for t in phone.exchange.texts()[before:] if t["direction"] == "outbound-reply"]
    assert len(replies) == 1, "confirmed once, by Twilio or by us"
    phone.exchange.write(PHONE, words, to=LINE)
    replies = [t for t in phone.exchange.texts()[before:] if t["direction"] == "outbound-reply"]
    assert len(replies) == 1


@pytest.mark.parametrize(("words", "is_ours"), [("Stop", False), ("opt out", True)])
def test_where_twilio_confirms_a_no_itself_we_say_nothing(
    phone: Telephony, words: str, is_ours: bool
) -> None:
    phone.agree("c1", *MACHINE)
    fields = {"MessageSid": "SM1", "From": PHONE, "To": LINE, "Body": words}
    status, said = phone.exchange.repeat(TEXTS, fields)
    assert status == 200
    assert (b"<Message>Automated message" in said) is is_ours


def test_a_no_is_confirmed_in_the_customers_language(open_firm: Opens) -> None:
    phone = open_telephony(open_firm)
    phone.agree("c1", *MACHINE)
    rules = DunningPolicy(customers={"c1": {"locale": "fr_FR"}})
    deps = phone.firm.deps
    with deps.writing() as tx:
        policy.save(
            tx, phone.firm.connection.client_id, Policy(dunning=rules), at=deps.now(), by="tests"
        )
    fields = {"MessageSid": "SM1", "From": PHONE, "To": LINE, "Body": "opt out"}
    _, said = phone.exchange.repeat(TEXTS, fields)
    assert b"<Message>Message automatique" in said


def test_a_no_is_confirmed_though_a_fault_of_ours_hides_the_customers_language(
    phone: Telephony,
) -> None:
    phone.agree("c1", *MACHINE)
    make_unreadable(phone.firm.deps, phone.firm.connection_id, "c1")
    fields = {"MessageSid": "SM1", "From": PHONE, "To": LINE, "Body": "opt out"}
    status, said = phone.exchange.repeat(TEXTS, fields)
    assert (status, b"<Message>Automated message" in said) == (200, True)
    assert suppressed(phone) == [True, True]


@pytest.mark.parametrize("words", [
    "please do not stop", "stop by our office tomorrow", "the end of the month", "I cancelled it",
    "", "stopped", "ok",
])  # fmt: skip
def test_a_sentence_is_no_keyword(phone: Telephony, words: str) -> None:
    customer = phone.firm.books.customer("Ash")
    phone.firm.settle()
    phone.agree(customer, *MACHINE)
    phone.exchange.write(PHONE, words, to=LINE)
    assert suppressed(phone) == [False, False]


def test_a_no_counts_for_every_client_who_uses_the_number(phone: Telephony) -> None:
    customer = phone.firm.books.customer("Ash")
    phone.firm.settle()
    phone.agree(customer, *MACHINE)
    other = phone.firm.connection_id + 100
    with phone.firm.deps.writing() as tx:
        for channel in MACHINE:
            consents.give(tx, other, channel, PHONE, customer_id="c", words="w", by="ann",
                          at=phone.firm.deps.now())  # fmt: skip
    phone.exchange.write(PHONE, "STOP", to=LINE)
    assert suppressed(phone, other) == [True, True]


def test_any_other_answer_is_kept_once_and_holds_everything_until_it_is_read(
    open_firm: Opens,
) -> None:
    phone = open_telephony(open_firm)
    customer, _ = owing(phone, Channel.TEXT)
    phone.plan(customer, Channel.TEXT)
    phone.firm.settle()
    written = phone.exchange.write(PHONE, "We pay on Friday")
    fields = {"MessageSid": written["sid"], "From": PHONE, "To": LINE, "Body": written["body"],
              "NumMedia": "0"}  # fmt: skip
    assert phone.exchange.repeat(TEXTS, fields)[0] == 200
    assert len(phone.firm.log("reply.received")) == 1
    with phone.firm.deps.reading() as tx:
        found = holds.in_force(tx, phone.firm.connection_id, phone.firm.deps.now(), customer)
        assert messages.answered(tx, ["nothing"]) is None
    assert [hold.kind for hold in found] == ["reply"]


def test_a_text_before_any_of_ours_is_its_customers_where_a_consent_is_on_record(
    phone: Telephony,
) -> None:
    customer = phone.firm.books.customer("Ash")
    phone.firm.settle()
    phone.agree(customer, *MACHINE)
    for to in (LINE, "+14155550199"):
        phone.exchange.repeat(TEXTS, {
            "MessageSid": f"SM{to}", "From": PHONE, "To": to, "Body": "Please stop texting me",
        })  # fmt: skip
    with phone.firm.deps.reading() as tx:
        (kept,) = customer_answers.unread(tx, phone.firm.connection_id, phone.firm.deps.now())
    assert (kept.answer.customer_id, kept.answer.sender) == (customer, PHONE)
    assert kept.answer.message_id == f"SM{LINE}", "the other line is of another company"
    assert suppressed(phone) == [False, False], "a person reads what it is"
    phone.exchange.write(PHONE, "STOP", to=LINE)
    assert suppressed(phone) == [True, True]
    assert len(phone.firm.log("reply.received")) == 1


def test_a_text_from_a_number_without_a_consent_is_nobodys(phone: Telephony) -> None:
    customer = phone.firm.books.customer("Ash")
    phone.firm.settle()
    phone.agree(customer, *MACHINE)
    fields = {"MessageSid": "SM1", "From": "+12125550199", "To": LINE, "Body": "We pay on Friday"}
    assert phone.exchange.repeat(TEXTS, fields)[0] == 200
    assert phone.firm.log("reply.received") == []


def test_a_text_that_did_not_arrive_is_a_persons_once(phone: Telephony) -> None:
    customer, _ = owing(phone, Channel.TEXT)
    phone.exchange.person(PHONE, texts="undelivered")
    phone.plan(customer, Channel.TEXT)
    phone.firm.settle()
    (text,) = phone.texts()
    late = {"MessageSid": text["sid"], "MessageStatus": "sent", "To": PHONE, "From": LINE}
    again = late | {"MessageStatus": "undelivered", "ErrorCode": "30003"}
    other = again | {"MessageStatus": "failed"}
    for fields in (late, again, other):
        assert phone.exchange.repeat(text["callback"], fields)[0] == 204
    (asked,) = phone.firm.asked()
    assert "30003" in asked.summary
    assert len(phone.firm.log("text.failed")) == 1
    assert phone.contact().status == "undelivered"


def test_a_callback_that_comes_before_the_answer_is_enough_to_know(phone: Telephony) -> None:
    """The worker dies after sending; Twilio's own word makes a look-up needless."""
    customer, _ = owing(phone, Channel.TEXT)
    phone.plan(customer, Channel.TEXT)

    def die(point: str) -> None:
        if point == "handover.sent":
            phone.firm.reached(lambda _point: None)
            raise KeyboardInterrupt

    phone.firm.reached(die)
    with pytest.raises(KeyboardInterrupt):
        phone.firm.settle()
    phone.firm.restart()
    phone.firm.pass_time(minutes=3)
    assert phone.intent().state is Step.CONFIRMED
    kinds = [row["kind"] for row in phone.firm.requests() if row["product"] == "twilio"]
    assert kinds == ["twilio.messages.create"]


def test_without_a_token_there_is_no_door(tmp_path: Path) -> None:
    doors = hall(tmp_path)
    doors.client.application.register_blueprint(telephone.door)
    body = urlencode({"From": PHONE, "Body": "STOP"}).encode()
    signed = signature.sign("http://127.0.0.1:8000/webhooks/telephone/texts", {}, "")
    answer = doors.post("/webhooks/telephone/texts", body, {signature.HEADER: signed})
    assert answer.status_code == 404
    doors.deps.engine.dispose()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 500, b"x" * 70_000])
def test_nonsense_is_answered_and_changes_nothing(phone: Telephony, body: bytes) -> None:
    phone.fetch(TEXTS, {}, {})
    answer = phone.app.test_client().post("/webhooks/telephone/texts", data=body)
    assert answer.status_code in (400, 403, 413)
    with phone.firm.deps.reading() as tx:
        assert phone_contacts.listed(tx, phone.firm.connection_id) == []
        assert intents.of_keys(tx, phone.firm.connection_id, ["x"]) == []

"""A machine call as people hear it: what it says, what their keys do, and nothing done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from connector.commitments import promises
from connector.commitments.promises import Kept, State
from connector.outgoing.effects import TextPayLinks
from connector.outgoing.intents import Intent, Step
from connector.rules.modes import Mode
from providers.ledger import AddNote
from providers.simulated.store import Doc
from providers.twilio import signature
from tests.connector.faulty import make_readable, make_unreadable
from tests.connector.firm import Firm
from tests.connector.telephony import (
    LINE,
    ON,
    PHONE,
    TOKEN,
    Telephony,
    open_telephony,
    pay,
    ringing,
    suppressed,
)
from tests.simulation.universe import OURS

Opens = Callable[..., Firm]


def take(phone: Telephony, *keys: str, by: str = "human", dial: str = "completed") -> Doc:
    """Answer the call with these keys, and let the product do what was wished for."""
    call = phone.exchange.answer(ringing(phone), by=by, keys=keys, dial=dial)
    phone.firm.settle()
    assert call["error"] == ""
    return call


def links(phone: Telephony) -> list[Intent]:
    return [i for i in phone.firm.intents() if isinstance(i.effect, TextPayLinks)]


def test_the_first_sentence_says_that_it_is_a_machine_for_whom_and_to_whom(
    phone: Telephony,
) -> None:
    first = take(phone)["heard"][0]
    assert "automated call" in first
    assert f"on behalf of {phone.firm.connection.name}" in first
    assert "for Ash" in first


@pytest.mark.parametrize("keys", [(), ("",), ("", ""), ("2",), ("7", "7"), ("9",)])
def test_who_does_not_confirm_to_be_the_right_one_hears_of_no_debt(
    phone: Telephony, keys: tuple[str, ...]
) -> None:
    said = " ".join(take(phone, *keys)["heard"])
    for secret in ("INV-7", "123", "invoice", "due", "pay"):
        assert secret not in said


def test_a_mailbox_hears_who_called_and_nothing_of_the_debt(phone: Telephony) -> None:
    said = " ".join(take(phone, by="voicemail")["heard"])
    assert "automated call" in said
    assert "call" in said
    assert "INV-7" not in said
    assert phone.contact().outcome == "a mailbox answered and was asked for a call back"


def test_the_right_person_hears_invoice_amount_and_day(phone: Telephony) -> None:
    said = take(phone, "1")["heard"]
    assert any("INV-7" in s and "$123.45" in s and "February 26, 2026" in s for s in said)
    assert "the right person answered" in phone.contact().outcome


def test_key_1_sends_the_pay_page_by_text(open_firm: Opens) -> None:
    phone = open_telephony(open_firm, "xero")
    take(phone, "1", "1")
    (text,) = phone.texts()
    assert text["body"].startswith("Automated message from")
    assert "https://" in text["body"]
    (intent,) = links(phone)
    assert intent.state is Step.CONFIRMED


def test_key_1_asks_a_person_where_texts_are_off(open_firm: Opens) -> None:
    phone = open_telephony(open_firm, switched=ON | {"text": Mode.OFF})
    call = take(phone, "1", "1")
    assert "cannot send you a text" in call["heard"][-1]
    assert (phone.texts(), links(phone)) == ([], [])
    (asked,) = phone.firm.asked()
    assert "pay page" in asked.summary


def test_key_2_takes_a_day_reads_it_back_and_waits_until_it_is_over(phone: Telephony) -> None:
    call = take(phone, "1", "2", "0309", "1")
    assert any("March 9, 2026" in sentence for sentence in call["heard"])
    assert "promised to pay on 2026-03-09" in phone.contact().outcome
    (kept,) = promised(phone)
    assert (kept.source, kept.by, kept.state) == ("call", "customer", State.OPEN)
    assert kept.promise.on == date(2026, 3, 9)
    assert kept.promise.amount == kept.promise.open_then
    assert str(kept.promise.amount) == "USD 123.45"
    phone.firm.pass_days(7)
    assert phone.firm.mails() == []
    phone.firm.pass_days(3)
    (broken,) = promised(phone)
    assert broken.state is State.BROKEN


def test_a_promise_that_a_fault_of_ours_keeps_from_being_written_down_is_put_before_a_person(
    phone: Telephony,
) -> None:
    sid = ringing(phone)
    make_unreadable(phone.firm.deps, phone.firm.connection_id, phone.contact().customer_id)
    call = phone.exchange.answer(sid, by="human", keys=("1", "2", "0309", "1"))
    assert call["error"] == ""
    assert "noted that you will pay on March 9, 2026" in call["heard"][-1]
    phone.firm.settle()
    assert promised(phone) == []
    (asked,) = [it for it in phone.firm.asked() if it.subject.startswith("telephone:")]
    assert asked.summary == (
        f"Ash ({PHONE}): promised by telephone to pay on 2026-03-09; write the promise down, which"
        " Ledgerhand could not: Ledgerhand could not read this customer by a fault of its own"
        " (ValueError); ask whoever runs it"
    )
    make_readable(phone.firm.deps, phone.firm.connection_id)
    phone.firm.pass_days(7)
    assert phone.firm.mails() == [], "so it was told on the telephone"
    phone.firm.pass_days(2)
    assert len(phone.firm.mails()) == 1


def promised(phone: Telephony) -> list[Kept]:
    with phone.firm.deps.reading() as tx:
        return promises.listed(tx, phone.firm.connection_id)


@pytest.mark.parametrize("keys", [
    ("1", "2", "0309"), ("1", "2", "0309", "2"), ("1", "2", "9999", "1234"), ("1", "2", "0101", ""),
])  # fmt: skip
def test_a_day_that_was_not_confirmed_is_no_promise(
    phone: Telephony, keys: tuple[str, ...]
) -> None:
    take(phone, *keys)
    assert "promised" not in phone.contact().outcome
    assert promised(phone) == []


def test_key_3_asks_a_person_to_call_back(phone: Telephony) -> None:
    call = take(phone, "1", "3")
    assert call["dialled"] == ""
    (asked,) = phone.firm.asked()
    assert "Ash" in asked.summary
    assert "called back" in asked.summary


@pytest.mark.parametrize(("dial", "asked"), [("completed", 0), ("no-answer", 1), ("busy", 1)])
def test_key_3_connects_where_a_number_is_set_and_asks_a_person_where_nobody_answers(
    open_firm: Opens, dial: str, asked: int,
) -> None:  # fmt: skip
    brand = {"forward_calls_to": "+14155550177"}
    phone = open_telephony(open_firm, dunning={"brand": brand})
    call = take(phone, "1", "3", dial=dial)
    assert call["dialled"] == "+14155550177"
    assert len(phone.firm.asked()) == asked


@pytest.mark.parametrize("keys", [("9",), ("1", "9"), ("1", "2", "9"), ("2",)])
def test_key_9_and_a_wrong_number_end_calls_and_texts_at_once(
    phone: Telephony, keys: tuple[str, ...]
) -> None:
    take(phone, *keys)
    assert suppressed(phone) == [True, True]
    told = phone.firm.log("consent.revoked")
    assert {entry.what["channel"] for entry in told} == {"text", "call"}


def test_who_pays_while_the_phone_rings_hears_of_no_debt(phone: Telephony) -> None:
    sid = ringing(phone)
    pay(phone)
    phone.firm.settle()
    call = phone.exchange.answer(sid, by="human", keys=("1", "1"))
    assert (len(call["heard"]), call["pressed"]) == (2, [])
    assert "INV-7" not in " ".join(call["heard"])
    assert "nothing was open any more" in phone.contact().outcome


@pytest.mark.parametrize(("by", "outcome"), [
    ("busy", "the line was busy"), ("no-answer", "nobody answered"),
    ("human", "somebody answered and pressed no key"),
])  # fmt: skip
def test_a_call_that_came_to_nothing_says_so(phone: Telephony, by: str, outcome: str) -> None:
    take(phone, by=by)
    assert phone.contact().outcome == outcome
    (told,) = phone.firm.log("call.ended")
    assert told.what["outcome"] == outcome


def test_nobody_who_answers_lets_it_ring_out(phone: Telephony) -> None:
    ringing(phone)
    phone.firm.pass_time(seconds=26)
    assert phone.contact().outcome == "nobody answered"


def test_transcript_and_summary_are_kept_logged_and_told_in_the_ledger(
    open_firm: Opens,
) -> None:
    phone = open_telephony(open_firm, switched=ON | {"note": Mode.AUTOPILOT})
    call = take(phone, "1", "3")
    phone.firm.pass_time(minutes=1)
    said = [turn["words"] for turn in phone.contact().transcript if turn["who"] == "machine"]
    pressed = [turn["words"] for turn in phone.contact().transcript if turn["who"] == "customer"]
    assert said == call["heard"]
    assert pressed == ["pressed 1", "pressed 3"]
    (told,) = phone.firm.log("call.ended")
    assert len(told.what["transcript"]) == len(said) + 2
    assert told.decision_id == phone.contact().decision_id
    notes = [i for i in phone.firm.intents() if isinstance(i.effect, AddNote)]
    assert {str(n.effect.kind) for n in notes} == {"customer", "invoice"}  # type: ignore[union-attr]
    for note in notes:
        assert note.state is Step.CONFIRMED
        assert "wanted to speak to a person" in note.effect.text  # type: ignore[union-attr]


def test_every_callback_repeated_does_nothing_more_and_hears_the_same(phone: Telephony) -> None:
    call = take(phone, "1", "1")
    before = (phone.contact(), len(phone.firm.log()), len(links(phone)), len(phone.texts()))
    answers = phone.contact().answers
    about = {"CallSid": call["sid"], "From": LINE, "To": PHONE}
    for (url, fields), answer in zip(call["asked"], answers, strict=True):
        assert phone.exchange.repeat(url, about | fields) == (200, answer.encode())
    ended = about | {"CallStatus": "completed", "CallDuration": "30"}
    assert phone.exchange.repeat(call["callback"], ended)[0] == 204
    phone.firm.settle()
    after = (phone.contact(), len(phone.firm.log()), len(links(phone)), len(phone.texts()))
    assert after == before


def test_a_call_cannot_be_driven_ahead_nor_by_another_call(phone: Telephony) -> None:
    call = take(phone)
    token = phone.contact().token
    about = {"CallSid": call["sid"], "Digits": "1"}
    ahead = f"{OURS}/webhooks/telephone/calls/{token}/7"
    assert phone.exchange.repeat(ahead, about)[0] == 404
    next_turn = f"{OURS}/webhooks/telephone/calls/{token}/1"
    assert phone.exchange.repeat(next_turn, about | {"CallSid": "CA0"})[0] == 404
    guessed = f"{OURS}/webhooks/telephone/calls/{'0' * 40}/0"
    assert phone.exchange.repeat(guessed, about)[0] == 404
    assert "right person" not in phone.contact().outcome


def test_after_the_end_of_a_call_its_turns_say_goodbye_only(phone: Telephony) -> None:
    call = take(phone)
    url = f"{OURS}/webhooks/telephone/calls/{phone.contact().token}/1"
    status, said = phone.exchange.repeat(url, {"CallSid": call["sid"], "Digits": "1"})
    assert status == 200
    assert b"INV-7" not in said
    assert b"Hangup" in said


def test_a_forged_callback_is_refused_and_changes_nothing(phone: Telephony) -> None:
    sid = ringing(phone)
    url = f"{OURS}/webhooks/telephone/calls/{phone.contact().token}/0"
    fields = {"CallSid": sid, "Digits": "9"}
    good = signature.sign(url, {k: [v] for k, v in fields.items()}, TOKEN)
    other = signature.sign(url, {k: [v] for k, v in fields.items()}, "another token")
    elsewhere = signature.sign(f"{url}/status", {k: [v] for k, v in fields.items()}, TOKEN)
    before = phone.contact()
    for offered in ("", "x", other, elsewhere, good.swapcase()):
        assert phone.fetch(url, fields, {signature.HEADER: offered})[0] == 403
    assert phone.fetch(url, fields | {"More": "1"}, {signature.HEADER: good})[0] == 403
    assert phone.contact() == before
    assert suppressed(phone) == [False, False]
    assert phone.fetch(url, fields, {signature.HEADER: good})[0] == 200


def test_the_number_of_a_person_is_told_where_there_is_one(open_firm: Opens) -> None:
    phone = open_telephony(open_firm, dunning={"brand": {"forward_calls_to": "+14155550177"}})
    assert "reach us on 1 4 1 5 5 5 5 0 1 7 7" in " ".join(take(phone)["heard"])

"""Twilio's API over real HTTP: what is sent, and each refusal named by what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from providers.errors import OutcomeUnknown, Reconnect, Refused, TryLater
from providers.simulated.faults import Fault
from providers.twilio.client import OPTED_OUT, Twilio
from tests.providers.processors.serving import NOW
from tests.providers.twilio.switchboard import Switchboard, switchboard

FROM, TO = "+14155550100", "+12125550123"
BACK = "https://ar.example/back"


@pytest.fixture
def there() -> Iterator[Switchboard]:
    with switchboard() as made:
        yield made


def send(twilio: Twilio, *, text: str = "Grüße & 100% = ok?", to: str = TO) -> str:
    return twilio.send_text(sender=FROM, to=to, text=text, callback=BACK)


def call(twilio: Twilio, *, to: str = TO) -> str:
    return twilio.place_call(sender=FROM, to=to, url=f"{BACK}/0", callback=BACK)


def test_a_text_arrives_as_it_was_written_and_is_counted(there: Switchboard) -> None:
    sid = send(there.client())
    (text,) = there.exchange.texts()
    assert (text["sid"], text["body"], text["callback"]) == (sid, "Grüße & 100% = ok?", BACK)
    assert there.calls == ["twilio.messages.create"]


def test_a_call_says_where_to_ask_and_wants_to_know_who_answers(there: Switchboard) -> None:
    sid = call(there.client())
    (placed,) = there.exchange.calls()
    assert (placed["sid"], placed["url"], placed["detects"]) == (sid, f"{BACK}/0", "Enable")
    assert there.calls == ["twilio.calls.create"]


def test_what_was_sent_is_found_by_its_words_and_what_was_called_by_its_numbers(
    there: Switchboard,
) -> None:
    twilio = there.client()
    first = send(twilio, text="one")
    placed = call(twilio)
    find = {"sender": FROM, "to": TO, "since": NOW}
    assert twilio.find_text(**find, text="one") == first
    assert twilio.find_text(**find, text="two") == ""
    assert twilio.find_text(**find | {"to": FROM}, text="one") == ""
    assert twilio.find_text(**find | {"since": NOW + timedelta(seconds=1)}, text="one") == ""
    assert twilio.find_call(**find) == placed
    assert twilio.find_call(**find, but_for=[placed]) == ""


@pytest.mark.parametrize("act", [send, call])
@pytest.mark.parametrize(("fault", "seconds", "wait"), [("429", 7, 7), ("429", 0, 60)])
def test_too_many_requests_wait_as_long_as_twilio_asks(
    there: Switchboard, act: object, fault: str, seconds: int, wait: int
) -> None:
    there.fail(Fault(fault, seconds=seconds))
    with pytest.raises(TryLater) as later:
        act(there.client())  # type: ignore[operator]
    assert later.value.wait == timedelta(seconds=wait)
    assert there.exchange.texts() + there.exchange.calls() == []


@pytest.mark.parametrize("act", [send, call])
@pytest.mark.parametrize("fault", [
    "500", "503", "html", "reset_after_commit", "timeout_after_commit", "cut_body",
])  # fmt: skip
def test_whatever_may_have_been_done_is_not_known(
    there: Switchboard, act: object, fault: str
) -> None:
    there.fail(Fault(fault, seconds=2))
    with pytest.raises(OutcomeUnknown):
        act(there.client(read_seconds=0.5))  # type: ignore[operator]


@pytest.mark.parametrize("fault", ["500", "html", "reset_after_commit", "cut_body"])
def test_a_question_may_always_be_asked_again(there: Switchboard, fault: str) -> None:
    there.fail(Fault(fault))
    with pytest.raises(TryLater):
        there.client().find_text(sender=FROM, to=TO, text="x", since=NOW)


@pytest.mark.parametrize("act", [send, call])
def test_a_number_that_is_none_is_refused(there: Switchboard, act: object) -> None:
    with pytest.raises(Refused) as refused:
        act(there.client(), to="+1")  # type: ignore[operator]
    assert refused.value.code == "21211"
    assert refused.value.request_id == "RQ0001"


def test_who_opted_out_is_refused_by_its_code(there: Switchboard) -> None:
    there.exchange.write(TO, "stop", to=FROM)
    with pytest.raises(Refused) as refused:
        send(there.client())
    assert refused.value.code == OPTED_OUT


def test_wrong_credentials_are_for_a_person_and_never_shown(there: Switchboard) -> None:
    with pytest.raises(Reconnect) as lost:
        send(there.client(token="hush-hush"))
    assert "hush" not in str(lost.value)
    assert there.exchange.texts() == []


def test_nobody_listens_means_nothing_was_sent() -> None:
    with switchboard() as gone:
        pass
    with pytest.raises(TryLater):
        send(gone.client())


def test_the_account_answers_with_its_name(there: Switchboard) -> None:
    assert there.client().check() == "Simulated"

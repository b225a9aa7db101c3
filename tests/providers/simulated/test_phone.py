"""The simulated telephone over real HTTP: its control API, signed callbacks, and TwiML walked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Request

from providers.simulated.server import Host
from providers.simulated.serving import Server
from providers.twilio import signature
from tests.providers.simulated.toy import host_in

ACCOUNT, TOKEN = f"AC{'3' * 32}", "hidden"
FROM, TO = "+14155550100", "+12125550123"


class Ours:
    """An application of Twilio's: it gives these documents by path, and keeps what it is told."""

    def __init__(self) -> None:
        self.documents: dict[str, str] = {}
        self.told: list[tuple[str, dict[str, str], bool]] = []
        self.base = ""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        fields = {name: request.form.getlist(name) for name in request.form}
        signed = request.headers.get(signature.HEADER, "")
        genuine = signature.is_genuine(self.base + request.path, fields, signed, TOKEN)
        self.told.append((request.path, request.form.to_dict(), genuine))
        body = self.documents.get(request.path)
        start("404 Not Found" if body is None else "200 OK", [("Content-Type", "text/xml")])
        return [(body or "").encode()]


@pytest.fixture
def ours() -> Iterator[Ours]:
    app = Ours()
    server = Server(app, host="127.0.0.1", port=0)
    server.start()
    app.base = f"http://127.0.0.1:{server.port}"
    yield app
    server.stop()


@pytest.fixture
def host(tmp_path: Path, ours: Ours) -> Iterator[Host]:
    host = host_in(tmp_path / "world")
    host.start()
    control(host, "account", account=ACCOUNT, token=TOKEN, texts_url=f"{ours.base}/texts")
    yield host
    host.stop()


def control(host: Host, path: str, **body: Any) -> Any:
    answer = requests.post(f"{host.address('control')}/control/phone/{path}", json=body, timeout=5)
    return answer.json()


def received(host: Host) -> Any:
    return requests.get(f"{host.address('control')}/control/phone", timeout=5).json()


def ask(host: Host, resource: str, **form: str) -> requests.Response:
    return requests.post(
        f"{host.address('twilio')}/2010-04-01/Accounts/{ACCOUNT}/{resource}.json",
        data={"From": FROM, "To": TO, **form}, auth=(ACCOUNT, TOKEN), timeout=5,
    )  # fmt: skip


def ring(host: Host, ours: Ours, document: str) -> str:
    ours.documents["/0"] = document
    answer = ask(host, "Calls", Url=f"{ours.base}/0", StatusCallback=f"{ours.base}/end")
    assert answer.status_code == 201
    return str(answer.json()["sid"])


def test_a_text_is_kept_and_its_way_told_signed(host: Host, ours: Ours) -> None:
    sid = ask(host, "Messages", Body="hello", StatusCallback=f"{ours.base}/status").json()["sid"]
    host.simulation.pump()
    (text,) = received(host)["texts"]
    assert (text["sid"], text["body"], text["status"]) == (sid, "hello", "delivered")
    told = [(fields["MessageStatus"], genuine) for _, fields, genuine in ours.told]
    assert told == [("sent", True), ("delivered", True)]


def test_a_call_is_walked_key_by_key(host: Host, ours: Ours) -> None:
    ours.documents["/1"] = "<Response><Say>bye</Say><Hangup/><Say>never</Say></Response>"
    sid = ring(host, ours, (
        '<Response><Gather numDigits="1" action="/1"><Say>press</Say></Gather>'
        "<Say>silence</Say><Redirect>/0</Redirect></Response>"
    ))  # fmt: skip
    call = control(host, "answer", sid=sid, keys=["", "5"])
    assert call["heard"] == ["press", "silence", "press", "bye"]
    assert (call["pressed"], call["status"], call["error"]) == (["", "5"], "completed", "")
    asked = [(path, fields.get("Digits"), genuine) for path, fields, genuine in ours.told]
    assert asked == [
        ("/0", None, True), ("/0", None, True), ("/1", "5", True), ("/end", None, True),
    ]  # fmt: skip
    assert ours.told[-1][1]["CallStatus"] == "completed"


def test_whoever_has_no_key_left_hangs_up(host: Host, ours: Ours) -> None:
    sid = ring(host, ours, "<Response><Gather><Say>a</Say></Gather><Say>b</Say></Response>")
    assert control(host, "answer", sid=sid)["heard"] == ["a"]


@pytest.mark.parametrize("document", [
    "no xml", "<Reply/>", "<Response><Shout>a</Shout></Response>",
    '<Response><Say loudness="9">a</Say></Response>',
])  # fmt: skip
def test_what_is_no_valid_twiml_ends_the_call_with_an_error(
    host: Host, ours: Ours, document: str
) -> None:
    call = control(host, "answer", sid=ring(host, ours, document))
    assert call["error"].startswith(("12100", "12200"))
    assert "application error" in call["heard"][-1]


@pytest.mark.parametrize("by", ["busy", "no-answer"])
def test_a_call_that_is_not_taken_asks_for_no_words(host: Host, ours: Ours, by: str) -> None:
    call = control(host, "answer", sid=ring(host, ours, "<Response/>"), answers=by)
    assert (call["status"], call["heard"]) == (by, [])
    assert [path for path, _, _ in ours.told] == ["/end"]


def test_twilio_heeds_a_single_word_and_answers_it_once(host: Host, ours: Ours) -> None:
    ours.documents["/texts"] = "<Response><Message>we heard you</Message></Response>"
    ask(host, "Messages", Body="hello")
    control(host, "reply", number=TO, text="Opt out")
    control(host, "reply", number=TO, text="Stop")
    bodies = [t["body"] for t in received(host)["texts"] if t["direction"] == "outbound-reply"]
    assert bodies[0] == "we heard you"
    assert bodies[1].startswith("You have successfully been unsubscribed")
    assert len(bodies) == 2
    refused = ask(host, "Messages", Body="hello")
    assert (refused.status_code, refused.json()["code"]) == (400, 21610)
    control(host, "reply", number=TO, text="START")
    assert ask(host, "Messages", Body="hello").status_code == 201


@pytest.mark.parametrize(("path", "body", "where"), [
    ("answer", {"sid": "CA0"}, "sid"), ("answer", {}, "sid"),
    ("answer", {"sid": "CA0", "keys": [1]}, "keys"),
    ("answer", {"sid": "CA0", "answers": "dog"}, "answers"),
    ("reply", {"number": "+1", "text": "hi"}, "number"), ("person", {"texts": "x"}, "texts"),
    ("account", {"account": ACCOUNT}, "token"),
])  # fmt: skip
def test_bad_input_says_what_where_and_how(
    host: Host, path: str, body: dict[str, Any], where: str
) -> None:
    error = control(host, path, **body)["error"]
    assert error["where"] == where
    assert error["what"]
    assert error["how"]


def test_habits_let_a_call_be_taken_by_itself(host: Host, ours: Ours) -> None:
    control(host, "person", number=TO, answers="voicemail")
    ring(host, ours, "<Response><Say>hello</Say></Response>")
    host.simulation.pump()
    (call,) = received(host)["calls"]
    assert (call["status"], call["heard"]) == ("completed", ["hello"])

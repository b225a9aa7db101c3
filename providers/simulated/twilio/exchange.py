"""The telephone exchange: texts and calls are kept, callbacks signed, and people play their part.

Callbacks and their fields: twilio.com/docs/messaging/guides/track-outbound-message-status and
twilio.com/docs/voice/twiml ("Twilio's request to your application").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import requests

from providers.simulated.store import Doc
from providers.simulated.twilio import playing
from providers.simulated.twilio.playing import Played
from providers.simulated.world import EVERYWHERE, World

FETCH_SECONDS_MAX = 15.0
KEYWORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
BACK_AGAIN = ("START", "UNSTOP", "YES")
CONFIRMATION = (
    "You have successfully been unsubscribed. You will not receive any more messages from this"
    " number. Reply START to resubscribe."
)
ANSWERS = ("human", "voicemail", "busy", "no-answer")
TEXTS = ("delivered", "undelivered")
Fetch = Callable[[str, Mapping[str, str], Mapping[str, str]], tuple[int, bytes]]
"""Posts a form: url, fields, headers; returns the status and the body, 0 for no answer."""


class Unknown(KeyError):
    """There is no such call, or nobody wrote to this number."""


def fetch_over_http(
    url: str, fields: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[int, bytes]:
    try:
        answer = requests.post(
            url, data=dict(fields), headers=dict(headers), timeout=FETCH_SECONDS_MAX,
            allow_redirects=False,
        )  # fmt: skip
    except requests.RequestException:
        return 0, b""
    return answer.status_code, answer.content


class Exchange:
    """One account with its numbers, kept by the world's store."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fetch: Fetch = fetch_over_http

    def open_account(self, *, account: str, token: str, texts_url: str = "") -> Doc:
        """Who may send, and where what people write is posted."""
        row: Doc = {"account": account, "token": token, "texts_url": texts_url}
        self.world.store.put(EVERYWHERE, "setting", "twilio", row)
        return row

    def account(self) -> Doc:
        kept = self.world.store.get(EVERYWHERE, "setting", "twilio")
        return kept or {"account": "", "token": "", "texts_url": ""}

    def person(self, number: str, **habits: object) -> Doc:
        """How somebody is reached: `texts` arrive or not, `answers` is who takes a call, with
        these `keys`, and `dial` how a call ends that they are connected to."""
        row: Doc = {"number": number, "texts": "delivered", "answers": "", "keys": [],
                    "dial": "completed", **habits}  # fmt: skip
        self.world.store.put(EVERYWHERE, "twilio.person", number, row)
        return row

    def texts(self) -> list[Doc]:
        """Every text, oldest first; `direction` tells from or to the customers."""
        return self.world.store.all(EVERYWHERE, "twilio.text")

    def calls(self) -> list[Doc]:
        return self.world.store.all(EVERYWHERE, "twilio.call")

    def take_text(self, form: Mapping[str, str]) -> Doc:
        return self._text(
            form["From"], form["To"], form["Body"], direction="outbound-api", status="queued",
            callback=form.get("StatusCallback", ""),
        )  # fmt: skip

    def take_call(self, form: Mapping[str, str]) -> Doc:
        row: Doc = {
            "sid": _sid("CA"), "time": self._now(), "from": form["From"], "to": form["To"],
            "url": form["Url"], "callback": form.get("StatusCallback", ""), "status": "queued",
            "rings": int(form.get("Timeout", "60")), "heard": [], "pressed": [], "dialled": "",
            "error": "", "detects": form.get("MachineDetection", ""),
        }  # fmt: skip
        self._put("twilio.call", row)
        return row

    def is_blocked(self, sender: str, to: str) -> bool:
        return self.world.store.get(EVERYWHERE, "twilio.block", f"{sender} {to}") is not None

    def write(self, number: str, text: str, *, to: str = "") -> Doc:
        """A customer writes to `to`, or to whoever wrote to them last. Raises Unknown."""
        ours = to or next((t["from"] for t in reversed(self.texts()) if t["to"] == number), "")
        if not ours:
            raise Unknown(number)
        row = self._text(number, ours, text, direction="inbound", status="received")
        self._heed(number, ours, text)
        _, body = self._call_back(self.account()["texts_url"], {
            "MessageSid": row["sid"], "From": number, "To": ours, "Body": text, "NumMedia": "0",
        })  # fmt: skip
        for answer in playing.messages_of(body):
            if not self.is_blocked(ours, number):
                self._text(ours, number, answer, direction="outbound-reply", status="delivered")
        return row

    def answer(self, sid: str, *, by: str, keys: Sequence[str] = (), dial: str = "") -> Doc:
        """Take a call that rings, or do not; somebody who runs out of keys hangs up. Raises
        Unknown."""
        call = self.world.store.get(EVERYWHERE, "twilio.call", sid)
        if call is None or call["status"] != "queued":
            raise Unknown(sid)
        self._put("twilio.call", call | {"status": "in-progress"})
        status = by if by in ("busy", "no-answer") else "completed"
        if status == "completed":
            call = self._play(call, by=by, keys=keys, dial=dial or "completed")
        call["status"] = status
        self._put("twilio.call", call)
        self._call_back(call["callback"], self._about(call) | {"CallDuration": "30"})
        return call

    def pump(self) -> int:
        """Do what is due: texts arrive, calls are taken or ring out; returns how many."""
        done = 0
        for text in self.texts():
            if text["status"] == "queued":
                self._arrive(dict(text))
                done += 1
        for call in self.calls():
            if call["status"] == "queued" and self._taken(call):
                done += 1
        return done

    def repeat(self, url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        """The same signed callback once more, as Twilio may send it."""
        return self._call_back(url, fields)

    def _taken(self, call: Doc) -> bool:
        habits = self.world.store.get(EVERYWHERE, "twilio.person", call["to"])
        if habits and habits["answers"]:
            self.answer(call["sid"], by=habits["answers"], keys=habits["keys"], dial=habits["dial"])
            return True
        rung_out = datetime.fromisoformat(call["time"]) + timedelta(seconds=call["rings"])
        if self.world.clock.now() < rung_out:
            return False
        self.answer(call["sid"], by="no-answer")
        return True

    def _play(self, call: Doc, *, by: str, keys: Sequence[str], dial: str) -> Doc:
        who = {"human": "human", "voicemail": "machine_start"}[by]
        about: dict[str, str] = self._about(call | {"status": "in-progress"})
        if call["detects"]:
            about["AnsweredBy"] = who

        def ask(url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
            return self._call_back(url, {**about, **fields})

        heard: Played = playing.play(ask, call["url"], keys=keys, dial=dial)
        return call | {
            "heard": list(heard.heard), "pressed": list(heard.pressed), "dialled": heard.dialled,
            "error": heard.error, "asked": [list(pair) for pair in heard.asked],
        }  # fmt: skip

    def _about(self, call: Doc) -> dict[str, str]:
        return {
            "CallSid": call["sid"], "AccountSid": self.account()["account"], "From": call["from"],
            "To": call["to"], "CallStatus": call["status"], "Direction": "outbound-api",
        }  # fmt: skip

    def _arrive(self, text: Doc) -> None:
        habits = self.world.store.get(EVERYWHERE, "twilio.person", text["to"])
        fate = habits["texts"] if habits else "delivered"
        for status in ("sent", fate):
            text["status"] = status
            self._put("twilio.text", text)
            fields = {"MessageSid": text["sid"], "MessageStatus": status, "To": text["to"],
                      "From": text["from"]}  # fmt: skip
            if status == "undelivered":
                fields["ErrorCode"] = "30003"
            self._call_back(text["callback"], fields)

    def _heed(self, number: str, ours: str, text: str) -> None:
        """Twilio's own handling of opt-out words: whole messages, without spaces."""
        word, place = text.strip().upper(), f"{ours} {number}"
        if word in KEYWORDS and not self.is_blocked(ours, number):
            self._text(ours, number, CONFIRMATION, direction="outbound-reply", status="delivered")
            self.world.store.put(EVERYWHERE, "twilio.block", place, {"since": self._now()})
        elif word in BACK_AGAIN:
            self.world.store.delete(EVERYWHERE, "twilio.block", place)

    def _call_back(self, url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        if not url:
            return 0, b""
        text = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
        digest = hmac.new(self.account()["token"].encode(), text.encode(), hashlib.sha1).digest()
        return self.fetch(url, fields, {"X-Twilio-Signature": base64.b64encode(digest).decode()})

    def _text(
        self, sender: str, to: str, body: str, *, direction: str, status: str, callback: str = ""
    ) -> Doc:
        row: Doc = {
            "sid": _sid("SM"), "time": self._now(), "from": sender, "to": to, "body": body,
            "direction": direction, "status": status, "callback": callback,
        }  # fmt: skip
        self._put("twilio.text", row)
        return row

    def _put(self, kind: str, row: Doc) -> None:
        self.world.store.put(EVERYWHERE, kind, row["sid"], row)
        self.world.changed.set()

    def _now(self) -> str:
        return self.world.clock.now().isoformat()


def _sid(kind: str) -> str:
    return f"{kind}{secrets.token_hex(16)}"

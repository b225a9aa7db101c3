"""Twilio's REST API: a text sent, a call placed, each asked for once and never repeated here.

Sources: twilio.com/docs/messaging/api/message-resource, twilio.com/docs/voice/api/call-resource,
twilio.com/docs/usage/twilios-response (errors), twilio.com/docs/api/errors (codes).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from providers.errors import OutcomeUnknown, Reconnect, Refused, TryLater
from providers.http import Answer, Http

API = "https://api.twilio.com"
VERSION = "2010-04-01"
REQUEST_ID_HEADER = "Twilio-Request-Id"
TROUBLE_WAIT = timedelta(seconds=60)
CREDENTIALS_WAIT = timedelta(hours=1)
RING_SECONDS_MAX = 25
"""Most mailboxes answer after this; a person who needs longer is called another day."""
CALL_SECONDS_MAX = 300
FOUND_MAX = 50
OPTED_OUT = "21610"
"""The recipient answered STOP to this sender (twilio.com/docs/api/errors/21610)."""
TOO_MANY = "20429"
Json = Mapping[str, Any]


class Twilio:
    """One account. Methods may raise TryLater, Reconnect and Refused; what sends or calls also
    OutcomeUnknown, for Twilio knows no idempotency key."""

    def __init__(self, http: Http, *, account: str, token: str, base: str = API) -> None:
        self._http = http
        self._account = account
        self._secret = base64.b64encode(f"{account}:{token}".encode()).decode()
        self._base = (base or API).rstrip("/")

    def send_text(self, *, sender: str, to: str, text: str, callback: str) -> str:
        """Hand one text over; returns its SID. Its fate is told to `callback`."""
        form = {"From": sender, "To": to, "Body": text, "StatusCallback": callback}
        return str(self._write("twilio.messages.create", "Messages.json", form)["sid"])

    def place_call(self, *, sender: str, to: str, url: str, callback: str) -> str:
        """Have one call placed; returns its SID. `url` is asked what to say once it is answered,
        and told by whom: a human, a machine, a fax."""
        form = {
            "From": sender, "To": to, "Url": url, "Method": "POST", "StatusCallback": callback,
            "StatusCallbackMethod": "POST", "MachineDetection": "Enable",
            "Timeout": str(RING_SECONDS_MAX), "TimeLimit": str(CALL_SECONDS_MAX),
        }  # fmt: skip
        return str(self._write("twilio.calls.create", "Calls.json", form)["sid"])

    def find_text(self, *, sender: str, to: str, text: str, since: datetime) -> str:
        """The SID of a text with these very words since a moment, or empty."""
        found = self._list("twilio.messages.read", "Messages.json", "messages", {
            "To": to, "From": sender, "DateSent>": since.date().isoformat(),
        })  # fmt: skip
        same = (row for row in found if row.get("body") == text and _since(row, since))
        return next((str(row["sid"]) for row in same), "")

    def find_call(
        self, *, sender: str, to: str, since: datetime, but_for: Collection[str] = ()
    ) -> str:
        """The SID of a call between these numbers since a moment, but for known ones, or empty."""
        found = self._list("twilio.calls.read", "Calls.json", "calls", {
            "To": to, "From": sender, "StartTime>": since.date().isoformat(),
        })  # fmt: skip
        others = (row for row in found if row.get("sid") not in but_for and _since(row, since))
        return next((str(row["sid"]) for row in others), "")

    def check(self) -> str:
        """The account's own name, which shows that its credentials are taken."""
        answer = self._call("twilio.account.read", "GET", f"Accounts/{self._account}.json")
        return str(_body("twilio.account.read", answer, wrote=False).get("friendly_name", ""))

    def _write(self, kind: str, resource: str, form: Mapping[str, str]) -> Json:
        path = f"Accounts/{self._account}/{resource}"
        answer = self._call(kind, "POST", path, body=urlencode(form).encode())
        return _body(kind, answer, wrote=True)

    def _list(self, kind: str, resource: str, name: str, query: Mapping[str, str]) -> list[Json]:
        path = f"Accounts/{self._account}/{resource}"
        answer = self._call(kind, "GET", path, params={**query, "PageSize": str(FOUND_MAX)})
        found = _body(kind, answer, wrote=False).get(name)
        return found if isinstance(found, list) else []

    def _call(self, kind: str, method: str, path: str, **how: Any) -> Answer:
        headers = {"Authorization": f"Basic {self._secret}"}
        if "body" in how:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        url = f"{self._base}/{VERSION}/{path}"
        writes = method == "POST"
        return self._http.call(kind, method, url, writes=writes, headers=headers, **how)


def _since(row: Json, since: datetime) -> bool:
    """Lists are filtered by whole days; the moment is in the row, by RFC 2822."""
    try:
        made = parsedate_to_datetime(str(row.get("date_created")))
    except ValueError:
        return False
    return made >= since.replace(microsecond=0)


def _body(kind: str, answer: Answer, *, wrote: bool) -> Json:
    if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED):
        raise _error(kind, answer, wrote=wrote)
    body = _read(answer)
    if not body or (wrote and not body.get("sid")):
        raise _unclear(f"{kind}: the answer is no whole JSON", answer, wrote=wrote)
    return body


def _error(kind: str, answer: Answer, *, wrote: bool) -> Exception:
    """Named by what comes next. After a 5xx to a POST nobody knows what was done."""
    told = _read(answer)
    code, text = str(told.get("code") or answer.status), str(told.get("message") or "")[:300]
    words = f"{kind}: Twilio answered {answer.status} {code} {text}".strip()
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return Reconnect(words, request_id=answer.request_id)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or code == TOO_MANY:
        asked = str(answer.headers.get("Retry-After", ""))
        wait = timedelta(seconds=int(asked)) if asked.isdigit() else TROUBLE_WAIT
        return TryLater(words, wait=wait, request_id=answer.request_id)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unclear(words, answer, wrote=wrote)
    return Refused(words, code=code, request_id=answer.request_id)


def _unclear(words: str, answer: Answer, *, wrote: bool) -> Exception:
    if wrote:
        return OutcomeUnknown(words, request_id=answer.request_id)
    return TryLater(words, wait=TROUBLE_WAIT, request_id=answer.request_id)


def _read(answer: Answer) -> Json:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

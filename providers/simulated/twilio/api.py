"""Twilio's REST API, version 2010-04-01, as far as texts and calls go."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request

from providers.simulated.faults import Fault
from providers.simulated.gateway import Answered, App, Environ, StartResponse
from providers.simulated.store import Doc
from providers.simulated.twilio.exchange import Exchange

PATH = re.compile(r"/2010-04-01/Accounts/(AC\w+)(?:/(Messages|Calls))?[.]json")
E164 = re.compile(r"\+[1-9]\d{9,14}")
TEXT_CHARACTERS_MAX = 1600
Form = Mapping[str, str]


class Refusal(Exception):
    """Twilio says no: its own code and the status of the answer."""

    def __init__(self, code: int, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.status = status


class TwilioApi:
    """A product behind the gateway; nothing of it is priced or limited."""

    name = "twilio"

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.app: App = self._take

    def _take(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        request = Request({**environ, "wsgi.input": io.BytesIO(body)})
        try:
            status, found = self._answer(request, dict(parse_qsl(body.decode())))
        except Refusal as refused:
            status, found = refused.status, _told(refused.status, refused.code, str(refused))
        answer = _answered(status, found)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def kind_of(self, environ: Environ) -> str:
        found = PATH.fullmatch(environ["PATH_INFO"])
        resource = (found[2] or "account").lower() if found else "unknown"
        return f"twilio.{resource}.{'read' if environ['REQUEST_METHOD'] == 'GET' else 'create'}"

    def client_of(self, _environ: Environ) -> str:
        return ""

    def company_of(self, _environ: Environ) -> str:
        return ""

    def idempotency_key_of(self, _environ: Environ) -> str:
        return ""

    def refusal(self, fault: Fault) -> Answered:
        if fault.fault == "html":
            page = b"<html><body>Service unavailable</body></html>"
            return Answered(_line(503), [("Content-Type", "text/html")], page)
        status = int(fault.fault)
        code = 20429 if status == HTTPStatus.TOO_MANY_REQUESTS else 20500
        answer = _answered(status, _told(status, code, "simulated trouble"))
        if fault.seconds:
            answer.headers.append(("Retry-After", f"{fault.seconds:.0f}"))
        return answer

    def _answer(self, request: Request, form: Form) -> tuple[int, Any]:
        found, own = PATH.fullmatch(request.path), self._exchange.account()
        given = request.authorization
        pair = (given.username, given.password) if given is not None else ("", "")
        if not own["account"] or pair != (own["account"], own["token"]):
            raise Refusal(20003, "Authenticate", 401)
        if found is None or found[1] != own["account"]:
            raise Refusal(20404, f"The requested resource {request.path} was not found", 404)
        if found[2] is None:
            return 200, {"sid": found[1], "friendly_name": "Simulated", "status": "active"}
        is_text = found[2] == "Messages"
        if request.method == "GET":
            return 200, self._listed(request.args, is_text=is_text)
        self._check(form, is_text=is_text)
        if is_text:
            return 201, _shown(self._exchange.take_text(form))
        return 201, _shown(self._exchange.take_call(form))

    def _check(self, form: Form, *, is_text: bool) -> None:
        if not E164.fullmatch(form.get("To", "")):
            raise Refusal(
                21211, f"The 'To' number {form.get('To', '')} is not a valid phone number."
            )
        if not E164.fullmatch(form.get("From", "")):
            raise Refusal(21606 if is_text else 21210, "The 'From' phone number is not yours.")
        if not is_text:
            if not form.get("Url", "").startswith(("http://", "https://")):
                raise Refusal(21205, "Url is not a valid URL")
            return
        if not 0 < len(form.get("Body", "")) <= TEXT_CHARACTERS_MAX:
            raise Refusal(21602, "Message body is required.")
        if self._exchange.is_blocked(form["From"], form["To"]):
            raise Refusal(21610, "Attempt to send to unsubscribed recipient")

    def _listed(self, query: Form, *, is_text: bool) -> Doc:
        rows = self._exchange.texts() if is_text else self._exchange.calls()
        since = query.get("DateSent>" if is_text else "StartTime>", "1970-01-01")
        found = [
            row for row in reversed(rows)
            if query.get("To") in (None, row["to"]) and query.get("From") in (None, row["from"])
            and datetime.fromisoformat(row["time"]).date() >= date.fromisoformat(since)
        ]  # fmt: skip
        size = int(query.get("PageSize", "50"))
        return {"messages" if is_text else "calls": [_shown(row) for row in found[:size]]}


def _shown(row: Doc) -> Doc:
    shown = {name: row[name] for name in ("sid", "from", "to", "status")}
    shown["date_created"] = format_datetime(datetime.fromisoformat(row["time"]))
    if "body" in row:
        shown["body"] = row["body"]
    return shown


def _told(status: int, code: int, text: str) -> Doc:
    return {
        "code": code, "message": text, "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }  # fmt: skip


def _answered(status: int, body: Any) -> Answered:
    headers = [("Content-Type", "application/json"), ("Twilio-Request-Id", "RQ0001")]
    return Answered(_line(status), headers, json.dumps(body).encode())


def _line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"

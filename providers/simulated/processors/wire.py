"""Requests and answers of a processor's API, and its place behind the gateway."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Request

from providers.simulated.faults import Fault
from providers.simulated.gateway import Answered, Environ, StartResponse

Answer = Callable[[Request], Answered]
Refuse = Callable[[int, str], Any]


def answered(status: int, body: Any, *, request_id: tuple[str, str]) -> Answered:
    headers = [("Content-Type", "application/json"), request_id]
    return Answered(_line(status), headers, json.dumps(body).encode())


def _line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


class Product:
    """A processor behind the gateway; `refuse` gives its error body for a status and a text."""

    def __init__(self, name: str, answer: Answer, refuse: Refuse) -> None:
        self.name = name
        self._answer = answer
        self._refuse = refuse

    def app(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        answer = self._answer(Request({**environ, "wsgi.input": io.BytesIO(body)}))
        start_response(answer.status, answer.headers)
        return [answer.body]

    def kind_of(self, environ: Environ) -> str:
        resource = environ["PATH_INFO"].strip("/").replace("v1/", "").replace("/", ".")
        verb = "read" if environ["REQUEST_METHOD"] == "GET" else "create"
        return f"{self.name}.{resource}.{verb}"

    def client_of(self, environ: Environ) -> str:
        return str(environ.get("HTTP_AUTHORIZATION", ""))[-4:]

    def company_of(self, _environ: Environ) -> str:
        return ""

    def idempotency_key_of(self, environ: Environ) -> str:
        return str(environ.get("HTTP_IDEMPOTENCY_KEY", ""))

    def refusal(self, fault: Fault) -> Answered:
        if fault.fault == "html":
            page = b"<html><body>Service unavailable</body></html>"
            return Answered(_line(503), [("Content-Type", "text/html")], page)
        status = int(fault.fault)
        headers = [("Content-Type", "application/json")]
        if fault.seconds:
            headers.append(("Retry-After", f"{fault.seconds:.0f}"))
        body = json.dumps(self._refuse(status, "simulated trouble")).encode()
        return Answered(_line(status), headers, body)

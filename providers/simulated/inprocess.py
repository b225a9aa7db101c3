"""A simulated ledger without a socket: a requests adapter that calls its gateway directly."""

from __future__ import annotations

import io
from email.message import Message
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.cookies import extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict

from providers.simulated.gateway import Answered, App, Broken, Environ, run


class InProcess(BaseAdapter):
    """Answers as a server would. A broken answer becomes the exception that a client would see;
    nobody sleeps: a request that is never answered times out at once."""

    def __init__(self, gateway: App) -> None:
        super().__init__()
        self._gateway = gateway

    def send(
        self, request: requests.PreparedRequest, *_how: Any, **_named: Any
    ) -> requests.Response:
        """Raises ReadTimeout, ConnectionError or ChunkedEncodingError where the gateway breaks."""
        body = _bytes(request.body)
        try:
            answer = run(self._gateway, environ_of(request, body), body)
        except Broken as broken:
            raise _as_seen(broken, request) from None
        return _response(answer, request)

    def close(self) -> None:
        """There is nothing to close."""


def environ_of(request: requests.PreparedRequest, body: bytes) -> Environ:
    """The WSGI environment (PEP 3333) of one prepared request."""
    url = urlsplit(request.url or "")
    environ: Environ = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(url.path or "/").encode().decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "",
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body if isinstance(body, bytes) else b"".join(body))


def _as_seen(broken: Broken, request: requests.PreparedRequest) -> requests.RequestException:
    if broken.how == "timeout":
        return requests.ReadTimeout("Read timed out.", request=request)
    if broken.how == "cut":
        return requests.exceptions.ChunkedEncodingError("IncompleteRead", request=request)
    return requests.ConnectionError("Connection reset by peer", request=request)


def _response(answer: Answered, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    code, _, reason = answer.status.partition(" ")
    response.status_code = int(code)
    response.reason = reason
    response.headers = CaseInsensitiveDict(answer.headers)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.url = request.url or ""
    response.request = request
    response._content = b"" if request.method == "HEAD" else answer.body
    if "set-cookie" in response.headers:
        response.raw = _with_cookies(answer)
        extract_cookies_to_jar(response.cookies, request, response.raw)  # type: ignore[no-untyped-call]
    return response


def _with_cookies(answer: Answered) -> Any:
    """What requests reads cookies from: the message under a urllib3 answer."""
    message = Message()
    for name, value in answer.headers:
        message.add_header(name, value)
    return SimpleNamespace(_original_response=SimpleNamespace(msg=message))

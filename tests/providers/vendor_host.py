"""A vendor's host on loopback that answers, or breaks, as a test tells it."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """`broken` is reset, cut or hang: the request was read whole, the answer does not come."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    broken: str = ""

    @property
    def bytes(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, default=float).encode()


S = TypeVar("S", bound=Seen)


class VendorHost(Generic[S]):
    """Replies queued with `reply` go first, in order; then `route` answers everything else.

    `seen_as` is what requests are kept as, `plain` what is answered unless a test says otherwise,
    `headers` what every answer carries.
    """

    def __init__(self, seen_as: type[S], plain: Reply, headers: Mapping[str, str]) -> None:
        self.seen_as = seen_as
        self.headers = {"Content-Type": "application/json", **headers}
        self.seen: list[S] = []
        self.queue: list[Reply] = []
        self.route: Callable[[S], Reply] = lambda _seen: plain
        self.stopped = threading.Event()
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, *replies: Reply) -> None:
        self.queue.extend(replies)

    def writes(self) -> list[S]:
        return [seen for seen in self.seen if seen.method != "GET"]

    def answer(self, seen: S) -> Reply:
        self.seen.append(seen)
        return self.queue.pop(0) if self.queue else self.route(seen)

    def stop(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Token:
    """An Access with one spare token."""

    tokens: list[str] = field(default_factory=lambda: ["token-1", "token-2"])
    renewed: list[str] = field(default_factory=list)

    def token(self) -> str:
        return self.tokens[0]

    def renew(self, rejected: str) -> str:
        self.renewed.append(rejected)
        self.tokens.pop(0)
        return self.tokens[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: VendorHost[Any]) -> None:
        self.host = host
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        host = self.server.host
        seen = host.seen_as(
            self.command, url.path, dict(parse_qsl(url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )  # fmt: skip
        self._send(host.answer(seen))

    do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815

    def _send(self, reply: Reply) -> None:
        self.close_connection = True
        if reply.broken in {"reset", "hang"}:
            self._break(reply.broken)
            return
        body = reply.bytes
        self.send_response_only(reply.status)
        more = len(body) if reply.broken == "cut" else 0
        for name, value in {**self.server.host.headers, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + more))
        self.end_headers()
        self.wfile.write(body)

    def _break(self, how: str) -> None:
        if how == "hang":
            self.server.host.stopped.wait(5)
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """The test looks at `seen`."""

"""One QuickBooks host on loopback that answers, or breaks, as a test tells it."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from providers.exact import Doc, load
from providers.http import Http
from providers.tokens import Vendor

FIXTURES = Path(__file__).parents[2] / "fixtures" / "quickbooks"
REALM = "9341455000000001"
TIME = "2026-11-20T06:03:22.517-08:00"
DATE = "Fri, 20 Nov 2026 14:03:22 GMT"


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def fixture(name: str) -> Any:
    """A fixture with its amounts exact, as the client reads them."""
    return load(raw(name))


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def doc(self) -> Any:
        return load(self.body)


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


Route = Callable[[Seen], Reply]


class Wire:
    """Replies queued with `reply` go first, in order; then `route` answers everything else."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.queue: list[Reply] = []
        self.route: Route = lambda _seen: Reply({"time": TIME})
        self.stopped = threading.Event()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"wire": self})
        )
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def vendor(self) -> Vendor:
        bases = {"api": self.url, "discovery": f"{self.url}/discovery"}
        return Vendor("app-1", "secret-1", "hook-1", bases)

    def reply(self, *replies: Reply) -> None:
        self.queue.extend(replies)

    def rows(self, entity: str, *rows: Doc) -> Reply:
        return Reply({"QueryResponse": {entity: list(rows)} if rows else {}, "time": TIME})

    def writes(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.method == "POST"]

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


def http() -> Http:
    return Http(request_id_header="intuit_tid", read_seconds=0.5)


class _Handler(BaseHTTPRequestHandler):
    wire: Wire

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        seen = Seen(
            self.command, url.path, dict(parse_qsl(url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )  # fmt: skip
        self.wire.seen.append(seen)
        reply = self.wire.queue.pop(0) if self.wire.queue else self.wire.route(seen)
        if reply.broken in {"reset", "hang"}:
            self._break(reply.broken)
            return
        body = reply.bytes
        self.send_response_only(reply.status)
        headers = {"intuit_tid": "1-tid", "Date": DATE, "Content-Type": "application/json"}
        more = len(body) if reply.broken == "cut" else 0
        for name, value in {**headers, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + more))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def _break(self, how: str) -> None:
        if how == "hang":
            self.wire.stopped.wait(5)
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """The test looks at `seen`."""

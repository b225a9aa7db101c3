"""One Xero host on loopback that answers, or breaks, as a test tells it."""

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

from providers.http import Http
from providers.tokens import Vendor
from providers.xero.reader import XeroReader
from providers.xero.wire import parse
from providers.xero.writer import XeroWriter

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xero"
TENANT = "7f0c41f4-3f5c-4a39-9d4b-3c1f5ce0a001"
AT = "/Date(1795246602417)/"
"""2026-11-21T07:36:42.417Z"""


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def fixture(name: str) -> dict[str, Any]:
    """A fixture with its amounts exact, as the client reads them."""
    return parse(raw(name))


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def where(self) -> str:
        return self.path.removeprefix("/api.xro/2.0/")

    @property
    def document(self) -> dict[str, Any]:
        return parse(self.body)


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


def listed(wrapper: str, *rows: Any, **more: Any) -> Reply:
    """An answer of Xero's that holds one list."""
    return Reply({"Id": "1", "Status": "OK", "DateTimeUTC": AT, **more, wrapper: list(rows)})


class Host:
    """Replies queued with `reply` go first, in order; then `route` answers everything else."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.queue: list[Reply] = []
        self.route: Route = lambda _seen: Reply({"DateTimeUTC": AT})
        self.stopped = threading.Event()
        self.https: list[Http] = []
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def vendor(self) -> Vendor:
        bases = dict.fromkeys(("login", "identity", "api"), self.url)
        return Vendor("app-1", "secret-1", "hook-1", bases)

    def http(self) -> Http:
        made = Http(request_id_header="xero-correlation-id", read_seconds=0.5)
        self.https.append(made)
        return made

    def reader(self, access: Token | None = None) -> XeroReader:
        return XeroReader(self.vendor, self.http(), access or Token(), TENANT)

    def writer(self, access: Token | None = None) -> XeroWriter:
        return XeroWriter(self.vendor, self.http(), access or Token(), TENANT)

    def reply(self, *replies: Reply) -> None:
        self.queue.extend(replies)

    def writes(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.method != "GET"]

    def stop(self) -> None:
        self.stopped.set()
        for made in self.https:
            made.close()
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

    def __init__(self, host: Host) -> None:
        self.host = host
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        seen = Seen(
            self.command, url.path, dict(parse_qsl(url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )  # fmt: skip
        host = self.server.host
        host.seen.append(seen)
        self._send(host.queue.pop(0) if host.queue else host.route(seen))

    do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815

    def _send(self, reply: Reply) -> None:
        self.close_connection = True
        if reply.broken in {"reset", "hang"}:
            self._break(reply.broken)
            return
        body = reply.bytes
        self.send_response_only(reply.status)
        more = len(body) if reply.broken == "cut" else 0
        headers = {"xero-correlation-id": "call-1", "Content-Type": "application/json"}
        for name, value in {**headers, **reply.headers}.items():
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

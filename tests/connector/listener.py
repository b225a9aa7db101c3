"""A client's own system on a loopback port: it keeps what it is told, and answers as told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass(frozen=True)
class Heard:
    headers: Mapping[str, str]
    raw: bytes

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.raw)["data"]
        return found


@dataclass
class Listener:
    """`answers` are the statuses of the next requests, in order; then it is `always`."""

    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    always: int = 204
    url: str = ""
    location: str = ""

    def by_name(self) -> dict[str, dict[str, Any]]:
        """Where each customer stands, as it was told last."""
        return {one.data["name"]: one.data for one in self.heard}


@contextmanager
def listening(**how: Any) -> Iterator[Listener]:
    listener = Listener(**how)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.heard.append(Heard(headers, raw))
            self.send_response(listener.answers.pop(0) if listener.answers else listener.always)
            if listener.location:
                self.send_header("Location", listener.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_given: object) -> None:
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_port}/ledgerhand"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A chat endpoint over real HTTP on this machine, that answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answers = Callable[[Any], str]
"""From what it is shown, what it says."""


@dataclass
class Endpoint:
    """`asked` are the bodies that came in, `keys` the authorization of each."""

    url: str = ""
    status: int = 200
    answers: Answers = json.dumps
    raw: bytes | None = None
    patience: threading.Event | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def shown(self) -> str:
        """Everything that the model was ever shown."""
        return json.dumps([body["messages"][1] for body in self.asked], ensure_ascii=False)


@contextmanager
def serving(endpoint: Endpoint) -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.asked.append(body)
            endpoint.keys.append(self.headers.get("Authorization", ""))
            if endpoint.patience:
                endpoint.patience.wait()
            said = endpoint.answers(json.loads(body["messages"][1]["content"]))
            answer = (
                endpoint.raw
                or json.dumps(
                    {"choices": [{"message": {"role": "assistant", "content": said}}]}
                ).encode()
            )
            try:
                self.send_response(
                    endpoint.status if self.path.endswith("/chat/completions") else 404
                )
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except ConnectionError:
                self.close_connection = True  # whoever asked has stopped waiting

        def log_message(self, *_: object) -> None:
            """Nothing is printed between the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        if endpoint.patience:
            endpoint.patience.set()
        server.shutdown()
        thread.join()
        server.server_close()

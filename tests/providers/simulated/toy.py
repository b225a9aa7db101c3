"""The smallest product: a counter behind a gateway, for tests of what stands around products."""

from __future__ import annotations

import json
from collections.abc import Iterable

from providers.simulated.faults import Fault
from providers.simulated.gateway import Answered, Environ, StartResponse
from providers.simulated.world import EVERYWHERE, World


class Toy:
    name = "toy"

    def __init__(self, world: World) -> None:
        self._world = world
        self.app = self._serve

    def count(self) -> int:
        row = self._world.store.get(EVERYWHERE, "toy", "count") or {"count": 0}
        return int(row["count"])

    def kind_of(self, environ: Environ) -> str:
        return "" if environ["PATH_INFO"] == "/page" else "toy.thing.write"

    def client_of(self, environ: Environ) -> str:
        return str(environ.get("HTTP_AUTHORIZATION", ""))

    def company_of(self, environ: Environ) -> str:
        return "1"

    def idempotency_key_of(self, environ: Environ) -> str:
        return str(environ.get("HTTP_IDEMPOTENCY_KEY", ""))

    def refusal(self, fault: Fault) -> Answered:
        return Answered(f"{fault.fault} Refused", [("Retry-After", "7")], b"no")

    def _serve(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self._world.store.transaction():
            self._world.store.put(EVERYWHERE, "toy", "count", {"count": self.count() + 1})
        told = {
            "method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"],
            "query": environ["QUERY_STRING"], "body": body.decode(),
            "type": environ.get("CONTENT_TYPE", ""), "count": self.count(),
        }  # fmt: skip
        start_response("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "a=b")])
        return [json.dumps(told).encode()]

"""The smallest product: a counter behind a gateway, for tests of what stands around products."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from providers.simulated.deliveries import Deliveries
from providers.simulated.faults import Fault
from providers.simulated.gateway import Answered, Environ, StartResponse
from providers.simulated.server import Host, open_world
from providers.simulated.simulation import Owed, Simulation
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World


class Toy:
    name = "toy"

    def __init__(self, world: World) -> None:
        self._world = world
        self.app = self._serve
        self.deliveries = Deliveries(world, ToyAnnouncer(world))

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


class ToyAnnouncer:
    """Announces to every registered app, and gives up after one more try."""

    name = "toy"
    deadline_seconds = 5.0
    head_of_line = False

    def __init__(self, world: World) -> None:
        self._world = world

    def subscribed(self, _company: str) -> list[Doc]:
        return self._world.apps("toy")

    def body(self, _app: Doc, events: Sequence[Doc]) -> bytes:
        return json.dumps(list(events)).encode()

    def headers(self, _app: Doc, body: bytes) -> dict[str, str]:
        return {"X-Length": str(len(body))}

    def wait(self, attempt: int) -> timedelta | None:
        return timedelta(seconds=60) if attempt == 1 else None


class ToyTill:
    """One company, ``Corner Shop``, whose customer ``c1`` owes invoice ``INV-1``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def companies(self) -> list[Doc]:
        return [{"id": "1", "name": "Corner Shop", "currency": "USD"}]

    def owed(self, _company: str, number: str) -> Owed | None:
        return Owed("c1", "Ann's Bakery", "USD") if number == "INV-1" else None

    def receive(
        self, company: str, customer: str, *, amount: Decimal, currency: str, day: date,
        reference: str,
    ) -> str:  # fmt: skip
        if currency != "USD":
            raise ValueError("the customer pays in USD")
        store = self._world.store
        row = {"customer": customer, "amount": amount, "day": str(day), "reference": reference}
        with store.transaction():
            id_ = str(store.number(company, "payment"))
            store.put(company, "payment", id_, row)
        return id_

    def token(self, app: Doc, company: str) -> str:
        return f"{app['client_id']} at {company}"

    def check_webhook(self, app: Doc) -> bool:
        return app["webhook_url"] != "http://deaf"


def host_in(folder: Path) -> Host:
    """A host of the toy alone, not yet started."""
    return Host(folder, simulate(open_world(folder)))


def simulate(world: World) -> Simulation:
    return Simulation(world, [Toy(world)], tills={"toy": ToyTill(world)})

"""A simulated Twilio served over real HTTP, and a client that counts its calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from providers.http import Http
from providers.simulated.clock import StillClock
from providers.simulated.faults import Fault
from providers.simulated.gateway import Gateway
from providers.simulated.serving import Server
from providers.simulated.store import Store
from providers.simulated.twilio.api import TwilioApi
from providers.simulated.twilio.exchange import Exchange
from providers.simulated.world import World
from providers.twilio.client import REQUEST_ID_HEADER, Twilio
from tests.providers.processors.serving import NOW

ACCOUNT, TOKEN = f"AC{'2' * 32}", "secret"


@dataclass
class Switchboard:
    exchange: Exchange
    base: str
    calls: list[str] = field(default_factory=list)

    def fail(self, *faults: Fault) -> None:
        self.exchange.world.faults.replace(list(faults))

    def client(self, *, token: str = TOKEN, read_seconds: float = 5.0) -> Twilio:
        http = Http(
            spend=self.calls.append, request_id_header=REQUEST_ID_HEADER, read_seconds=read_seconds
        )
        return Twilio(http, account=ACCOUNT, token=token, base=self.base)


@contextmanager
def switchboard() -> Iterator[Switchboard]:
    world = World(StillClock(NOW), Store())
    exchange = Exchange(world)
    exchange.open_account(account=ACCOUNT, token=TOKEN)
    server = Server(Gateway(world, TwilioApi(exchange)), host="127.0.0.1", port=0)
    server.start()
    try:
        yield Switchboard(exchange, f"http://127.0.0.1:{server.port}")
    finally:
        server.stop()

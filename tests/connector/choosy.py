"""A company whose ledger refuses every request in which one text occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from providers.simulated.gateway import Gateway
from tests.connector.firm import Firm


class Choosy:
    def __init__(self, gateway: Gateway, poison: str) -> None:
        self.gateway = gateway
        self.poison = poison

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        if self.poison in f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}":
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"no"]
        return self.gateway(environ, start_response)


def open_choosy(
    opens: Callable[..., Firm], ledger: str, *, poison: str = "no id yet", **how: Any
) -> tuple[Firm, Choosy]:
    """The company, and its ledger, which refuses nothing yet that does not hold `poison`."""
    made: dict[str, Choosy] = {}

    def wrap(name: str, gateway: Gateway) -> Choosy:
        made[name] = Choosy(gateway, poison)
        return made[name]

    firm = opens(ledger, wrap=wrap, **how)
    return firm, made[ledger]

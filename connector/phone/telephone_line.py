"""The telephone line of a client: its number, Twilio's account, and where Twilio calls back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from connector.clients import meter
from connector.config import Config
from connector.db import Tx
from connector.deps import Deps
from connector.rules import policy
from providers.errors import Reconnect, TryLater
from providers.twilio import client
from providers.twilio.client import Twilio

VARIABLES = ("twilio_account_sid", "twilio_auth_token", "twilio_number")
DOOR = "/webhooks/telephone"


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is who texts and calls, `forward_to` who is reached by key, empty where nobody is;
    both in E.164. `secret` is the account's auth token."""

    account: str
    secret: str = field(repr=False)
    number: str
    forward_to: str
    base_url: str
    api: str

    def text_status(self, token: str) -> str:
        return f"{self.base_url}{DOOR}/texts/{token}/status"

    def call_status(self, token: str) -> str:
        return f"{self.base_url}{DOOR}/calls/{token}/status"

    def call_turn(self, token: str, turn: int) -> str:
        return f"{self.base_url}{DOOR}/calls/{token}/{turn}"

    @contextmanager
    def open(self, deps: Deps, connection_id: int) -> Iterator[Twilio]:
        """The way to Twilio: its calls are counted, and take nothing from the ledger's budget.

        Where Twilio does not take the credentials nothing happened, and only a person can mend it:
        TryLater, with what to set.
        """
        spend = meter.counter(deps, connection_id)
        with deps.http(spend, request_id_header=client.REQUEST_ID_HEADER) as http:
            try:
                yield Twilio(http, account=self.account, token=self.secret, base=self.api)
            except Reconnect as lost:
                raise TryLater(
                    f"{lost}; set LEDGERHAND_TWILIO_ACCOUNT_SID and LEDGERHAND_TWILIO_AUTH_TOKEN",
                    wait=client.CREDENTIALS_WAIT,
                    request_id=lost.request_id,
                ) from lost


def missing(config: Config) -> list[str]:
    """The variables without which nothing can be sent."""
    return [f"LEDGERHAND_{name.upper()}" for name in VARIABLES if not getattr(config, name)]


def line_of(tx: Tx, config: Config, client_id: int) -> Line | None:
    """The client's line, under its own number where its policy names one; None where the
    installation has no account."""
    brand = policy.current(tx, client_id).policy.dunning.brand
    number = brand.telephone or config.twilio_number
    if not (config.twilio_account_sid and config.twilio_auth_token and number):
        return None
    return Line(
        account=config.twilio_account_sid, secret=config.twilio_auth_token, number=number,
        forward_to=brand.forward_calls_to, base_url=config.base_url.rstrip("/"),
        api=config.twilio_base,
    )  # fmt: skip

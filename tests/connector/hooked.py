"""A system of the client's that is named at a firm, and what it hears."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest

from connector.answering import answers
from connector.firm_news import hook_endpoints
from connector.notifications import hooks
from connector.outgoing.effects import SendHook
from connector.outgoing.intents import Intent
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.listener import Heard, Listener, listening
from tests.connector.notified import Opens

CLIENT = 1
REMIND = {"remind": Mode.AUTOPILOT}


@pytest.fixture
def system() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger)
    firm.owe(firm.books.customer("Ash"), "INV-1", "120.00", late_days=4)
    firm.sweep()
    return firm


def named(firm: Firm, system: Listener) -> str:
    """The secret of the address, once everybody was told of."""
    _, secret = hooks.add(firm.deps, CLIENT, system.url, by="ann")
    firm.settle()
    return secret


def deliveries(firm: Firm) -> list[Intent]:
    return [intent for intent in firm.intents() if isinstance(intent.effect, SendHook)]


def published_rule(heard: Heard, secret: str) -> str:
    """What standardwebhooks.com says that the signature is."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join(
        (heard.headers["webhook-id"].encode(), heard.headers["webhook-timestamp"].encode(),
         heard.raw)
    )  # fmt: skip
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def pause(firm: Firm, customer: str = "") -> None:
    answers.pause(
        firm.deps, firm.connection_id, by="ann", reason="they asked us to", customer_id=customer
    )
    firm.pass_time(seconds=1)


def resume(firm: Firm, customer: str = "") -> None:
    answers.resume(firm.deps, firm.connection_id, by="ann", customer_id=customer)
    firm.pass_time(seconds=1)


def endpoints(firm: Firm) -> list[hook_endpoints.Endpoint]:
    with firm.deps.reading() as tx:
        return hook_endpoints.listed(tx, CLIENT)

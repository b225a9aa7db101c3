"""The whole simulated world in one hand: both vendors, the customers' post and telephones."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from providers.simulated.deliveries import Deliveries
from providers.simulated.gateway import Product
from providers.simulated.mail import Mail
from providers.simulated.store import Doc
from providers.simulated.twilio.exchange import Exchange
from providers.simulated.world import World

ROUNDS_MAX = 100
"""How often one pump looks again for what its own posts have made due."""


class Vendor(Product, Protocol):
    """A product with its webhooks."""

    deliveries: Deliveries


@dataclass(frozen=True, slots=True)
class Owed:
    """Who owes an invoice: the customer's id and name in the ledger, and the currency."""

    customer: str
    name: str
    currency: str


class Till(Protocol):
    """What the customers' side needs from a vendor's books."""

    def companies(self) -> list[Doc]:
        """Of each company its id, name and currency."""
        ...

    def owed(self, company: str, number: str) -> Owed | None: ...

    def receive(
        self, company: str, customer: str, *, amount: Decimal, currency: str, day: date,
        reference: str,
    ) -> str:  # fmt: skip
        """Book an unapplied payment; returns its id. Raises ValueError."""
        ...

    def token(self, app: Doc, company: str) -> str:
        """A live access token of an app for a company, as if a person had consented."""
        ...

    def check_webhook(self, app: Doc) -> bool:
        """Let the vendor check the app's webhook address; whether events will be sent to it."""
        ...


class Simulation:
    """One world with its vendors; needs no socket, so tests can drive it in-process."""

    def __init__(
        self, world: World, vendors: Sequence[Vendor], *, tills: Mapping[str, Till]
    ) -> None:
        self.world = world
        self.vendors = {vendor.name: vendor for vendor in vendors}
        self.tills = tills
        self.mail = Mail(world)
        self.telephone = Exchange(world)
        self._pumping = threading.Lock()

    def pump(self) -> None:
        """Do and send everything that is due, including what that makes due."""
        with self._pumping:
            for _ in range(ROUNDS_MAX):
                self.world.do_what_is_due()
                sent = self.mail.pump() + self.telephone.pump()
                for vendor in self.vendors.values():
                    sent += vendor.deliveries.pump()
                if not sent:
                    return

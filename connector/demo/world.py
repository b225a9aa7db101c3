"""The simulated ledgers of the demonstration: founded, with apps registered, served on loopback."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from connector.demo import book
from connector.demo.clerks import Clerk, QuickBooksClerk, XeroClerk, enter
from connector.demo.trade import Business
from providers.simulated.ledgers import Ledgers, ledgers
from providers.simulated.server import Host, open_world
from providers.simulated.simulation import Simulation

LEDGERS = ("quickbooks", "xero")
KEEPER, KEEPER_EMAIL = "Robin Keeper", "books@keeper.example"
"""The bookkeeper to whom all companies are open."""
OURS, TOOL, AUDITOR = "ledgerhand", "other-app", "auditor"
"""Vendors limit each app: the auditor's reading takes nothing from whoever uses the other app."""


@dataclass(frozen=True, slots=True)
class App:
    """An app registered with a vendor."""

    ledger: str
    client_id: str
    client_secret: str
    webhook_key: str


@dataclass
class Place:
    """One company in the world: what is traded there, and the hand that enters it."""

    business: Business
    company_id: str
    clerk: Clerk


class Stage:
    """The world with both vendors, its host, and the places founded so far. `keepers` are the
    bookkeeper's names on the vendors' pages."""

    def __init__(self, folder: Path) -> None:
        world = open_world(folder)
        self.sides: Ledgers = ledgers(world)
        self.host = Host(folder, self.sides.simulation)
        self.places: list[Place] = []
        self.keepers: dict[str, str] = {}

    @property
    def simulation(self) -> Simulation:
        return self.host.simulation

    def found(self, business: Business) -> Place:
        """A new company of this kind, which the bookkeeper may connect; still without records."""
        vendor = self.sides.quickbooks if business.ledger == "quickbooks" else self.sides.xero
        currencies = {business.currency, *(buyer.currency for buyer in business.buyers)}
        currencies |= {bill.currency for bill in business.bills}
        company = vendor.add_company(
            business.name, business.currency, business.country, business.time_zone,
            multi_currency=len(currencies) > 1,
        )  # fmt: skip
        self.places.append(Place(business, company, self._clerk(business.ledger, company)))
        mine = [place.company_id for place in self.places if place.business.ledger == vendor.name]
        user = vendor.add_user(KEEPER_EMAIL, KEEPER, mine)
        self.keepers[business.ledger] = user["sub"] if vendor.name == "quickbooks" else KEEPER_EMAIL
        return self.places[-1]

    def register(self, client_id: str, ledger: str, *, base_url: str = "") -> App:
        """Register an app; `base_url` is where its pages answer. It gets no webhooks yet."""
        app = App(ledger, f"{client_id}-{ledger}", secrets.token_hex(16), _key())
        redirects = [f"{base_url}/oauth/{ledger}/callback"] if base_url else []
        self.simulation.world.register_app({
            "product": ledger, "client_id": app.client_id, "client_secret": app.client_secret,
            "name": client_id.replace("-", " ").title(), "redirect_uris": redirects,
            "webhook_url": "", "webhook_key": app.webhook_key, "webhook_disabled": False,
            "launch_url": base_url and f"{base_url}/launch/{ledger}",
            "disconnect_url": base_url and f"{base_url}/disconnected/{ledger}",
        })  # fmt: skip
        return app

    def announce(self, app: App, base_url: str) -> bool:
        """Let the vendor send its events to an app that answers by now."""
        world = self.simulation.world
        known = next(a for a in world.apps(app.ledger) if a["client_id"] == app.client_id)
        world.register_app(known | {"webhook_url": f"{base_url}/webhooks/{app.ledger}"})
        passed = self.simulation.tills[app.ledger].check_webhook(
            known | {"webhook_url": f"{base_url}/webhooks/{app.ledger}"}
        )
        self.simulation.pump()
        return passed

    def token(self, app: App, company_id: str) -> str:
        """An access token with which a foreign client acts in a company."""
        apps = self.simulation.world.apps(app.ledger)
        known = next(a for a in apps if a["client_id"] == app.client_id)
        return self.simulation.tills[app.ledger].token(known, company_id)

    def _clerk(self, ledger: str, company: str) -> Clerk:
        if ledger == "quickbooks":
            return QuickBooksClerk(self.sides.quickbooks.act(company))
        return XeroClerk(self.sides.xero.act(company))


def open_host(folder: Path) -> Host:
    """The simulated ledgers in `folder`; a new folder gets both companies of the built-in book,
    and for each vendor an app whose credentials `GET /control/apps` shows."""
    stage = Stage(folder)
    if not any(till.companies() for till in stage.simulation.tills.values()):
        today = stage.simulation.world.clock.now().date()
        for business in book.businesses(today):
            clerk = stage.found(business).clerk
            enter(clerk, business.buyers, business.bills, today=today)
        for ledger in LEDGERS:
            stage.register(OURS, ledger, base_url="http://127.0.0.1:8000")
    return stage.host


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()

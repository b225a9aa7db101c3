"""The whole house on loopback ports: both simulated ledgers, the application, and its jobs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from connector import db, jobs, schema, vault
from connector.config import Config
from connector.deps import Clock, Deps
from providers.simulated.gateway import Environ, StartResponse
from providers.simulated.ledgers import Ledgers, ledgers
from providers.simulated.server import Host, open_world
from providers.simulated.serving import Server
from providers.simulated.world import World
from ui_embed.app import create_app

DESKTOP = (1280, 900)
PHONE = (375, 812)
APP = "Ledgerhand"
WAIT_SECONDS_MAX = 20
OPENED_AT = datetime(2026, 3, 3, 15, tzinfo=UTC)
"""Ten o'clock of a Tuesday in New York: who may be written to now, may be at any hour of a test."""
REFUSAL = "status of 4"
"""What the console says of a page that was refused on purpose."""


@dataclass
class House:
    """`troubles` are what the browser complained about: scripts, blocked content, failures;
    `companies` the last company in each ledger."""

    host: Host
    vendors: Ledgers
    deps: Deps
    url: str
    browser: Browser
    troubles: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    companies: dict[str, str] = field(default_factory=dict)

    def page(self, size: tuple[int, int] = DESKTOP) -> Page:
        """A browser of its own, with no cookies. Nothing fades: a colour is the one that stays."""
        is_phone = size == PHONE
        context = self.browser.new_context(
            base_url=self.url, viewport={"width": size[0], "height": size[1]},
            is_mobile=is_phone, has_touch=is_phone, reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(WAIT_SECONDS_MAX * 1000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._listen)
        return page

    def _listen(self, said: ConsoleMessage) -> None:
        is_ours = said.location["url"].startswith(self.url)
        if said.type == "error" and is_ours and REFUSAL not in said.text:
            self.troubles.append(f"{said.location['url']}: {said.text}")

    def settle(self, until: Callable[[], bool] = lambda: True) -> None:
        """Run the jobs until nothing is due and `until` holds."""
        end = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < end:
            self.host.simulation.pump()
            due = jobs.find_due(self.deps)
            for job, connection_id in due:
                jobs.RUN[job](self.deps, connection_id)
            if not due and until():
                return
        raise AssertionError("the house does not come to rest")

    def company(self, ledger: str, name: str) -> str:
        """A new company with a bookkeeper who may connect it."""
        vendor = self.vendors.quickbooks if ledger == "quickbooks" else self.vendors.xero
        company = vendor.add_company(name, "USD", "US", "America/New_York")
        vendor.add_user(f"books@{ledger}.example", "Bea Keeper", [company])
        self.companies[ledger] = str(company)
        return self.companies[ledger]


@contextmanager
def standing(folder: Path, browser: Browser) -> Iterator[House]:
    vendors = ledgers(open_world(folder / "world"))
    vendors.simulation.world.clock.set(OPENED_AT)
    vendors.quickbooks.limits_on = vendors.xero.limits_on = False
    host = Host(folder / "world", vendors.simulation)
    host.start()

    def answer(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        return app(environ, start)

    # It closes what it serves also where the browser has left already; the development server
    # does not.
    server = Server(answer, host="127.0.0.1", port=0)
    url = f"http://127.0.0.1:{server.port}"
    deps = _deps(folder, host, url)
    app = create_app(deps)
    _register(host.world, url)
    server.start()
    house = House(host, vendors, deps, url, browser)
    try:
        yield house
    finally:
        for context in house.contexts:
            context.close()
        server.stop()
        host.stop()
        deps.engine.dispose()


def _deps(folder: Path, host: Host, url: str) -> Deps:
    quickbooks, xero = host.address("quickbooks"), host.address("xero")
    smtp_host, smtp_port = host.smtp
    config = Config(
        _env_file=None, data_dir=folder, base_url=url, vault_keys=vault.new_key(),  # type: ignore[call-arg]
        clock_file=host.clock_file, smtp_host=smtp_host, smtp_port=smtp_port,
        quickbooks_client_id="qb-app", quickbooks_client_secret="qb-secret",
        quickbooks_webhook_key="qb-hook", xero_client_id="xero-app",
        xero_client_secret="xero-secret", xero_webhook_key="xero-hook",
        quickbooks_bases=json.dumps({
            "discovery": f"{quickbooks}/.well-known/openid_configuration", "api": quickbooks,
        }),
        xero_bases=json.dumps(dict.fromkeys(("login", "identity", "api"), xero)),
    )  # fmt: skip
    engine = db.connect(config.database)
    schema.metadata().create_all(engine)
    return Deps(config=config, engine=engine, clock=Clock(config.clock_file))


def _register(world: World, url: str) -> None:
    with world.store.transaction():
        for product, prefix in (("quickbooks", "qb"), ("xero", "xero")):
            world.register_app({
                "product": product, "client_id": f"{prefix}-app",
                "client_secret": f"{prefix}-secret", "name": APP,
                "redirect_uris": [f"{url}/oauth/{product}/callback"],
                "webhook_url": f"{url}/webhooks/{product}", "webhook_key": f"{prefix}-hook",
                "launch_url": f"{url}/launch/{product}",
                "disconnect_url": f"{url}/disconnected/{product}",
            })  # fmt: skip

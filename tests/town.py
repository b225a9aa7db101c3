"""The simulated world behind real sockets, with the product's settings pointing at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connector import db
from connector.config import Config
from connector.deps import Clock, Deps
from providers.simulated.ledgers import ledgers
from providers.simulated.server import Host, open_world
from providers.simulated.world import World
from tests.signing import give_keys
from tests.simulation import universe as one
from tests.simulation.universe import OURS, Universe


class Town(Universe):
    """A universe whose ledgers, mail and clock are reached as any process reaches them."""

    host: Host
    settings: dict[str, Any]


@contextmanager
def open_town(folder: Path, database_url: str, **settings: object) -> Iterator[Town]:
    """Both vendors on loopback ports; the clock is the world's, and follows its file."""
    world = open_world(folder)
    give_keys(world)
    sides = ledgers(world)
    sides.quickbooks.limits_on = sides.xero.limits_on = False
    _register(world)
    host = Host(folder, sides.simulation)
    host.start()
    own = {"database_url": database_url, "data_dir": folder}
    given = settings_of(host, **own | settings)
    deps = Deps(
        config=one.settings_of(**given), engine=db.connect(database_url),
        clock=Clock(host.clock_file),
    )  # fmt: skip
    town = Town(deps, world, sides, [])
    town.host, town.settings = host, given
    world.post = lambda url, headers, body, _seconds: one.receive(town, url, headers, body)
    try:
        yield town
    finally:
        host.stop()
        deps.engine.dispose()


def settings_of(host: Host, **more: object) -> dict[str, Any]:
    quickbooks, xero = host.address("quickbooks"), host.address("xero")
    return {
        "quickbooks_bases": json.dumps({
            "discovery": f"{quickbooks}/.well-known/openid_configuration", "api": quickbooks,
        }),
        "xero_bases": json.dumps({"login": xero, "identity": xero, "api": xero}),
        "smtp_host": host.smtp[0], "smtp_port": host.smtp[1], "clock_file": host.clock_file,
        **more,
    }  # fmt: skip


def environment_of(config: Config) -> dict[str, str]:
    """The same settings as variables, for other processes."""
    told = {name: value for name, value in config.model_dump().items() if value}
    return {f"LEDGERHAND_{name.upper()}": str(value) for name, value in told.items()}


def _register(world: World) -> None:
    for product, prefix in (("quickbooks", "qb"), ("xero", "xero")):
        world.register_app({
            "product": product, "client_id": f"{prefix}-app",
            "client_secret": f"{prefix}-secret", "name": "Ledgerhand",
            "redirect_uris": [f"{OURS}/oauth/{product}/callback"],
            "webhook_url": f"{OURS}/webhooks/{product}", "webhook_key": f"{prefix}-hook",
            "launch_url": "", "disconnect_url": "",
        })  # fmt: skip

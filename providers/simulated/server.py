"""The simulated world as servers on loopback ports, with a pump that sends what is due."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import structlog

from providers.simulated.clock import Clock
from providers.simulated.control import Control
from providers.simulated.gateway import Gateway
from providers.simulated.serving import PortTaken, Server, listen
from providers.simulated.simulation import Simulation
from providers.simulated.smtp import MailServer
from providers.simulated.store import Store
from providers.simulated.twilio.api import TwilioApi
from providers.simulated.world import World

log = structlog.get_logger()

PUMP_SECONDS = 0.25
CLOCK_FILE = "clock.json"


def open_world(folder: Path) -> World:
    """A world that survives a restart: companies, tokens, signing keys, mail and moved clock."""
    folder.mkdir(parents=True, exist_ok=True)
    return World(Clock(folder / CLOCK_FILE), Store(folder / "world.sqlite"))


class Host:
    """Serves a simulation whose world was opened in `folder`; the ports are kept there too."""

    def __init__(self, folder: Path, simulation: Simulation, *, host: str = "127.0.0.1") -> None:
        self._folder = folder
        self._host = host
        self.clock_file = folder / CLOCK_FILE
        self.world = simulation.world
        self.simulation = simulation
        self._servers: dict[str, Server | MailServer] = {}
        self._stopping = threading.Event()
        self._pump_thread = threading.Thread(target=self._keep_pumping, daemon=True)

    def start(self) -> None:
        """Open every door. Raises PortTaken when a remembered port is in use."""
        ports = self._remembered_ports()
        try:
            self._open(ports)
        except OSError as error:
            self.stop()
            where = self._folder / "ports.json"
            raise PortTaken(f"{error}; stop what holds it, or remove {where}") from error
        self._remember({name: server.port for name, server in self._servers.items()})
        self._pump_thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.world.changed.set()
        if self._pump_thread.is_alive():
            self._pump_thread.join()
        for server in self._servers.values():
            server.stop()
        self._servers.clear()
        self.world.store.close()

    def address(self, name: str) -> str:
        """The base URL of ``control``, ``quickbooks``, ``xero`` or ``twilio``."""
        return f"http://{self._host}:{self._servers[name].port}"

    @property
    def smtp(self) -> tuple[str, int]:
        return self._host, self._servers["smtp"].port

    def _open(self, ports: dict[str, int]) -> None:
        apps: dict[str, Any] = {"control": Control(self.simulation)}
        for name, vendor in self.simulation.vendors.items():
            apps[name] = Gateway(self.world, vendor)
        apps["twilio"] = Gateway(self.world, TwilioApi(self.simulation.telephone))
        for name, app in apps.items():
            server = Server(app, host=self._host, port=ports.get(name, 0))
            server.start()
            self._servers[name] = server
        smtp = MailServer(
            self.world, self.simulation.mail, host=self._host,
            port=ports.get("smtp") or self._free_port(),
        )  # fmt: skip
        smtp.start()
        self._servers["smtp"] = smtp

    def _free_port(self) -> int:
        with listen(self._host, 0) as bound:
            return int(bound.getsockname()[1])

    def _remembered_ports(self) -> dict[str, int]:
        file = self._folder / "ports.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def _remember(self, ports: dict[str, int]) -> None:
        fresh = self._folder / "ports.new"
        fresh.write_text(json.dumps(ports))
        fresh.replace(self._folder / "ports.json")

    def _keep_pumping(self) -> None:
        while not self._stopping.is_set():
            self.world.changed.wait(PUMP_SECONDS)
            self.world.changed.clear()
            try:
                self.simulation.pump()
            except Exception:
                log.exception("the pump of the simulated world failed")

"""The product as the demonstration runs it: its settings, its processes, and a view of its data."""

from __future__ import annotations

import base64
import secrets
import shlex
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import requests

from connector import config, deps, queues, redis_server, schema, supervisor, vault
from connector.demo.world import App
from connector.deps import Deps
from connector.supervisor import Running

POLL_SECONDS = 5
OUTSIDE = ("redis_url", "clock_file")
"""A Redis may be named from outside; the clock has no default."""
START_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.1


class NotRunning(RuntimeError):
    """The product's pages do not answer; the text says where its log is."""


def settings(
    folder: Path, *, base_url: str, smtp: tuple[str, int], clock_file: Path,
    apps: Sequence[App], addresses: dict[str, str],
) -> dict[str, str]:  # fmt: skip
    """Every variable of the product, so that nothing from outside reaches the demonstration.

    `addresses` are the base URLs of the simulated vendors by their names.
    """
    quickbooks, xero = addresses["quickbooks"], addresses["xero"]
    fields = config.Config.model_fields.items()
    found = {name: str(field.default) for name, field in fields if name not in OUTSIDE}
    found |= {
        "data_dir": str(folder), "database_url": f"sqlite:///{folder / 'ledgerhand.db'}",
        "base_url": base_url, "secret_key": secrets.token_hex(32),
        "vault_keys": vault.new_key(), "clock_file": str(clock_file),
        "poll_seconds": str(POLL_SECONDS), "log_level": "warning",
        "quickbooks_bases":
            f'{{"discovery": "{quickbooks}/.well-known/openid_configuration",'
            f' "api": "{quickbooks}"}}',
        "xero_bases": f'{{"login": "{xero}", "identity": "{xero}", "api": "{xero}"}}',
        "smtp_host": smtp[0], "smtp_port": str(smtp[1]),
        "twilio_account_sid": f"AC{secrets.token_hex(16)}",
        "twilio_auth_token": secrets.token_hex(16), "twilio_number": "+14155550100",
        "twilio_base": addresses["twilio"],
        "mail_from": "reminders@ledgerhand.example",
        "mail_hook_secret": f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}",
    }  # fmt: skip
    for app in apps:
        found |= {
            f"{app.ledger}_client_id": app.client_id,
            f"{app.ledger}_client_secret": app.client_secret,
            f"{app.ledger}_webhook_key": app.webhook_key,
        }
    return found


class Product:
    """The web server and one worker for each queue, with a Redis and a database of their own."""

    def __init__(self, given: dict[str, str]) -> None:
        self.config = config.load(_env_file=None, **given)
        self.config.data_dir.mkdir(parents=True, exist_ok=True)
        self.log_file = self.config.data_dir / "product.log"
        self._variables = {f"LEDGERHAND_{name.upper()}": value for name, value in given.items()}
        self.variables_file = self._written()
        server = redis_server.redis_for(self.config.data_dir, self.config.redis_url)
        self.redis_url = server.url
        self.deps: Deps = deps.build(self.config, queues.bell(server.url))
        self._running: Running | None = None

    def start(self) -> None:
        """Bring the database to its schema, start every process and wait for the pages.

        Raises NotRunning.
        """
        schema.upgrade(self.deps.engine)
        self._running = supervisor.start(self.config, self._variables, log_file=self.log_file)
        end = time.monotonic() + START_SECONDS_MAX
        while not self._answers():
            if time.monotonic() > end:
                raise NotRunning(f"{self.config.base_url} does not answer; see {self.log_file}")
            time.sleep(LOOK_SECONDS)

    def start_missing(self) -> None:
        """Replace what has ended."""
        if self._running:
            self._running.start_missing()

    def stop(self) -> None:
        if self._running:
            self._running.stop()
        self.deps.engine.dispose()

    def _written(self) -> Path:
        """A file for a shell, that points the command line at this product."""
        file = self.config.data_dir / "product.env"
        file.touch(mode=0o600)
        lines = (f"export {name}={shlex.quote(value)}\n" for name, value in self._variables.items())
        file.write_text("".join(lines), encoding="utf-8")
        return file

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.config.base_url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

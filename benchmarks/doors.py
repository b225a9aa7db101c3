"""Web servers as the product starts them: its own doors, or the bare view."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

from connector import config, db, schema, vault
from connector.access import grants
from connector.clients import tenants
from connector.clients.tenants import State
from connector.supervisor import WEB_THREADS
from connector.vault import Vault
from providers.tokens import TokenSet

COMPANIES = {"quickbooks": "310687", "xero": "7f0c41f4-3f5c-4a39-9d4b-3c1f5ce0a001"}
KEYS = {"quickbooks": "verifier", "xero": "webhook-key"}
OURS, BARE = "ui_embed.wsgi:app", "benchmarks.bare:app"
START_SECONDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process_id: int

    def processor_seconds(self) -> float:
        """What the server and its workers have used of the processors so far."""
        ticks = sum(_ticks(one) for one in (self.process_id, *_children(self.process_id)))
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def bare() -> Iterator[Server]:
    with _served(BARE, {}) as server:
        yield server


@contextmanager
def ours(folder: Path, redis_url: str) -> Iterator[Server]:
    """The real doors on a database of their own, with one live company of either ledger."""
    vault_keys = vault.new_key()
    folder.mkdir(parents=True)
    _connect_companies(folder, vault_keys)
    with _served(OURS, {
        "LEDGERHAND_DATA_DIR": str(folder), "LEDGERHAND_REDIS_URL": redis_url,
        "LEDGERHAND_DATABASE_URL": _database(folder), "LEDGERHAND_SECRET_KEY": "benchmark",
        "LEDGERHAND_VAULT_KEYS": vault_keys, "LEDGERHAND_LOG_LEVEL": "error",
        "LEDGERHAND_QUICKBOOKS_WEBHOOK_KEY": KEYS["quickbooks"],
        "LEDGERHAND_XERO_WEBHOOK_KEY": KEYS["xero"],
    }) as server:  # fmt: skip
        yield server


@contextmanager
def deaf() -> Iterator[str]:
    """The address of a Redis that takes connections and never answers."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(100)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def hints_in(folder: Path) -> int:
    """How many events the doors have kept."""
    engine = db.connect(_database(folder))
    with db.reading(engine) as tx:
        count = int(tx.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one())
    engine.dispose()
    return count


def _database(folder: Path) -> str:
    return f"sqlite:///{folder / 'ledgerhand.db'}"


def _connect_companies(folder: Path, vault_keys: str) -> None:
    engine, now = db.connect(_database(folder)), datetime.now(UTC)
    schema.upgrade(engine)
    sealed = Vault(config.load(_env_file=None, vault_keys=vault_keys).keys)
    with engine.begin() as tx:
        client_id = tenants.add_client(tx, tenants.add_reseller(tx, "Reseller"), "Client")
        for ledger, company in COMPANIES.items():
            tokens = TokenSet("access", "refresh", now, now)
            connection_id = tenants.connect(
                tx, sealed, client_id=client_id, ledger=ledger, company_id=company,
                grant_id=grants.add(tx, sealed, ledger, tokens), vendor_grant="", name=ledger,
                at=now,
            )  # fmt: skip
            tenants.set_state(tx, connection_id, State.LIVE)
    engine.dispose()


@contextmanager
def _served(app: str, variables: dict[str, str]) -> Iterator[Server]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        sys.executable, "-m", "gunicorn", "--worker-class", "gthread",
        "--threads", str(WEB_THREADS), "--bind", f"127.0.0.1:{port}",
        "--log-level", "critical", app,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=os.environ | variables)
    try:
        _wait_for(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _children(process_id: int) -> list[int]:
    kept = Path(f"/proc/{process_id}/task/{process_id}/children")
    return [int(child) for child in kept.read_text().split()]


def _ticks(process_id: int) -> int:
    """Its user and system time (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/")
                connection.getresponse().read()
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)

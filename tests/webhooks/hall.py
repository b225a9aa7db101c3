"""A hall with the doors of the product: one client, two connected companies, a bell that notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector import db, schema, vault
from connector.access import grants
from connector.clients import tenants
from connector.clients.tenants import State
from connector.config import Config
from connector.deps import Clock, Deps
from connector.mirroring import inbox
from connector.mirroring.inbox import Hint
from connector.vault import Vault
from providers.tokens import TokenSet
from webhooks import ledgers, mail, parts, tracking

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
KEYS = {"quickbooks": "verifier-1", "xero": "webhook-key-1"}
COMPANIES = {"quickbooks": "310687", "xero": "7f0c41f4-3f5c-4a39-9d4b-3c1f5ce0a001"}
MAIL_SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ="


class StillClock(Clock):
    def now(self) -> datetime:
        return NOW


@dataclass
class Hall:
    deps: Deps
    client: FlaskClient
    rung: list[tuple[str, int]] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    connections: dict[str, int] = field(default_factory=dict)

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> TestResponse:
        """The answer, with what comes after it done as a server does it."""
        answer = self.client.post(path, data=body, headers=headers or {})
        answer.close()
        return answer

    def hints(self, ledger: str) -> list[Hint]:
        with self.deps.reading() as tx:
            return inbox.due(tx, self.connections[ledger], NOW, 1000)

    def connect(self, ledger: str, company_id: str, client_name: str) -> int:
        with self.deps.writing() as tx:
            reseller_id = tenants.add_reseller(tx, client_name)
            client_id = tenants.add_client(tx, reseller_id, client_name)
            keys = Vault(self.deps.config.keys)
            tokens = TokenSet("access", "refresh", NOW, NOW)
            return tenants.connect(
                tx, keys, client_id=client_id, grant_id=grants.add(tx, keys, ledger, tokens),
                ledger=ledger, company_id=company_id, vendor_grant="", name=client_name, at=NOW,
            )  # fmt: skip

    def stand(self, connection_id: int, state: State) -> None:
        with self.deps.writing() as tx:
            tenants.set_state(tx, connection_id, state)


def hall(folder: Path, **settings: Any) -> Hall:
    told = {
        "data_dir": folder, "vault_keys": vault.new_key(), "mail_hook_secret": MAIL_SECRET,
        "quickbooks_webhook_key": KEYS["quickbooks"], "xero_webhook_key": KEYS["xero"],
        "_env_file": None,
    }  # fmt: skip
    config = Config(**told | settings)
    rung: list[tuple[str, int]] = []
    reached: list[str] = []
    deps = Deps(
        config=config, engine=db.connect(config.database), clock=StillClock(),
        ring=lambda job, about: rung.append((job, about)), reached=reached.append,
    )  # fmt: skip
    schema.metadata().create_all(deps.engine)
    app = Flask("hall")
    parts.equip(app, deps)
    app.register_blueprint(ledgers.door)
    app.register_blueprint(mail.door)
    app.register_blueprint(tracking.door)
    made = Hall(deps, app.test_client(), rung, reached)
    for ledger, company in COMPANIES.items():
        made.connections[ledger] = made.connect(ledger, company, f"Client of {ledger}")
    return made

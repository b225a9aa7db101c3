"""A bookkeeper's office: the real application on both simulated ledgers, and visitors to it."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.access import installs
from connector.clients import persons, tenants
from connector.clients.tenants import Connection
from connector.demo.browser import Browser
from tests.engines import MEMORY, borrowed
from tests.simulation.universe import OURS, Memory, Universe, build, found
from ui_embed.app import create_app
from webhooks import parts

_apps: dict[tuple[str, str], Flask] = {}
READ_AT = re.compile(r'type="hidden" name="(base|document)" value="([^"]*)"')
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Visitor:
    """One browser with its own cookies."""

    universe: Universe
    client: FlaskClient

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.client.get(path, **how)

    def page(self, path: str) -> str:
        """The text of a page that must be there, after its redirects."""
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return answer.text

    def post(self, path: str, *, on: str = "/", **form: str) -> TestResponse:
        """Send a form as it stands on the page `on`."""
        page = self.page(on)
        token = CSRF.search(page)
        read = {"csrf_token": token[1] if token else "", **read_at(page)}
        return self.client.post(path, data={**read, **form})

    def start(self, path: str) -> str:
        """The address of the consent page that a link leads to."""
        answer = self.get(path)
        assert answer.status_code == 302, f"{path}: {answer.status} {answer.text[:200]}"
        return str(answer.headers["Location"])

    def consent(self, url: str, **wishes: str) -> str:
        """Answer the vendor's pages; the path and query that the vendor sends us back to."""
        session = requests.Session()
        for prefix, adapter in self.universe.deps.adapters.items():
            session.mount(prefix, adapter)
        ledger = "xero" if "xero.test" in url else "quickbooks"
        allow = "allow" if ledger == "xero" else "approve"
        given = {"decision": allow, **wishes}
        back = Browser(session, given).go(url, until=f"{OURS}/oauth/{ledger}/callback")
        return back.removeprefix(OURS)

    def sign_in(self, ledger: str, user: str, company: str = "") -> TestResponse:
        """`user` is an e-mail address at the vendor. Xero's page wants an organisation too."""
        who = self.user(ledger, user)
        url = self.start(f"/sign-in/{ledger}")
        return self.get(self.consent(url, user=who, tenant=company))

    def connect(
        self, ledger: str, user: str, company: str, path: str = "", **wishes: str
    ) -> TestResponse:
        url = self.start(path or f"/connect/{ledger}")
        wishes = {"company": company, "tenant": company, **wishes}
        return self.get(self.consent(url, user=self.user(ledger, user), **wishes))

    def user(self, ledger: str, email: str) -> str:
        """How the vendor's page names a user."""
        if ledger == "xero":
            return email
        rows = self.universe.world.store.all("", "user.quickbooks")
        return next(str(row["sub"]) for row in rows if row["email"] == email)


def read_at(page: str) -> dict[str, str]:
    """The version of the policy that the forms of a page were read at, and the document shown."""
    return {name: html.unescape(value) for name, value in READ_AT.findall(page)}


@dataclass
class Office:
    """`at_first` is what the vendors knew when it was opened."""

    universe: Universe
    app: Flask
    settings: Mapping[str, object]
    at_first: Memory

    def is_new(self) -> bool:
        return Memory.of(self.universe.world) == self.at_first

    def remember(self) -> tuple[Memory, bytes]:
        """What the vendors know now, and our own database."""
        return Memory.of(self.universe.world), self._database().serialize()

    def recall(self, memory: Memory, database: bytes) -> None:
        """It is as another one was when it remembered this."""
        self._database().deserialize(database)
        engine = self.universe.deps.engine
        self.universe = build(engine=engine, memory=memory, **self.settings)  # type: ignore[arg-type]
        parts.equip(self.app, self.universe.deps)

    def _database(self) -> sqlite3.Connection:
        with self.universe.deps.engine.connect() as tx:
            made: sqlite3.Connection = tx.connection.dbapi_connection  # type: ignore[assignment]
        return made

    def visitor(self) -> Visitor:
        return Visitor(self.universe, self.app.test_client())

    def connections(self) -> list[Connection]:
        with self.universe.deps.reading() as tx:
            return tenants.connections(tx)

    def people(self) -> int:
        with self.universe.deps.reading() as tx:
            return sum(persons.person(tx, number) is not None for number in range(1, 20))

    def pending(self) -> int:
        """How many consents are still open."""
        with self.universe.deps.engine.connect() as tx:
            return int(tx.exec_driver_sql("SELECT count(*) FROM oauth_pending").scalar_one())

    def grants(self) -> int:
        with self.universe.deps.engine.connect() as tx:
            return int(tx.exec_driver_sql("SELECT count(*) FROM oauth_grant").scalar_one())


@contextmanager
def office(**settings: object) -> Iterator[Office]:
    """The application is put together once for one configuration, as it is in a server."""
    with borrowed(MEMORY) as engine:
        universe = build(engine=engine, **settings)  # type: ignore[arg-type]
        place = (universe.deps.config.base_url, universe.deps.config.secret_key)
        app = _apps.get(place)
        if app is None:
            app = _apps[place] = create_app(universe.deps)
        parts.equip(app, universe.deps)
        yield Office(universe, app, settings, Memory.of(universe.world))


def company_of(made: Office, ledger: str, name: str = "") -> str:
    """A company at the vendor that books@<ledger>.example may connect."""
    return found(made.universe, ledger, name=name)


def path_of(answer: TestResponse) -> str:
    """Where an answer sends the browser, without the host."""
    url = urlsplit(answer.headers["Location"])
    return url.path + (f"?{url.query}" if url.query else "")


__all__ = [
    "CSRF",
    "OURS",
    "Office",
    "Visitor",
    "company_of",
    "installs",
    "office",
    "path_of",
    "read_at",
]

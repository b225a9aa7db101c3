"""Everything in one process: both simulated ledgers, the real product code, one still clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from random import Random
from typing import Any
from uuid import UUID

import requests
import sqlalchemy as sa
from requests.adapters import BaseAdapter

from connector import config, jobs, vault
from connector.access import installs
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.demo.browser import Browser
from connector.deps import Clock, Deps
from connector.inbound import replies
from connector.mirroring import inbox
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.modes import Capability, Mode
from providers.registry import LEDGERS
from providers.simulated.clock import StillClock
from providers.simulated.faults import Faults
from providers.simulated.gateway import Gateway
from providers.simulated.inprocess import InProcess
from providers.simulated.ledgers import Ledgers, ledgers
from providers.simulated.smtp import MailServer
from providers.simulated.store import Doc, Place, Store
from providers.simulated.world import World
from tests.engines import in_memory
from tests.signing import give_keys

START = datetime.fromisoformat("2026-03-02T14:00:00+00:00")
QUICKBOOKS, XERO, OURS = "http://quickbooks.test", "http://xero.test", "http://ledgerhand.test"
VAULT_KEYS = vault.new_key()


class FollowingClock(Clock):
    """Our clock follows the world's; leases too, so that a crash is over once time passes."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def now(self) -> datetime:
        return self._world.clock.now()

    def real(self) -> datetime:
        return self._world.clock.now()

    def sleep(self, seconds: float) -> None:
        """Nobody waits for a clock that stands still."""


@dataclass
class Universe:
    """`rung` holds the bells not yet answered, in order, each once; `between` is called before
    each job, so that somebody may do something there."""

    deps: Deps
    world: World
    vendors: Ledgers
    rung: list[tuple[str, int]]
    companies: dict[str, str] = field(default_factory=dict)
    connections: dict[str, int] = field(default_factory=dict)
    between: Callable[[], None] = lambda: None

    def connection(self, ledger: str) -> Connection:
        with self.deps.reading() as tx:
            return tenants.connection(tx, self.connections[ledger])

    def settle(self, rounds_max: int = 60) -> None:
        """Let webhooks arrive and jobs run until nothing is left to do at this moment."""
        for _ in range(rounds_max):
            self.vendors.simulation.pump()
            if not self.rung:
                jobs.reconcile(self.deps)
                if not self.rung:
                    return
            job, connection_id = self.rung.pop(0)
            self.between()
            jobs.RUN[job](self.deps, connection_id)

    def pass_time(self, by: timedelta) -> None:
        self.world.clock.advance(by)
        self.settle()

    def switch(self, ledger: str, **wanted: Mode) -> None:
        for name, mode in wanted.items():
            client_id = self.connection(ledger).client_id
            allowing.switch(self.deps, client_id, Capability(name), mode, by="tests")


@dataclass(frozen=True, slots=True)
class Memory:
    """What the vendors remember at one moment, so that a world can be built from it again; our own
    database is copied beside it."""

    documents: Mapping[Place, Doc]
    chance: Any

    @classmethod
    def of(cls, world: World) -> Memory:
        assert isinstance(world.new_guid, partial)
        return cls(dict(world.store.documents()), world.new_guid.args[0].getstate())

    def put_into(self, store: Store) -> None:
        with store.transaction():
            for place, document in self.documents.items():
                store.put(*place, document)


def build(
    *,
    engine: sa.Engine | None = None,
    seed: int = 0,
    start: datetime = START,
    mail: MailServer | None = None,
    memory: Memory | None = None,
    reached: Callable[[str], None] = lambda _point: None,
    wrap: Callable[[str, Gateway], object] = lambda _name, gateway: gateway,
    **settings: object,
) -> Universe:
    """A world with both vendors and no company in it yet, or with what is remembered of an earlier
    one; where no engine is given, the database is empty and in memory."""
    chance, store = Random(seed), Store()
    if memory:
        chance.setstate(memory.chance)
        memory.put_into(store)
    world = World(StillClock(start), store, Faults(seed), new_guid=partial(_guid, chance))
    give_keys(world)
    vendors = ledgers(world)
    vendors.quickbooks.limits_on = vendors.xero.limits_on = False
    adapters: Mapping[str, BaseAdapter] = {
        QUICKBOOKS: InProcess(wrap("quickbooks", Gateway(world, vendors.quickbooks))),  # type: ignore[arg-type]
        XERO: InProcess(wrap("xero", Gateway(world, vendors.xero))),  # type: ignore[arg-type]
    }
    own = engine or in_memory()
    rung: list[tuple[str, int]] = []

    def ring(job: str, connection_id: int) -> None:
        if (job, connection_id) not in rung:
            rung.append((job, connection_id))

    deps = Deps(
        config=settings_of(**settings), engine=own, clock=FollowingClock(world), ring=ring,
        adapters=adapters, reached=reached,
    )  # fmt: skip
    universe = Universe(deps, world, vendors, rung)
    world.post = lambda url, headers, body, _seconds: receive(universe, url, headers, body)
    _register(world)
    return universe


def _guid(chance: Random) -> str:
    """The same names for the same records each time a seed is played."""
    return str(UUID(int=chance.getrandbits(128), version=4))


def settings_of(**settings: object) -> config.Config:
    return _settings(**settings) if settings else _usual()


@cache
def _usual() -> config.Config:
    return _settings()


def _settings(**settings: object) -> config.Config:
    given: dict[str, object] = {
        "_env_file": None, "base_url": OURS, "vault_keys": VAULT_KEYS, "secret_key": "tests",
        "quickbooks_client_id": "qb-app", "quickbooks_client_secret": "qb-secret",
        "quickbooks_webhook_key": "qb-hook", "xero_client_id": "xero-app",
        "xero_client_secret": "xero-secret", "xero_webhook_key": "xero-hook",
        "quickbooks_bases":
            f'{{"discovery": "{QUICKBOOKS}/.well-known/openid_configuration",'
            f' "api": "{QUICKBOOKS}"}}',
        "xero_bases": f'{{"login": "{XERO}", "identity": "{XERO}", "api": "{XERO}"}}',
    }  # fmt: skip
    return config.load(**given | settings)


def receive(universe: Universe, url: str, headers: Mapping[str, str], body: bytes) -> int:
    """The webhook door without its web server: the same checks, the same inbox."""
    deps = universe.deps
    if url.endswith("/webhooks/mail"):
        replies.accept(deps, body)
        return 200
    ledger = LEDGERS[url.rpartition("/")[2]]
    given = {name.lower(): value for name, value in headers.items()}
    key = deps.config.vendor(ledger.name).webhook_key
    if not ledger.is_genuine(body, given.get(ledger.signature_header.lower(), ""), key):
        return 401
    sealed = vault.Vault(deps.config.keys)
    with deps.writing() as tx:
        for change in ledger.changes(body):
            owner = tenants.find_company(tx, sealed, ledger.name, change.company_id)
            if owner:
                inbox.accept(tx, owner.id, ledger.name, [change], now=deps.now())
                deps.ring("sync", owner.id)
    return 200


def install(universe: Universe, ledger: str, company: str) -> int:
    """Connect a company through the vendor's own consent page."""
    deps = universe.deps
    with deps.writing() as tx:
        reseller_id = tenants.add_reseller(tx, f"Reseller of {company}")
        client_id = tenants.add_client(tx, reseller_id, company)
    universe.companies[ledger] = company
    universe.connections[ledger] = consent(universe, ledger, client_id)[0]
    return universe.connections[ledger]


def consent(universe: Universe, ledger: str, client_id: int) -> list[int]:
    """Walk through the consent page for a client's company; the connection ids that came of it."""
    deps, company = universe.deps, universe.companies[ledger]
    url = installs.begin(deps, ledger=ledger, session="session", client_id=client_id)
    session = requests.Session()
    for prefix, adapter in deps.adapters.items():
        session.mount(prefix, adapter)
    wishes = {"company": company, "tenant": company, "decision": "approve"}
    wishes |= {"decision": "allow"} if ledger == "xero" else {}
    answer = Browser(session, wishes).go(url, until=f"{OURS}/oauth/{ledger}/callback")
    given = dict(pair.split("=", 1) for pair in answer.partition("?")[2].split("&"))
    pending = installs.claim(deps, ledger=ledger, session="session", state=given["state"])
    tokens = installs.exchange(deps, pending, code=given["code"])
    return installs.connect(deps, pending, tokens, hint=given.get("realmId", ""), by="tests")


def found(
    universe: Universe, ledger: str, *, name: str = "", currency: str = "USD", email: str = ""
) -> str:
    """A new company with one user who may connect it."""
    vendor = universe.vendors.quickbooks if ledger == "quickbooks" else universe.vendors.xero
    company = vendor.add_company(
        name or f"{ledger.title()} Trading", currency, "US", "America/New_York",
        multi_currency=True,
    )  # fmt: skip
    vendor.add_user(email or f"books@{ledger}.example", "Bookkeeper", [company])
    return str(company)


def save_policy(
    universe: Universe, ledger: str, *, matching: Mapping[str, object] | None = None,
    **dunning: object,
) -> None:  # fmt: skip
    deps = universe.deps
    rules = policy.Policy.model_validate({"dunning": dunning, "matching": matching or {}})
    with deps.writing() as tx:
        policy.save(tx, universe.connection(ledger).client_id, rules, at=deps.now(), by="tests")


def _register(world: World) -> None:
    for product, prefix in (("quickbooks", "qb"), ("xero", "xero")):
        world.register_app({
            "product": product, "client_id": f"{prefix}-app",
            "client_secret": f"{prefix}-secret", "name": "Ledgerhand",
            "redirect_uris": [f"{OURS}/oauth/{product}/callback"],
            "webhook_url": f"{OURS}/webhooks/{product}", "webhook_key": f"{prefix}-hook",
            "launch_url": f"{OURS}/launch/{product}",
            "disconnect_url": f"{OURS}/disconnected/{product}",
        })  # fmt: skip

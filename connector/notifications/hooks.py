"""A client's own systems: naming them, their secrets, what they are told, and telling it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector import audit
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.firm_news import hook_endpoints, notice_rounds
from connector.firm_news.hook_endpoints import Endpoint, State
from connector.firm_news.notice_rounds import Round
from connector.notifications import customer_news
from connector.notifications.hook_delivery import message_id
from connector.outgoing import intents
from connector.outgoing.effects import SendHook
from connector.outgoing.intents import Intent, Step
from connector.vault import Vault

SHOWN_MAX = 50


class NoEndpoint(LookupError):
    """There is no such address at this client."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that an address is told; `what` says what became of it."""

    message_id: str
    connection_id: int
    endpoint_id: int
    customer_id: str
    state: Step
    tries: int
    what: str
    created_at: datetime
    ended_at: datetime | None


def add(deps: Deps, client_id: int, url: str, *, by: str) -> tuple[Endpoint, str]:
    """Tell this address where every customer stands, from now on; the endpoint and its secret.
    Raises BadEndpoint."""
    url = hook_endpoints.checked(url, production=deps.config.production)
    with deps.writing() as tx:
        vault = Vault(deps.config.keys)
        endpoint, secret = hook_endpoints.add(tx, vault, client_id, url, by=by, at=deps.now())
        _look_at_everybody(tx, deps, client_id)
        _audit(tx, deps, client_id, by=by, event="hook.added", endpoint=endpoint)
    _ring(deps, client_id)
    return endpoint, secret


def drop(deps: Deps, client_id: int, endpoint_id: int, *, by: str) -> Endpoint:
    """The address is told nothing more. Raises NoEndpoint."""
    with deps.writing() as tx:
        endpoint = _found(tx, client_id, endpoint_id)
        for connection in tenants.connections(tx, client_ids=[client_id]):
            customer_news.drop(tx, connection.id, endpoint.id, now=deps.now())
        hook_endpoints.drop(tx, endpoint)
        _look_at_everybody(tx, deps, client_id)
        _audit(tx, deps, client_id, by=by, event="hook.dropped", endpoint=endpoint)
    return endpoint


def secret_of(deps: Deps, client_id: int, endpoint_id: int) -> str:
    """Raises NoEndpoint."""
    with deps.reading() as tx:
        endpoint = _found(tx, client_id, endpoint_id)
    return hook_endpoints.secrets_of(Vault(deps.config.keys), endpoint, deps.now())[0]


def renew_secret(deps: Deps, client_id: int, endpoint_id: int, *, by: str) -> str:
    """A new secret; the one before it signs too for a day. Raises NoEndpoint."""
    with deps.writing() as tx:
        endpoint = _found(tx, client_id, endpoint_id)
        vault = Vault(deps.config.keys)
        secret = hook_endpoints.renew_secret(tx, vault, endpoint, at=deps.now())
        _audit(tx, deps, client_id, by=by, event="hook.secret renewed", endpoint=endpoint)
    return secret


def again(deps: Deps, client_id: int, endpoint_id: int, *, by: str) -> int:
    """Tell an address what did not get through, as it is now, also where it said that it is gone;
    returns how many customers that is about. Raises NoEndpoint."""
    with deps.writing() as tx:
        endpoint = _found(tx, client_id, endpoint_id)
        hook_endpoints.stand(tx, endpoint, State.ACTIVE)
        many = sum(
            customer_news.forget_undelivered(tx, connection.id, endpoint.id)
            for connection in tenants.connections(tx, client_ids=[client_id])
        )
        _look_at_everybody(tx, deps, client_id)
        _audit(tx, deps, client_id, by=by, event="hook.told again", endpoint=endpoint)
    _ring(deps, client_id)
    return many


def deliveries(tx: Tx, connections: Sequence[Connection]) -> list[Delivery]:
    """What the client's systems were told last, the newest first."""
    found = [
        intent
        for connection in connections
        for intent in intents.listed(
            tx, connection.id, tuple(Step), since=connection.connected_at, limit=SHOWN_MAX,
            names=("send_hook",),
        )
    ]  # fmt: skip
    found.sort(key=lambda one: (one.created_at, one.id), reverse=True)
    return [_delivery(one) for one in found[:SHOWN_MAX]]


def _delivery(intent: Intent) -> Delivery:
    assert isinstance(intent.effect, SendHook)
    done = f"answered {intent.receipt}" if intent.state is Step.CONFIRMED else intent.error
    return Delivery(
        message_id=message_id(intent), connection_id=intent.connection_id,
        endpoint_id=intent.effect.endpoint_id,
        customer_id=intent.effect.customer_id, state=intent.state, tries=intent.attempts,
        what=done, created_at=intent.created_at, ended_at=intent.ended_at,
    )  # fmt: skip


def _found(tx: Tx, client_id: int, endpoint_id: int) -> Endpoint:
    endpoint = hook_endpoints.find(tx, client_id, endpoint_id)
    if endpoint is None:
        raise NoEndpoint(f"there is no address {endpoint_id} at this client")
    return endpoint


def _look_at_everybody(tx: Tx, deps: Deps, client_id: int) -> None:
    """In the next round, for whoever has not been told yet."""
    for connection in tenants.connections(tx, client_ids=[client_id]):
        notice_rounds.arrange(tx, connection, now=deps.now())
        notice_rounds.at_once(tx, connection, Round.CUSTOMERS, now=deps.now())


def _audit(tx: Tx, deps: Deps, client_id: int, *, by: str, event: str, endpoint: Endpoint) -> None:
    what: dict[str, Any] = {"url": endpoint.url, "about": endpoint.subject}
    for connection in tenants.connections(tx, client_ids=[client_id]):
        audit.add(tx, connection.id, at=deps.now(), actor=by, event=event, **what)


def _ring(deps: Deps, client_id: int) -> None:
    with deps.reading() as tx:
        connections = tenants.connections(tx, client_ids=[client_id])
    for connection in connections:
        deps.ring("decide", connection.id)

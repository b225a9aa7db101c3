"""Tokens are given up only by who still holds the right to renew them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connector import lease
from connector.access.grants import grant_table
from connector.clients.tenants import State
from providers.errors import TryLater
from providers.simulated.gateway import Gateway
from tests.connector.access.test_grants import access, kept, revoke
from tests.connector.firm import Firm

TOKEN_DOORS = ("/tokens/bearer", "/connect/token")


class Slow:
    """A ledger at whose token door something else happens first, once."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.first: list[Callable[[], object]] = []

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        if self.first and environ["PATH_INFO"].endswith(TOKEN_DOORS):
            self.first.pop()()
        return self.gateway(environ, start_response)


@pytest.fixture
def slow(open_firm: Callable[..., Firm], ledger: str) -> tuple[Firm, Slow]:
    made: dict[str, Slow] = {}

    def wrap(name: str, gateway: Gateway) -> Slow:
        made[name] = Slow(gateway)
        return made[name]

    firm = open_firm(ledger, wrap=wrap)
    firm.world.clock.advance(timedelta(hours=25))
    return firm, made[ledger]


def test_one_who_comes_late_gives_up_no_tokens_that_others_renewed(slow: tuple[Firm, Slow]) -> None:
    firm, door = slow

    def others_renew() -> None:
        firm.world.clock.advance(timedelta(seconds=firm.deps.config.lease_seconds + 1))
        assert access(firm).token()
        firm.world.clock.advance(timedelta(hours=25))
        assert access(firm).token()

    door.first.append(others_renew)
    with pytest.raises(lease.LeaseLost):
        access(firm).token()
    assert firm.connection.state is State.LIVE
    assert access(firm).token()


def test_tokens_of_a_newer_version_are_not_given_up(slow: tuple[Firm, Slow]) -> None:
    firm, door = slow

    def newer() -> None:
        revoke(firm)
        with firm.deps.writing() as tx:
            tx.execute(sa.update(grant_table).values(version=grant_table.c.version + 1))

    door.first.append(newer)
    with pytest.raises(TryLater):
        access(firm).token()
    assert not kept(firm).dead
    assert firm.connection.state is State.LIVE

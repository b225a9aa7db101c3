"""Tokens: renewed one at a time, kept before they are used, and never tried once they are dead."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connector import db, jobs, lease
from connector.access import grants
from connector.access.grants import GrantAccess, grant_table
from connector.clients import meter, tenants
from connector.clients.tenants import State
from connector.deps import Clock, Deps
from connector.mirroring import mirror
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from connector.vault import Vault
from providers.errors import TryLater
from providers.ledger import Kind
from providers.simulated.faults import Fault
from providers.simulated.journal import Journal
from providers.simulated.world import EVERYWHERE
from tests.connector.choosy import open_choosy
from tests.connector.firm import AUTOPILOT, Firm
from tests.simulation import universe as one
from tests.town import Town, open_town


class Killed(BaseException):
    """The process ends here."""


def access(firm: Firm) -> GrantAccess:
    connection = firm.connection
    return GrantAccess(firm.deps, Vault(firm.deps.config.keys), connection.id, connection.grant_id)


def refreshes(firm: Firm) -> int:
    return sum(row["kind"].endswith("oauth.token") for row in firm.requests()) - 1


def kept(firm: Firm) -> Any:
    with firm.deps.reading() as tx:
        return tx.execute(sa.select(grant_table)).one()


def revoke(firm: Firm) -> None:
    """A person takes the permission back in the ledger itself; nobody tells us."""
    kind = f"{firm.ledger}.grant"
    store = firm.world.store
    kinds = [k for k in (kind, f"grant.{firm.ledger}") if store.all(EVERYWHERE, k)]
    for name in kinds:
        for grant in store.all(EVERYWHERE, name):
            store.put(EVERYWHERE, name, grant["id"], grant | {"revoked": True})
    assert kinds


def test_a_token_is_used_while_it_lasts_and_renewed_a_minute_before_its_end(firm: Firm) -> None:
    first = access(firm).token()
    left = kept(firm).access_until - firm.world.clock.now()
    firm.world.clock.advance(left - timedelta(seconds=61))
    assert access(firm).token() == first
    assert refreshes(firm) == 0
    firm.world.clock.advance(timedelta(seconds=2))
    assert access(firm).token() != first
    assert refreshes(firm) == 1
    assert kept(firm).version == 2


def test_a_token_that_the_ledger_rejects_is_renewed_once_for_all(firm: Firm) -> None:
    first = access(firm).token()
    second = access(firm).renew(first)
    assert second != first
    assert access(firm).renew(first) == second, "somebody else has renewed it meanwhile"
    assert refreshes(firm) == 1


def test_the_renewal_is_metered(firm: Firm) -> None:
    access(firm).renew(access(firm).token())
    with firm.deps.reading() as tx:
        day = firm.world.clock.now().date()
        counted = meter.totals(tx, [firm.connection_id], day)[firm.connection_id]
    assert counted[f"{firm.ledger}.oauth.token"] == 1


def test_a_crash_between_rotation_and_keeping_it_is_recovered_by_the_grace(firm: Firm) -> None:
    firm.world.clock.advance(timedelta(hours=25))
    before = kept(firm)

    def die(point: str) -> None:
        if point == "grants.rotated":
            raise Killed

    firm.reached(die)
    with pytest.raises(Killed):
        access(firm).token()
    assert kept(firm) == before, "the new tokens went down with the process"
    firm.reached(lambda _point: None)
    firm.world.clock.advance(timedelta(seconds=firm.deps.config.lease_seconds))
    assert access(firm).token()
    assert firm.connection.state is State.LIVE
    firm.pass_time(minutes=30)
    assert firm.connection.state is State.LIVE


def test_where_the_newest_token_is_refused_the_one_before_is_tried(firm: Firm) -> None:
    firm.world.clock.advance(timedelta(hours=25))
    access(firm).token()
    keys, row = Vault(firm.deps.config.keys), kept(firm)
    rotten = keys.seal("a token that was never given out", place=f"grant:{row.uid}:refresh")
    with firm.deps.writing() as tx:
        tx.execute(sa.update(grant_table).values(refresh_sealed=rotten))
    firm.world.clock.advance(timedelta(minutes=1))
    assert access(firm).renew(access(firm).token())
    assert firm.connection.state is State.LIVE


def test_while_the_token_server_is_down_nothing_is_given_up(firm: Firm) -> None:
    firm.world.clock.advance(timedelta(hours=2))
    for fault in ("503", "500", "html", "429", "cut_body", "timeout_after_commit"):
        firm.fail(Fault(fault, on=rf"{firm.ledger}\.oauth\.token"))
        with pytest.raises(TryLater):
            access(firm).token()
        firm.world.clock.advance(timedelta(seconds=20))
        assert firm.connection.state is State.LIVE
    firm.fail()
    assert access(firm).token()


def test_while_somebody_else_renews_nobody_else_does(firm: Firm) -> None:
    firm.world.clock.advance(timedelta(hours=2))
    with lease.held(firm.deps, "refresh", firm.connection.grant_id) as fence:
        assert fence
        with pytest.raises(TryLater, match="renewed elsewhere"):
            access(firm).token()
    assert refreshes(firm) == 0
    assert access(firm).token()


def test_dead_tokens_stop_everything_and_say_so(
    open_firm: Callable[..., Firm], ledger: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    customer = firm.books.customer("Ash")
    firm.settle()
    revoke(firm)
    firm.owe(customer, "INV-1")
    firm.pass_time(hours=2)
    assert firm.connection.state is State.RECONNECT
    assert firm.connection.state_reason != ""
    (told,) = firm.log("connection.lost")
    assert told.what["reason"]
    with firm.deps.reading() as tx:
        assert grants.tokens_of(tx, Vault(firm.deps.config.keys), firm.connection.grant_id) is None
    assert (kept(firm).access_sealed, kept(firm).refresh_sealed) == ("", "")
    asked = len(firm.requests())
    for _ in range(5):
        firm.pass_time(hours=6)
        assert jobs.find_due(firm.deps) == []
        for job in ("sync", "decide", "deliver"):
            jobs.RUN[job](firm.deps, firm.connection_id)
    assert len(firm.requests()) == asked, "a dead connection is not tried"
    assert firm.mails() == []
    assert firm.intents(*set(Step) - {Step.CONFIRMED}) == []


def test_reconnecting_takes_up_where_it_ended_without_a_burst(
    open_firm: Callable[..., Firm], ledger: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    customers = [firm.books.customer(f"Buyer{number}") for number in range(3)]
    revoke(firm)
    for number, customer in enumerate(customers):
        firm.owe(customer, f"INV-{number}", late_days=2)
    firm.pass_days(14)
    assert firm.mails() == []
    one.consent(firm.universe, firm.ledger, firm.connection.client_id)
    assert firm.connection.state is State.LIVE
    firm.pass_time(hours=1)
    assert len(firm.mails()) == 3, "one message for each customer, whatever was missed"
    firm.pass_time(hours=3)
    assert len(firm.mails()) == 3


def test_a_lost_connection_is_told_once(firm: Firm) -> None:
    with firm.deps.writing() as tx:
        for _ in range(3):
            grants.lose(tx, firm.connection_id, at=firm.deps.now(), reason="gone")
    assert len(firm.log("connection.lost")) == 1


def _renew_in_a_process(database_url: str, settings: dict[str, Any], connection_id: int,
                        gate: Any, told: Any) -> None:  # fmt: skip
    config = one.settings_of(**settings)
    deps = Deps(config=config, engine=db.connect(database_url), clock=Clock(settings["clock_file"]))
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    gate.wait(60)
    held = GrantAccess(deps, Vault(config.keys), connection.id, connection.grant_id)
    told.put(held.token())
    deps.engine.dispose()


ROUNDS = 3


@pytest.mark.parametrize("ledger", ["xero"])
def test_eight_processes_that_need_a_token_at_once_renew_it_once(
    both_urls: str, tmp_path: Path, ledger: str
) -> None:
    with open_town(tmp_path / "town", both_urls) as town:
        connection_id = one.install(town, ledger, one.found(town, ledger))
        for turn in range(1, ROUNDS + 1):
            town.world.clock.advance(timedelta(minutes=31))
            tokens = _race(town, both_urls, connection_id)
            assert len(tokens) == 8
            assert len(set(tokens)) == 1
            rows = [r for r in Journal(town.world).rows() if r["kind"] == f"{ledger}.oauth.token"]
            assert len(rows) == 1 + turn, "one for the installation, one for each round"
        assert town.connection(ledger).state is not State.RECONNECT


def _race(town: Town, database_url: str, connection_id: int) -> list[str]:
    # SQLite knows nothing of forks: a racer must not inherit what this process has open.
    clean = multiprocessing.get_context("forkserver")
    clean.set_forkserver_preload([__name__])
    gate, told = clean.Barrier(8), clean.Queue()
    settings = town.settings | {"vault_keys": town.deps.config.vault_keys}
    racers = [
        clean.Process(
            target=_renew_in_a_process,
            args=(database_url, settings, connection_id, gate, told),
        )
        for _ in range(8)
    ]
    for racer in racers:
        racer.start()
    tokens = [told.get(timeout=60) for _ in racers]
    for racer in racers:
        racer.join(60)
        assert racer.exitcode == 0
    return tokens


def test_modes_stay_as_they_were_over_a_reconnection(firm: Firm) -> None:
    firm.switch(remind=Mode.COPILOT)
    revoke(firm)
    firm.pass_time(hours=2)
    one.consent(firm.universe, firm.ledger, firm.connection.client_id)
    with firm.deps.reading() as tx:
        assert tenants.connection(tx, firm.connection_id).state is State.LIVE
    firm.universe.deps = replace(firm.deps)
    assert firm.log("mode.switched")[-1].what["mode"] == Mode.COPILOT


def test_what_rested_goes_on_as_soon_as_somebody_reconnects(
    open_firm: Callable[..., Firm], ledger: str
) -> None:
    firm, gateway = open_choosy(open_firm, ledger)
    gateway.poison = {"quickbooks": "/v3/company", "xero": "/api.xro"}[ledger]
    firm.pass_time(minutes=16)
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    gateway.poison = "nothing any more"
    firm.pass_time(minutes=1)
    assert not mirrored(firm, invoice), "it rests after a refusal"
    one.consent(firm.universe, ledger, firm.connection.client_id)
    firm.settle()
    assert mirrored(firm, invoice)


def mirrored(firm: Firm, invoice: str) -> bool:
    with firm.deps.reading() as tx:
        return bool(mirror.fetch(tx, firm.connection_id, Kind.INVOICE, [invoice]))

"""What a person disconnected stays so, whatever is under way; connected again, it is whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.access import grants, installs
from connector.clients import sweeps, tenants
from connector.clients.tenants import State
from connector.deps import Deps
from connector.mirroring import mirror
from connector.rules.modes import Mode
from connector.vault import Vault
from providers.ledger import Kind
from tests.connector import office
from tests.connector.access.test_grants import revoke
from tests.connector.firm import Firm
from tests.simulation import universe as one

Opens = Callable[..., Firm]


def disconnect_at(firm: Firm, wanted: str) -> list[str]:
    """A person gives the company back as soon as this point is reached."""
    met: list[str] = []

    def act(point: str) -> None:
        if point == wanted and not met:
            met.append(point)
            installs.disconnect(firm.deps, firm.connection, by="ann")

    firm.reached(act)
    return met


def connect_again(firm: Firm) -> None:
    firm.reached(lambda _point: None)
    one.consent(firm.universe, firm.ledger, firm.connection.client_id)
    invoice = firm.owe(firm.books.customer("Birch"), "INV-9")
    for _ in range(2):
        firm.pass_time(minutes=20)
    assert firm.connection.state is State.LIVE
    with firm.deps.reading() as tx:
        assert mirror.fetch(tx, firm.connection_id, Kind.INVOICE, [invoice])


@pytest.mark.parametrize("point", ["outbox.sending", "sync.swept", "sync.read"])
def test_given_back_while_a_job_runs(open_firm: Opens, ledger: str, point: str) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    met = disconnect_at(firm, point)
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-9)
    firm.settle()
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    for _ in range(3):
        firm.pass_time(minutes=16)
    assert met
    assert firm.connection.state is State.DISCONNECTED
    assert firm.log("connection.lost") == []
    connect_again(firm)


def test_given_back_during_the_first_import(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, connect=False)
    met = disconnect_at(firm, "sync.imported")
    one.install(firm.universe, ledger, firm.company)
    firm.settle()
    assert met
    assert firm.connection.state is State.DISCONNECTED
    with firm.deps.reading() as tx:
        assert sweeps.progress(tx, firm.connection_id).imported_at is None
    connect_again(firm)


def test_lost_before_the_first_import_it_is_imported_when_connected_again(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, connect=False)
    one.install(firm.universe, ledger, firm.company)
    with firm.deps.writing() as tx:
        grants.lose(tx, firm.connection_id, at=firm.deps.now(), reason="tests")
    connect_again(firm)


def test_a_company_without_a_mark_is_swept_whole(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger)
    with firm.deps.writing() as tx:
        sweeps.keep(tx, firm.connection_id, mark="")
    firm.pass_time(minutes=16)
    with firm.deps.reading() as tx:
        assert sweeps.progress(tx, firm.connection_id).mark


def test_the_death_of_a_shared_consent_leaves_alone_what_was_disconnected(
    open_firm: Opens,
) -> None:
    firm = open_firm("xero")
    deps, first = firm.deps, firm.connection
    with deps.writing() as tx:
        reseller = tenants.client(tx, first.client_id).reseller_id
        other = tenants.connect(
            tx, Vault(deps.config.keys), client_id=tenants.add_client(tx, reseller, "Second"),
            grant_id=first.grant_id, ledger="xero", company_id="second", vendor_grant="x",
            name="Second", at=deps.now(),
        )  # fmt: skip
        tenants.set_state(tx, other, State.LIVE)
        second = tenants.connection(tx, other)
    installs.gone(deps, second, by="ann", reason="disconnected by ann")
    revoke(firm)
    firm.pass_time(hours=2)
    assert firm.connection.state is State.RECONNECT
    with deps.reading() as tx:
        assert tenants.connection(tx, other).state is State.DISCONNECTED


def test_a_state_is_left_only_from_those_that_are_named(both: Deps) -> None:
    connection_id = office.connect(both)
    with both.writing() as tx:
        tenants.set_state(tx, connection_id, State.DISCONNECTED, "by ann")
        works = (State.LIVE, State.IMPORTING)
        assert not tenants.set_state(tx, connection_id, State.RECONNECT, "lost", only_from=works)
        assert tenants.connection(tx, connection_id).state_reason == "by ann"

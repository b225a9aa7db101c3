"""When a connection is lost, the people who run the client are told by mail, once."""

from __future__ import annotations

from datetime import timedelta

from connector.clients import persons, tenants
from connector.clients.tenants import State
from providers.simulated.xero.product import Xero
from tests.simulation import universe as one
from tests.simulation.books import books_of
from tests.simulation.mailbox import Mailbox


def test_a_lost_connection_is_told_to_the_owner_once_and_sends_nothing_else() -> None:
    universe = one.build()
    company = one.found(universe, "xero")
    mailbox = Mailbox(universe, books_of(universe, "xero", company))
    object.__setattr__(universe.deps.config, "smtp_port", mailbox.port)
    try:
        connection_id = one.install(universe, "xero", company)
        universe.settle()
        with universe.deps.writing() as tx:
            client = tenants.client(tx, universe.connection("xero").client_id)
            tx.execute(
                persons.person_table.insert().values(
                    reseller_id=client.reseller_id,
                    email="owner@firm.example", name="Owner",
                )
            )  # fmt: skip
        _shut_out(universe.vendors.xero)
        for _ in range(3):
            universe.pass_time(timedelta(hours=1))
        with universe.deps.reading() as tx:
            assert tenants.connection(tx, connection_id).state is State.RECONNECT
        told = universe.vendors.simulation.mail.messages()
        assert [mail["recipients"] for mail in told] == [["owner@firm.example"]]
        assert "connection is lost" in told[0]["subject"]
    finally:
        mailbox.stop()


def _shut_out(xero: Xero) -> None:
    for grant in xero._grants.desk.grants():
        xero._grants.desk.save_grant(grant | {"revoked": True})

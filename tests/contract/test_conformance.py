"""Everything that the main job says to Xero, and hears from it, held against Xero's OpenAPI.

The description is read from the file that LEDGERHAND_XERO_OPENAPI names.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from connector.modes import Mode
from providers.simulated.gateway import Gateway
from tests.providers.simulated.xero.conformance import Conforming, description
from tests.simulation import universe as one
from tests.simulation.books import books_of
from tests.simulation.mailbox import Mailbox


def test_the_whole_job_conforms_to_the_published_description() -> None:
    description()
    checked: list[Conforming] = []

    def wrap(name: str, gateway: Gateway) -> object:
        if name != "xero":
            return gateway
        checked.append(Conforming(gateway))
        return checked[0]

    universe = one.build(wrap=wrap)
    company = one.found(universe, "xero")
    books = books_of(universe, "xero", company)
    mailbox = Mailbox(universe, books)
    object.__setattr__(universe.deps.config, "smtp_port", mailbox.port)
    try:
        one.install(universe, "xero", company)
        universe.settle()
        universe.switch("xero", cash=Mode.AUTOPILOT, remind=Mode.AUTOPILOT, note=Mode.AUTOPILOT)
        _live_a_week(universe, company)
    finally:
        mailbox.stop()
    assert mailbox.received
    assert checked[0].violations == []
    assert checked[0].checked > 30


def _live_a_week(universe: one.Universe, company: str) -> None:
    books = books_of(universe, "xero", company)
    today = universe.deps.now().date()
    customer = books.customer("Ash")
    for number, amount in (("INV-1", 100), ("INV-2", 250)):
        books.invoice(
            customer, number, amount=Decimal(amount), issued=today - timedelta(days=30),
            due=today - timedelta(days=8),
        )  # fmt: skip
    books.credit(customer, Decimal(5), today)
    universe.vendors.simulation.tills["xero"].receive(
        company, customer, amount=Decimal(100), currency="USD", day=today, reference="INV-1"
    )
    for _ in range(7):
        universe.pass_time(timedelta(hours=24))

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from connector.mirroring import inbox, mirror
from providers.ledger import Kind
from tests.simulation import universe as one
from tests.simulation.books import books_of

CREDITS = 60


def test_more_changes_than_a_minute_allows_calls_for_are_all_read_in_the_end() -> None:
    universe = one.build()
    company = one.found(universe, "xero")
    connection_id = one.install(universe, "xero", company)
    universe.settle()
    books = books_of(universe, "xero", company)
    customer = books.customer("Ash")
    for _ in range(CREDITS):
        books.credit(customer, Decimal(10), universe.deps.now().date())
    for _ in range(5):
        universe.pass_time(timedelta(seconds=80))
    with universe.deps.reading() as tx:
        assert not inbox.has_waiting(tx, connection_id)
        assert mirror.count(tx, connection_id, Kind.CREDIT_NOTE) == CREDITS

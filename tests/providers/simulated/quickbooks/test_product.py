from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import Client

from providers.simulated.clock import StillClock
from providers.simulated.gateway import Gateway
from providers.simulated.quickbooks.product import QuickBooks
from providers.simulated.store import Store
from providers.simulated.world import World
from tests.providers.simulated.quickbooks.place import (
    APP,
    NOON,
    Place,
    Posted,
    invoice_body,
    paying,
)

OPEN = "select * from Invoice where Balance > '0' orderby Id startposition {} maxresults 1000"
OF_CUSTOMER = "select * from Invoice where CustomerRef = '{}'"


def opened(path: Path, realm: str = "") -> Place:
    world = World(StillClock(NOON), Store(path), post=Posted())
    quickbooks = QuickBooks(world)
    world.register_app(dict(APP))
    if not realm:
        realm = quickbooks.add_company("Craig's", "USD", "US", "America/Los_Angeles")
    user = quickbooks.add_user("craig@company.example", "Craig", [realm])
    posted = world.post
    assert isinstance(posted, Posted)
    return Place(world, quickbooks, realm, user, posted, Client(Gateway(world, quickbooks)))


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    before = opened(tmp_path / "world.db")
    refresh = before.connect()["refresh_token"]
    customer = before.customer()
    invoice, other = before.invoice(customer, "10.10"), before.invoice(customer)
    before.hand.create("Payment", paying(customer, "5.05", **{f"i{invoice}": "5.05"}))
    before.hand.delete("Invoice", other)
    text = "select * from Invoice where Balance > '0'"
    path = "cdc?entities=Invoice&changedSince=2026-11-20T12:00:00-08:00"
    rows, changes = before.query(text), before.get(path)
    after = opened(tmp_path / "world.db", before.realm)
    after.token = before.token
    assert after.query(text) == rows
    assert after.get(path) == changes
    assert after.refused("customer", {"DisplayName": "amy's bird sanctuary"})["code"] == "6240"
    assert after.tokens(grant_type="refresh_token", refresh_token=refresh).status_code == 200
    after.hand.create("Payment", paying(customer, "5.05", **{f"i{invoice}": "5.05"}))
    assert after.get(f"customer/{customer}")["Balance"] == 0


def test_two_companies_know_nothing_of_each_other(place: Place) -> None:
    other = place.quickbooks.add_company("Two", "EUR", "DE", "Europe/Berlin")
    assert other != place.realm
    place.customer("Ann")
    assert place.quickbooks.act(other).find("Customer") == []
    made = place.quickbooks.act(other).create("Customer", {"DisplayName": "Ann"})
    assert made["CurrencyRef"]["value"] == "EUR"
    assert made["MetaData"]["CreateTime"] == "2026-11-20T21:00:00+01:00"


@pytest.mark.timeout(120)
def test_ten_thousand_invoices_are_there_in_seconds_and_quick_to_ask_about(place: Place) -> None:
    customers = [place.customer(f"C{number}") for number in range(200)]
    with place.quickbooks.book(place.realm).transaction():
        for number in range(10_000):
            place.hand.create("Invoice", invoice_body(customers[number % 200], "10"))
    place.connect()
    for start in range(1, 10_000, 1000):
        page = place.query(OPEN.format(start))
        assert page["maxResults"] == 1000
    for customer in customers:
        found = place.query(OF_CUSTOMER.format(customer))
        assert found["maxResults"] == 50

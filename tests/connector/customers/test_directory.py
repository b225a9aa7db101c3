"""Finding a customer: by words of its name, by the number of an invoice, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.clients import tenants
from connector.customers import directory
from connector.customers.directory import Page
from connector.deps import Deps
from connector.mirroring import mirror, numbers
from tests.connector.office import TODAY, connect, customer, invoice, usd


@pytest.fixture
def company(both: Deps) -> int:
    connection_id = connect(both)
    records = [
        *(customer(f"c{n}", name=name) for n, name in enumerate(
            ["birch & Sons", "Alder", "Zoë Ash", "Ash Ltd"]
        )),
        replace(customer("c9", name="Old Oak"), active=False),
        invoice("i1", customer_id="c1", number="INV-1001", open=usd(30),
                due=TODAY - timedelta(days=3)),
        invoice("i2", customer_id="c1", number="INV-1002", open=usd(20),
                due=TODAY + timedelta(days=3)),
        invoice("i3", customer_id="c2", number="2001", open=usd(0)),
    ]  # fmt: skip
    with both.writing() as tx:
        mirror.store(tx, connection_id, records, read_at=both.now())
        numbers.keep(tx, connection_id, records)
    return connection_id


def search(deps: Deps, connection_id: int, wanted: str = "", number: int = 1) -> Page:
    with deps.reading() as tx:
        connections = [tenants.connection(tx, connection_id)]
        return directory.search(tx, connections, wanted, now=deps.now(), number=number, size=2)


@pytest.mark.parametrize(("wanted", "found"), [
    ("ASH", ["Ash Ltd", "Zoë Ash"]), ("ash zoë", ["Zoë Ash"]), ("oak", ["Old Oak"]),
    ("1001", ["Alder"]), ("inv-1002", ["Alder"]), ("2001", ["Zoë Ash"]), ("100", []),
    ("%", []), ("  ", ["Alder", "Ash Ltd"]),
])  # fmt: skip
def test_names_and_numbers_are_found(
    both: Deps, company: int, wanted: str, found: list[str]
) -> None:
    assert [one.customer.name for one in search(both, company, wanted).rows] == found


def test_sums_are_of_open_invoices_and_say_what_is_late(both: Deps, company: int) -> None:
    (alder,) = search(both, company, "1001").rows
    assert (alder.open, alder.overdue) == ((usd(50),), (usd(30),))
    assert alder.invoices == ("INV-1001",)
    (zoe,) = search(both, company, "zoë").rows
    assert (zoe.open, zoe.overdue, zoe.invoices) == ((), (), ())


def test_pages_hold_everybody_once_and_end(both: Deps, company: int) -> None:
    pages = [search(both, company, number=number) for number in (1, 2, 3)]
    assert [one.customer.name for page in pages for one in page.rows] == [
        "Alder", "Ash Ltd", "birch & Sons", "Old Oak", "Zoë Ash",
    ]  # fmt: skip
    assert {(page.found, page.last) for page in pages} == {(5, 3)}
    assert search(both, company, number=99) == pages[-1]
    assert search(both, company, number=0) == pages[0]

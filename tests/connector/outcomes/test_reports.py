"""The aging and the top debtors, held against the ledger's own aged receivables."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.access.ledgers import opened
from connector.clients.meter import Purpose
from connector.mirroring import mirror
from connector.outcomes import reports
from connector.outcomes.reports import BUCKETS, Aging, Debtor
from providers.documents import Aged
from providers.money import Money
from tests.connector.firm import Firm
from tests.simulation.universe import QUICKBOOKS

Opens = Callable[..., Firm]
INVOICES = 500
CUSTOMERS = 60


def big_book(firm: Firm) -> None:
    """500 invoices of 60 customers, some paid in part or in full, some with credits left."""
    dice = random.Random(74)
    customers = [firm.books.customer(f"Buyer{number}") for number in range(CUSTOMERS)]
    for number in range(INVOICES):
        amount = Decimal(dice.randrange(100, 500_000)) / 100
        late_days = dice.randrange(-45, 150)
        customer = dice.choice(customers)
        invoice = firm.owe(customer, f"INV-{number:03}", str(amount), late_days=late_days)
        if number % 7 == 0:
            part = amount if number % 2 else (amount / 3).quantize(Decimal("0.01"))
            firm.books.pay_by_hand(customer, invoice, part, firm.today)
    for number, customer in enumerate(customers[::6]):
        day = firm.today - timedelta(days=number * 20)
        firm.books.credit(customer, Decimal("12.34") + number, day)
    firm.pay(customers[1], "77.77", "")


def told(firm: Firm) -> tuple[list[Aging], list[Debtor]]:
    with firm.deps.reading() as tx:
        aging = reports.aging(tx, firm.connection_id, firm.today)
        return aging, reports.top_debtors(tx, firm.connection_id)


def aged(firm: Firm, customer_ids: list[str]) -> dict[str, Money]:
    """What the ledger's own report says."""
    with opened(firm.deps, firm.connection_id, Purpose.SWEEP) as ledger:
        rows: list[Aged] = list(ledger.reader().aged(firm.today, customer_ids))
    return {row.customer_id: row.owed for row in rows}


def test_totals_and_the_top_twenty_are_those_of_quickbooks_to_the_cent(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", fill=big_book)
    (aging,), top = told(firm)
    ledgers = aged(firm, [])
    assert aging.owed_total == Money.total(ledgers.values(), "USD")
    largest = sorted(ledgers.items(), key=lambda row: -row[1].amount)[:20]
    assert [(debtor.customer_id, debtor.owed) for debtor in top] == largest
    assert all(debtor.name.startswith("Buyer") for debtor in top)


def test_every_bucket_is_that_of_quickbooks_to_the_cent(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", fill=big_book)
    (aging,), _ = told(firm)
    with opened(firm.deps, firm.connection_id, Purpose.SWEEP) as ledger:
        answer = ledger.http.call(
            "quickbooks.reports.read", "GET",
            f"{QUICKBOOKS}/v3/company/{firm.company}/reports/AgedReceivables",
            headers={"Authorization": f"Bearer {ledger.access.token()}"},
            params={"report_date": firm.today.isoformat()},
        )  # fmt: skip
    report = json.loads(answer.body)
    cells = report["Rows"]["Row"][-1]["Summary"]["ColData"][1:]
    assert [str(aging.owed[name].amount) for name in BUCKETS] == [
        cell["value"] for cell in cells[:-1]
    ]
    assert str(aging.owed_total.amount) == cells[-1]["value"]
    assert all(aging.credits[name] for name in BUCKETS)


def test_totals_and_the_top_twenty_are_those_of_xero_to_the_cent(open_firm: Opens) -> None:
    firm = open_firm("xero", fill=big_book)
    (aging,), top = told(firm)
    assert len(top) == 20
    with firm.deps.reading() as tx:
        gross = mirror.owed(tx, firm.connection_id, gross=True)
    firm.world.clock.advance(timedelta(minutes=2))
    ledgers = aged(firm, [debtor.customer_id for debtor in top])
    assert {id_: gross[id_, "USD"] for id_ in ledgers} == ledgers
    everybody: dict[str, Money] = {}
    for first in range(0, len(gross), 20):
        firm.world.clock.advance(timedelta(minutes=2))
        everybody |= aged(firm, [customer_id for customer_id, _ in list(gross)[first : first + 20]])
    assert aging.total == Money.total(everybody.values(), "USD")
    with firm.deps.reading() as tx:
        net = mirror.owed(tx, firm.connection_id)
    assert [debtor.owed for debtor in top] == sorted(net.values(), reverse=True)[:20]


@pytest.mark.parametrize(
    ("late_days", "bucket"),
    [(-5, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"),
     (61, "61-90"), (90, "61-90"), (91, "over 90"), (4000, "over 90")],
)  # fmt: skip
def test_a_bucket_ends_with_its_last_day(open_firm: Opens, late_days: int, bucket: str) -> None:
    firm = open_firm("quickbooks", fill=lambda firm: firm.owe(
        firm.books.customer("Ash"), "INV-1", late_days=late_days
    ))  # fmt: skip
    (aging,), (debtor,) = told(firm)
    assert [name for name in BUCKETS if aging.buckets[name]] == [bucket]
    assert aging.total == debtor.owed == Money.of(100, "USD")

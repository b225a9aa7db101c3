"""Forecast and worklist as commands, on both simulated ledgers and on a mirror filled by hand."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.clients import tenants
from connector.commands import forecasts
from connector.commands.arguments import Verbs
from connector.commitments import promises
from connector.deps import Deps
from connector.mirroring import mirror
from connector.next_step import forecasting
from connector.past import history
from dunning.customer.account import Promise
from dunning.deciding.promises import State
from providers.ledger import Allocation, Status
from providers.past import PastReceipt, Taken
from tests.connector import office
from tests.connector.firm import Firm
from tests.connector.office import NOW, TODAY, customer, invoice, payment, usd

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]


def twenty_paid(shop: Deps, *, after_days: int) -> None:
    """Invoices of one day after the other, due in five days, each paid after so many."""
    with shop.writing() as tx:
        mirror.store(tx, 1, [
            record for number in range(20) for record in (
                invoice(f"q{number}", left="0", issued=TODAY - timedelta(days=30 - number),
                        due=TODAY - timedelta(days=25 - number)),
                payment(f"n{number}", left="0", status=Status.PAID,
                        received=TODAY - timedelta(days=30 - number - after_days),
                        allocations=(Allocation(f"q{number}", usd(100)),)),
            )
        ], read_at=NOW)  # fmt: skip


def typed(deps: Deps, *words: str) -> None:
    parser = ArgumentParser()
    forecasts.add(Verbs(parser))
    given = parser.parse_args(words)
    given.work(deps, given)


def told(deps: Deps, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    typed(deps, *words, "--json")
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def a_past(firm: Firm) -> None:
    """Ash paid 32 invoices, each 5 days late, before the company was connected; one is open."""
    ash = firm.books.customer("Ash")
    for number in range(32):
        issued = firm.today - timedelta(days=60 - number)
        due = issued + timedelta(days=10)
        made = firm.books.invoice(
            ash, f"P-{number}", amount=Decimal(50), issued=issued, due=due
        )  # fmt: skip
        firm.books.pay_by_hand(ash, made, Decimal(50), due + timedelta(days=5))
    firm.owe(ash, "INV-1", "80.00", late_days=2)
    firm.owe(firm.books.customer("Birch"), "INV-2", "40.00", late_days=40)


def test_the_past_of_a_ledger_makes_a_forecast_on_the_first_day(
    open_firm: Opens, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    firm = open_firm(ledger, fill=a_past)
    (company,) = told(firm.deps, capsys, "forecast", firm.company)
    assert (company["paid_known"], company["reason"]) == (32, "")
    late, soon = company["invoices"]
    assert (soon["invoice"], soon["customer"], soon["own"]) == ("INV-1", "Ash", 32)
    assert soon["forecast"] == str(firm.today + timedelta(days=3))
    assert (late["invoice"], late["forecast"], late["late_risk"]) == ("INV-2", None, "100%")
    (company,) = told(firm.deps, capsys, "forecast", firm.company, "--backtest")
    assert (company["trial"], company["reason"]) == (None, "not enough data")


def test_what_was_paid_since_the_install_is_known_without_asking(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger)
    ash = firm.books.customer("Ash")
    paid = firm.owe(ash, "INV-1", "50.00", late_days=2)
    firm.owe(ash, "INV-2", "50.00", late_days=1)
    firm.pass_time(minutes=20)
    firm.books.pay_by_hand(ash, paid, Decimal(50), firm.today)
    firm.sweep()
    with firm.deps.reading() as tx:
        found = forecasting.forecasts_of(tx, firm.connection, firm.deps.now())
    assert [(one.invoice.id, one.late_days) for one in found.paid] == [(paid, 2)]
    assert [one.number for one in found.open] == ["INV-2"]


def test_an_invoice_that_credits_alone_settled_was_not_paid() -> None:
    """i1 by money and a credit, i2 by a credit alone, i3 by money in part, i4 by money that was
    taken out again."""
    settled = invoice("i1", left="0")
    told = [
        settled, replace(settled, id="i2"), replace(settled, id="i3"), replace(settled, id="i4"),
        past("p1", "60", "i1", 4), past("c1", "0", "i1", 9, took="40"),
        past("c2", "0", "i2", 4, took="100"), past("p3", "99", "i3", 4),
        replace(past("p4", "100", "i4", 4), ended=True),
    ]  # fmt: skip
    (one,) = history.settled(told)
    assert (one.invoice.id, one.paid_on) == ("i1", date(2026, 2, 9))


def test_credits_that_the_mirror_knows_pay_no_invoice_alone(deps: Deps) -> None:
    connection_id = office.connect(deps)
    credit = payment("p1", "0", left="0", status=Status.PAID, allocations=(
        Allocation("i1", usd(100)), Allocation("credit", usd(-100)),
    ))  # fmt: skip
    with deps.writing() as tx:
        mirror.store(tx, connection_id, [customer(), invoice("i1", left="0"), credit], read_at=NOW)
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
        assert forecasting.forecasts_of(tx, connection, NOW).paid == ()


def past(id_: str, total: str, of: str, day: int, *, took: str = "") -> PastReceipt:
    on = date(2026, 2, day)
    taken = (Taken(of, usd(took or total), on),)
    return PastReceipt("payment", id_, "c1", on, usd(total), "", taken)


@pytest.fixture
def shop(deps: Deps) -> Deps:
    """Forty invoices that c1 paid ten days late, one a day, and what three customers owe."""
    connection_id = office.connect(deps)
    records: list[Any] = [customer(f"c{number}") for number in (1, 2, 3)]
    for number in range(40):
        issued = TODAY - timedelta(days=100 - number)
        due = issued + timedelta(days=5)
        records.append(invoice(f"p{number}", left="0", issued=issued, due=due))
        records.append(payment(
            f"m{number}", left="0", received=due + timedelta(days=10), status=Status.PAID,
            allocations=(Allocation(f"p{number}", usd(100)),),
        ))  # fmt: skip
    records += [
        invoice("i1", "300", customer_id="c2", due=TODAY - timedelta(days=9)),
        invoice("i2", "100", customer_id="c1", due=TODAY - timedelta(days=20)),
        invoice("i3", "900", customer_id="c3", due=TODAY + timedelta(days=3)),
    ]
    with deps.writing() as tx:
        mirror.store(tx, connection_id, records, read_at=NOW)
    return deps


def test_the_worklist_names_the_points_of_each_place(
    shop: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    """c2 owes most of what is overdue: 40 + 25 x 9/90 (2.5, rounded up) + none of the risk, since
    everybody pays after ten days. c1 is later than it ever was: 13 + 6 + 20."""
    rows = told(shop, capsys, "worklist", "1")
    assert [(row["place"], row["customer"], row["points"]) for row in rows] == [
        (1, "Customer c2", 43), (2, "Customer c1", 39),
    ]  # fmt: skip
    assert rows[1]["because"] == [
        "13: USD 100.00 overdue", "6: the oldest is 20 days late",
        "20: 100% chance that it stays open more than 30 days past its due dates",
    ]  # fmt: skip
    assert rows == told(shop, capsys, "worklist", "1")


def test_a_broken_promise_counts(shop: Deps) -> None:
    with shop.writing() as tx:
        connection = tenants.connection(tx, 1)
        promise = Promise(("i1",), usd(100), NOW.date(), NOW.date(), usd(100))
        promises.add(tx, 1, "c1", promise, source="call", words="", by="ann", at=NOW)
        (made,) = promises.listed(tx, 1)
        promises.end(tx, 1, made, State.BROKEN, by="ledgerhand", at=NOW, why="tests")
        rows, _ = forecasting.worklist(tx, connection, NOW)
    assert [(row.debt.customer_id, row.total) for row in rows] == [("c1", 44), ("c2", 43)]


def test_for_people_there_are_tables(shop: Deps, capsys: pytest.CaptureFixture[str]) -> None:
    typed(shop, "worklist", "1")
    typed(shop, "forecast", "1")
    out = capsys.readouterr().out
    assert "paid invoices known: 40." in out
    assert "INV-i3" in out
    assert "the oldest is 20 days late" in " ".join(out.split())


def test_the_back_test_prints_its_calibration_and_both_errors(
    shop: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each was issued a day after the other and paid after 15: the 30th is known to be paid when
    day 45 begins, and by then all were issued but none later."""
    (company,) = told(shop, capsys, "forecast", "1", "--backtest")
    assert company["trial"] is None
    twenty_paid(shop, after_days=15)
    (company,) = told(shop, capsys, "forecast", "1", "--backtest")
    trial = company["trial"]
    assert (trial["tried"], trial["error_days"], trial["naive_error_days"]) == (20, 0, 0)
    assert [level["until"] for level in trial["levels"]] == [1] * 9
    typed(shop, "forecast", "1", "--backtest")
    out = capsys.readouterr().out
    assert "20 of 60 paid invoices forecast" in out
    assert "Mean error 0.0 days; due date and mean lateness alone: 0.0 days." in out
    assert "10 %" in out
    assert "not to be relied on" not in out


def test_a_back_test_that_missed_says_so(shop: Deps, capsys: pytest.CaptureFixture[str]) -> None:
    """Who paid at once pays after three weeks by now."""
    twenty_paid(shop, after_days=1)
    typed(shop, "forecast", "1", "--backtest")
    out = " ".join(capsys.readouterr().out.split())
    assert "these chances are not to be relied on" in out
    assert "% said, 100% seen" in out

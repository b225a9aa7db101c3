"""What belongs together is put together in the run that finds both; while there is one alone,
a run only reads."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa

from connector import lease
from connector.cash_application import pairing
from connector.clients import tenants
from connector.deps import Deps
from connector.evidence import payouts, remittances
from connector.money import cash
from connector.receiving import advices, payout_sources
from providers.receipts import Receipt
from tests.connector.evidence.test_payouts import REPORT
from tests.connector.evidence.test_remittances import ADVICE
from tests.connector.office import TODAY, clock_of, connect, usd
from tests.connector.pairs import statements

ADVISED = Receipt("main", "1", TODAY, usd("100"), "ASH LTD", "credit EFT 5550123")
PAID_OUT = Receipt("main", "7", TODAY, usd("1293.10"), "STRIPE", "STRIPE TRANSFER ST-K1")


def transactions(deps: Deps, connection_id: int) -> int:
    """How many transactions that may write a run begins on SQLite, with those of its lease."""
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    sent: list[str] = []

    def trace(driver: sqlite3.Connection, *_others: object) -> None:
        driver.set_trace_callback(sent.append)

    sa.event.listen(deps.engine, "checkout", trace)
    with lease.held(deps, "decide", connection_id) as fence:
        assert fence is not None
        pairing.run(deps, connection, fence)
    sa.event.remove(deps.engine, "checkout", trace)
    return sum(text == "BEGIN IMMEDIATE" for text in sent)


@pytest.mark.parametrize("what", ["advice", "payout"])
def test_what_waits_for_its_money_is_only_read_until_that_is_in(deps: Deps, what: str) -> None:
    connection_id = connect(deps)
    idle = transactions(deps, connection_id)
    if what == "advice":
        advices.import_file(deps, connection_id, ADVICE, by="tests")
    else:
        payout_sources.import_report(deps, connection_id, REPORT.read_bytes(), by="tests")
    assert transactions(deps, connection_id) == idle
    with deps.writing() as tx:
        cash.arrive(tx, connection_id, [ADVISED if what == "advice" else PAID_OUT])
    assert transactions(deps, connection_id) == idle + 1
    assert transactions(deps, connection_id) == idle
    with deps.reading() as tx:
        found = remittances.listed(tx, connection_id) or payouts.listed(tx, connection_id)
    assert [it.state for it in found].count("paired") == 1


def test_where_nothing_changed_the_modes_are_read_once(deps: Deps) -> None:
    connection_id = connect(deps)
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    with lease.held(deps, "decide", connection_id) as fence, statements(deps) as sent:
        assert fence is not None
        pairing.run(deps, connection, fence)
    assert sum("FROM mode" in text for text in sent) == 1


def test_payouts_between_which_a_person_chooses_are_asked_about_once(deps: Deps) -> None:
    connection_id = connect(deps)
    idle = transactions(deps, connection_id)
    payout_sources.import_report(deps, connection_id, REPORT.read_bytes(), by="tests")
    twice = [PAID_OUT, Receipt("main", "8", TODAY, usd("1293.10"), "STRIPE", "STRIPE ST-K2")]
    with deps.writing() as tx:
        cash.arrive(tx, connection_id, twice)
    assert [transactions(deps, connection_id) - idle for _ in range(2)] == [1, 0]


def test_what_waited_too_long_is_not_looked_for(deps: Deps) -> None:
    connection_id = connect(deps)
    idle = transactions(deps, connection_id)
    advices.import_file(deps, connection_id, ADVICE, by="tests")
    clock_of(deps).advance(days=61)
    with deps.writing() as tx:
        cash.arrive(tx, connection_id, [ADVISED])
    assert transactions(deps, connection_id) == idle

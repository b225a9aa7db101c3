"""Drafts of interest that are worked out anew while somebody asks for more, or decides on one of
them, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from connector.account import collection_rules
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.late_fees import charges, interest_claims
from connector.late_fees.charges import Charge
from connector.late_fees.interest_claims import Claimed, NoClaim
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from dunning.customer.persons import Kind
from dunning.fees.interest import Claim, Debt, statutory_claim
from dunning.fees.late_fees import Fee, FeeState
from providers.money import Money
from tests.connector.databases import PostgresServer, until
from tests.connector.office import connect, invoice, open_office
from tests.engines import borrowed


@pytest.fixture
def office(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Deps]:
    url = postgres_server.fresh()
    with borrowed(url) as engine:
        yield open_office(url, engine, data_dir=tmp_path)


def worked_out(until: date, *, before: str, due: str) -> Claimed:
    total = Money.of(1000, "GBP")
    owed = invoice("9", total=total, open=total)
    claim = statutory_claim(Debt(total, date(2016, 1, 10), "GB", Kind.BUSINESS), until)
    assert isinstance(claim, Claim)
    fee = Fee(
        f"interest:{owed.id}:{until}", FeeState.DRAFTED, Money.of(due, "GBP"), (owed.id,),
        "statutory interest", f"invoice {owed.number} until {until}",
    )  # fmt: skip
    return Claimed(owed, claim, ("a line",), Money.of(before, "GBP"), fee)


FIRST = worked_out(date(2016, 2, 29), before="0", due="81.50")
WHOLE = worked_out(date(2016, 3, 2), before="0", due="81.96")
ANEW = worked_out(date(2016, 3, 1), before="0", due="81.73")
MORE = worked_out(date(2016, 3, 1), before="81.50", due="0.23")


def listed(office: Deps, connection_id: int) -> list[tuple[FeeState, str]]:
    with office.reading() as tx:
        found = charges.listed(tx, connection_id)
    return [(one.state, str(one.fee.amount)) for one in found]


@pytest.fixture
def connection(office: Deps) -> Connection:
    connection_id = connect(office)
    with office.writing() as tx:
        connection = tenants.connection(tx, connection_id)
        modes.switch(
            tx, connection.client_id, Capability.REMIND, Mode.COPILOT, at=office.now(), by="tests"
        )
    return connection


def test_who_asks_for_more_meanwhile_does_not_take_the_place_of_what_was_worked_out_anew(
    office: Deps, connection: Connection
) -> None:
    old = interest_claims.draft(office, connection, FIRST, by="ann")

    def ask_for_more() -> Charge:
        return interest_claims.draft(office, connection, MORE, by="bob")

    with ThreadPoolExecutor(1) as other:
        with office.writing() as tx:
            rules = collection_rules.of(tx, connection, office.now())
            interest_claims.redraft(tx, rules, [old], ANEW, outdated="changed since")
            done = other.submit(ask_for_more)
            until(office, done.done)
        with pytest.raises(NoClaim, match="nothing is left to be charged"):
            done.result()
    assert listed(office, connection.id) == [
        (FeeState.DRAFTED, "GBP 81.73"), (FeeState.LAPSED, "GBP 81.50"),
    ]  # fmt: skip


def test_none_of_several_drafts_is_replaced_while_somebody_decides_on_one_of_them(
    office: Deps, connection: Connection
) -> None:
    old = interest_claims.draft(office, connection, FIRST, by="ann")
    more = interest_claims.draft(office, connection, MORE, by="ann")

    def replace() -> None:
        with office.writing() as tx:
            rules = collection_rules.of(tx, connection, office.now())
            interest_claims.redraft(tx, rules, [old, more], WHOLE, outdated="changed since")

    with ThreadPoolExecutor(1) as other:
        with office.writing() as tx:
            charges.move(tx, more, FeeState.APPROVED, by="bob", at=office.now())
            done = other.submit(replace)
            until(office, done.done)
        done.result()
    assert listed(office, connection.id) == [
        (FeeState.APPROVED, "GBP 0.23"), (FeeState.DRAFTED, "GBP 81.50"),
    ]  # fmt: skip

"""A return and its receipt, which somebody else moves on at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connector.answering import answers
from connector.clients import tenants
from connector.decided import approvals
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.money import cash
from connector.money.cash import Item, Standing
from connector.receiving import receipts
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from connector.taken_back import bank_returns
from connector.taken_back.bank_returns import State
from connector.undoing import bounced
from tests.connector.databases import PostgresServer, until
from tests.connector.office import TODAY, connect, open_office
from tests.connector.undoing.test_bounced import BOUNCE, STATEMENT
from tests.engines import borrowed


@pytest.fixture
def office(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Deps]:
    url = postgres_server.fresh()
    with borrowed(url) as engine:
        yield open_office(url, engine, data_dir=tmp_path)


@pytest.fixture
def connection_id(office: Deps) -> int:
    """In autopilot, with one receipt of which nothing is placed."""
    id_ = connect(office)
    with office.writing() as tx:
        modes.switch(
            tx, tenants.connection(tx, id_).client_id, Capability.CASH, Mode.AUTOPILOT,
            at=office.now(), by="tests",
        )  # fmt: skip
    bring(office, id_, 1, "C", "INV-1001")
    return id_


def bring(office: Deps, connection_id: int, number: int, mark: str, text: str) -> int:
    day = f"{TODAY - timedelta(days=mark == 'C'):%y%m%d}"
    full, empty = f"C{day}USD100,00", f"C{day}USD0,00"
    opening, closing = (empty, full) if mark == "C" else (full, empty)
    return receipts.import_statement(office, connection_id, STATEMENT.format(
        n=number, opening=opening, closing=closing, day=f"{day}{day[2:]}", mark=mark,
        reference=f"R{number}", text=text, payer="ASH LTD",
    ).encode(), by="tests").new  # fmt: skip


def bounce(office: Deps, connection_id: int) -> int:
    return bring(office, connection_id, 2, "RC", BOUNCE)


def settle(office: Deps, connection_id: int) -> None:
    with office.writing() as tx:
        connection = tenants.connection(tx, connection_id)
        mode = modes.of(tx, connection.client_id)[Capability.CASH]
        bounced.settle(tx, connection, mode, at=office.now())


def receipt(office: Deps, connection_id: int) -> Item:
    with office.reading() as tx:
        (found,) = cash.listed(tx, connection_id, tuple(Standing))
    return found


def kept(office: Deps, connection_id: int) -> list[State]:
    with office.reading() as tx:
        table = bank_returns.bank_return_table
        query = sa.select(table.c.state).where(table.c.connection_id == connection_id)
        return [State(state) for state in tx.execute(query).scalars()]


def asked_in_copilot(office: Deps, connection_id: int) -> Approval:
    """A person is asked about the receipt that bounced."""
    with office.writing() as tx:
        client_id = tenants.connection(tx, connection_id).client_id
        modes.switch(tx, client_id, Capability.CASH, Mode.COPILOT, at=office.now(), by="tests")
    bounce(office, connection_id)
    settle(office, connection_id)
    with office.reading() as tx:
        (asked,) = approvals.waiting(tx, connection_id)
    return asked


def beside(office: Deps, connection_id: int, act: Callable[[Deps, int], Any]) -> Any:
    """What `act` brings about while the receipt begins to be placed, which ends once `act` is done
    or waits for it."""
    item = receipt(office, connection_id)
    with ThreadPoolExecutor(1) as other:
        with office.writing() as tx:
            cash.stand(tx, connection_id, item, Standing.APPLYING, at=office.now())
            done = other.submit(act, office, connection_id)
            until(office, done.done)
        return done.result()


def test_a_return_is_kept_while_its_receipt_is_being_placed(
    office: Deps, connection_id: int
) -> None:
    assert beside(office, connection_id, bounce) == 0
    assert kept(office, connection_id) == [State.WAITING]
    assert receipt(office, connection_id).state is Standing.APPLYING


def test_what_was_placed_meanwhile_is_not_closed_but_asked_about_by_the_next_run(
    office: Deps, connection_id: int
) -> None:
    bounce(office, connection_id)
    beside(office, connection_id, settle)
    assert receipt(office, connection_id).state is Standing.APPLYING
    assert kept(office, connection_id) == [State.WAITING]
    settle(office, connection_id)
    assert kept(office, connection_id) == [State.ASKED]
    with office.reading() as tx:
        (asked,) = approvals.waiting(tx, connection_id)
    assert "undo what was applied of it" in asked.options[0]["text"]


def test_an_answer_that_comes_meanwhile_stands(office: Deps, connection_id: int) -> None:
    asked = asked_in_copilot(office, connection_id)
    bring(office, connection_id, 3, "C", "INV-1001")  # from now on two receipts may be meant
    with ThreadPoolExecutor(1) as other:
        with office.writing() as tx:
            assert approvals.answer(tx, asked, state="rejected", by="ann", at=office.now())
            bounced.turn_down(tx, asked)
            done = other.submit(settle, office, connection_id)
            until(office, done.done)
        done.result()
    assert kept(office, connection_id) == [State.LEFT]
    with office.reading() as tx:
        assert approvals.waiting(tx, connection_id) == []


def test_two_persons_answer_once(office: Deps, connection_id: int) -> None:
    asked = asked_in_copilot(office, connection_id)

    def answer(by: str) -> str:
        try:
            answers.approve(office, asked.id, 0, by)
        except answers.CannotAnswer as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as crowd:
        said = sorted(crowd.map(answer, ("ann", "ben")))
    assert said[0] == ""
    assert "answered" in said[1] or "already approved" in said[1]
    assert kept(office, connection_id) == [State.CLOSED]

"""The sync, the decision and people at one pair of records at the same moment, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from connector import lease
from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.cash_application import placing
from connector.clients import tenants
from connector.decided import approvals
from connector.deps import Deps
from connector.mirroring import mirror
from connector.money import cash, set_aside, twin_questions
from connector.money.cash import BANK, Item, Standing
from connector.money.set_aside import As, CannotSetAside
from connector.receiving import receipts
from connector.rule_changes import allowing
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from connector.syncing import perceive
from providers.ledger import Allocation, Gone, Kind, Record
from tests.connector import office
from tests.connector.databases import PostgresServer
from tests.connector.office import clock_of, connect, customer, invoice, payment, usd
from tests.engines import borrowed

HELD_SECONDS = 1.5
"""How long whoever comes second may take before the first goes on: it waits then, or is done."""
TEXT = "TRANSFER 4711"
FIRST, SECOND = "bank:main:b1", "bank:main:b2"
Outcome = Callable[[], object]
Meanwhile = Callable[..., Outcome]


@pytest.fixture
def desk(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Deps]:
    url = postgres_server.fresh()
    with borrowed(url) as engine:
        yield office.open_office(url, engine, data_dir=tmp_path)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meanwhile]:
    """Once a function has answered for the first time, another acts beside, on a connection of its
    own, and is given the time to be done before the answer is used."""
    with ThreadPoolExecutor(1) as beside:

        def between(module: ModuleType, name: str, act: Callable[[], object]) -> Outcome:
            real, waiting = getattr(module, name), [act]
            begun: list[Future[object]] = []

            def answered(*given: Any, **how: Any) -> Any:
                found = real(*given, **how)
                if waiting:
                    begun.append(beside.submit(waiting.pop()))
                    wait(begun, timeout=HELD_SECONDS)
                return found

            monkeypatch.setattr(module, name, answered)

            def outcome() -> object:
                return begun[0].result()

            return outcome

        yield between


def opened(
    desk: Deps, *, mode: Mode = Mode.COPILOT, lines: int = 1, is_placed: bool = False
) -> int:  # fmt: skip
    """A customer with so many payments in the ledger, and as many lines of the bank."""
    connection_id = connect(desk)
    held: dict[str, Any] = {"reference": TEXT}
    if is_placed:
        held |= {"left": "0", "allocations": (Allocation("i1", usd(100)),)}
    records = [payment(f"p{n}", **held) for n in range(1, lines + 1)]
    owed = invoice(left="0" if is_placed else "100")
    keep(desk, connection_id, customer(name="Ash Ltd"), owed, *records)
    with desk.writing() as tx:
        client_id = tenants.connection(tx, connection_id).client_id
        modes.switch(tx, client_id, Capability.CASH, mode, at=desk.now(), by="tests")
    rows = "".join(f"main,b{n},2026-03-02,100.00,USD,Ash Ltd,{TEXT}\n" for n in range(1, lines + 1))
    receipts.import_statement(
        desk, connection_id,
        f"account,bank_id,date,amount,currency,payer,reference\n{rows}".encode(), by="tests",
    )  # fmt: skip
    clock_of(desk).advance(minutes=5)
    return connection_id


def keep(desk: Deps, connection_id: int, *records: Record) -> None:
    with lease.held(desk, "sync", connection_id) as fence, desk.writing() as tx:
        assert fence
        perceive.keep(tx, fence, records, read_at=desk.now())


def decide(desk: Deps, connection_id: int) -> None:
    with desk.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    with lease.held(desk, "decide", connection_id) as fence:
        assert fence
        placing.run(desk, connection, fence)


def same(desk: Deps, connection_id: int, line: str, of: str) -> None:
    set_aside.by_person(desk, connection_id, line, As.SAME, of=of, reason="so", by="ann")


def money(desk: Deps, connection_id: int, line: str = FIRST) -> Item:
    with desk.reading() as tx:
        found = cash.find(tx, connection_id, BANK, line.removeprefix(f"{BANK}:"))
    assert found
    return found


def counted(desk: Deps, connection_id: int) -> dict[str, str]:
    with desk.reading() as tx:
        return {it.subject: it.of for it in set_aside.in_force(tx, connection_id).values()}


def asked(desk: Deps, connection_id: int, line: str = FIRST) -> int:
    with desk.reading() as tx:
        found = approvals.is_waiting(tx, connection_id, line)
    assert found
    return found.id


def test_a_line_does_not_count_with_a_record_that_goes_while_it_is_decided(
    desk: Deps, meanwhile: Meanwhile
) -> None:
    connection_id = opened(desk, mode=Mode.AUTOPILOT, is_placed=True)
    synced = meanwhile(
        twin_questions, "again", lambda: keep(desk, connection_id, Gone(Kind.PAYMENT, "p1"))
    )
    decide(desk, connection_id)
    synced()
    item = money(desk, connection_id)
    assert item.state is not Standing.CLOSED
    assert item.left == item.total
    assert counted(desk, connection_id) == {}


@pytest.mark.parametrize("where", [(mirror, "store"), (set_aside, "about")])
def test_nobody_says_that_money_is_a_record_that_the_sync_finds_gone(
    desk: Deps, meanwhile: Meanwhile, where: tuple[ModuleType, str]
) -> None:
    connection_id = opened(desk)
    decide(desk, connection_id)
    person = meanwhile(*where, lambda: same(desk, connection_id, FIRST, "payment:p1"))
    keep(desk, connection_id, Gone(Kind.PAYMENT, "p1"))
    with pytest.raises(CannotSetAside, match="there is no money"):
        person()
    assert money(desk, connection_id).state is not Standing.CLOSED
    assert counted(desk, connection_id) == {}


def test_of_two_who_name_one_record_for_two_lines_one_is_refused(
    desk: Deps, meanwhile: Meanwhile
) -> None:
    connection_id = opened(desk, lines=2)
    decide(desk, connection_id)
    second = meanwhile(mirror, "fetch", lambda: same(desk, connection_id, SECOND, "payment:p1"))
    same(desk, connection_id, FIRST, "payment:p1")
    with pytest.raises(CannotSetAside, match="stands for other money already"):
        second()
    assert counted(desk, connection_id) == {FIRST: "payment:p1"}


def test_two_people_at_two_lines_of_one_sum_do_not_stop_each_other(
    desk: Deps, meanwhile: Meanwhile
) -> None:
    connection_id = opened(desk, lines=2)
    decide(desk, connection_id)
    second = meanwhile(cash, "stand", lambda: same(desk, connection_id, SECOND, "payment:p2"))
    same(desk, connection_id, FIRST, "payment:p1")
    second()
    assert counted(desk, connection_id) == {FIRST: "payment:p1", SECOND: "payment:p2"}


def test_who_answers_and_who_sets_aside_do_not_stop_each_other(
    desk: Deps, meanwhile: Meanwhile
) -> None:
    connection_id = opened(desk)
    decide(desk, connection_id)
    other = meanwhile(approvals, "answer", lambda: same(desk, connection_id, FIRST, "payment:p1"))
    answers.approve(desk, asked(desk, connection_id), 0, "ben")
    with pytest.raises(CannotSetAside, match="is closed"):
        other()
    assert counted(desk, connection_id) == {FIRST: "payment:p1"}


def test_an_answer_is_about_the_record_as_the_sync_leaves_it(
    desk: Deps, meanwhile: Meanwhile
) -> None:
    connection_id = opened(desk)
    decide(desk, connection_id)
    id_ = asked(desk, connection_id)
    person = meanwhile(set_aside, "about", lambda: answers.approve(desk, id_, 0, "ann"))
    keep(desk, connection_id, Gone(Kind.PAYMENT, "p1"))
    with pytest.raises(CannotAnswer):
        person()
    assert money(desk, connection_id).left == money(desk, connection_id).total
    assert counted(desk, connection_id) == {}


def test_a_switch_of_a_mode_and_the_settling_of_two_lines_do_not_stop_each_other(
    desk: Deps, meanwhile: Meanwhile
) -> None:
    connection_id = opened(desk, lines=2)
    decide(desk, connection_id)
    with desk.reading() as tx:
        client_id = tenants.connection(tx, connection_id).client_id

    def switch() -> None:
        allowing.switch(desk, client_id, Capability.CASH, Mode.COPILOT, by="ann")

    other = meanwhile(set_aside, "put", switch)
    with desk.writing() as tx:
        cash.hold(tx, connection_id)
        for subject in (SECOND, FIRST):
            line = subject.removeprefix(f"{BANK}:")
            found = cash.find(tx, connection_id, BANK, line, locked=True)
            assert found
            set_aside.put(
                tx, connection_id, found, As.RETURNED, reason="it bounced", by="tests",
                at=desk.now(),
            )  # fmt: skip
    other()
    assert money(desk, connection_id).state is Standing.CLOSED

"""A booking in one sum and its parts, of which banks tell in several files: they count once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.answering import answers
from connector.clients import tenants
from connector.decided import approvals
from connector.deps import Deps
from connector.money import cash, set_aside
from connector.money.cash import Standing
from connector.proof import conservation
from connector.receiving import batch_bookings, receipts
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from providers.bank import reading
from tests.connector.databases import PostgresServer, until
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect, open_office
from tests.connector.undoing.test_bounced import total
from tests.engines import borrowed

Opens = Callable[..., Firm]
CAMT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><BkToCstmr{root}>
<{part}><Id>S1</Id><CreDtTm>{day}T00:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN>
</Id><Ccy>USD</Ccy></Acct><Ntry><Amt Ccy="USD">{sum}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>
{details}</Ntry></{part}></BkToCstmr{root}></Document>"""
DETAIL = """<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><Amt Ccy="USD">{amount}.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Ash Ltd</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>INV-{n}</Ustrd></RmtInf></TxDtls>"""
Part = tuple[int, int]
"""The number of a payment, and its amount."""
PARTS: tuple[Part, ...] = ((1, 100), (2, 200))
SOME, OTHERS = ((1, 40), (2, 60)), ((3, 120), (4, 80))
numbers = count(1)
NEAR = 7
"""How many days lie between a sum and its parts at most."""


def statement(day: date, amount: int = 300, reference: str = "REF77", text: str = "") -> bytes:
    return CAMT.format(kind="053", root="Stmt", part="Stmt", day=day, sum=amount,
                       reference=reference, details=f"<AddtlNtryInf>{text}</AddtlNtryInf>"
                       ).encode()  # fmt: skip


def notification(
    day: date, reference: str = "REF77", parts: tuple[Part, ...] = PARTS
) -> bytes:  # fmt: skip
    details = "".join(DETAIL.format(n=n, amount=amount) for n, amount in parts)
    return CAMT.format(kind="054", root="DbtCdtNtfctn", part="Ntfctn", day=day,
                       sum=sum(amount for _, amount in parts), reference=reference,
                       details=f"<NtryDtls>{details}</NtryDtls>").encode()  # fmt: skip


def bring(firm: Firm, file: bytes) -> tuple[str, ...]:
    return receipts.import_statement(firm.deps, firm.connection_id, file, by="tests").told


def asked(firm: Firm) -> list[str]:
    return [it.summary for it in firm.asked() if it.subject.startswith("batch:")]


def counted(firm: Firm) -> list[int]:
    """The sums of the bank's lines that count."""
    with firm.deps.reading() as tx:
        asides = set_aside.in_force(tx, firm.connection_id)
    lines = [it for it in firm.all_money() if it.kind == cash.BANK and it.subject not in asides]
    return sorted(int(it.total.amount) for it in lines)


@pytest.mark.parametrize("order", [(notification, statement), (statement, notification)])
def test_a_booking_in_one_sum_and_its_details_count_once(
    open_firm: Opens, order: tuple[Callable[[date], bytes], ...]
) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    said = [sentence for _ in range(2) for file in order for sentence in bring(firm, file(TODAY))]
    assert counted(firm) == [100, 200]
    assert [it.total.amount for it in firm.all_money() if it.state is Standing.CLOSED] == [300]
    why = "USD 300.00 with the bank's reference REF77 came as its 2 payments, too, which are"
    assert said.count(f"{why} the money") == 1
    assert str(total(firm).received) == "USD 300.00"
    assert [it.endswith("is told-twice") for it in total(firm).once] == [True]
    assert asked(firm) == []


@pytest.mark.parametrize("other", [
    {"amount": 299}, {"reference": "REF78"}, {"reference": "NONREF"},
])  # fmt: skip
def test_another_sum_or_reference_is_other_money(open_firm: Opens, other: dict[str, Any]) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    for file in (notification(firm.today), statement(firm.today, **other)):
        bring(firm, file)
    assert len(counted(firm)) == 3


@pytest.mark.parametrize("sum_first", [True, False])
def test_a_sum_that_its_parts_do_not_make_up_is_told_with_the_difference(
    open_firm: Opens, *, sum_first: bool
) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    files = [statement(firm.today, amount=299), notification(firm.today)]
    said = [bring(firm, file) for file in (files if sum_first else files[::-1])]
    why = (
        "USD 299.00 with the bank's reference REF77 came in one sum, and its payments, 2 so far,"
        " come to USD 300.00: USD 1.00 more. Both count; if they are the same money, set one of the"
        " two aside"
    )
    assert why in said[1]
    (question,) = [it for it in firm.asked() if it.subject.startswith("batch:")]
    assert question.summary == why
    answers.reject(firm.deps, question.id, "ann")
    for file in files:
        bring(firm, file)
    assert asked(firm) == [], "it is asked once"


def test_while_parts_are_missing_the_question_says_how_much(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    bring(firm, statement(firm.today))
    bring(firm, notification(firm.today, parts=SOME))
    (why,) = asked(firm)
    assert why == (
        "USD 300.00 with the bank's reference REF77 came in one sum, and its payments, 2 so far,"
        " come to USD 100.00: USD 200.00 is still missing. Both count; if they are the same money,"
        " set one of the two aside"
    )
    bring(firm, notification(firm.today + timedelta(days=NEAR + 1), parts=OTHERS))
    assert len(asked(firm)) == 1, "so late it is other money"
    bring(firm, notification(firm.today + timedelta(days=NEAR), parts=OTHERS))
    assert asked(firm) == []
    assert counted(firm) == [40, 60, 80, 80, 120, 120]
    assert str(total(firm).received) == "USD 500.00"


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[int, list[tuple[int, tuple[Part, ...]]], list[int]]:
    """The amount of a sum; its files of parts, each with the days that it comes after the first;
    and the order in which all come, some of them again. The sum's own file is the last."""
    number = count(1)
    amounts = st.integers(1, 500)
    files = [
        (draw(st.integers(0, 2 * NEAR)), tuple((next(number), amount) for amount in some))
        for some in draw(
            st.lists(st.lists(amounts, min_size=2, max_size=3), min_size=1, max_size=4)
        )
    ]
    places = range(len(files) + 1)
    again = draw(st.lists(st.sampled_from(places), max_size=4))
    whole = sum(amount for _, some in files for _, amount in some)
    return whole, files, draw(st.permutations([*places, *again]))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(arrivals=arrivals())
def test_in_every_order_the_parts_are_the_money_in_the_end(
    deps: Deps, arrivals: tuple[int, list[tuple[int, tuple[Part, ...]]], list[int]]
) -> None:
    whole, files, order = arrivals
    connection_id = connect(deps, f"Firm {next(numbers)}")
    with deps.writing() as tx:
        client_id = tenants.connection(tx, connection_id).client_id
        modes.switch(tx, client_id, Capability.CASH, Mode.COPILOT, at=deps.now(), by="tests")
    papers = [notification(TODAY + timedelta(days=days), parts=parts) for days, parts in files] + [
        statement(TODAY + timedelta(days=NEAR), amount=whole)
    ]
    seen: set[int] = set()
    for place in order:
        receipts.import_statement(deps, connection_id, papers[place], by="tests")
        seen.add(place)
        told = sum(n for one in seen - {len(files)} for _, n in files[one][1])
        missing = whole - told if len(files) in seen and told else 0
        with deps.reading() as tx:
            (line,) = conservation.conservation(tx, connection_id)
            questions = [it.summary for it in approvals.waiting(tx, connection_id)]
        assert line.faults == ()
        assert len(questions) == bool(missing)
        assert all(f": USD {missing:,}.00 is still missing." in it for it in questions)
        expected = whole + told if missing else max(told, whole * (len(files) in seen))
        assert line.received.amount == expected
    with deps.reading() as tx:
        items = cash.listed(tx, connection_id, tuple(Standing))
        asides = set_aside.in_force(tx, connection_id)
    by_sum, parts = (
        [it for it in items if bool(it.part_of) is is_part] for is_part in (False, True)
    )
    assert [it.total.amount for it in by_sum] == [whole]
    assert {it.state for it in by_sum} == {Standing.CLOSED}
    assert asides.keys() == {it.subject for it in by_sum}
    assert sorted(int(it.total.amount) for it in parts) == sorted(
        amount for _, some in files for _, amount in some
    )
    assert {it.state for it in parts} == {Standing.NEW}


def test_a_reference_that_a_bank_uses_each_day_names_another_booking_each_day(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    days = [firm.today + timedelta(days=n) for n in range(3)]
    for day in days:
        bring(firm, notification(day, parts=SOME))
    for day in days:
        bring(firm, statement(day, amount=100))
    assert counted(firm) == [40, 40, 40, 60, 60, 60]
    assert asked(firm) == []
    bring(firm, statement(days[-1] + timedelta(days=1), amount=100))
    assert counted(firm) == [40, 40, 40, 60, 60, 60, 100]
    (why,) = asked(firm)
    assert why.startswith("USD 100.00 with the bank's reference REF77 came in one sum once more.")


def test_of_two_sums_of_one_day_the_one_that_the_parts_make_up_gives_way(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    bring(firm, statement(firm.today, amount=500))
    bring(firm, statement(firm.today))
    bring(firm, notification(firm.today))
    assert counted(firm) == [100, 200, 500]
    assert asked(firm) == []


def test_a_sum_and_its_parts_that_two_workers_bring_at_once_count_once(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.fresh()
    with borrowed(url) as engine, ThreadPoolExecutor(1) as other:
        office = open_office(url, engine, data_dir=tmp_path)
        connection_id = connect(office)
        (first,) = reading.read(statement(TODAY))
        with office.writing() as tx:
            cash.hold(tx, connection_id)
            assert cash.arrive(tx, connection_id, first.receipts) == 1
            connection = tenants.connection(tx, connection_id)
            assert batch_bookings.settle(tx, connection, first.receipts, at=office.now()) == []
            done = other.submit(
                receipts.import_statement, office, connection_id, notification(TODAY), by="tests"
            )
            until(office, done.done)
        assert "as its 2 payments, too" in " ".join(done.result().told)
        with office.reading() as tx:
            found = cash.listed(tx, connection_id, tuple(Standing))
    assert [int(it.total.amount) for it in found if it.state is Standing.NEW] in (
        [100, 200], [200, 100]
    )  # fmt: skip

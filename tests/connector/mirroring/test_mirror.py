"""The mirror: whatever order the readings come in, it ends where the ledger is."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.deps import Deps
from connector.mirroring import mirror
from providers.ledger import Gone, Invoice, Kind, Record, Status
from providers.money import Money
from tests.connector.office import NOW, connect, customer, invoice, payment, usd

EVER = NOW - timedelta(days=999)
Reading = tuple[int, Record]
"""When it was read, in seconds after NOW, and what was there."""


def store(deps: Deps, connection_id: int, *readings: Reading) -> list[list[Record]]:
    """Each reading by itself; what was news in each."""
    found = []
    for seconds, record in readings:
        with deps.writing() as tx:
            at = NOW + timedelta(seconds=seconds)
            found.append(mirror.store(tx, connection_id, [record], read_at=at))
    return found


def held(deps: Deps, connection_id: int, kind: Kind = Kind.INVOICE, id_: str = "i1") -> Record:
    with deps.reading() as tx:
        (found,) = mirror.fetch(tx, connection_id, kind, [id_])
    return found


VERSIONS = (invoice(left="100", changed=1), invoice(left="40", changed=5),
            invoice(left="0", changed=9))  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_versions_in_any_order_end_in_the_last(both: Deps, order: Sequence[int]) -> None:
    connection_id = connect(both)
    store(both, connection_id, *[(place * 10, VERSIONS[place]) for place in order])
    assert held(both, connection_id) == VERSIONS[2]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_deleted_record_stays_deleted_whatever_comes_after_of_before(
    both: Deps, order: Sequence[int]
) -> None:
    connection_id = connect(both)
    readings: list[Reading] = [
        (1, VERSIONS[0]), (6, VERSIONS[1]), (12, Gone(Kind.INVOICE, "i1")),
    ]  # fmt: skip
    store(both, connection_id, *[readings[place] for place in order])
    assert held(both, connection_id) == Gone(Kind.INVOICE, "i1")
    with both.reading() as tx:
        assert mirror.owed(tx, connection_id) == {}
        assert mirror.open_ids(tx, connection_id, Kind.INVOICE) == set()


def test_a_record_that_comes_back_is_there_again(both: Deps) -> None:
    connection_id = connect(both)
    store(both, connection_id, (1, VERSIONS[0]), (3, Gone(Kind.INVOICE, "i1")), (10, VERSIONS[1]))
    assert held(both, connection_id) == VERSIONS[1]


@st.composite
def histories(draw: st.DrawFn) -> list[Reading]:
    """A ledger that changes, deletes and restores one invoice, and readings of it; the last one
    tells how it is in the end."""
    moments = sorted(draw(st.sets(st.integers(1, 8), min_size=2, max_size=6)))
    states: list[tuple[int, Record]] = []
    for at in moments:
        if draw(st.booleans()) or not states:
            left = str(draw(st.integers(0, 100)))
            states.append((at, invoice(left=left, changed=at)))
        else:
            states.append((at, Gone(Kind.INVOICE, "i1")))
    readings = []
    for second in sorted(draw(st.sets(st.integers(1, 9), min_size=2, max_size=8)) | {9}):
        known = [state for at, state in states if at <= second]
        readings.append((second, known[-1] if known else Gone(Kind.INVOICE, "i1")))
    return readings


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories(), data=st.data())
def test_readings_in_any_order_and_number_give_the_same_mirror(
    deps: Deps, history: list[Reading], data: st.DataObject
) -> None:
    often = data.draw(st.lists(st.sampled_from(history), max_size=6))
    shuffled = data.draw(st.permutations([*history, *often]))
    with deps.engine.connect() as tx, tx.begin() as whole:
        for seconds, record in shuffled:
            mirror.store(tx, 1, [record], read_at=NOW + timedelta(seconds=seconds))
        found = mirror.fetch(tx, 1, Kind.INVOICE, ["i1"])
        owed = mirror.owed(tx, 1)
        whole.rollback()
    last = history[-1][1]
    assert found == [last] or (not found and isinstance(last, Gone))
    open_now = isinstance(last, Invoice) and last.open
    assert owed == ({("c1", "USD"): last.open} if open_now else {})  # type: ignore[union-attr]


def test_only_news_is_reported_as_news(both: Deps) -> None:
    connection_id = connect(both)
    news = store(
        both, connection_id, (1, VERSIONS[0]), (2, VERSIONS[0]), (10, VERSIONS[1]),
        (3, VERSIONS[0]), (12, Gone(Kind.INVOICE, "i1")), (13, Gone(Kind.INVOICE, "i1")),
        (14, Gone(Kind.INVOICE, "never there")),
    )  # fmt: skip
    assert [len(records) for records in news] == [1, 0, 1, 0, 1, 0, 0]


def test_eight_who_store_at_once_leave_the_last_version(both: Deps) -> None:
    connection_id = connect(both)
    versions = [(number, invoice(left=str(100 - number), changed=number)) for number in range(24)]
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda one: store(both, connection_id, one), versions))
    assert held(both, connection_id) == versions[-1][1]


def test_every_kind_of_record_comes_back_as_it_was(both: Deps) -> None:
    connection_id = connect(both)
    yen = invoice("i9", due=None, issued=date(2026, 2, 28), total=Money.of(1200, "JPY"),
                  open=Money.of(1200, "JPY"), customer_id="c2")  # fmt: skip
    kept: list[Record] = [customer(name="Ä & 🙂"), invoice(), yen, payment(left="0.01")]
    for record in kept:
        store(both, connection_id, (1, record))
        assert held(both, connection_id, record.kind, record.id) == record
    with both.reading() as tx:
        assert mirror.owed(tx, connection_id) == {
            ("c1", "USD"): usd("99.99"), ("c2", "JPY"): Money.of(1200, "JPY"),
        }  # fmt: skip
        assert mirror.owed(tx, connection_id, gross=True)["c1", "USD"] == usd(100)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.VOID, Status.PAID, Status.DELETED])
def test_only_what_is_open_is_owed(deps: Deps, status: Status) -> None:
    connection_id = connect(deps)
    store(deps, connection_id, (1, customer()), (1, invoice(status=status)))
    with deps.reading() as tx:
        assert mirror.owed(tx, connection_id) == {}
        found = mirror.matchable(tx, connection_id, "c1", settled_since=EVER, limit=9)
    assert len(found) == (1 if status is Status.PAID else 0)


def test_what_money_may_be_for_is_found_by_customer_oldest_first_and_by_amount(deps: Deps) -> None:
    connection_id = connect(deps)
    for place, due in enumerate((date(2026, 3, 1), date(2026, 1, 1), None), start=1):
        store(deps, connection_id, (1, invoice(f"i{place}", number=f"INV-00{place}", due=due)))
    with deps.reading() as tx:
        owned = mirror.matchable(tx, connection_id, "c1", settled_since=EVER, limit=9)
        assert [i.id for i in owned if isinstance(i, Invoice) and i.due] == ["i2", "i1"]
        assert len(owned) == 3
        assert len(mirror.matchable(tx, connection_id, "c1", settled_since=EVER, limit=2)) == 2
        assert mirror.matchable(tx, connection_id, "c2", settled_since=EVER, limit=9) == []
        assert len(mirror.priced(tx, connection_id, usd(100), limit=9)) == 3
        assert mirror.priced(tx, connection_id, usd("99.99"), limit=9) == []


def test_one_tenants_mirror_is_not_anothers(both: Deps) -> None:
    first, second = connect(both, "Ash"), connect(both, "Birch")
    store(both, first, (1, invoice()))
    store(both, second, (1, Gone(Kind.INVOICE, "i1")))
    assert held(both, first) == invoice()
    with both.reading() as tx:
        assert mirror.owed(tx, second) == {}


def test_more_ids_can_be_asked_for_than_a_query_takes(both: Deps) -> None:
    connection_id = connect(both)
    store(both, connection_id, (0, VERSIONS[0]), (0, invoice("i2")))
    ids = ["i1", *map(str, range(70_000)), "i2", "i1"]
    with both.reading() as tx:
        found = mirror.fetch(tx, connection_id, Kind.INVOICE, ids)
    assert [one.id for one in found] == ["i1", "i2"]

"""The audit chain: whatever is altered, removed or cut off is found and named."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector import audit, db
from connector.audit import audit_table, chain_table
from connector.db import Tx
from connector.deps import Deps
from tests.connector.office import NOW, connect

a, chain = audit_table.c, chain_table.c
TESTS = db.across("a test alters what it likes")


def write(deps: Deps, connection_id: int, entries: int = 10) -> None:
    with deps.writing() as tx:
        for number in range(entries):
            audit.add(
                tx, connection_id, at=NOW, actor="ann", event="cash.approved",
                about=f"payment:{number}", decision_id=number, amount="100.00", text="ä\n'\"",
            )  # fmt: skip


def broken(deps: Deps) -> list[tuple[int, int]]:
    with deps.reading() as tx:
        return list(audit.broken_links(tx))


def test_a_chain_that_nobody_touched_is_whole(both: Deps) -> None:
    for name in ("Ash", "Birch"):
        write(both, connect(both, name))
    assert broken(both) == []
    with both.reading() as tx:
        assert [number for _, number, _ in audit.heads(tx)] == [10, 10]


ALTERED: dict[str, Any] = {
    "actor": "bob", "event": "cash.rejected", "about": "payment:77", "decision_id": 99,
    "what": {"amount": "100.01", "text": "ä\n'\""}, "at": NOW.replace(second=1),
    "hash": "f" * 64,
}  # fmt: skip


@pytest.mark.parametrize("field", ALTERED)
@pytest.mark.parametrize("number", [1, 5, 10])
def test_an_altered_entry_is_found_and_named(deps: Deps, field: str, number: int) -> None:
    connection_id = connect(deps)
    write(deps, connection_id)
    with deps.writing() as tx:
        tx.execute(
            sa.update(audit_table)
            .where(a.connection_id == connection_id, a.number == number)
            .values({field: ALTERED[field]})
        )
    assert (connection_id, number) in broken(deps)


def cut_off_the_end(tx: Tx) -> None:
    tx.execute(sa.delete(audit_table).where(a.number > 7), execution_options=TESTS)


def take_out_the_middle(tx: Tx) -> None:
    tx.execute(sa.delete(audit_table).where(a.number == 8), execution_options=TESTS)


def take_out_the_first(tx: Tx) -> None:
    tx.execute(sa.delete(audit_table).where(a.number == 1), execution_options=TESTS)


def take_out_everything(tx: Tx) -> None:
    tx.execute(sa.delete(audit_table), execution_options=TESTS)


def swap_two(tx: Tx) -> None:
    for was, becomes in ((8, 80), (9, 8), (80, 9)):
        tx.execute(
            sa.update(audit_table).where(a.number == was).values(number=becomes),
            execution_options=TESTS,
        )


def forget_the_head(tx: Tx) -> None:
    tx.execute(sa.update(chain_table).values(number=9), execution_options=TESTS)


@pytest.mark.parametrize(("deed", "named"), [
    (cut_off_the_end, 10), (take_out_the_middle, 9), (take_out_the_first, 2),
    (take_out_everything, 10), (swap_two, 8), (forget_the_head, 9),
])  # fmt: skip
def test_a_chain_with_entries_missing_or_moved_is_found_and_named(
    deps: Deps, deed: Callable[[Tx], None], named: int
) -> None:
    connection_id = connect(deps)
    write(deps, connection_id)
    with deps.writing() as tx:
        deed(tx)
    assert (connection_id, named) in broken(deps)


def test_an_entry_moved_to_another_connection_is_found(deps: Deps) -> None:
    first, second = connect(deps, "Ash"), connect(deps, "Birch")
    write(deps, first)
    with deps.writing() as tx:
        tx.execute(
            sa.update(audit_table).where(a.connection_id == first).values(connection_id=second)
        )
    assert {connection for connection, _ in broken(deps)} == {first, second}


def test_every_flipped_byte_of_the_text_is_found(deps: Deps) -> None:
    """Of one whole entry as it stands in the database file, each byte in turn."""
    connection_id = connect(deps)
    write(deps, connection_id, 3)
    with deps.reading() as tx:
        row = tx.exec_driver_sql(
            "SELECT actor, event, about, what, hash FROM audit WHERE number = 2"
        ).one()
    for name, text in row._mapping.items():
        for place in range(len(text)):
            flipped = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
            if name == "what" and not _is_other_json(text, flipped):
                continue
            with deps.engine.connect() as tx:
                statement = f"UPDATE audit SET {name} = ? WHERE number = 2"  # noqa: S608
                tx.exec_driver_sql(statement, (flipped,))
                assert (connection_id, 2) in list(audit.broken_links(tx)), (name, place)
                tx.rollback()


def _is_other_json(text: str, flipped: str) -> bool:
    """Blanks between JSON's own signs mean nothing; a text that is no JSON is seen at once."""
    import json

    try:
        return bool(json.loads(flipped) != json.loads(text))
    except ValueError:
        return False


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40), number=st.integers(-(10**15), 10**15))
def test_whatever_stands_in_an_entry_the_chain_holds(deps: Deps, text: str, number: int) -> None:
    clean = re.sub(r"[\ud800-\udfff\0]", "?", text)
    connection_id = connect(deps, f"Client {number} {clean}"[:150] + str(id(object())))
    with deps.writing() as tx:
        audit.add(
            tx, connection_id, at=NOW, actor="ann", event="said", text=clean, number=number,
            nested={"list": [clean, None, True]},
        )  # fmt: skip
    assert broken(deps) == []


def test_eight_at_once_append_to_one_chain_without_a_gap(both: Deps) -> None:
    connection_id = connect(both)
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda _: write(both, connection_id, 5), range(8)))
    assert broken(both) == []
    with both.reading() as tx:
        found = audit.entries(tx, connection_id, last=100)
    assert [entry.number for entry in found] == list(range(40, 0, -1))


def test_an_entry_lives_and_dies_with_what_it_tells_of(both: Deps) -> None:
    connection_id = connect(both)

    def fail() -> None:
        with both.writing() as tx:
            audit.add(tx, connection_id, at=NOW, actor="ann", event="done")
            raise RuntimeError("it was not done")

    with pytest.raises(RuntimeError):
        fail()
    with both.reading() as tx:
        assert audit.entries(tx, connection_id) == []


def test_entries_are_found_by_event_and_time_however_many_came_after(both: Deps) -> None:
    ash, birch = connect(both, "Ash"), connect(both, "Birch")
    moments = [NOW - timedelta(days=2), NOW - timedelta(days=1), NOW]
    with both.writing() as tx:
        for connection_id in (ash, birch):
            for at in moments:
                for event in ("apply_unapplied.reversed", "apply_unapplied.unreversed", "reversed"):
                    audit.add(tx, connection_id, at=at, actor="ledger", event=event, about=f"{at}")
    write(both, ash, entries=300)
    with both.reading() as tx:
        found = audit.between(tx, ash, ".reversed", moments[0], moments[2])
    assert [(entry.event, entry.at) for entry in found] == [
        ("apply_unapplied.reversed", moments[0]), ("apply_unapplied.reversed", moments[1]),
    ]  # fmt: skip

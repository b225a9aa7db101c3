"""The migrations lead to the very tables that the modules declare, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connector import db, schema
from connector.clients import persons
from connector.clients.persons import Person
from connector.mirroring import customer_addresses
from connector.money import set_aside
from tests import test_law
from tests.connector.databases import PostgresServer


def test_migrations_lead_to_the_declared_tables(tmp_path: Path) -> None:
    engine = db.connect(f"sqlite:///{tmp_path / 'fresh.db'}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata()) == []


def test_every_module_that_owns_a_table_is_known_here() -> None:
    assert {name.removeprefix("connector.") for name in test_law.owners()} == set(schema.OWNERS)


def test_an_upgrade_that_is_done_changes_nothing(tmp_path: Path) -> None:
    engine = db.connect(f"sqlite:///{tmp_path / 'fresh.db'}")
    schema.upgrade(engine)
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert "mirror" in sa.inspect(connection).get_table_names()


def test_what_was_corrected_by_its_words_is_corrected_by_its_state(tmp_path: Path) -> None:
    engine = db.connect(f"sqlite:///{tmp_path / 'old.db'}")
    schema.upgrade(engine, "0007")
    rows = (
        ("reversed", "changed in the ledger by somebody"),
        ("reversed", "deleted or voided in the ledger"),
        ("refused", "changed in the ledger by somebody"),
    )
    with engine.begin() as tx:
        for number, (state, error) in enumerate(rows):
            tx.exec_driver_sql(
                "INSERT INTO intent (connection_id, key, epoch, subject, decision_id, name, effect,"
                " facts, after_key, state, attempts, next_at, receipt, error, created_at)"
                " VALUES (1, ?, 0, 's', 1, 'apply_unapplied', '{}', '{}', '', ?, 1, '2026-03-01',"
                " '', ?, '2026-03-01')",
                (str(number), state, error),
            )
    schema.upgrade(engine)
    with engine.connect() as tx:
        found = tx.exec_driver_sql("SELECT state FROM intent ORDER BY key").scalars()
        assert list(found) == ["corrected", "reversed", "refused"]


def test_who_could_sign_in_before_still_can(tmp_path: Path) -> None:
    engine = db.connect(f"sqlite:///{tmp_path / 'old.db'}")
    schema.upgrade(engine, "0020")
    with engine.begin() as tx:
        tx.exec_driver_sql("INSERT INTO reseller (id, name) VALUES (7, 'Firm')")
        tx.exec_driver_sql(
            "INSERT INTO person (id, reseller_id, issuer, subject, email, name)"
            " VALUES (3, 7, 'xero', 'subject of Ann', 'ann@firm.example', 'Ann')"
        )
        tx.exec_driver_sql(
            "INSERT INTO web_session (token_hash, person_id, until) VALUES ('x', 3, '2026-03-01')"
        )
    schema.upgrade(engine)
    with engine.begin() as tx:
        ann = persons.holder(tx, issuer="xero", subject="subject of Ann")
    assert ann == Person(3, 7, "ann@firm.example", "Ann")


@pytest.fixture(params=["sqlite", "postgres"])
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database without any table, of each kind."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.another(tmp_path.name)
    engine = db.connect(url)
    yield engine
    engine.dispose()


def test_of_two_that_counted_with_one_record_the_younger_waits_again(
    unmigrated: sa.Engine,
) -> None:
    schema.upgrade(unmigrated, "0035")
    with unmigrated.begin() as tx:
        for id_, subject, of, ended in (
            (1, "bank:b1", "payment:p1", None), (2, "bank:b2", "payment:p1", None),
            (3, "bank:b3", "payment:p1", "2026-03-01"), (4, "bank:b4", "", None),
        ):  # fmt: skip
            tx.execute(sa.text(
                "INSERT INTO set_aside (id, connection_id, subject, aside_as, \"of\", currency,"
                " left_minor, reason, by, at, ended_at) VALUES (:id, 7, :subject, 'same-as', :of,"
                " 'USD', 9937, '', 'ann', '2026-03-01', :ended)"
            ), {"id": id_, "subject": subject, "of": of, "ended": ended})  # fmt: skip
            tx.execute(sa.text(
                "INSERT INTO cash (connection_id, kind, id, version, customer_id, currency,"
                " total_minor, left_minor, received, payer, text, state) VALUES (7, 'bank', :id,"
                " '', '', 'USD', 9937, 0, '2026-03-01', '', '', 'closed')"
            ), {"id": subject.removeprefix("bank:")})  # fmt: skip
        tx.execute(sa.text(
            "INSERT INTO mirror (connection_id, kind, id, customer_id, currency, total_minor,"
            " open_minor, status, changed_at, read_at, touched_at, body) VALUES (7, 'payment',"
            " 'p1', 'c1', 'USD', 9937, 0, 'open', '2026-03-01', '2026-03-01', '2026-03-01',"
            " :body)"
        ), {"body": '{"received": "2026-02-28"}'})  # fmt: skip
    schema.upgrade(unmigrated)
    with unmigrated.begin() as tx:
        assert set_aside.in_force(tx, 7).keys() == {"bank:b1", "bank:b4"}
        rows = tx.execute(sa.text("SELECT id, state, left_minor FROM cash ORDER BY id")).all()
        day = tx.execute(sa.text("SELECT CAST(received AS TEXT) FROM mirror")).scalar()
    assert rows == [
        ("b1", "closed", 0), ("b2", "new", 9937), ("b3", "closed", 0), ("b4", "closed", 0),
    ]  # fmt: skip
    assert day == "2026-02-28"
    with unmigrated.begin() as tx, pytest.raises(sa.exc.IntegrityError):
        tx.execute(sa.text("UPDATE set_aside SET ended_at = NULL WHERE id = 2"))


def test_addresses_that_the_mirror_holds_are_found(unmigrated: sa.Engine) -> None:
    schema.upgrade(unmigrated, "0036")
    with unmigrated.begin() as tx:
        for id_, kind, status, body in (
            ("c1", "customer", "open", '{"emails": ["Ann@Maple.example", "ann@maple.example "]}'),
            ("c2", "customer", "void", '{"emails": ["ann@maple.example"]}'),
            ("c3", "customer", "open", '{"emails": ["n/a"]}'),
            ("c4", "customer", "deleted", ""), ("c5", "invoice", "open", "{}"),
        ):  # fmt: skip
            tx.execute(sa.text(
                "INSERT INTO mirror (connection_id, kind, id, customer_id, currency, total_minor,"
                " open_minor, status, changed_at, read_at, touched_at, body) VALUES (7, :kind,"
                " :id, :id, '', 0, 0, :status, '2026-03-01', '2026-03-01', '2026-03-01', :body)"
            ), {"id": id_, "kind": kind, "status": status, "body": body})  # fmt: skip
    schema.upgrade(unmigrated)
    with unmigrated.begin() as tx:
        assert customer_addresses.holders(tx, "ann@maple.example") == {(7, "c1")}

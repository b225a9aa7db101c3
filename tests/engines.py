"""Engines that go from one database to the next: each statement is compiled once in a process."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from connector import db

MEMORY = "sqlite://"
FILE = "sqlite:///"
_idle: dict[str, list[sa.Engine]] = defaultdict(list)
_file: dict[sa.Engine, str] = {}


@contextmanager
def borrowed(url: str) -> Iterator[sa.Engine]:
    """An engine on this database, nobody else's until the block ends. What is in memory is empty
    at first. A borrowed engine's own address is that of its first database."""
    is_file = url.startswith(FILE)
    idle = _idle[FILE if is_file else url]
    engine = idle.pop() if idle else _made(url)
    if is_file:
        _file[engine] = url.removeprefix(FILE)
    try:
        yield engine
    finally:
        engine.dispose()
        idle.append(engine)


def _made(url: str) -> sa.Engine:
    if url == MEMORY:
        engine = sa.create_engine(
            url, poolclass=sa.StaticPool, connect_args={"check_same_thread": False}
        )
        db.prepare(engine)
        return engine
    engine = db.connect(url)
    if url.startswith(FILE):

        @sa.event.listens_for(engine, "do_connect")
        def _to_its_file(_dialect: Any, _record: Any, _at: Any, how: Any) -> sqlite3.Connection:
            return sqlite3.connect(_file[engine], **how)

    return engine

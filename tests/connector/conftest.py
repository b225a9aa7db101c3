from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from connector.deps import Deps
from tests.connector import firm as firms
from tests.connector import office
from tests.connector.databases import PostgresServer, SqliteFiles, postgres
from tests.connector.firm import Connected, Firm
from tests.engines import FILE, borrowed
from tests.ledgers import ledger
from tests.ledgers import on_ledgers as pytest_generate_tests

__all__ = ["ledger", "pytest_generate_tests"]
AFTERWARDS = {"modes", "limits_on", "dunning"}
"""What is done to a company once it is connected."""


@pytest.fixture(autouse=True)
def nothing_is_set_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("LEDGERHAND_") and name != "LEDGERHAND_XERO_OPENAPI":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with postgres(tmp_path_factory.mktemp("pg")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def both_urls(request: pytest.FixtureRequest, sqlite_files: SqliteFiles, tmp_path: Path) -> str:
    """The address of an empty database; a test that takes it runs once on each kind."""
    if request.param == "sqlite":
        return sqlite_files.fresh(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.fresh()


@pytest.fixture
def deps(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Deps]:
    """An office with its own SQLite file and a clock that stands still."""
    url = sqlite_files.fresh(tmp_path)
    with borrowed(url) as engine:
        yield office.open_office(url, engine, data_dir=tmp_path)


@pytest.fixture
def both(both_urls: str, tmp_path: Path) -> Iterator[Deps]:
    """The same on SQLite and on PostgreSQL."""
    with borrowed(both_urls) as engine:
        yield office.open_office(both_urls, engine, data_dir=tmp_path)


@pytest.fixture(scope="session")
def connected(
    sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Connected]:
    """A company in a ledger, with books in a currency, at the moment after it was connected."""

    @cache
    def one(ledger: str, currency: str) -> Connected:
        url = sqlite_files.fresh(tmp_path_factory.mktemp("connected"))
        with borrowed(url) as engine:
            file = Path(url.removeprefix(FILE))
            return Connected.anew(ledger, currency, engine=engine, file=file)

    return one


@pytest.fixture
def passing_firm(
    sqlite_files: SqliteFiles, connected: Callable[[str, str], Connected], tmp_path: Path
) -> Callable[..., AbstractContextManager[Firm]]:
    """A company in a simulated ledger, connected, with its own SQLite file, until the block ends.
    One that nobody wants otherwise is connected once, and opened again from there."""

    @contextmanager
    def opened(ledger: str, *, currency: str = "USD", **how: Any) -> Iterator[Firm]:
        kept = connected(ledger, currency) if how.keys() <= AFTERWARDS else None
        url = sqlite_files.fresh(tmp_path, kept and kept.file)
        with borrowed(url) as engine:
            if kept:
                firm = kept.again(engine, url, **how)
            else:
                firm = firms.open_firm(
                    ledger, engine=engine, database_url=url, currency=currency, **how
                )
            with closing(firm):
                yield firm

    return opened


@pytest.fixture
def open_firm(
    passing_firm: Callable[..., AbstractContextManager[Firm]],
) -> Iterator[Callable[..., Firm]]:
    """The same until the test ends."""
    with ExitStack() as until:
        yield lambda *what, **how: until.enter_context(passing_firm(*what, **how))


@pytest.fixture
def firm(open_firm: Callable[..., Firm], ledger: str) -> Firm:
    """A connected company, once in each ledger; nothing is switched on."""
    return open_firm(ledger)

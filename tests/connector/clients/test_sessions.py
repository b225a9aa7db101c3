from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector import db, schema
from connector.clients import persons, sessions

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = db.connect(f"sqlite:///{tmp_path / 'x.db'}")
    schema.metadata().create_all(made)
    with made.begin() as tx:
        persons.sign_in(tx, issuer="xero", subject="1", email="a@b.test", name="Ann")
    yield made
    made.dispose()


def test_a_session_names_its_person_until_it_ends(engine: sa.Engine) -> None:
    with engine.begin() as tx:
        token = sessions.start(tx, 1, now=NOW)
        assert sessions.holder(tx, token, now=NOW + sessions.LIVES) == 1
        assert sessions.holder(tx, token, now=NOW + sessions.LIVES + timedelta(seconds=1)) is None
        sessions.end(tx, token)
        assert sessions.holder(tx, token, now=NOW) is None


def test_the_token_itself_is_not_kept(engine: sa.Engine) -> None:
    with engine.begin() as tx:
        token = sessions.start(tx, 1, now=NOW)
        kept = tx.exec_driver_sql("SELECT * FROM web_session").one()
    assert token not in kept


def test_old_sessions_are_forgotten(engine: sa.Engine) -> None:
    with engine.begin() as tx:
        sessions.start(tx, 1, now=NOW)
        sessions.start(tx, 1, now=NOW + timedelta(days=1))
        assert tx.exec_driver_sql("SELECT count(*) FROM web_session").scalar() == 1


@pytest.mark.parametrize("token", ["", "guess", "sté\udc80", "x" * 100_000])
def test_a_guess_is_nobody(engine: sa.Engine, token: str) -> None:
    with engine.begin() as tx:
        sessions.start(tx, 1, now=NOW)
        assert sessions.holder(tx, token, now=NOW) is None

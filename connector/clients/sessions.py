"""Who is signed in at which browser: known by the hash of a random token, and ended on demand."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.vault import digest

LIVES = timedelta(hours=12)

session_table = sa.Table(
    "web_session",
    db.metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), nullable=False),
    sa.Column("until", Moment, nullable=False),
)
s = session_table.c


def start(tx: Tx, person_id: int, *, now: datetime) -> str:
    """A new session of 12 hours; the token that names it is kept by the browser alone."""
    tx.execute(sa.delete(session_table).where(s.until < now))
    token = secrets.token_urlsafe(32)
    tx.execute(
        sa.insert(session_table).values(
            token_hash=digest(token), person_id=person_id, until=now + LIVES
        )
    )
    return token


def holder(tx: Tx, token: str, *, now: datetime) -> int | None:
    """The id of the person whose live session this is."""
    query = sa.select(s.person_id).where(s.token_hash == digest(token), s.until >= now)
    return tx.execute(query).scalar()


def end(tx: Tx, token: str) -> None:
    """From now on the token is worth nothing, whoever holds a copy."""
    tx.execute(sa.delete(session_table).where(s.token_hash == digest(token)))


def end_all(tx: Tx, person_id: int) -> None:
    """The person is signed out everywhere."""
    tx.execute(sa.delete(session_table).where(s.person_id == person_id))

"""People who sign in, known by what their vendors call them and never by their e-mail address."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from connector import db
from connector.clients import sessions, tenants
from connector.db import Tx

person_table = sa.Table(
    "person",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reseller_id", sa.ForeignKey("reseller.id"), nullable=False),
    sa.Column("email", sa.String(320), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
)
identity_table = sa.Table(
    "identity",
    db.metadata,
    sa.Column("issuer", sa.String(40), primary_key=True),
    sa.Column("subject", sa.String(200), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), nullable=False),
    sa.Index("ix_identity_person", "person_id"),
)
p, i = person_table.c, identity_table.c


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    reseller_id: int
    email: str
    name: str


def sign_in(tx: Tx, *, issuer: str, subject: str, email: str, name: str) -> Person:
    """The person of this subject; somebody new gets a reseller of their own."""
    known = holder(tx, issuer=issuer, subject=subject)
    if known:
        return known
    reseller_id = tenants.add_reseller(tx, name or email)
    new = sa.insert(person_table).values(reseller_id=reseller_id, email=email, name=name)
    found = _person(tx.execute(new.returning(person_table)).one())
    identify(tx, found.id, issuer=issuer, subject=subject)
    return found


def holder(tx: Tx, *, issuer: str, subject: str) -> Person | None:
    """Whose sign-in this is."""
    row = tx.execute(
        sa.select(person_table)
        .join(identity_table, i.person_id == p.id)
        .where(i.issuer == issuer, i.subject == subject)
    ).first()
    return _person(row) if row else None


def identify(tx: Tx, person_id: int, *, issuer: str, subject: str) -> None:
    """From now on this sign-in is this person's, whosever it was."""
    new = db.insert(tx, identity_table).values(issuer=issuer, subject=subject, person_id=person_id)
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["issuer", "subject"], set_={"person_id": person_id}
        )
    )


def issuers(tx: Tx, person_id: int) -> list[str]:
    """The vendors with whose sign-in this person comes in."""
    query = sa.select(i.issuer).where(i.person_id == person_id).order_by(i.issuer)
    return list(tx.execute(query.distinct()).scalars())


def move(tx: Tx, person_id: int, reseller_id: int) -> None:
    tx.execute(sa.update(person_table).where(p.id == person_id).values(reseller_id=reseller_id))


def forget(tx: Tx, person_id: int) -> None:
    """The person, the ways in, and every session of theirs are gone."""
    sessions.end_all(tx, person_id)
    tx.execute(sa.delete(identity_table).where(i.person_id == person_id))
    tx.execute(sa.delete(person_table).where(p.id == person_id))


def of_reseller(tx: Tx, reseller_id: int) -> list[Person]:
    rows = tx.execute(sa.select(person_table).where(p.reseller_id == reseller_id).order_by(p.id))
    return [_person(row) for row in rows]


def person(tx: Tx, person_id: int) -> Person | None:
    row = tx.execute(sa.select(person_table).where(p.id == person_id)).first()
    return _person(row) if row else None


def _person(row: sa.Row[tuple[int, int, str, str]]) -> Person:
    return Person(row.id, row.reseller_id, row.email, row.name)

"""People who sign in, known by what their vendor calls them and never by their e-mail address."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from connector import db, tenants
from connector.db import Tx

person_table = sa.Table(
    "person",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reseller_id", sa.ForeignKey("reseller.id"), nullable=False),
    sa.Column("issuer", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("email", sa.String(320), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
)


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    reseller_id: int
    email: str
    name: str


def sign_in(tx: Tx, *, issuer: str, subject: str, email: str, name: str) -> Person:
    """The person of this subject; somebody new gets a reseller of their own."""
    known = tx.execute(
        sa.select(person_table).where(
            person_table.c.issuer == issuer, person_table.c.subject == subject
        )
    ).first()
    if known is None:
        reseller_id = tenants.add_reseller(tx, name or email)
        known = tx.execute(
            sa.insert(person_table)
            .values(reseller_id=reseller_id, issuer=issuer, subject=subject, email=email, name=name)
            .returning(person_table)
        ).one()
    return Person(known.id, known.reseller_id, known.email, known.name)


def of_reseller(tx: Tx, reseller_id: int) -> list[Person]:
    rows = tx.execute(
        sa.select(person_table)
        .where(person_table.c.reseller_id == reseller_id)
        .order_by(person_table.c.id)
    )
    return [Person(row.id, row.reseller_id, row.email, row.name) for row in rows]


def person(tx: Tx, person_id: int) -> Person | None:
    row = tx.execute(sa.select(person_table).where(person_table.c.id == person_id)).first()
    return Person(row.id, row.reseller_id, row.email, row.name) if row else None

"""The people of a firm: inviting a colleague, a second way to sign in, and leaving."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from connector import audit, db
from connector.clients import persons, tenants
from connector.clients.persons import Person
from connector.clients.tenants import Connection, State
from connector.db import Moment, Tx
from connector.rules import policy
from connector.vault import digest

LIVES = timedelta(days=7)
USED_UP = "this invitation is used up or older than 7 days; ask for a new one"

invitation_table = sa.Table(
    "invitation",
    db.metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("reseller_id", sa.ForeignKey("reseller.id"), nullable=False),
    sa.Column("by", sa.String(320), nullable=False),
    sa.Column("until", Moment, nullable=False),
)
v = invitation_table.c


class Declined(ValueError):
    """This person cannot join, leave or sign in so; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Invitation:
    reseller_id: int
    by: str
    until: datetime


def invite(tx: Tx, reseller_id: int, *, by: str, now: datetime) -> str:
    """A new invitation into a firm, good once and for 7 days; its token is kept by nobody here."""
    tx.execute(sa.delete(invitation_table).where(v.until < now))
    token = secrets.token_urlsafe(32)
    tx.execute(
        sa.insert(invitation_table).values(
            token_hash=digest(token), reseller_id=reseller_id, by=by, until=now + LIVES
        )
    )
    return token


def invited(tx: Tx, token: str, *, now: datetime) -> Invitation | None:
    """What an invitation says, as long as it is good."""
    row = tx.execute(
        sa.select(v.reseller_id, v.by, v.until).where(v.token_hash == digest(token), v.until >= now)
    ).first()
    return Invitation(row.reseller_id, row.by, row.until) if row else None


def join(tx: Tx, person: Person, token: str, *, now: datetime) -> None:
    """The person works for the firm that invited them from now on, and sees all its clients.
    Raises Declined, and then the invitation stays good."""
    asked = invited(tx, token, now=now)
    if asked is None:
        raise Declined(USED_UP)
    if person.reseller_id == asked.reseller_id:
        raise Declined("you are one of this firm already")
    if _is_needed(tx, person.reseller_id):
        raise Declined(
            "you look after companies of another firm, and would no longer see them; leave that"
            " firm on its page of people, or disconnect them, then open this invitation again"
        )
    used = sa.delete(invitation_table).where(v.token_hash == digest(token))
    if not tx.execute(used).rowcount:
        raise Declined(USED_UP)  # by somebody who was here at the same moment
    persons.move(tx, person.id, asked.reseller_id)
    _drop_if_empty(tx, person.reseller_id)
    _tell(tx, asked.reseller_id, "people.joined", by=asked.by, who=person.email, now=now)


def link(tx: Tx, person: Person, *, issuer: str, subject: str, email: str, now: datetime) -> None:
    """The person may sign in like this, too. Raises Declined where it is somebody else's way in."""
    holder = persons.holder(tx, issuer=issuer, subject=subject)
    if holder and holder.id != person.id and (
        holder.reseller_id == person.reseller_id or _is_needed(tx, holder.reseller_id)
    ):  # fmt: skip
        raise Declined(
            f"somebody else signs in as {email}: ask them to leave their firm first, or invite them"
        )
    persons.identify(tx, person.id, issuer=issuer, subject=subject)
    if holder and holder.id != person.id and not persons.issuers(tx, holder.id):
        persons.forget(tx, holder.id)
        _drop_if_empty(tx, holder.reseller_id)
    _tell(tx, person.reseller_id, "people.linked", by=person.email, who=email, now=now)


def leave(tx: Tx, person: Person, *, by: str, now: datetime) -> None:
    """The person is signed out everywhere and sees nothing of the firm any more. Raises Declined
    for the last one."""
    db.one_at_a_time(tx, "people", person.reseller_id)
    if len(persons.of_reseller(tx, person.reseller_id)) == 1:
        raise Declined("somebody must look after the clients: invite a colleague first")
    persons.forget(tx, person.id)
    _tell(tx, person.reseller_id, "people.left", by=by, who=person.email, now=now)


def _is_needed(tx: Tx, reseller_id: int) -> bool:
    """Whether a firm has a company that somebody must look after."""
    return any(one.state is not State.DISCONNECTED for one in _companies(tx, reseller_id))


def _companies(tx: Tx, reseller_id: int) -> list[Connection]:
    clients = tenants.clients(tx, reseller_id)
    return tenants.connections(tx, client_ids=[client.id for client in clients])


def _tell(tx: Tx, reseller_id: int, event: str, *, by: str, who: str, now: datetime) -> None:
    """Who may look into a company is told in the audit log of each."""
    for connection in _companies(tx, reseller_id):
        audit.add(tx, connection.id, at=now, actor=by, event=event, who=who)


def _drop_if_empty(tx: Tx, reseller_id: int) -> None:
    if (
        persons.of_reseller(tx, reseller_id)
        or tenants.clients(tx, reseller_id)
        or policy.firm_versions(tx, reseller_id)
    ):
        return
    tx.execute(sa.delete(invitation_table).where(v.reseller_id == reseller_id))
    tenants.drop_reseller(tx, reseller_id)

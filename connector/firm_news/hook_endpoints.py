"""Addresses of a client's own systems, and the secrets that what they are told is signed with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.vault import Vault
from dunning.message.links import safe_link
from providers import internet
from providers.standard_webhooks.signing import new_secret

ENDPOINTS_MAX = 5
URL_CHARACTERS_MAX = 500
BOTH_SIGN_FOR = timedelta(hours=24)
"""How long the secret before the present one signs too, so that a receiver can change in peace."""

endpoint_table = sa.Table(
    "hook_endpoint",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.ForeignKey("client.id"), nullable=False, index=True),
    sa.Column("url", sa.String(URL_CHARACTERS_MAX), nullable=False),
    sa.Column("uid", sa.String(32), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("sealed_before", sa.Text, nullable=False, default=""),
    sa.Column("before_until", Moment),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.UniqueConstraint("client_id", "url"),
)
t = endpoint_table.c
_LISTED = sa.select(endpoint_table).where(t.client_id == sa.bindparam("client")).order_by(t.id)


class State(StrEnum):
    """`gone` is an address that said so itself (410), and is told nothing more."""

    ACTIVE = "active"
    GONE = "gone"


class BadEndpoint(ValueError):
    """The address cannot be used; the text says why and what to write."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    id: int
    client_id: int
    url: str
    uid: str
    sealed: str
    sealed_before: str
    before_until: datetime | None
    state: State
    by: str
    at: datetime

    @property
    def subject(self) -> str:
        """What intents and the audit log say that they are about."""
        return f"hook:{self.id}"

    @property
    def place(self) -> str:
        return _place(self.uid)


def checked(url: str, *, production: bool) -> str:
    """The address as it is kept. Raises BadEndpoint."""
    url = url.strip()
    if len(url) > URL_CHARACTERS_MAX:
        raise BadEndpoint(f"the address has more than {URL_CHARACTERS_MAX} characters")
    if not safe_link(url) or (production and urlsplit(url).scheme != "https"):
        raise BadEndpoint(f"{url!r} is no address that can be used; write https://...")
    address = internet.written_out(urlsplit(url).hostname or "")
    is_own = not production and bool(address) and internet.is_loopback(address)
    if address and not (is_own or internet.is_public(address)):
        raise BadEndpoint(
            f"{address} is an address inside a network, and only systems on the internet are told;"
            " write the name under which yours is reached from outside"
        )
    return url


def add(
    tx: Tx, vault: Vault, client_id: int, url: str, *, by: str, at: datetime
) -> tuple[Endpoint, str]:
    """Keep an address that was checked; the endpoint and its secret. Raises BadEndpoint."""
    known = listed(tx, client_id)
    if any(one.url == url for one in known):
        raise BadEndpoint(f"{url} is told already")
    if len(known) >= ENDPOINTS_MAX:
        raise BadEndpoint(f"there are {ENDPOINTS_MAX} addresses already; drop one of them first")
    uid, secret = secrets.token_hex(16), new_secret()
    new = sa.insert(endpoint_table).values(
        client_id=client_id, url=url, uid=uid, sealed=vault.seal(secret, place=_place(uid)),
        sealed_before="", state=State.ACTIVE, by=by, at=at,
    )  # fmt: skip
    return _endpoint(tx.execute(new.returning(endpoint_table)).one()), secret


def listed(tx: Tx, client_id: int) -> list[Endpoint]:
    return [_endpoint(row) for row in tx.execute(_LISTED, {"client": client_id})]


def find(tx: Tx, client_id: int, endpoint_id: int) -> Endpoint | None:
    return next((one for one in listed(tx, client_id) if one.id == endpoint_id), None)


def active(tx: Tx, client_id: int) -> list[Endpoint]:
    return [one for one in listed(tx, client_id) if one.state is State.ACTIVE]


def any_active(tx: Tx, client_id: int) -> bool:
    return bool(active(tx, client_id))


def drop(tx: Tx, endpoint: Endpoint) -> None:
    tx.execute(sa.delete(endpoint_table).where(t.id == endpoint.id))


def stand(tx: Tx, endpoint: Endpoint, state: State) -> None:
    tx.execute(sa.update(endpoint_table).where(t.id == endpoint.id).values(state=state))


def secrets_of(vault: Vault, endpoint: Endpoint, now: datetime) -> list[str]:
    """The present secret first; the one before it as long as both sign."""
    found = [vault.open(endpoint.sealed, place=endpoint.place)]
    if endpoint.before_until and now < endpoint.before_until:
        found.append(vault.open(endpoint.sealed_before, place=endpoint.place))
    return found


def renew_secret(tx: Tx, vault: Vault, endpoint: Endpoint, *, at: datetime) -> str:
    """A new secret; for a day the present one signs too."""
    secret = new_secret()
    tx.execute(
        sa.update(endpoint_table)
        .where(t.id == endpoint.id)
        .values(
            sealed=vault.seal(secret, place=endpoint.place), sealed_before=endpoint.sealed,
            before_until=at + BOTH_SIGN_FOR,
        )
    )  # fmt: skip
    return secret


def reseal(tx: Tx, vault: Vault) -> int:
    """Seal every secret under the newest vault key; returns how many rows changed."""
    changed = 0
    for row in tx.execute(sa.select(endpoint_table)).all():
        one = _endpoint(row)
        kept = {name: getattr(one, name) for name in ("sealed", "sealed_before")}
        old = {name: it for name, it in kept.items() if it and not vault.is_newest(it)}
        if old:
            fresh = {
                name: vault.seal(vault.open(it, place=one.place), place=one.place)
                for name, it in old.items()
            }
            tx.execute(sa.update(endpoint_table).where(t.id == one.id).values(**fresh))
            changed += 1
    return changed


def _place(uid: str) -> str:
    """What the secrets of an endpoint are sealed for. A row's id would not do: it is known only
    once the row is there, sealed secret and all."""
    return f"hook:{uid}"


def _endpoint(row: Any) -> Endpoint:
    fields = {name: row._mapping[name] for name in Endpoint.__dataclass_fields__}
    return Endpoint(**fields | {"state": State(row.state)})

"""Installing: from the consent page's answer to a connection whose first import is due."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from connector import audit, db, lease
from connector.access import grants, mail_setup
from connector.clients import sweeps, tenants
from connector.clients.tenants import Connection, State
from connector.db import Moment, Tx
from connector.deps import Deps
from connector.rules import policy
from connector.vault import Vault, digest
from providers.errors import LedgerError
from providers.registry import LEDGERS
from providers.tokens import Authority, Company, Identity, TokenSet

STATE_LIVES = timedelta(minutes=10)

pending_table = sa.Table(
    "oauth_pending",
    db.metadata,
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("session_hash", sa.String(64), nullable=False),
    sa.Column("ledger", sa.String(20), nullable=False),
    sa.Column("client_id", sa.Integer),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("until", Moment, nullable=False),
)
p = pending_table.c


class Rejected(ValueError):
    """The answer from the consent page is not one that we asked for."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What a consent page was opened for: `client_id` is None for sign-in only."""

    ledger: str
    client_id: int | None
    nonce: str


def begin(deps: Deps, *, ledger: str, session: str, client_id: int | None) -> str:
    """Where to send the browser: to connect a company for a client, or to sign in."""
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    now = deps.now()
    with deps.writing() as tx:
        tx.execute(sa.delete(pending_table).where(p.until < now))
        tx.execute(
            sa.insert(pending_table).values(
                state_hash=digest(state), session_hash=digest(session), ledger=ledger,
                client_id=client_id, nonce=nonce, until=now + STATE_LIVES,
            )
        )  # fmt: skip
    with _authority(deps, ledger) as authority:
        return authority.authorize_url(
            redirect_uri=redirect_uri(deps, ledger), state=state, nonce=nonce,
            connect=client_id is not None,
        )  # fmt: skip


def redirect_uri(deps: Deps, ledger: str) -> str:
    """Each vendor answers at an address of its own, so that one's answer is never the other's."""
    return f"{deps.config.base_url}/oauth/{ledger}/callback"


def claim(deps: Deps, *, ledger: str, session: str, state: str) -> Pending:
    """Take the pending request that an answer belongs to; it is good once. Raises Rejected."""
    with deps.writing() as tx:
        row = tx.execute(
            sa.delete(pending_table).where(p.state_hash == digest(state)).returning(pending_table)
        ).first()
    if row is None or row.until < deps.now():
        raise Rejected("this sign-in was not started here, or took longer than 10 minutes")
    same_session = hmac.compare_digest(row.session_hash, digest(session))
    if row.ledger != ledger or not same_session:
        raise Rejected("this sign-in was started in another browser")
    return Pending(row.ledger, row.client_id, row.nonce)


def exchange(deps: Deps, pending: Pending, *, code: str) -> TokenSet:
    with _authority(deps, pending.ledger) as authority:
        return authority.exchange(code=code, redirect_uri=redirect_uri(deps, pending.ledger))


def identify(deps: Deps, pending: Pending, tokens: TokenSet) -> Identity:
    """Whom the vendor names. Raises Rejected where the e-mail is not verified."""
    with _authority(deps, pending.ledger) as authority:
        who = authority.identify(tokens, pending.nonce)
    if not who.email_verified:
        raise Rejected("verify your e-mail address with the vendor first, then sign in again")
    return who


def connect(deps: Deps, pending: Pending, tokens: TokenSet, *, hint: str, by: str) -> list[int]:
    """Connect every company that the tokens reach; returns the connection ids.

    The first one belongs to the client that the consent page was opened for, unless that client
    has a company in this ledger already; further ones become clients of their own. Raises
    OwnedByAnother before anything is kept.
    """
    assert pending.client_id is not None
    vault, now = Vault(deps.config.keys), deps.now()
    with _authority(deps, pending.ledger) as authority:
        companies = authority.companies(tokens, hint)
    if not companies:
        raise Rejected("no company was chosen on the consent page")
    with deps.writing() as tx:
        client = tenants.client(tx, pending.client_id)
        grant_id = grants.add(tx, vault, pending.ledger, tokens)
        connected = []
        for company, client_id in _owners(tx, vault, pending, client, companies):
            connection_id = tenants.connect(
                tx, vault, client_id=client_id, grant_id=grant_id, ledger=pending.ledger,
                company_id=company.id, vendor_grant=company.grant_id, name=company.name, at=now,
            )  # fmt: skip
            policy.start(tx, client_id, at=now, by=by)
            lease.wake(tx, connection_id, deps.clock.real())
            audit.add(tx, connection_id, at=now, actor=by, event="connection.connected")
            connected.append(connection_id)
    for connection_id in connected:
        deps.ring("sync", connection_id)
    return connected


def disconnect(deps: Deps, connection: Connection, *, by: str) -> None:
    """Give the company back: release it at the vendor, forget the tokens, stop everything."""
    vault = Vault(deps.config.keys)
    with deps.reading() as tx:
        tokens = grants.tokens_of(tx, vault, connection.grant_id)
    told = ""
    if tokens:
        company = Company(connection.company_id(vault), connection.name, connection.vendor_grant)
        try:
            with _authority(deps, connection.ledger) as authority:
                authority.release(tokens, company)
        except LedgerError as error:
            told = f"; {LEDGERS[connection.ledger].title} could not be told: {error}"
    gone(deps, connection, by=by, reason=f"disconnected by {by}{told}")


def gone(deps: Deps, connection: Connection, *, by: str, reason: str) -> None:
    """The company is no longer connected, whoever ended it."""
    with deps.writing() as tx:
        tenants.set_state(tx, connection.id, State.DISCONNECTED, reason)
        sweeps.start_over(tx, connection.id)
        others = [
            other
            for other in tenants.connections(tx, grant_id=connection.grant_id)
            if other.id != connection.id and other.state is not State.DISCONNECTED
        ]
        if not others:
            grants.forget(tx, connection.grant_id)
        mail_setup.forget_with_last_company(tx, connection.client_id)
        audit.add(
            tx, connection.id, at=deps.now(), actor=by, event="connection.ended", reason=reason
        )


def _owners(
    tx: Tx, vault: Vault, pending: Pending, client: tenants.Client, companies: Sequence[Company]
) -> Iterator[tuple[Company, int]]:
    own = tenants.connections(tx, client_ids=[client.id])
    free = client.id if all(other.ledger != pending.ledger for other in own) else None
    for company in companies:
        known = tenants.find_company(tx, vault, pending.ledger, company.id)
        owner = tenants.client(tx, known.client_id) if known else None
        if known and owner and owner.reseller_id == client.reseller_id:
            yield company, owner.id
        elif known and known.state is not State.DISCONNECTED:
            raise tenants.OwnedByAnother(
                f"{company.name} is already connected by somebody else; ask them to disconnect"
                " it first"
            )
        elif free is not None:
            yield company, free
            free = None
        else:
            yield company, tenants.add_client(tx, client.reseller_id, company.name)


@contextmanager
def _authority(deps: Deps, ledger: str) -> Iterator[Authority]:
    entry = LEDGERS[ledger]
    with deps.http(request_id_header=entry.request_id_header) as http:
        yield entry.authority(deps.config.vendor(ledger), http, deps.now)

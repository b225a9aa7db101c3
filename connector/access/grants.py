"""Token sets at rest, and their renewal: one at a time, committed before use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import audit, db, lease
from connector.clients import meter, tenants
from connector.clients.tenants import State
from connector.db import Moment, Tx
from connector.deps import Deps
from connector.firm_news import notices
from connector.vault import Vault
from providers.errors import Reconnect, TryLater
from providers.registry import LEDGERS
from providers.tokens import TokenSet

MARGIN = timedelta(seconds=60)
SIBLING_WAIT_SECONDS = 0.2
SIBLING_TRIES_MAX = 50

grant_table = sa.Table(
    "oauth_grant",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("uid", sa.String(32), nullable=False),
    sa.Column("ledger", sa.String(20), nullable=False),
    sa.Column("access_sealed", sa.Text, nullable=False),
    sa.Column("refresh_sealed", sa.Text, nullable=False),
    sa.Column("previous_sealed", sa.Text, nullable=False, default=""),
    sa.Column("previous_until", Moment),
    sa.Column("access_until", Moment, nullable=False),
    sa.Column("refresh_until", Moment, nullable=False),
    sa.Column("hard_until", Moment),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("dead", sa.Boolean, nullable=False, default=False),
)
g = grant_table.c
GRANT = sa.select(grant_table).where(g.id == sa.bindparam("id"))
"""Read before every call, so it is put together once."""
SEALED = ("access", "refresh", "previous")


def add(tx: Tx, vault: Vault, ledger: str, tokens: TokenSet) -> int:
    uid = secrets.token_hex(16)
    new = sa.insert(grant_table).values(ledger=ledger, uid=uid, **_sealed(vault, uid, tokens))
    return int(tx.execute(new.returning(g.id)).scalar_one())


def forget(tx: Tx, grant_id: int, *, version: int | None = None) -> bool:
    """The tokens are worth nothing any more: keep none of them. False where they are no longer
    those of that version."""
    forgotten = tx.execute(
        sa.update(grant_table)
        .where(g.id == grant_id, sa.true() if version is None else g.version == version)
        .values(dead=True, access_sealed="", refresh_sealed="", previous_sealed="")
    )
    return forgotten.rowcount > 0


def tokens_of(tx: Tx, vault: Vault, grant_id: int) -> TokenSet | None:
    """The token set as it is stored, or None once it is dead."""
    row = tx.execute(sa.select(grant_table).where(g.id == grant_id)).one()
    if row.dead:
        return None
    return TokenSet(
        access_token=vault.open(row.access_sealed, place=_place(row.uid, "access")),
        refresh_token=vault.open(row.refresh_sealed, place=_place(row.uid, "refresh")),
        access_until=row.access_until,
        refresh_until=row.refresh_until,
        hard_until=row.hard_until,
    )


def reseal(tx: Tx, vault: Vault) -> int:
    """Seal every token under the newest key; returns how many rows changed."""
    changed = 0
    for row in tx.execute(sa.select(grant_table)).all():
        fresh = {
            f"{name}_sealed": vault.seal(vault.open(old, place=place), place=place)
            for name in SEALED
            if (old := row._mapping[f"{name}_sealed"]) and not vault.is_newest(old)
            if (place := _place(row.uid, name))
        }
        if fresh:
            tx.execute(sa.update(grant_table).where(g.id == row.id).values(**fresh))
            changed += 1
    return changed


@dataclass(frozen=True, slots=True)
class GrantAccess:
    """Live access tokens for one connection (see `providers.tokens.Access`)."""

    deps: Deps
    vault: Vault
    connection_id: int
    grant_id: int

    def token(self) -> str:
        row = self._row()
        if row.access_until - MARGIN > self.deps.now():
            return self.vault.open(row.access_sealed, place=_place(row.uid, "access"))
        return self._renewed(row.version)

    def renew(self, rejected: str) -> str:
        row = self._row()
        current = self.vault.open(row.access_sealed, place=_place(row.uid, "access"))
        return current if current != rejected else self._renewed(row.version)

    def _renewed(self, version: int) -> str:
        for _ in range(SIBLING_TRIES_MAX):
            with lease.held(self.deps, "refresh", self.grant_id) as fence:
                if fence is not None:
                    row = self._row()
                    if row.version == version:
                        self._refresh(row, fence)
                        row = self._row()
                    return self.vault.open(row.access_sealed, place=_place(row.uid, "access"))
            self.deps.clock.sleep(SIBLING_WAIT_SECONDS)
        raise TryLater("the tokens are being renewed elsewhere", wait=timedelta(seconds=5))

    def _refresh(self, row: Any, fence: lease.Fence) -> None:
        ledger = LEDGERS[row.ledger]
        spend = meter.counter(self.deps, self.connection_id)
        with self.deps.http(spend, request_id_header=ledger.request_id_header) as http:
            authority = ledger.authority(self.deps.config.vendor(row.ledger), http, self.deps.now)
            try:
                fresh = authority.refresh(
                    self.vault.open(row.refresh_sealed, place=_place(row.uid, "refresh"))
                )
            except Reconnect:
                fresh = self._second_chance(row, fence, authority.refresh)
        self.deps.reached("grants.rotated")
        with self.deps.writing() as tx:
            fence.check(tx)
            values = _sealed(self.vault, row.uid, fresh)
            previous = {
                "previous_sealed": self.vault.seal(
                    self.vault.open(row.refresh_sealed, place=_place(row.uid, "refresh")),
                    place=_place(row.uid, "previous"),
                ),
                "previous_until": self.deps.now() + authority.grace,
            }
            tx.execute(
                sa.update(grant_table)
                .where(g.id == self.grant_id)
                .values(**values, **previous, version=row.version + 1)
            )

    def _second_chance(self, row: Any, fence: lease.Fence, refresh: Any) -> TokenSet:
        """The newest token was refused: the one before may still be in its grace."""
        until = row.previous_until
        if row.previous_sealed and until and until > self.deps.now():
            try:
                fresh: TokenSet = refresh(
                    self.vault.open(row.previous_sealed, place=_place(row.uid, "previous"))
                )
            except Reconnect:
                pass
            else:
                return fresh
        self._give_up(row.version, fence)
        raise Reconnect("the ledger no longer accepts our tokens; the client must reconnect")

    def _give_up(self, version: int, fence: lease.Fence) -> None:
        with self.deps.writing() as tx:
            fence.check(tx)
            if not forget(tx, self.grant_id, version=version):
                raise TryLater("the tokens were renewed elsewhere", wait=timedelta(seconds=5))
            for connection in tenants.connections(tx, grant_id=self.grant_id):
                lose(tx, connection.id, at=self.deps.now(), reason="the tokens are dead")

    def _row(self) -> Any:
        with self.deps.reading() as tx:
            row = tx.execute(GRANT, {"id": self.grant_id}).one()
        if row.dead:
            raise Reconnect("the client must connect this ledger again")
        return row


def lose(tx: Tx, connection_id: int, *, at: datetime, reason: str) -> None:
    """The connection is broken: nothing is read, written or sent until somebody reconnects. One
    that somebody has ended stays so."""
    works = (State.IMPORTING, State.LIVE)
    if tenants.set_state(tx, connection_id, State.RECONNECT, reason, only_from=works):
        audit.add(
            tx, connection_id, at=at, actor="ledgerhand", event="connection.lost", reason=reason
        )
        notices.connection_lost(tx, tenants.connection(tx, connection_id), reason=reason, at=at)


def _sealed(vault: Vault, uid: str, tokens: TokenSet) -> dict[str, Any]:
    return {
        "access_sealed": vault.seal(tokens.access_token, place=_place(uid, "access")),
        "refresh_sealed": vault.seal(tokens.refresh_token, place=_place(uid, "refresh")),
        "access_until": tokens.access_until,
        "refresh_until": tokens.refresh_until,
        "hard_until": tokens.hard_until,
    }


def _place(uid: str, name: str) -> str:
    return f"grant:{uid}:{name}"

"""A client's own mail server: where it is, who signs in, and by what its domain vouches for it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.vault import Vault
from providers import internet
from providers.email.domain import is_domain, is_never_public
from providers.email.smtp import LOOPBACK, Security, Unusable
from providers.email.spf import is_address

PORT_MAX = 65_535
TLS_PORT = 465
CHARACTERS_MAX = 200
TROUBLE_CHARACTERS_MAX = 500
_SAYABLE = re.compile(r"[\x20-\x7e]+")
"""What can be said when signing in."""

server_table = sa.Table(
    "mail_server",
    db.metadata,
    sa.Column("client_id", sa.ForeignKey("client.id"), primary_key=True, autoincrement=False),
    sa.Column("host", sa.String(253), nullable=False),
    sa.Column("port", sa.Integer, nullable=False),
    sa.Column("username", sa.String(CHARACTERS_MAX), nullable=False),
    sa.Column("uid", sa.String(32), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("security", sa.String(10), nullable=False),
    sa.Column("dkim_selector", sa.String(253), nullable=False, server_default=""),
    sa.Column("spf_include", sa.String(253), nullable=False, server_default=""),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
    sa.Column("said", sa.Text, nullable=False, server_default=""),
    sa.Column("trouble_at", Moment),
)
t = server_table.c


class BadServer(ValueError):
    """The settings cannot be used; the text says why and what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person sets but for the password. `dkim_selector` and `spf_include` are empty where it
    is not known by what the sender's domain vouches for the server."""

    host: str
    port: int
    username: str
    security: Security = Security.STARTTLS
    dkim_selector: str = ""
    spf_include: str = ""

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def is_vouched_for(self) -> bool:
        """Whether it is known by what a domain vouches for it."""
        return bool(self.dkim_selector or self.spf_include)


@dataclass(frozen=True, slots=True)
class MailServer:
    """`trouble` is why it took nothing at `trouble_at`, with what to mend, and `said` what it said
    then; empty while nothing is known against it."""

    client_id: int
    settings: Settings
    uid: str
    sealed: str = field(repr=False)
    changed_at: datetime
    by: str
    trouble: str
    said: str
    trouble_at: datetime | None

    def password(self, vault: Vault) -> str:
        return vault.open(self.sealed, place=_place(self.uid))


def checked(settings: Settings, *, production: bool) -> Settings:
    """The settings as they are kept. Raises BadServer."""
    host = settings.host.strip().lower().rstrip(".")
    asked = replace(
        settings,
        host=host,
        username=settings.username.strip(),
        dkim_selector=settings.dkim_selector.strip().lower(),
        spf_include=settings.spf_include.strip().lower().rstrip("."),
    )
    if fault := _fault_of_place(asked, production=production) or _fault_of_marks(asked):
        raise BadServer(fault)
    if not is_sayable(asked.username):
        raise BadServer("the user name is missing, too long, or not of plain ASCII characters")
    return asked


def is_sayable(word: str) -> bool:
    """Whether a user name or a password can be said at a sign-in."""
    return len(word) <= CHARACTERS_MAX and _SAYABLE.fullmatch(word) is not None


def keep(
    tx: Tx, vault: Vault, client_id: int, settings: Settings, password: str, *, at: datetime,
    by: str,
) -> None:  # fmt: skip
    """Keep settings that were checked, in place of earlier ones; the password is sealed."""
    uid = secrets.token_hex(16)
    values = {
        "host": settings.host, "port": settings.port, "username": settings.username,
        "uid": uid, "sealed": vault.seal(password, place=_place(uid)),
        "security": settings.security.value, "dkim_selector": settings.dkim_selector,
        "spf_include": settings.spf_include, "changed_at": at, "by": by,
        "trouble": "", "said": "", "trouble_at": None,
    }  # fmt: skip
    new = db.insert(tx, server_table).values(client_id=client_id, **values)
    tx.execute(new.on_conflict_do_update(index_elements=["client_id"], set_=values))


def find(tx: Tx, client_id: int) -> MailServer | None:
    row = tx.execute(sa.select(server_table).where(t.client_id == client_id)).first()
    return _server(row) if row else None


def forget(tx: Tx, client_id: int) -> bool:
    """Whether there was one."""
    gone = tx.execute(sa.delete(server_table).where(t.client_id == client_id))
    return gone.rowcount > 0


def count(tx: Tx) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(server_table)).scalar_one())


def failed(tx: Tx, server: MailServer, fault: Unusable, *, at: datetime) -> None:
    """It took nothing. Settings that were changed meanwhile are not blamed."""
    _note(
        tx, server, trouble=f"{fault.what}. {fault.mend}", said=fault.said[:TROUBLE_CHARACTERS_MAX],
        trouble_at=at,
    )  # fmt: skip


def works(tx: Tx, server: MailServer) -> None:
    if server.trouble:
        _note(tx, server, trouble="", said="", trouble_at=None)


def reseal(tx: Tx, vault: Vault) -> int:
    """Seal every password under the newest vault key; returns how many rows changed."""
    changed = 0
    for row in tx.execute(sa.select(server_table)).all():
        server = _server(row)
        if not vault.is_newest(server.sealed):
            fresh = vault.seal(server.password(vault), place=_place(server.uid))
            _note(tx, server, sealed=fresh)
            changed += 1
    return changed


def _note(tx: Tx, server: MailServer, **values: Any) -> None:
    same = (t.client_id == server.client_id, t.uid == server.uid)
    tx.execute(sa.update(server_table).where(*same).values(**values))


def _fault_of_place(asked: Settings, *, production: bool) -> str:
    address = internet.written_out(asked.host)
    is_own = asked.host in LOOPBACK or (bool(address) and internet.is_loopback(address))
    if production and (address or not is_domain(asked.host) or is_never_public(asked.host)):
        return "the host must be a name on the internet, such as smtp.example.net"
    if not is_own and (address or not is_domain(asked.host)):
        return f"{asked.host!r} is no host; write a name such as smtp.example.net"
    if not 1 <= asked.port <= PORT_MAX:
        return "the port is a number such as 587 or 465"
    if asked.port == TLS_PORT and asked.security is not Security.TLS:
        return "port 465 speaks TLS from the first byte; choose TLS"
    if asked.security is Security.NONE and not is_own:
        return "the password would travel in the clear; choose STARTTLS or TLS"
    return ""


def _fault_of_marks(asked: Settings) -> str:
    if asked.dkim_selector and not is_domain(asked.dkim_selector):
        return "the DKIM selector is what stands before ._domainkey, such as mail2026"
    include = asked.spf_include
    if include and not is_domain(include) and not is_address(include):
        return "the name in SPF is a name alone, such as spf.example.com, or one IP address"
    return ""


def _server(row: Any) -> MailServer:
    settings = Settings(
        row.host, row.port, row.username, Security(row.security), row.dkim_selector,
        row.spf_include,
    )  # fmt: skip
    return MailServer(
        row.client_id, settings, row.uid, row.sealed, row.changed_at, row.by, row.trouble,
        row.said, row.trouble_at,
    )  # fmt: skip


def _place(uid: str) -> str:
    return f"mail server:{uid}"

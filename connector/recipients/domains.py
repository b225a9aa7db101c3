"""Sending domains: what their DNS was found to say, and whether messages may come from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.clients import tenants
from connector.config import Config
from connector.db import Moment, Tx
from connector.deps import Deps
from connector.recipients import mail_servers
from connector.recipients.mail_servers import MailServer
from connector.rules import policy
from providers.email import domain as dns
from providers.email.findings import Finding, State
from providers.email.resolver import Resolver
from providers.errors import TryLater

KNOWN_FOR = timedelta(days=7)
"""What was read longer ago permits nothing."""
AGAIN = timedelta(hours=1)
NIGHTLY = timedelta(hours=20)
CHARACTERS_MAX = 500
"""What strangers write into their DNS is kept up to this length."""
PARTS = ("spf", "dkim", "dmarc")

domain_table = sa.Table(
    "sending_domain",
    db.metadata,
    sa.Column("domain", sa.String(253), primary_key=True),
    sa.Column("server_of", sa.Integer, primary_key=True, autoincrement=False, server_default="0"),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("proofs", sa.JSON, nullable=False),
    sa.Column("aligned", sa.Boolean, nullable=False),
    sa.Column("checked_at", Moment),
    sa.Column("tried_at", Moment, nullable=False),
    sa.Column("trouble", sa.Text, nullable=False, default=""),
)
"""`server_of` is the client for whose own mail server it was read, 0 for the installation's: by
what a domain vouches is not the same for both."""
t = domain_table.c
INSTALLATIONS = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What was read at `checked_at`. The last try, at `tried_at`, came to nothing where there is
    `trouble`. `findings` are those of spf, dkim and dmarc, none before the first reading."""

    domain: str
    findings: Mapping[str, Finding]
    proofs: tuple[str, ...]
    aligned: bool
    checked_at: datetime | None
    tried_at: datetime
    trouble: str


@dataclass(frozen=True, slots=True)
class Sender:
    """An address that messages come from. `proof` is what its domain must publish so that the
    client who wants to send from it through the installation's mail server may; the
    installation's own address needs none, and neither does the client's own `server`: who can sign
    in there may write from it."""

    address: str
    proof: str = ""
    server: MailServer | None = None

    @property
    def domain(self) -> str:
        return dns.domain_of(self.address)


@dataclass(frozen=True, slots=True)
class Permission:
    """`why` is a sentence; `mend` says what to do where sending is not allowed."""

    allowed: bool
    why: str
    mend: str = ""

    @property
    def text(self) -> str:
        return f"{self.why} {self.mend}".strip()


def sender_of(tx: Tx, config: Config, client_id: int) -> Sender:
    """The client's own address where its policy names one, through its own mail server where it has
    one; or else the installation's."""
    own = policy.current(tx, client_id).policy.dunning.brand.sender_address
    if not own:
        return Sender(config.mail_from)
    if server := mail_servers.find(tx, client_id):
        return Sender(own, server=server)
    return Sender(own, f"{config.base_url.rstrip('/')}/clients/{client_id}")


def senders(tx: Tx, config: Config) -> list[Sender]:
    """Every address that messages may come from, the installation's own first."""
    clients = {connection.client_id for connection in tenants.connections(tx)}
    found = [sender_of(tx, config, client_id) for client_id in sorted(clients)]
    return list(dict.fromkeys([Sender(config.mail_from), *found]))


def known(tx: Tx, domain: str, server: MailServer | None = None) -> Known | None:
    """What is known of a domain for a client's mail server, or for the installation's."""
    of = t.server_of == _owner(server)
    row = tx.execute(sa.select(domain_table).where(t.domain == domain, of)).first()
    if row is None:
        return None
    findings = {
        part: Finding(State(found["state"]), found["what"])
        for part, found in row.findings.items()
    }  # fmt: skip
    return Known(
        domain=row.domain, findings=findings, proofs=tuple(row.proofs), aligned=row.aligned,
        checked_at=row.checked_at, tried_at=row.tried_at, trouble=row.trouble,
    )  # fmt: skip


def may_send(tx: Tx, config: Config, sender: Sender, now: datetime) -> Permission:
    """Whether a message from this address may go out now.

    Its domain must have been found aligned within 7 days and name the client. Names that nobody
    can own reach no real receiver: outside production they are always allowed, in it never. A
    client's mail server that took nothing is asked again after an hour, by one message.
    """
    domain = sender.domain
    if not dns.is_domain(domain):
        return Permission(False, f"{sender.address} names no domain.", "Write an address at one.")
    if dns.is_never_public(domain):
        answer = _never_public(domain, is_production=config.production)
    else:
        found = known(tx, domain, sender.server)
        answer = _refusal(found, sender, now) or _allowed(sender)
    return (_resting(sender, now) if answer.allowed else None) or answer


def ask(deps: Deps, sender: Sender) -> Permission:
    """Whether this address may send. Where it may not, and nobody has looked for an hour, the DNS
    of its domain is read again first."""
    with deps.reading() as tx:
        permission = may_send(tx, deps.config, sender, deps.now())
        found = known(tx, sender.domain, sender.server)
    if permission.allowed or (found and deps.now() - found.tried_at < AGAIN):
        return permission
    refresh(deps, sender.domain, sender.server)
    with deps.reading() as tx:
        return may_send(tx, deps.config, sender, deps.now())


def refresh(deps: Deps, domain: str, server: MailServer | None = None) -> Known | None:
    """Read a domain's DNS now and keep what it says, for a mail server as in `known`; None
    for names that are in no DNS. Where no server answers, what was known before stays, with the
    trouble beside it."""
    if not dns.is_domain(domain) or dns.is_never_public(domain):
        return None
    selector, include = marks(deps.config, server)
    values: dict[str, Any] = {"tried_at": deps.now(), "trouble": ""}
    try:
        state = dns.check(
            domain, selector=selector, include=include, is_clients=server is not None,
            resolve=Resolver(deps.config.nameserver).texts,
        )  # fmt: skip
    except TryLater as later:
        values["trouble"] = str(later)
    else:
        found = {part: getattr(state, part) for part in PARTS}
        values |= {
            "findings": {part: _kept(finding) for part, finding in found.items()},
            "proofs": [proof for proof in state.proofs if len(proof) <= CHARACTERS_MAX],
            "aligned": state.aligned, "checked_at": deps.now(),
        }  # fmt: skip
    with deps.writing() as tx:
        first = {"findings": {}, "proofs": [], "aligned": False}
        key = {"domain": domain, "server_of": _owner(server)}
        new = db.insert(tx, domain_table).values(**key, **(first | values))
        tx.execute(new.on_conflict_do_update(index_elements=[*key], set_=values))
        return known(tx, domain, server)


def forget(tx: Tx, client_id: int) -> None:
    """What was read for a client's own mail server holds no longer."""
    tx.execute(sa.delete(domain_table).where(t.server_of == client_id))


def marks(config: Config, server: MailServer | None) -> tuple[str, str]:
    """The DKIM selector and the name in SPF by which domains vouch for a client's mail server, or
    for the installation's."""
    if server is None:
        return config.mail_dkim_selector, config.mail_spf_include
    return server.settings.dkim_selector, server.settings.spf_include


def refresh_nightly(deps: Deps, client_id: int) -> None:
    """Read the DNS of a client's sending domain, unless that was done since last night."""
    with deps.reading() as tx:
        sender = sender_of(tx, deps.config, client_id)
        found = known(tx, sender.domain, sender.server)
    if found is None or deps.now() - found.tried_at >= NIGHTLY:
        refresh(deps, sender.domain, sender.server)


def _owner(server: MailServer | None) -> int:
    return server.client_id if server else INSTALLATIONS


def _allowed(sender: Sender) -> Permission:
    if sender.server and not sender.server.settings.is_vouched_for:
        told = (
            f"{sender.domain} has SPF and DMARC, but whether they name"
            f" {sender.server.settings.host} is not known: receivers may turn messages down."
        )
        return Permission(True, told)
    return Permission(True, f"{sender.domain} vouches for our messages.")


def _resting(sender: Sender, now: datetime) -> Permission | None:
    """Whether the client's mail server took nothing a short while ago."""
    server = sender.server
    if server is None or server.trouble_at is None or now - server.trouble_at >= AGAIN:
        return None
    return Permission(False, out_of_use(server), server.trouble)


def out_of_use(server: MailServer) -> str:
    return f"The client's mail server {server.settings.place} cannot be used:"


def _kept(finding: Finding) -> dict[str, str]:
    return {"state": finding.state.value, "what": finding.what[:CHARACTERS_MAX]}


def _never_public(domain: str, *, is_production: bool) -> Permission:
    if is_production:
        mend = "Set LEDGERHAND_MAIL_FROM to an address at a domain of your own."
        return Permission(False, f"{domain} is a name that nobody can own.", mend)
    told = f"{domain} is a name that nobody can own: outside production it is not checked."
    return Permission(True, told)


def _refusal(found: Known | None, sender: Sender, now: datetime) -> Permission | None:
    domain = sender.domain
    if found is None or found.checked_at is None:
        why = f"The DNS of {domain} has not been read yet."
        return Permission(False, why, _trouble(found))
    if now - found.checked_at > KNOWN_FOR:
        why = f"The DNS of {domain} was last read on {found.checked_at:%d %b %Y}."
        return Permission(False, why, _trouble(found))
    if not found.aligned:
        return Permission(False, f"{domain} does not vouch for our messages.", _mends(found))
    if sender.proof and sender.proof not in found.proofs:
        mend = f"Add a TXT record at {dns.PROOFS_AT}.{domain} with `{sender.proof}`."
        return Permission(False, f"{domain} does not name this client as its sender.", mend)
    return None


def _trouble(found: Known | None) -> str:
    if found is None or not found.trouble:
        return ""
    return f"{found.trouble[:1].upper()}{found.trouble[1:]}."


def _mends(found: Known) -> str:
    """What is missing or wrong. SPF and DKIM stand in for each other, so both are told where the
    signature is not in order."""
    spf, dkim, dmarc = (found.findings[part] for part in PARTS)
    told = [] if dkim.passes else [spf.what, dkim.what]
    return " ".join([*told, *([] if dmarc.passes else [dmarc.what])])

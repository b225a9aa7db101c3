"""Setting a client's own mail server: tried first, kept only where it lets us sign in, audited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector import audit
from connector.clients import tenants
from connector.db import Tx
from connector.deps import Deps
from connector.recipients import domains, handover, mail_servers
from connector.recipients.mail_servers import BadServer, MailServer, Settings, checked, is_sayable
from connector.vault import Vault
from providers.email.smtp import Unusable
from providers.errors import TryLater

ANSWER_SECONDS_MAX = 10.0
"""Somebody waits for the page."""
NO_ANSWER = "Check the host and the port: STARTTLS belongs to 587, TLS to 465."


class NotTaken(BadServer):
    """The server did not let us sign in; `said` is what it or the library said, and `mend` what to
    do."""

    def __init__(self, what: str, *, said: str = "", mend: str) -> None:
        super().__init__(what)
        self.said = said
        self.mend = mend


def try_out(deps: Deps, client_id: int, settings: Settings, password: str) -> str:
    """Sign in and go, with no mail; what the server said at last. Raises BadServer and NotTaken."""
    settings, password = _meant(deps, client_id, settings, password)
    return _greet(deps, settings, password)


def keep(deps: Deps, client_id: int, settings: Settings, password: str, *, by: str) -> str:
    """Messages to the client's customers go through this server from now on, once it let us sign
    in; what it said at last. An empty password is the one that is kept for the same sign-in.
    Raises BadServer and NotTaken; then all stays as it was."""
    settings, password = _meant(deps, client_id, settings, password)
    said = _greet(deps, settings, password)
    with deps.writing() as tx:
        vault = Vault(deps.config.keys)
        mail_servers.keep(tx, vault, client_id, settings, password, at=deps.now(), by=by)
        domains.forget(tx, client_id)
        _audit(tx, deps, client_id, settings, by=by, event="mail_server.set")
    return said


def forget(deps: Deps, client_id: int, *, by: str) -> bool:
    """The installation's mail server is used again; False where it was all the time."""
    with deps.writing() as tx:
        server = mail_servers.find(tx, client_id)
        if server:
            drop(tx, server)
            _audit(tx, deps, client_id, server.settings, by=by, event="mail_server.forgotten")
    return server is not None


def forget_with_last_company(tx: Tx, client_id: int) -> None:
    """A client with no company left sends nothing: its password is kept no longer."""
    companies = tenants.connections(tx, client_ids=[client_id])
    server = mail_servers.find(tx, client_id)
    if server and all(one.state is tenants.State.DISCONNECTED for one in companies):
        drop(tx, server)


def drop(tx: Tx, server: MailServer) -> None:
    mail_servers.forget(tx, server.client_id)
    domains.forget(tx, server.client_id)


def _meant(deps: Deps, client_id: int, settings: Settings, password: str) -> tuple[Settings, str]:
    """A password that is kept is said to nobody but whom it was given for."""
    settings = checked(settings, production=deps.config.production)
    if not password:
        with deps.reading() as tx:
            before = mail_servers.find(tx, client_id)
        if before is None or _sign_in_of(before.settings) != _sign_in_of(settings):
            raise BadServer("the password is missing; it is asked for anew with another sign-in")
        password = before.password(Vault(deps.config.keys))
    if not is_sayable(password):
        raise BadServer("the password is too long, or not of plain ASCII characters")
    return settings, password


def _sign_in_of(settings: Settings) -> Settings:
    return replace(settings, dkim_selector="", spf_include="")


def _greet(deps: Deps, settings: Settings, password: str) -> str:
    channel = replace(
        handover.of_client(deps, settings, password), answer_seconds_max=ANSWER_SECONDS_MAX
    )
    try:
        return channel.greet()
    except Unusable as fault:
        raise NotTaken(fault.what, said=fault.said, mend=fault.mend) from None
    except TryLater as later:
        what = "the mail server does not let us in now"
        raise NotTaken(what, said=str(later), mend=NO_ANSWER) from None


def _audit(
    tx: Tx, deps: Deps, client_id: int, settings: Settings, *, by: str, event: str
) -> None:  # fmt: skip
    what: dict[str, Any] = {"host": settings.place, "user": settings.username}
    for connection in tenants.connections(tx, client_ids=[client_id]):
        audit.add(tx, connection.id, at=deps.now(), actor=by, event=event, **what)

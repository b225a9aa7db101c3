"""Handing a message over to whoever carries it: at most once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.outgoing import intents
from connector.outgoing.intents import Intent
from connector.recipients import outreach
from connector.recipients.mail_servers import MailServer, Settings
from connector.vault import Vault
from providers import internet
from providers.email.smtp import Security, SmtpChannel, Unusable
from providers.errors import OutcomeUnknown, Refused, TryLater


class NeedsPerson(Exception):
    """The message was refused, or may have been sent: it is not repeated; the text says which.

    `code` is the carrier's reason for a refusal; `unknown` tells that it may have been sent.
    """

    def __init__(self, message: str, *, code: str = "", unknown: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.unknown = unknown


def hand_over(
    deps: Deps, fence: Fence, intent: Intent, send: Callable[[], str], *,
    keep: Callable[[Tx], None],
) -> str:  # fmt: skip
    """Send an intent's message once; returns the carrier's word of acceptance.

    `keep` writes down what goes out, in the transaction that commits to it; what the carrier did
    not take is no contact with a person. Returns an empty string where the carrier has not taken it
    and is asked again later. Raises NeedsPerson; and Unusable where the carrier takes nothing at
    all, when the intent is as it was before.
    """
    with deps.writing() as tx:
        fence.check(tx)
        intents.sending(tx, intent, None, now=deps.now())
        keep(tx)
    deps.reached("handover.sending")
    try:
        accepted = send()
    except TryLater as later:
        with deps.writing() as tx:
            fence.check(tx)
            outreach.take_back(tx, intent.connection_id, intent.key)
            intents.again(tx, intent, str(later), next_at=deps.now() + later.wait)
        return ""
    except OutcomeUnknown as unknown:
        raise NeedsPerson(f"it may have been sent: {unknown}", unknown=True) from unknown
    except Unusable:
        with deps.writing() as tx:
            fence.check(tx)
            outreach.take_back(tx, intent.connection_id, intent.key)
            intents.unsent(tx, intent)
        raise
    except Refused as refused:
        with deps.writing() as tx:
            fence.check(tx)
            outreach.take_back(tx, intent.connection_id, intent.key)
        raise NeedsPerson(f"it was refused: {refused}", code=refused.code) from refused
    deps.reached("handover.sent")
    return accepted


def mail(deps: Deps, server: MailServer | None = None) -> SmtpChannel:
    """A client's own mail server, or else the installation's."""
    config = deps.config
    if server:
        return of_client(deps, server.settings, server.password(Vault(config.keys)))
    return SmtpChannel(
        config.smtp_host, config.smtp_port, config.smtp_username, config.smtp_password,
        security=Security.STARTTLS if config.smtp_starttls else Security.NONE, now=deps.now,
    )  # fmt: skip


def of_client(deps: Deps, settings: Settings, password: str) -> SmtpChannel:
    """A mail server that somebody at a client named: on the internet, and in no network of ours."""
    return SmtpChannel(
        settings.host, settings.port, settings.username, password, security=settings.security,
        now=deps.now,
        dial=partial(internet.dial, loopback=not deps.config.production),
    )  # fmt: skip

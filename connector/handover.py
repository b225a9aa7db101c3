"""Handing an e-mail to the mail server: at most once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable

from connector import intents
from connector.db import Tx
from connector.deps import Deps
from connector.intents import Intent
from connector.lease import Fence
from providers.email.smtp import SmtpChannel
from providers.errors import OutcomeUnknown, Refused, TryLater
from providers.messages import Message


class NeedsPerson(Exception):
    """The message was refused, or may have been sent: it is not repeated; the text says which."""


def hand_over(
    deps: Deps, fence: Fence, intent: Intent, message: Message, *, keep: Callable[[Tx], None]
) -> str:
    """Send an intent's message once; returns the server's word of acceptance.

    `keep` writes down what goes out, in the transaction that commits to it. Returns an empty
    string where the server has not taken it and is asked again later. Raises NeedsPerson.
    """
    with deps.writing() as tx:
        fence.check(tx)
        intents.sending(tx, intent, None, now=deps.now())
        keep(tx)
    deps.reached("handover.sending")
    try:
        accepted = _channel(deps).send(message)
    except TryLater as later:
        with deps.writing() as tx:
            fence.check(tx)
            intents.again(tx, intent, str(later), next_at=deps.now() + later.wait)
        return ""
    except OutcomeUnknown as unknown:
        raise NeedsPerson(f"it may have been sent: {unknown}") from unknown
    except Refused as refused:
        raise NeedsPerson(f"the mail server refused it: {refused}") from refused
    deps.reached("handover.sent")
    return accepted


def _channel(deps: Deps) -> SmtpChannel:
    config = deps.config
    return SmtpChannel(
        config.smtp_host, config.smtp_port, config.smtp_username, config.smtp_password,
        starttls=config.smtp_starttls, now=deps.now,
    )  # fmt: skip

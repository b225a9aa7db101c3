"""Whether a message may leave from its sender's domain; if not, its intent waits and says why."""

from __future__ import annotations

from datetime import timedelta

from connector import audit
from connector.deps import Deps
from connector.lease import Fence
from connector.outgoing import effects, intents
from connector.outgoing.intents import Intent
from connector.recipients import domains, mail_servers
from connector.recipients.domains import Sender
from providers.email.smtp import Unusable

AGAIN = timedelta(hours=1)
HELD_BACK = "not sent yet"
"""So the reason of an intent begins that people must mend something for."""


def given(deps: Deps, fence: Fence, intent: Intent, sender: Sender) -> bool:
    """Whether `sender` may send now. Where it may not, nothing is lost: the intent is looked at
    again in an hour, and the reason stands in the audit trail once."""
    permission = domains.ask(deps, sender)
    fence.renew()
    if not permission.allowed:
        hold_back(deps, fence, intent, permission.text)
    return permission.allowed


def unusable(deps: Deps, fence: Fence, intent: Intent, sender: Sender, fault: Unusable) -> None:
    """The sender's mail server took nothing: that is no message's fault, so this one waits, and
    those after it wait without asking such a server of a client's again within the hour."""
    why = f"{fault.what}. {fault.mend}"
    if sender.server is None:
        hold_back(deps, fence, intent, f"The installation's mail server cannot be used: {why}")
        return
    with deps.writing() as tx:
        fence.check(tx)
        mail_servers.failed(tx, sender.server, fault, at=deps.now())
    hold_back(deps, fence, intent, f"{domains.out_of_use(sender.server)} {why}")


def hold_back(deps: Deps, fence: Fence, intent: Intent, reason: str) -> None:
    """Something that people must mend is missing: the intent waits for an hour at a time."""
    why = f"{HELD_BACK}: {reason}"
    with deps.writing() as tx:
        fence.check(tx)
        intents.wait(tx, intent, why, next_at=deps.now() + AGAIN)
        if intent.error != why:
            audit.add(
                tx, intent.connection_id, at=deps.now(), actor="ledgerhand",
                event=f"{effects.NAMES[type(intent.effect)]}.waits", about=intent.subject,
                decision_id=intent.decision_id or None, reason=reason,
            )  # fmt: skip

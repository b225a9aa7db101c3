"""A message that the client's own template cannot be filled in for: a person is asked about it."""

from __future__ import annotations

from datetime import datetime

from connector.account import collection_rules, taking
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals
from connector.outgoing.intents import Intent
from connector.rules.modes import Capability
from connector.syncing.second_look import Look
from dunning.letter.letters import own_template
from dunning.words.placeholders import MissingData


def ask(
    tx: Tx, *, connection: Connection, intent: Intent, look: Look, missing: MissingData,
    now: datetime,
) -> None:  # fmt: skip
    """Name the template and what is missing. The same message is not tried again before a person
    says so or the rules are others."""
    account, step = look.account, look.step
    template = own_template(account, step, look.policy)
    assert template is not None, "our own words lack nothing"
    option = taking.option_of(tx, collection_rules.of(tx, connection, now), account, step)
    option |= {"text": f"{option['text']}, now that this is mended", approvals.LACKS: True}
    summary = (
        f"{account.name}: the {step.step} message waits, because your template"
        f" '{template.step}' ({template.language}) cannot be filled in: {missing}"
    )
    approvals.ask(
        tx, connection.id, decision_id=intent.decision_id, capability=Capability.REMIND,
        subject=intent.subject, at=now, summary=summary, options=[option],
    )  # fmt: skip


def lapse(tx: Tx, connection_id: int, *, at: datetime) -> None:
    """Under other rules each of these messages is tried once more."""
    for asked in approvals.waiting(tx, connection_id):
        if asked.lacking_key:
            approvals.lapse(tx, connection_id, asked.subject, at=at)

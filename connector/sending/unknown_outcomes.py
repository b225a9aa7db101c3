"""A write of cash that nobody but a person can find out about: the question, and where the money
stands until it is answered."""

from __future__ import annotations

from datetime import datetime

from connector.clients import tenants
from connector.db import Tx
from connector.decided import decisions, questions
from connector.money import cash, naming
from connector.money.cash import Standing
from connector.outgoing.intents import Intent
from connector.rules.modes import Mode
from connector.writing_back import applying


def ask(tx: Tx, intent: Intent, error: str, *, now: datetime) -> None:
    """Money that is still to be placed stays where it is until a person has looked; what the
    ledger shows placed is followed as ever."""
    item = applying.item_of(tx, intent)
    if item is None:
        return
    subject = intent.subject
    if not item.left:
        # the answer to a question about the money itself would put it before people again
        subject = f"intent:{intent.id}"
        if item.state is Standing.APPLYING:
            cash.stand(tx, intent.connection_id, item, Standing.APPLIED, at=now)
    decision = decisions.find(tx, intent.decision_id)
    questions.show(
        tx, tenants.connection(tx, intent.connection_id), subject=subject,
        rule="outcome_unknown", at=now, mode=Mode(decision.mode) if decision else None,
        reasons=[
            f"{item.total} from {naming.payer(tx, intent.connection_id, item)}: {error}",
            "look in the ledger what became of it; what is left is decided on after your answer",
        ],
    )  # fmt: skip

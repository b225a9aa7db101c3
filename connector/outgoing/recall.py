"""Writes that people no longer want: decided on before they took the capability back."""

from __future__ import annotations

from connector.clients import tenants
from connector.db import Tx
from connector.outgoing import intents
from connector.outgoing.intention import HAPPENED, Intent
from connector.rules import modes
from connector.rules.modes import Capability
from providers.ledger import ApplyUnapplied, CreditDifference, RecordPayment


def why(tx: Tx, intent: Intent) -> str:
    """Why money is not placed any more that was to be; empty where it is. What has begun is
    brought to its end, and what a person ordered since then holds."""
    if not isinstance(intent.effect, ApplyUnapplied | RecordPayment | CreditDifference):
        return ""
    client_id = tenants.connection(tx, intent.connection_id).client_id
    since = modes.taken_back_at(tx, client_id, Capability.CASH)
    if since is None or intent.created_at > since:
        return ""
    of_it = intents.of_decisions(tx, intent.connection_id, [intent.decision_id])
    if any(one.state in HAPPENED for one in of_it):
        return ""
    mode = modes.of(tx, client_id)[Capability.CASH]
    return f"cash application is in mode {mode} by now"

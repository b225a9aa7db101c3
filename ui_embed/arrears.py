"""What stands behind a question about a customer: how much is late, how long, what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector import local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided.account_subjects import KINDS
from connector.decided.approvals import Approval
from connector.notifications import customer_states
from connector.notifications.customer_states import Standing


@dataclass(frozen=True, slots=True)
class Arrears:
    """In the currency of the question."""

    customer_id: str
    standing: Standing
    days_late: int


def of(
    tx: Tx, connection: Connection, asked: Sequence[Approval], now: datetime
) -> Mapping[str, Arrears]:
    """By the subject of the question, of those that are about a customer's account."""
    places = {
        one.subject: id_.rpartition("/")
        for one in asked
        for kind, _, id_ in (one.subject.partition(":"),)
        if kind in KINDS
    }
    if not places:
        return {}
    today = local_days.today(connection, now)
    states = customer_states.of(tx, connection, {id_ for id_, _, _ in places.values()}, now)
    standings = {
        (state.customer_id, standing.overdue.currency): standing
        for state in states
        for standing in state.standings
    }
    return {
        subject: Arrears(id_, found, found.days_late(today))
        for subject, (id_, _, currency) in places.items()
        if (found := standings.get((id_, currency)))
    }

"""Which connections have work waiting, asked for the whole database in one query."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from connector import agenda, db
from connector.db import Tx
from connector.disputed import cases
from connector.firm_news import notice_rounds
from connector.mirroring import inbox
from connector.money import cash
from connector.outgoing import intents
from connector.receiving import processor_keys, waiting_mail
from connector.taken_back import bank_returns


class Work(StrEnum):
    """What waits; NEWS are effects for the client's own people and systems, part of EFFECTS."""

    HINTS = "hints"
    EFFECTS = "effects"
    NEWS = "news"
    ROUNDS = "rounds"
    ACCOUNTS = "accounts"
    CASH = "cash"
    RETURNS = "returns"
    MAIL = "mail"
    CASES = "cases"
    PAYOUTS = "payouts"


QUERIES = {
    Work.HINTS: inbox.CONNECTIONS_DUE,
    Work.EFFECTS: intents.CONNECTIONS_DUE,
    Work.NEWS: intents.CONNECTIONS_TO_TELL,
    Work.ROUNDS: notice_rounds.CONNECTIONS_DUE,
    Work.ACCOUNTS: agenda.CONNECTIONS_DUE,
    Work.CASH: cash.CONNECTIONS_DUE,
    Work.RETURNS: bank_returns.CONNECTIONS_WAITING,
    Work.MAIL: waiting_mail.CONNECTIONS_DUE,
    Work.CASES: cases.CONNECTIONS_DUE,
    Work.PAYOUTS: processor_keys.CONNECTIONS_DUE,
}
WAITING = sa.union(
    *(query.add_columns(sa.literal(work.value).label("work")) for work, query in QUERIES.items())
)


def found(tx: Tx, now: datetime) -> dict[Work, set[int]]:
    """The ids of the connections that each kind of work waits in; empty sets for the others."""
    rows = tx.execute(
        WAITING, {"now": now}, execution_options=db.across("work may have been forgotten")
    )
    waiting: dict[Work, set[int]] = defaultdict(set)
    for connection_id, work in rows:
        waiting[Work(work)].add(connection_id)
    return waiting

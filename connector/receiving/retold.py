"""Lines that a file tells in more words than another did, or in fewer: an intraday report says less
than the statement. Nothing shows that they are the same money, so both count and a person is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.money import cash, line_questions
from connector.money.cash import Item
from connector.receiving import word_pairs
from providers.money import Money
from providers.receipts import Receipt

Place = tuple[str, date, Money, str]


def ask(
    tx: Tx, connection: Connection, found: Sequence[Receipt], counted: Sequence[Receipt], *,
    met: Collection[str], at: datetime,
) -> list[str]:  # fmt: skip
    """Ask about those lines of a file that are to be `counted` of which each may be one that is
    known and that the file does not have: of the same account, day and amount, where one says all
    words of the other and no fact differs. `met` are the known ones that stand for others of its
    lines. Returns what is asked, in sentences."""
    if not counted:
        return []
    days = [one.received for one in counted]
    known = cash.of_days(tx, connection.id, min(days), max(days))
    stored = {line.id for line in known}
    listed = {f"{one.account}:{one.bank_id}" for one in found}
    lines, said = defaultdict[Place, list[Item]](list), defaultdict[Place, list[Receipt]](list)
    for line in known:
        if line.id not in listed and line.id not in met:
            account = line.id.rpartition(":")[0]
            lines[account, line.received, line.total, line.part_of].append(line)
    for one in counted:
        if f"{one.account}:{one.bank_id}" not in stored:
            said[one.account, one.received, one.amount, one.part_of].append(one)
    return [
        line_questions.ask_by_texts(tx, connection, now[m], lines[place][n], at=at)
        for place, now in said.items()
        for n, m in word_pairs.places(lines[place], now)
    ]

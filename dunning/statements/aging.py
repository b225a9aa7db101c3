"""How old what is owed is: the buckets that both ledgers use in their reports."""

from __future__ import annotations

from datetime import date

BUCKETS = ("current", "1-30", "31-60", "61-90", "over 90")
BUCKET_DAYS = 30


def bucket(due: date | None, on: date) -> str:
    """By days past due on a day; without a due date it is current."""
    days = (on - due).days if due else 0
    if days <= 0:
        return BUCKETS[0]
    return BUCKETS[min((days - 1) // BUCKET_DAYS + 1, len(BUCKETS) - 1)]

"""The days that a report is asked for, as they stand in the address of its page."""

from __future__ import annotations

from datetime import date

from flask import request

from connector import local_days
from connector.local_days import NoDay

Days = tuple[date | None, date | None]


def read() -> tuple[Days, bool]:
    """What was asked for, and whether a part of it is no date."""
    found: list[date | None] = []
    wrong = False
    for name in ("from", "to"):
        text = request.args.get(name, "")
        try:
            found.append(local_days.written(text) if text else None)
        except NoDay:
            found.append(None)
            wrong = True
    return (found[0], found[1]), wrong

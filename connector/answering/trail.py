"""A piece of a company's audit trail, of everything or of one customer, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from connector import audit
from connector.audit import Entry
from connector.db import Tx
from connector.privacy import data_subject


@dataclass(frozen=True, slots=True)
class Piece:
    """The newest entry first. Older ones are before the number `older`, newer ones after the number
    `newer`; None where there are none. A number keeps its entry for good, so a piece never shifts.
    """

    entries: list[Entry]
    older: int | None = None
    newer: int | None = None


def piece(
    tx: Tx, connection_id: int, *, decision_id: int | None = None, customer_id: str = "",
    before: int | None = None, after: int | None = None, size: int,
) -> Piece:  # fmt: skip
    """At most `size` entries: the newest, or those next `before` or `after` a number."""
    who = data_subject.found(tx, connection_id, customer_id) if customer_id else None
    which = who.rows_of if who else None
    read = partial(audit.entries, tx, connection_id, decision_id=decision_id, which=which)
    if after is None:
        found = read(before=before, last=size + 1)
        shown, is_older = found[:size], len(found) > size
        is_newer = before is not None and bool(shown and read(after=shown[0].number, last=1))
    else:
        found = read(after=after, last=size + 1)
        shown, is_newer = found[-size:], len(found) > size
        is_older = bool(shown and read(before=shown[-1].number, last=1))
    return Piece(
        shown, shown[-1].number if is_older else None, shown[0].number if is_newer else None
    )

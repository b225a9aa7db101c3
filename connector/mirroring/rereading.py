"""What we ask the ledger for again of our own accord, as if it had announced a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.db import Tx
from connector.mirroring import inbox
from providers.ledger import Change, Kind

OURS = "self"
"""The source of hints that we give ourselves."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """A record that was asked for; `is_refused` once the ledger did not give it out for hours."""

    kind: Kind
    id: str
    is_refused: bool

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.id}"


def hint_at(tx: Tx, connection_id: int, records: Sequence[tuple[Kind, str]], *, why: str,
            now: datetime) -> None:  # fmt: skip
    """Ask the next sync to read these records again, as if the ledger had announced them."""
    changes = [
        Change(
            event_id=_event(why, kind, record_id), company_id="", kind=kind,
            record_id=record_id, operation="reread", at=now.isoformat(),
        )
        for kind, record_id in records
    ]  # fmt: skip
    inbox.accept(tx, connection_id, OURS, changes, now=now)


def hinted_at(
    tx: Tx, connection_id: int, records: Sequence[tuple[Kind, str]], *, why: str
) -> datetime | None:
    """When any of these records was first asked for again so, aware UTC; None if none was."""
    events = [_event(why, kind, record_id) for kind, record_id in records]
    return inbox.first_at(tx, connection_id, OURS, events)


def not_read(tx: Tx, connection_id: int, *, why: str) -> dict[str, list[NotRead]]:
    """By the reason, which begins with `why`, the records that were asked for so and did not come
    yet."""
    found: dict[str, list[NotRead]] = defaultdict(list)
    for event_id, kind, id_, is_parked in inbox.not_handled(tx, connection_id, OURS, why):
        reason = event_id.removesuffix(_event("", kind, id_))
        found[reason].append(NotRead(kind, id_, is_refused=is_parked))
    return found


def _event(why: str, kind: Kind, record_id: str) -> str:
    return f"{why}:{kind}:{record_id}"

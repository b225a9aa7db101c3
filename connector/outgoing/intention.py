"""One effect on its way out, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from connector import stored
from connector.outgoing import effects
from connector.outgoing.effects import AnyEffect
from providers.ledger import Draft


class Step(StrEnum):
    """`unknown` may have happened; `person` is for a person to look at; the rest is final.

    What was confirmed can end later: `undone` by us, `reversed` where others took the money out of
    the ledger, or `corrected` where they set it against something else.
    """

    INTENDED = "intended"
    SENDING = "sending"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    PERSON = "person"
    UNDONE = "undone"
    REVERSED = "reversed"
    CORRECTED = "corrected"


OPEN = (Step.INTENDED, Step.SENDING, Step.UNKNOWN)
TAKEN_BACK = (Step.UNDONE, Step.REVERSED, Step.CORRECTED)
CAME_TO_NOTHING = (Step.REFUSED, Step.PERSON, *TAKEN_BACK)
HAPPENED = (Step.CONFIRMED, *TAKEN_BACK)
STANDING = (Step.CONFIRMED, Step.CORRECTED)
"""What is in the ledger still, also where somebody set it against something else."""
CASH = ("apply_unapplied", "record_payment")


@dataclass(frozen=True, slots=True)
class Intent:
    id: int
    connection_id: int
    key: str
    epoch: int
    subject: str
    decision_id: int
    effect: AnyEffect
    facts: dict[str, str]
    state: Step
    draft: Draft | None
    attempts: int
    first_try: datetime | None
    last_try: datetime | None
    receipt: str
    error: str
    created_at: datetime
    ended_at: datetime | None

    @property
    def marker(self) -> str:
        return effects.marker_of(self.key)

    @property
    def sent_key(self) -> str:
        """The idempotency key of this epoch: another body never goes out under the same one."""
        return f"{self.key}-{self.epoch}"


def intent_of(row: Any) -> Intent:
    names = set(Intent.__dataclass_fields__) - {"effect", "draft", "state"}
    return Intent(
        **{name: row._mapping[name] for name in names},
        effect=effects.load(row.effect),
        draft=stored.draft(row.draft),
        state=Step(row.state),
    )

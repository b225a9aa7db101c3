"""How money is set aside: as what, of which other record, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from providers.money import Money


class As(StrEnum):
    """Why nothing is to be applied of some money."""

    NO_CUSTOMER = "not-a-customer"
    RETURNED = "returned"
    SAME = "same-as"
    TOLD_TWICE = "told-twice"


WORDS: Mapping[str, str] = {
    As.NO_CUSTOMER: "no customer's money",
    As.RETURNED: "the bank took it back",
    As.SAME: "the same money as another record",
    As.TOLD_TWICE: "the bank told of it in one sum and as its payments",
}


@dataclass(frozen=True, slots=True)
class Aside:
    """`of` is the record that it is the same money as, empty otherwise; `left` is what there was to
    place of it. `ended_at` is when it was brought back, aware UTC."""

    subject: str
    as_: As
    of: str
    left: Money
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None

    @property
    def is_elsewhere(self) -> bool:
        """Whether the money counts all the same, as another record or as other lines."""
        return bool(self.of) or self.as_ is As.TOLD_TWICE

    @property
    def words(self) -> str:
        """Why, for people to read."""
        same = f"the same money as {self.of}" if self.of else WORDS[self.as_]
        return f"{same}: {self.reason}" if self.reason else same


@dataclass(frozen=True, slots=True)
class ToldTwice:
    """Lines of which the bank tells in one sum and as its payments: those set aside for that `now`,
    those of them that no person set aside (`ours`), and those of which a person said, taking it
    back, that they are other money (`denied`)."""

    now: set[str] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)

"""The links in messages and what becomes of messages, as values and in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What an address in a message is for."""

    OPEN = "open"
    PAY = "pay"
    LEAVE = "leave"
    PORTAL = "portal"


class Kind(StrEnum):
    OPEN = "open"
    CLICK = "click"
    BOUNCE = "bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    VIEW = "view"
    STATEMENT = "statement"
    COPY = "copy"


WORDS = {
    Kind.OPEN: "opened (unreliable)",
    Kind.CLICK: "a link was followed",
    Kind.BOUNCE: "returned for good",
    Kind.SOFT_BOUNCE: "delayed or returned for now",
    Kind.COMPLAINT: "reported as spam",
    Kind.UNSUBSCRIBE: "asked for no more reminders by e-mail",
    Kind.VIEW: "looked at the account page",
    Kind.STATEMENT: "asked for a statement of account",
    Kind.COPY: "fetched a copy of an invoice",
}
ASKED_FOR = (Kind.STATEMENT, Kind.COPY)
TRACKED = {Purpose.OPEN: "opens", Purpose.PAY: "clicks on pay links"}


@dataclass(frozen=True, slots=True)
class Link:
    """One address in one message. `recipient` is empty where the message went to several, `target`
    where it leads nowhere else."""

    connection_id: int
    token: str
    message_id: str
    intent_key: str
    customer_id: str
    recipient: str
    purpose: Purpose
    target: str
    invoice_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """What became of a message, at `at` (aware UTC). `by_machine` marks what a machine is known to
    have done by itself; `detail` are the other side's words, `about` is the id of an invoice."""

    message_id: str
    recipient: str
    kind: Kind
    at: datetime
    by_machine: bool = False
    detail: str = ""
    token: str = ""
    about: str = ""

    @property
    def words(self) -> str:
        said = f"{WORDS[self.kind]}, by a machine" if self.by_machine else WORDS[self.kind]
        return f"{said}: {self.detail}" if self.detail else said


@dataclass(frozen=True, slots=True)
class Signs:
    """How often people opened a message and followed its links; None where it was not tracked."""

    opened: int | None = None
    clicked: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """`signs` are by the key of the message's intent; by customer `pay_pages` are (invoice id, when
    its pay page was last gone to), `visits` (how often one link to the account was used, when)."""

    signs: dict[str, Signs]
    pay_pages: dict[str, list[tuple[str, datetime]]]
    visits: dict[str, list[tuple[int, datetime | None]]]


@dataclass(frozen=True, slots=True)
class Became:
    """All that became of one message, the oldest first; and what was not tracked of it."""

    events: tuple[Event, ...]
    not_tracked: tuple[str, ...]

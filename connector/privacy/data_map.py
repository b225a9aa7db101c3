"""What every table keeps of people: which columns name somebody, which hold words, and for how long
a record class is kept. Erasure and retention follow this map and nothing else.

A table that is not here keeps no words of its own about a customer; it is still searched for who
the customer is. `mirror`, `number` and `customer_address` are copies of the client's ledger and are
left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEDGERS_OWN = frozenset({"mirror", "number", "customer_address"})
"""They follow the ledger: what is erased there goes here with the next sweep."""
CHAINED = "audit"
"""Entries are bound to each other by their hashes: see `audit.erase`."""


class RecordClass(StrEnum):
    """What a client can keep for a number of days of its own choice."""

    MESSAGES = "messages"
    REPLIES = "replies"
    TRANSCRIPTS = "transcripts"
    TRACKING = "tracking"


@dataclass(frozen=True, slots=True)
class Holding:
    """What one table keeps of a person.

    `names` say who somebody is, and are searched for everywhere else; `words` are what was said.
    Both are emptied, `hashed` columns become a digest, and with `whole` the row itself goes. Rows
    of a class are emptied of `words` when they are older than the client keeps them, counted from
    the column `since`; `aged` names other columns for that.
    """

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    whole: bool = False
    kept_as: RecordClass | None = None
    since: str = ""
    aged: tuple[str, ...] = ()


HOLDINGS = {
    "alias": Holding(names=("name",), whole=True),
    "approval": Holding(words=("summary",)),
    "bank_return": Holding(words=("payer", "text", "end_to_end_id", "bank_reference")),
    "cash": Holding(
        words=("payer", "payer_account", "text", "end_to_end_id", "bank_reference", "part_of")
    ),
    "charge": Holding(words=("remark",)),
    "contact": Holding(names=("name", "email", "phone"), whole=True),
    "deduction": Holding(words=("words", "outcome")),
    "dispute": Holding(words=("words", "outcome")),
    "edit": Holding(
        words=("drafted", "edited"), kept_as=RecordClass.MESSAGES, since="at"
    ),
    "formal_step": Holding(words=("reason",)),
    "hold": Holding(words=("reason",)),
    "letter": Holding(
        names=("name",), words=("address", "pdf", "reason"), kept_as=RecordClass.MESSAGES,
        since="ended_at", aged=("name", "address", "pdf"),
    ),
    "message": Holding(
        names=("recipients",), words=("subject", "text", "html"), kept_as=RecordClass.MESSAGES,
        since="sent_at", aged=("recipients", "subject", "text", "html"),
    ),
    "message_event": Holding(
        names=("recipient",), words=("detail",), whole=True, kept_as=RecordClass.TRACKING,
        since="at",
    ),
    "outreach": Holding(hashed=("handle",)),
    "pay_link": Holding(whole=True),
    "payment_plan": Holding(words=("words",)),
    "phone_contact": Holding(
        names=("number",), words=("text", "facts", "turn", "answers", "transcript"),
        kept_as=RecordClass.TRANSCRIPTS, since="at",
    ),
    "promise": Holding(words=("words",)),
    "remittance": Holding(names=("sender",)),
    "reply": Holding(
        names=("sender",), words=("subject", "text", "whole"), kept_as=RecordClass.REPLIES,
        since="received_at", aged=("sender", "subject", "text", "whole"),
    ),
    "set_aside": Holding(words=("reason",)),
    "suggestion": Holding(words=("findings",), kept_as=RecordClass.REPLIES, since="at"),
    "tracked_link": Holding(names=("recipient",), whole=True),
}  # fmt: skip
SAID_IN_AUDIT = {
    RecordClass.TRANSCRIPTS: ("call.ended",),
    RecordClass.MESSAGES: ("remind.edited", "letter.reworded", "letter.recounted"),
}
"""Events whose entries repeat words of a class."""
SAID_IN_EFFECTS = {RecordClass.MESSAGES: ("send_text", "send_notice", "send_hook")}
"""Effects that are kept with the very words."""

"""Effects as they are kept: written to JSON and back, with the key and marker of each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from providers.charging import Charging, RaiseCharge, VoidCharge
from providers.ledger import (
    AddNote,
    ApplyUnapplied,
    Cash,
    CreditDifference,
    Customer,
    Gone,
    Invoice,
    Payment,
    Record,
    RecordPayment,
    Undo,
)
from providers.money import Money

MARKER = re.compile(r"\[lh:[0-9a-f]{8}\]")


@dataclass(frozen=True, slots=True)
class Besides:
    """What a message asks for in another currency, as SendReminder does in its own."""

    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class SendReminder:
    """One message to one customer about everything that is due in one currency, and `besides` in
    others. It goes to the addresses `to` where those are others than the usual ones.

    `stages` are the steps of `invoice_ids`, in the same order; `total` is what is asked for.
    `ordered_by` is the person who ordered what is not sent by itself.
    """

    customer_id: str
    step: str
    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...]
    total: Money
    ordered_by: str = ""
    besides: tuple[Besides, ...] = ()
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SendText:
    """The same as one text message to `number` (E.164). `text` is what was decided to be said; the
    ledger's own pay page is added to it just before it goes out."""

    customer_id: str
    step: str
    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...]
    total: Money
    number: str
    text: str
    ordered_by: str = ""


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """The same as one machine call to `number` (E.164)."""

    customer_id: str
    step: str
    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...]
    total: Money
    number: str
    ordered_by: str = ""


@dataclass(frozen=True, slots=True)
class TextPayLinks:
    """The pay pages of `invoice_ids`, asked for by the person on the telephone at `number`."""

    customer_id: str
    invoice_ids: tuple[str, ...]
    number: str


@dataclass(frozen=True, slots=True)
class SendNotice:
    """One message to the people who run the client."""

    recipients: tuple[str, ...]
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class SendThanks:
    """One message of thanks to one customer for `payments`, (kind, id) of each, by which
    `invoice_ids` are settled; `total` is what they took of it."""

    customer_id: str
    payments: tuple[tuple[str, str], ...]
    invoice_ids: tuple[str, ...]
    total: Money
    ordered_by: str = ""


@dataclass(frozen=True, slots=True)
class SendHook:
    """Tell one of the client's own systems where a customer stands; `body` are the very words."""

    endpoint_id: int
    customer_id: str
    body: str


class LetterKind(StrEnum):
    """A demand is a letter with the statement of account behind it; a person approves each."""

    REMINDER = "reminder"
    DEMAND = "demand"


@dataclass(frozen=True, slots=True)
class PrintLetter:
    """The same as a letter on paper, which a person prints and posts."""

    customer_id: str
    step: str
    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...]
    total: Money
    kind: LetterKind = LetterKind.REMINDER
    ordered_by: str = ""


Reminder = SendReminder | SendText | PlaceCall | PrintLetter
"""What takes a step: it is decided on once more before it goes out."""
Saying = Reminder | TextPayLinks | SendThanks | SendNotice
"""What people hear or read: it goes out at most once."""
AnyEffect = Cash | Undo | AddNote | Charging | Saying | SendHook
ToOwnSide = SendNotice | SendHook
"""What goes to the client's own people and systems: it needs no ledger."""
WORDS: dict[str, type] = {
    "apply_unapplied": ApplyUnapplied,
    "record_payment": RecordPayment,
    "credit_difference": CreditDifference,
    "undo": Undo,
    "raise_charge": RaiseCharge,
    "void_charge": VoidCharge,
    "add_note": AddNote,
    "send_reminder": SendReminder,
    "send_text": SendText,
    "place_call": PlaceCall,
    "text_pay_links": TextPayLinks,
    "print_letter": PrintLetter,
    "send_notice": SendNotice,
    "send_thanks": SendThanks,
    "send_hook": SendHook,
}
ORDER = {
    "undo": 0,
    "credit_difference": 0,
    "apply_unapplied": 0,
    "record_payment": 0,
    "raise_charge": 0,
    "void_charge": 0,
    "text_pay_links": 1,
    "send_reminder": 1,
    "send_text": 1,
    "place_call": 1,
    "print_letter": 1,
    "send_notice": 1,
    "send_thanks": 1,
    "add_note": 2,
    "send_hook": 3,
}
"""What goes out first, by the name of the effect."""
OWN_LINE = re.compile(r"\[lh:[0-9a-f]{8}\]\s*$")
NAMES = {word: name for name, word in WORDS.items()}
TO_OWN = ("send_notice", "send_hook")
TO_OTHERS = tuple(name for name in WORDS if name not in TO_OWN)
ADAPTERS = {word: TypeAdapter[Any](word) for word in NAMES}


def lacks_order(effect: AnyEffect) -> bool:
    """Whether a person must order this very one, in every mode, and nobody did."""
    match effect:
        case PrintLetter(kind=LetterKind.DEMAND) | RaiseCharge() | VoidCharge():
            return not effect.ordered_by
        case CreditDifference():
            return not effect.allowed_by
        case _:
            return False


def dump(effect: AnyEffect) -> dict[str, Any]:
    body = ADAPTERS[type(effect)].dump_python(effect, mode="json")
    return {"effect": NAMES[type(effect)], **body}


def load(body: dict[str, Any]) -> AnyEffect:
    rest = {name: value for name, value in body.items() if name != "effect"}
    effect: AnyEffect = ADAPTERS[WORDS[body["effect"]]].validate_python(rest)
    return effect


def core_of(reminder: Reminder) -> SendReminder:
    """What a reminder is about, whatever its channel."""
    return SendReminder(
        reminder.customer_id, reminder.step, reminder.invoice_ids, reminder.stages, reminder.total,
        besides=besides(reminder), to=reminder.to if isinstance(reminder, SendReminder) else (),
    )  # fmt: skip


def invoices_of(said: Reminder | TextPayLinks | SendThanks) -> tuple[str, ...]:
    """Every invoice that it is about, in whatever currency."""
    others = (id_ for one in besides(said) for id_ in one.invoice_ids)
    return (*said.invoice_ids, *others)


def asked_by(reminder: Reminder) -> str:
    """What a reminder asks for, in words: "USD 50.00 and EUR 20.00"."""
    return " and ".join(str(one.total) for one in (reminder, *besides(reminder)))


def other_currencies(reminder: Reminder) -> dict[str, str]:
    """By invoice, the currency of those that are not in the reminder's own."""
    return {id_: it.total.currency for it in besides(reminder) for id_ in it.invoice_ids}


def besides(said: Reminder | TextPayLinks | SendThanks) -> tuple[Besides, ...]:
    """What it asks for in other currencies than its own."""
    return said.besides if isinstance(said, SendReminder) else ()


def key_of(connection_id: int, *parts: str) -> str:
    """The same facts give the same key, whoever computes it and however often."""
    text = "\0".join((str(connection_id), *parts))
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def marker_of(key: str) -> str:
    """The text by which our write can be found again inside the record."""
    return f"[lh:{key[:8]}]"


def without_ours(text: str) -> str:
    """What others wrote: the lines that do not end in a marker of ours."""
    return "\n".join(line for line in text.splitlines() if not OWN_LINE.search(line))


def facts_of(records: Iterable[Record]) -> dict[str, str]:
    """What a decision stands on, record by record, in a form that can be compared later."""
    facts: dict[str, str] = {}
    for record in records:
        match record:
            case Invoice():
                state = f"{record.open} {record.status} {record.customer_id}"
            case Payment():
                state = f"{record.unapplied} {record.status} {record.customer_id}"
            case Customer():
                state = "active" if record.active else "inactive"
            case Gone():
                state = "gone"
            case _:
                state = f"{record.open} {record.status}"
        facts[f"{record.kind}:{record.id}"] = state
    return facts


def difference(decided_on: dict[str, str], now: dict[str, str]) -> str:
    """What is no longer as it was decided on, in words; empty when all of it still holds."""
    changed = [
        f"{name} was '{was}' and is '{now.get(name, 'not there')}'"
        for name, was in decided_on.items()
        if now.get(name) != was
    ]
    return "; ".join(changed)

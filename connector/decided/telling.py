"""Turning an effect into a sentence, with the numbers and names that the ledger uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from connector.db import Tx
from connector.mirroring import mirror
from connector.outgoing.effects import (
    AnyEffect,
    PlaceCall,
    PrintLetter,
    Reminder,
    SendHook,
    SendNotice,
    SendReminder,
    SendText,
    SendThanks,
    TextPayLinks,
    asked_by,
    invoices_of,
)
from connector.outgoing.intents import OPEN, Intent, Step
from providers.charging import RaiseCharge, VoidCharge
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    Cash,
    CreditDifference,
    CreditNote,
    Customer,
    Invoice,
    Kind,
    RecordPayment,
    Undo,
)


@dataclass(frozen=True, slots=True)
class Told:
    """An intent in words. `customer` is empty where the effect names none."""

    intent: Intent
    sentence: str
    customer: str

    @property
    def customer_id(self) -> str:
        return customer_of(self.intent.effect)

    @property
    def is_open(self) -> bool:
        return self.intent.state in OPEN


@dataclass(frozen=True, slots=True)
class Names:
    """What records are called, by their ids; an id stands for itself where nothing is known."""

    invoices: dict[str, str]
    credits: dict[str, str]
    customers: dict[str, str]

    def invoice(self, id_: str) -> str:
        return f"invoice {self.invoices.get(id_) or id_}"

    def customer(self, id_: str) -> str:
        return self.customers.get(id_, "")

    def document(self, part: Allocation) -> str:
        """The invoice that money pays, or the credit that pays beside it."""
        if part.amount.amount < 0:
            return f"credit {self.credits.get(part.invoice_id) or part.invoice_id}"
        return self.invoice(part.invoice_id)

    def parts(self, allocations: Sequence[Allocation]) -> str:
        return listed(self._part(part) for part in allocations)

    def _part(self, part: Allocation) -> str:
        if part.amount.amount < 0:
            return f"{-part.amount} of {self.document(part)}"
        return f"{part.amount} to {self.document(part)}"


def listed(words: Iterable[str]) -> str:
    """A list as it is spoken: a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def tell(tx: Tx, connection_id: int, intents: Sequence[Intent]) -> list[Told]:
    """All of these in words; the names are read at once."""
    names = names_in(tx, connection_id, [intent.effect for intent in intents])
    return [_told(intent, names) for intent in intents]


def _told(intent: Intent, names: Names) -> Told:
    did = intent.state is Step.CONFIRMED
    effect = intent.effect
    match effect:
        case AddNote():
            about = names.invoice(effect.record_id) if _is_invoice(effect) else "the customer"
            sentence = f"{'Wrote' if did else 'Write'} a note on {about}: {effect.text}"
        case SendNotice():
            verb = "Told" if did else "Tell"
            sentence = f"{verb} {listed(effect.recipients)}: {effect.subject}"
        case SendHook():
            sentence = f"{'Told' if did else 'Tell'} your own system where the customer stands"
        case RaiseCharge() | VoidCharge():
            sentence = _charged(effect, names, did=did)
        case ApplyUnapplied() | RecordPayment() | CreditDifference() | Undo():
            sentence = _booked(effect, names, did=did)
        case _:
            sentence = _said(effect, names, did=did)
    return Told(intent, sentence, names.customer(customer_of(effect)))


def _booked(effect: Cash | Undo, names: Names, *, did: bool) -> str:
    match effect:
        case ApplyUnapplied():
            return f"{'Applied' if did else 'Apply'} {names.parts(effect.allocations)}"
        case RecordPayment():
            verb = "Entered" if did else "Enter"
            return f"{verb} a payment of {effect.total}, with {names.parts(effect.allocations)}"
        case CreditDifference(with_tax=True):
            verb = "Credited" if did else "Credit"
            what = f"{effect.amount} on {names.invoice(effect.invoice_id)}"
            return f"{verb} {what}, as {effect.allowed_by} approved"
        case CreditDifference():
            return (
                f"{'Booked' if did else 'Book'} a difference of {effect.amount} on"
                f" {names.invoice(effect.invoice_id)} to account {effect.account}"
            )
        case Undo():
            return f"{'Undid' if did else 'Undo'} {names.parts(effect.allocations)}"


def _charged(effect: RaiseCharge | VoidCharge, names: Names, *, did: bool) -> str:
    if isinstance(effect, VoidCharge):
        verb = "Voided" if did else "Void"
        return f"{verb} the invoice of {effect.done.amount} for being late"
    about = listed(names.invoice(id_) for id_ in effect.invoice_ids)
    return (
        f"{'Raised' if did else 'Raise'} an invoice of {effect.amount} for being late with {about}"
    )


def _said(effect: Reminder | TextPayLinks | SendThanks, names: Names, *, did: bool) -> str:
    """What customers hear or read."""
    match effect:
        case SendReminder():
            verb = "Sent" if did else "Send"
            return f"{verb} the {effect.step} message about {_asked(effect, names)}"
        case SendText():
            verb = f"{'Sent' if did else 'Send'} {effect.number}"
            return f"{verb} the {effect.step} text message about {_asked(effect, names)}"
        case PlaceCall():
            verb = f"{'Called' if did else 'Call'} {effect.number}"
            return f"{verb} for the step {effect.step} about {_asked(effect, names)}"
        case PrintLetter():
            verb = f"{'Made' if did else 'Make'} a letter, the {effect.kind},"
            return f"{verb} about {_asked(effect, names)}"
        case TextPayLinks():
            return f"{'Texted' if did else 'Text'} the pay page to {effect.number}"
        case SendThanks():
            invoices = listed(names.invoice(id_) for id_ in effect.invoice_ids)
            return f"{'Thanked' if did else 'Thank'} for {effect.total} on {invoices}"
        case _:
            assert_never(effect)


def _asked(effect: Reminder, names: Names) -> str:
    invoices = listed(names.invoice(id_) for id_ in invoices_of(effect))
    return f"{asked_by(effect)}: {invoices}"


def _is_invoice(note: AddNote) -> bool:
    return note.kind is Kind.INVOICE


def customer_of(effect: AnyEffect) -> str:
    """The id of the customer that it is about; empty where it names none."""
    if isinstance(effect, AddNote):
        return "" if _is_invoice(effect) else effect.record_id
    return "" if isinstance(effect, SendNotice) else effect.customer_id


def _invoices_of(effect: AnyEffect) -> Iterable[str]:
    match effect:
        case AddNote():
            return [effect.record_id] if _is_invoice(effect) else []
        case (
            SendReminder() | SendText() | PlaceCall() | PrintLetter() | TextPayLinks()
            | SendThanks()
        ):  # fmt: skip
            return invoices_of(effect)
        case RaiseCharge():
            return effect.invoice_ids
        case VoidCharge():
            return effect.done.invoice_ids
        case SendNotice() | SendHook():
            return []
        case _:
            return [part.invoice_id for part in effect.allocations]


def names_in(tx: Tx, connection_id: int, effects: Sequence[AnyEffect]) -> Names:
    """What everything that these effects are about is called; all is read at once."""
    invoice_ids = {id_ for effect in effects for id_ in _invoices_of(effect)}
    customer_ids = {id_ for effect in effects if (id_ := customer_of(effect))}
    invoices = mirror.fetch(tx, connection_id, Kind.INVOICE, invoice_ids)
    credits_ = mirror.fetch(tx, connection_id, Kind.CREDIT_NOTE, invoice_ids)
    customers = mirror.fetch(tx, connection_id, Kind.CUSTOMER, customer_ids)
    return Names(
        invoices={i.id: i.number for i in invoices if isinstance(i, Invoice)},
        credits={c.id: c.number for c in credits_ if isinstance(c, CreditNote)},
        customers={c.id: c.name for c in customers if isinstance(c, Customer)},
    )

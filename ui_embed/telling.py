"""Turning an effect into a sentence, with the numbers and names that the ledger uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from connector import mirror
from connector.db import Tx
from connector.effects import AnyEffect, PrintLetter, SendNotice, SendReminder
from connector.intents import OPEN, Intent, Step
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Customer,
    Invoice,
    Kind,
    RecordPayment,
    Undo,
)
from ui_embed.words import listed


@dataclass(frozen=True, slots=True)
class Told:
    """An intent in words. `customer` is empty where the effect names none."""

    intent: Intent
    sentence: str
    customer: str

    @property
    def is_open(self) -> bool:
        return self.intent.state in OPEN


@dataclass(frozen=True, slots=True)
class Names:
    """What records are called, by their ids; an id stands for itself where nothing is known."""

    invoices: dict[str, str]
    customers: dict[str, str]

    def invoice(self, id_: str) -> str:
        return f"invoice {self.invoices.get(id_) or id_}"

    def customer(self, id_: str) -> str:
        return self.customers.get(id_, "")


def tell(tx: Tx, connection_id: int, intents: Sequence[Intent]) -> list[Told]:
    """All of these in words; the names are read at once."""
    names = _names(tx, connection_id, [intent.effect for intent in intents])
    return [_told(intent, names) for intent in intents]


def _told(intent: Intent, names: Names) -> Told:
    did = intent.state is Step.CONFIRMED
    effect = intent.effect
    match effect:
        case ApplyUnapplied():
            sentence = f"{'Applied' if did else 'Apply'} {_parts(effect.allocations, names)}"
        case RecordPayment():
            verb = "Entered" if did else "Enter"
            sentence = (
                f"{verb} a payment of {effect.total}, with {_parts(effect.allocations, names)}"
            )
        case CreditDifference():
            sentence = (
                f"{'Booked' if did else 'Book'} a difference of {effect.amount} on"
                f" {names.invoice(effect.invoice_id)} to account {effect.account}"
            )
        case Undo():
            sentence = f"{'Undid' if did else 'Undo'} {_parts(effect.allocations, names)}"
        case AddNote():
            about = names.invoice(effect.record_id) if _is_invoice(effect) else "the customer"
            sentence = f"{'Wrote' if did else 'Write'} a note on {about}: {effect.text}"
        case SendReminder() | PrintLetter() | SendNotice():
            sentence = _message(effect, names, did=did)
        case _:
            assert_never(effect)
    return Told(intent, sentence, names.customer(_customer_of(effect)))


def _message(effect: SendReminder | PrintLetter | SendNotice, names: Names, *, did: bool) -> str:
    if isinstance(effect, SendNotice):
        return f"{'Told' if did else 'Tell'} {listed(effect.recipients)}: {effect.subject}"
    about = listed(names.invoice(id_) for id_ in _invoices_of(effect))
    if isinstance(effect, PrintLetter):
        what = f"a letter, the {effect.kind}, about {effect.total}: {about}"
        return f"{'Made' if did else 'Make'} {what}"
    what = f"the {effect.step} message about {effect.total}: {about}"
    return f"{'Sent' if did else 'Send'} {what}"


def _parts(allocations: Sequence[Allocation], names: Names) -> str:
    return listed(f"{part.amount} to {names.invoice(part.invoice_id)}" for part in allocations)


def _is_invoice(note: AddNote) -> bool:
    return note.kind is Kind.INVOICE


def _customer_of(effect: AnyEffect) -> str:
    if isinstance(effect, AddNote):
        return "" if _is_invoice(effect) else effect.record_id
    return "" if isinstance(effect, SendNotice) else effect.customer_id


def _invoices_of(effect: AnyEffect) -> Iterable[str]:
    match effect:
        case AddNote():
            return [effect.record_id] if _is_invoice(effect) else []
        case SendReminder():
            return effect.invoice_ids
        case PrintLetter():
            return effect.reminder.invoice_ids
        case SendNotice():
            return []
        case _:
            return [part.invoice_id for part in effect.allocations]


def _names(tx: Tx, connection_id: int, effects: Sequence[AnyEffect]) -> Names:
    invoice_ids = {id_ for effect in effects for id_ in _invoices_of(effect)}
    customer_ids = {id_ for effect in effects if (id_ := _customer_of(effect))}
    invoices = mirror.fetch(tx, connection_id, Kind.INVOICE, invoice_ids)
    customers = mirror.fetch(tx, connection_id, Kind.CUSTOMER, customer_ids)
    return Names(
        invoices={i.id: i.number for i in invoices if isinstance(i, Invoice)},
        customers={c.id: c.name for c in customers if isinstance(c, Customer)},
    )

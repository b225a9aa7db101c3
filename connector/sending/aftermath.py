"""What follows from a write: it is in the ledger now, or it came to nothing."""

from __future__ import annotations

from datetime import datetime

from connector.clients import tenants
from connector.concessions import conceded
from connector.db import Tx
from connector.late_fees import raising
from connector.mirroring import rereading
from connector.outgoing.effects import Saying
from connector.outgoing.intents import Intent
from connector.sending import unknown_outcomes
from connector.taken_back import reversals
from connector.undoing import undo
from connector.writing_back import applying, stepwise
from providers.charging import Charging
from providers.ledger import AddNote, Undo


def confirmed(tx: Tx, intent: Intent, receipt: str, *, now: datetime) -> None:
    """The ledger has it; what it changed there is read again."""
    places = stepwise.touched(intent.effect)
    if isinstance(intent.effect, Undo):
        undo.confirmed(tx, intent, now=now)
    elif isinstance(intent.effect, Charging):
        places = raising.confirmed(tx, intent, receipt=receipt, now=now)
    elif conceded.is_about(intent):
        conceded.confirmed(tx, intent, receipt=receipt, now=now)
    elif not isinstance(intent.effect, AddNote | Saying):
        connection = tenants.connection(tx, intent.connection_id)
        applying.confirmed(tx, connection, intent, receipt=receipt, now=now)
        places += applying.unannounced(connection, intent, receipt)
    rereading.hint_at(tx, intent.connection_id, places, why=f"intent:{intent.id}", now=now)


def came_to_nothing(
    tx: Tx, intent: Intent, error: str, *, decide_again: bool, now: datetime
) -> None:
    """It did not happen, and what it was to change is read again."""
    places = stepwise.touched(intent.effect)
    if isinstance(intent.effect, Undo):
        undo.came_to_nothing(tx, intent, now=now)
        places += reversals.unfound(tx, intent)
    elif isinstance(intent.effect, Charging):
        places = raising.came_to_nothing(tx, intent, error, decide_again=decide_again, now=now)
    elif conceded.is_about(intent):
        conceded.came_to_nothing(tx, intent, error, now=now)
    elif not isinstance(intent.effect, AddNote):
        applying.came_to_nothing(tx, intent, decide_again=decide_again, now=now)
    rereading.hint_at(tx, intent.connection_id, places, why=f"stale:{intent.id}", now=now)


def not_known(tx: Tx, intent: Intent, error: str, *, now: datetime) -> None:
    """It may have happened, and only a person can find out: until then nothing is decided about
    the money that it was to place."""
    if conceded.is_about(intent) and not isinstance(intent.effect, Undo):
        conceded.not_known(tx, intent, error, now=now)
    elif not isinstance(intent.effect, Charging | AddNote):
        unknown_outcomes.ask(tx, intent, error, now=now)
    places = stepwise.touched(intent.effect)
    rereading.hint_at(tx, intent.connection_id, places, why=f"unknown:{intent.id}", now=now)

"""Notes in the ledger: intended in one place, and one write for what is due on one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from connector import local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals
from connector.deps import Deps
from connector.lease import Fence
from connector.outgoing import effects, intents
from connector.outgoing.intents import Intent, Step
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from providers.ledger import AddNote, Kind

NOTED_INVOICES_MAX = 5


def are_on(tx: Tx, connection: Connection) -> bool:
    return modes.of(tx, connection.client_id)[Capability.NOTE] in modes.ACTING


def intend(
    tx: Tx, connection: Connection, kind: Kind, record_id: str, text: str, *,
    told_by: Sequence[str], decision_id: int, now: datetime, after_key: str = "",
) -> None:  # fmt: skip
    """Intend a note on a record, or in copilot ask for it first; `told_by` tells it from every
    other note, and with `after_key` it waits for an intent."""
    effect = AddNote(kind, record_id, text, local_days.today(connection, now))
    key = effects.key_of(connection.id, *told_by)
    option = {
        "text": "write this note", "note": effects.dump(effect), "key": key, "after": after_key,
    }  # fmt: skip
    if modes.of(tx, connection.client_id)[Capability.NOTE] is not Mode.COPILOT:
        order(tx, connection.id, option, decision_id=decision_id, now=now)
    elif approvals.newest(tx, connection.id, f"note:{key}") is None:
        approvals.ask(
            tx, connection.id, decision_id=decision_id, capability=Capability.NOTE,
            subject=f"note:{key}", at=now, summary=f"A note on the {kind}: {text}",
            options=[option],
        )  # fmt: skip


def on_account(
    tx: Tx, connection: Connection, customer_id: str, invoice_ids: Sequence[str], text: str, *,
    told_by: Sequence[str], decision_id: int, now: datetime,
) -> None:  # fmt: skip
    """The same words on a customer and on the first of its invoices that they are about, where
    notes are switched on."""
    if not are_on(tx, connection):
        return
    places = [(Kind.CUSTOMER, customer_id)]
    places += [(Kind.INVOICE, id_) for id_ in invoice_ids[:NOTED_INVOICES_MAX]]
    for kind, id_ in places:
        intend(tx, connection, kind, id_, text, told_by=(*told_by, kind, id_),
               decision_id=decision_id, now=now)  # fmt: skip


def order(
    tx: Tx, connection_id: int, option: Mapping[str, Any], *, decision_id: int, now: datetime
) -> None:
    """Intend the note that an option is about."""
    effect = effects.load(option["note"])
    assert isinstance(effect, AddNote)
    intents.add(
        tx, connection_id, effect, key=option["key"], subject=f"note:{effect.record_id}",
        decision_id=decision_id, now=now, after_key=option["after"],
    )  # fmt: skip


def together(
    deps: Deps, fence: Fence, due: Sequence[Intent], *, length_max: int
) -> Sequence[Intent]:
    """What is due, with one note left of those about one record, as far as their words fit.

    Each keeps its marker in the text. The others wait for it and are confirmed with it. What it
    waited for itself has happened, so it waits for nothing any more: were that undone now, the
    words of the others would go with it.
    """
    carried: set[int] = set()
    for lead, others in _bundles(due, length_max):
        carried |= {it.id for it in others}
        with deps.writing() as tx:
            fence.check(tx)
            words = (*(_text(it) for it in (lead, *others)), *(it.marker for it in others))
            assert isinstance(lead.effect, AddNote)
            intents.aim(
                tx, lead, replace(lead.effect, text=" ".join(words)), subject=lead.subject, facts={}
            )
            intents.follow(tx, lead, "")
            for it in others:
                intents.follow(tx, it, lead.key)
    if not carried:
        return due
    with deps.reading() as tx:
        keys = [it.key for it in due if it.id not in carried]
        now_due = {it.key: it for it in intents.of_keys(tx, due[0].connection_id, keys)}
    return [now_due[key] for key in keys]


def _bundles(due: Sequence[Intent], length_max: int) -> list[tuple[Intent, list[Intent]]]:
    bundles: list[tuple[Intent, list[Intent]]] = []
    new = [it for it in due if isinstance(it.effect, AddNote) and it.state is Step.INTENDED]
    for _, about_one in groupby(sorted(new, key=_place), key=_place):
        room = 0
        for it in about_one:
            needed = len(_text(it)) + len(it.marker) + 2
            if needed > room:
                bundles.append((it, []))
                room = length_max
            else:
                bundles[-1][1].append(it)
            room -= needed
    return [bundle for bundle in bundles if bundle[1]]


def _place(intent: Intent) -> tuple[str, str, str]:
    assert isinstance(intent.effect, AddNote)
    return (intent.effect.kind, intent.effect.record_id, intent.effect.on.isoformat())


def _text(intent: Intent) -> str:
    assert isinstance(intent.effect, AddNote)
    return intent.effect.text

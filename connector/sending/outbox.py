"""The one door: every effect goes out here, is confirmed, and is looked for before a repeat."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import structlog

from connector import audit
from connector.access.ledgers import Opened, opened
from connector.clients import meter
from connector.clients.meter import OutOfBudget, Purpose
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import notes
from connector.deps import Deps
from connector.firm_news import notices
from connector.lease import Fence
from connector.mail import mailing
from connector.money import cash
from connector.notifications import hook_delivery, thanking
from connector.outgoing import effects, intents, recall
from connector.outgoing.effects import (
    PrintLetter,
    Reminder,
    SendNotice,
    SendReminder,
    SendThanks,
    TextPayLinks,
)
from connector.outgoing.intents import Intent, Step
from connector.paper import posting
from connector.phone import telephone
from connector.sending import aftermath, own_faults
from connector.syncing import second_look
from connector.undoing import undo
from providers.errors import OutcomeUnknown, Refused, Stale, TryLater
from providers.http import FLIGHT_MAX
from providers.ledger import AddNote, Draft, Effect, Undo
from providers.ports import LedgerWriter
from providers.writers import WRITERS

log = structlog.get_logger()
INTENTS_MAX = 50
ATTEMPTS_MAX = 8
AGAIN_SOON = timedelta(seconds=10)


def run(deps: Deps, connection: Connection, fence: Fence) -> int:
    """Deliver what is due for one connection; returns how many intents were looked at.

    TryLater and Reconnect end the run: they are about the whole ledger, not about one intent.
    """
    looked_at = 0
    while True:
        with deps.reading() as tx:
            due = intents.due(tx, connection.id, deps.now(), INTENTS_MAX, names=effects.TO_OTHERS)
        if not due:
            return looked_at
        with opened(deps, connection.id, Purpose.WRITE) as ledger:
            writer = WRITERS[connection.ledger](
                ledger.vendor, ledger.http, ledger.access, ledger.company_id
            )
            length_max = ledger.ledger.note_length_max
            for intent in notes.together(deps, fence, due, length_max=length_max):
                fence.renew()
                deliver = partial(_deliver, deps, fence, ledger, writer, intent)
                own_faults.apart(deps, fence, intent, deliver)
                looked_at += 1


def run_own(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Tell the client's own people and systems, whether the ledger can be reached or not."""
    hooks = hook_delivery.Run(deps, fence)
    while True:
        with deps.reading() as tx:
            due = intents.due(tx, connection.id, deps.now(), INTENTS_MAX, names=effects.TO_OWN)
        if not due:
            return
        for intent in due:
            fence.renew()
            deliver = partial(hooks.deliver, intent)
            if isinstance(intent.effect, SendNotice):
                deliver = partial(notices.deliver, deps, fence, intent)
            own_faults.apart(deps, fence, intent, deliver)


def _deliver(
    deps: Deps, fence: Fence, ledger: Opened, writer: LedgerWriter, intent: Intent
) -> None:
    try:
        if isinstance(intent.effect, Reminder | TextPayLinks | SendThanks):
            _speak(deps, fence, ledger, intent)
        elif intent.state is Step.INTENDED:
            _first_try(deps, fence, writer, intent)
        elif _inside_key_window(deps, ledger, intent):
            _repeat(deps, fence, writer, intent)
        else:
            _look_for(deps, fence, writer, intent)
    except TryLater as later:
        with deps.writing() as tx:
            fence.check(tx)
            intents.wait(tx, intent, str(later), next_at=deps.now() + later.wait)
            meter.pause(tx, intent.connection_id, later, deps.now())
        raise


def _speak(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> None:
    """A question that the ledger will not answer holds up this message, and no other work."""
    match intent.effect:
        case SendReminder():
            channel = mailing.deliver
        case PrintLetter():
            channel = posting.deliver
        case SendThanks():
            channel = thanking.deliver
        case _:
            channel = telephone.deliver
    try:
        channel(deps, fence, ledger, intent)
    except (Refused, Stale) as refused:
        why = f"not sent: the ledger was not readable: {refused}"
        second_look.end(deps, fence, intent, Step.PERSON, why)


def _first_try(deps: Deps, fence: Fence, writer: LedgerWriter, intent: Intent) -> None:
    effect = intent.effect
    assert isinstance(effect, Effect)
    with deps.reading() as tx:
        recalled = recall.why(tx, intent)
    if recalled:
        _come_to_nothing(deps, fence, intent, recalled, decide_again=True)
        return
    try:
        draft = writer.compose(effect, intent.marker)
        if isinstance(effect, Undo):
            undo.look_ahead(deps, writer, intent)
    except (Refused, Stale) as refused:
        stale = isinstance(refused, Stale)
        _come_to_nothing(deps, fence, intent, str(refused), decide_again=stale)
        return
    changed = effects.difference(intent.facts, effects.facts_of(draft.read))
    if changed:
        _come_to_nothing(deps, fence, intent, f"changed since: {changed}", decide_again=True)
        return
    deps.reached("outbox.composed")
    _send(deps, fence, writer, intent, draft)


def _repeat(deps: Deps, fence: Fence, writer: LedgerWriter, intent: Intent) -> None:
    """The same bytes under the same key, while the vendor still remembers the key."""
    assert intent.draft is not None
    _send(deps, fence, writer, intent, intent.draft)


def _send(deps: Deps, fence: Fence, writer: LedgerWriter, intent: Intent, draft: Draft) -> None:
    repeated = intent.state is not Step.INTENDED
    with deps.writing() as tx:
        fence.check(tx)
        intents.sending(tx, intent, draft, now=deps.now())
    deps.reached("outbox.sending")
    try:
        receipt = writer.send(draft, intent.sent_key)
    except OutcomeUnknown as unknown:
        _not_known(deps, fence, intent, str(unknown), soon=not repeated)
    except OutOfBudget:
        with deps.writing() as tx:
            fence.check(tx)
            intents.unsent(tx, intent)
        raise
    except TryLater as later:
        with deps.writing() as tx:
            fence.check(tx)
            if repeated:
                intents.unknown(tx, intent, str(later), next_at=deps.now() + later.wait)
            else:
                intents.again(tx, intent, str(later), next_at=deps.now() + later.wait)
        raise
    except (Stale, Refused) as refused:
        _turned_away(deps, fence, intent, refused, repeated=repeated)
    else:
        deps.reached("outbox.sent")
        _confirm(deps, fence, intent, receipt)


def _turned_away(
    deps: Deps, fence: Fence, intent: Intent, refused: Stale | Refused, *, repeated: bool
) -> None:
    """Nothing happened now; of an earlier try that may still not be known. A note stands on
    nothing that can be decided again: it is composed anew beside what others wrote meanwhile."""
    stale = isinstance(refused, Stale)
    if repeated:
        _not_known(deps, fence, intent, str(refused), soon=False)
    elif stale and isinstance(intent.effect, AddNote) and intent.attempts + 1 < ATTEMPTS_MAX:
        with deps.writing() as tx:
            fence.check(tx)
            intents.again(tx, intent, str(refused), next_at=deps.now())
    else:
        _come_to_nothing(deps, fence, intent, str(refused), decide_again=stale)


def _look_for(deps: Deps, fence: Fence, writer: LedgerWriter, intent: Intent) -> None:
    """The key may be forgotten by now: look whether the write is there before it is repeated."""
    effect, draft, last_try = intent.effect, intent.draft, intent.last_try
    assert draft is not None
    assert last_try is not None
    assert isinstance(effect, Effect)
    settled_at = last_try + FLIGHT_MAX
    if deps.now() < settled_at:
        with deps.writing() as tx:
            fence.check(tx)
            intents.wait(tx, intent, "waiting until it can be looked for", next_at=settled_at)
        return
    try:
        found = writer.find(effect, draft, intent.marker)
    except (Refused, Stale) as refused:
        why = f"it may have been written, and that cannot be found out: {refused}"
        _give_up(deps, fence, intent, why, may_be_there=True)
        return
    if found:
        _confirm(deps, fence, intent, found)
    elif intent.attempts >= ATTEMPTS_MAX:
        why = f"tried {intent.attempts} times: {intent.error}"
        _give_up(deps, fence, intent, why, may_be_there=False)
    else:
        with deps.writing() as tx:
            fence.check(tx)
            intents.again(tx, intent, "not found: it did not happen", next_at=deps.now())


def _inside_key_window(deps: Deps, ledger: Opened, intent: Intent) -> bool:
    """Whether a repeat sent now still arrives while the vendor knows the key of the first try."""
    assert intent.first_try is not None
    if intent.attempts >= ATTEMPTS_MAX:
        return False
    return deps.now() - intent.first_try < ledger.ledger.key_window - FLIGHT_MAX


def _not_known(deps: Deps, fence: Fence, intent: Intent, error: str, *, soon: bool) -> None:
    log.warning("outcome unknown", intent=intent.id, connection_id=intent.connection_id)
    wait = AGAIN_SOON if soon else FLIGHT_MAX
    with deps.writing() as tx:
        fence.check(tx)
        intents.unknown(tx, intent, error, next_at=deps.now() + wait)


def _confirm(deps: Deps, fence: Fence, intent: Intent, receipt: str) -> None:
    now = deps.now()
    with deps.writing() as tx:
        fence.check(tx)
        cash.hold(tx, intent.connection_id)
        note = isinstance(intent.effect, AddNote)
        carried = intents.followers(tx, intent.connection_id, intent.key) if note else []
        for it in (intent, *carried):
            intents.confirmed(tx, it, receipt, now=now)
            _audit(tx, it, "confirmed", receipt=receipt, now=now)
        aftermath.confirmed(tx, intent, receipt, now=now)
    deps.ring("sync", intent.connection_id)


def _come_to_nothing(
    deps: Deps, fence: Fence, intent: Intent, error: str, *, decide_again: bool
) -> None:
    now = deps.now()
    with deps.writing() as tx:
        fence.check(tx)
        cash.hold(tx, intent.connection_id)
        intents.end(tx, intent, Step.REFUSED, error, now=now)
        _audit(tx, intent, "not done", reason=error, now=now)
        aftermath.came_to_nothing(tx, intent, error, decide_again=decide_again, now=now)
    deps.ring("sync", intent.connection_id)


def _give_up(deps: Deps, fence: Fence, intent: Intent, error: str, *, may_be_there: bool) -> None:
    now = deps.now()
    with deps.writing() as tx:
        fence.check(tx)
        cash.hold(tx, intent.connection_id)
        intents.end(tx, intent, Step.PERSON, error, now=now)
        _audit(tx, intent, "needs a person", reason=error, now=now)
        if may_be_there:
            aftermath.not_known(tx, intent, error, now=now)
        else:
            aftermath.came_to_nothing(tx, intent, error, decide_again=False, now=now)
    deps.ring("sync", intent.connection_id)


def _audit(tx: Tx, intent: Intent, event: str, *, now: datetime, **what: str) -> None:
    audit.add(
        tx, intent.connection_id, at=now, actor="ledgerhand",
        event=f"{effects.dump(intent.effect)['effect']}.{event}", about=intent.subject,
        decision_id=intent.decision_id or None, **what,
    )  # fmt: skip

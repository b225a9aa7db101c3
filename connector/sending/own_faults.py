"""A fault of our own in one effect: it is put before a person, and what waits behind it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
import structlog

from connector import audit
from connector.deps import Deps
from connector.lease import Fence
from connector.money import cash
from connector.outgoing import faults, intents
from connector.outgoing.intents import Intent, Step
from connector.sending import aftermath

log = structlog.get_logger()
FAULTS = (*faults.FAULTS, sa.exc.IntegrityError, sa.exc.DataError)
"""Ours, and what the database does not take from us."""
AGAIN = timedelta(minutes=15)
TRIED_FOR = timedelta(days=1)
"""How long it is tried to find out what became of something that may have been sent."""


def apart(deps: Deps, fence: Fence, intent: Intent, work: Callable[[], None]) -> None:
    """Do the work of one intent. Where it fails by a fault of ours before anything was sent, the
    intent ends with a person; where it may have been sent, it is found out later, as ever, or by
    a person in the end."""
    try:
        work()
    except FAULTS as fault:
        log.exception("a fault in one effect", intent=intent.id, subject=intent.subject)
        name = type(fault).__name__
        what = f"Ledgerhand failed at this by a fault of its own ({name}); ask whoever runs it"
        with deps.writing() as tx:
            fence.check(tx)
            cash.hold(tx, intent.connection_id)
            now = deps.now()
            (present,) = intents.of_keys(tx, intent.connection_id, [intent.key])
            was_sent = present.state is not Step.INTENDED
            if was_sent and now - (present.last_try or now) < TRIED_FOR:
                intents.wait(tx, present, what, next_at=now + AGAIN)
                return
            intents.end(tx, present, Step.PERSON, what, now=now)
            audit.add(
                tx, intent.connection_id, at=now, actor="ledgerhand", event="effect.failed",
                about=intent.subject, decision_id=intent.decision_id or None, reason=what,
            )  # fmt: skip
            if was_sent:
                aftermath.not_known(tx, present, what, now=now)
            else:
                aftermath.came_to_nothing(tx, present, what, decide_again=False, now=now)

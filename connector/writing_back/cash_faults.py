"""A fault of our own while one piece of money is decided on: it is put before a person, and the
others are decided on. It is tried again in the night, like all that waits."""

from __future__ import annotations

import structlog

from connector.clients.tenants import Connection
from connector.decided import questions
from connector.deps import Deps
from connector.lease import Fence
from connector.money import cash
from connector.money.cash import Item, Standing
from connector.outgoing import faults

log = structlog.get_logger()


def leave_to_people(
    deps: Deps, connection: Connection, fence: Fence, item: Item, fault: BaseException
) -> None:
    """The log is told where in the code it arose, and of which money no more than the id."""
    name = type(fault).__name__
    log.error(
        "a fault in one receipt", connection_id=connection.id, subject=item.subject, fault=name,
        at=faults.where(fault),
    )  # fmt: skip
    why = (
        f"{item.left}, '{item.text[:120]}': Ledgerhand could not decide on this money by a fault of"
        f" its own ({name}), so a person places it; ask whoever runs it"
    )
    with deps.writing() as tx:
        fence.check(tx)
        now, present = deps.now(), cash.still_due(tx, connection.id, item)
        if present is None:
            return
        is_asked = questions.show(
            tx, connection, subject=item.subject, rule="fault", reasons=[why], at=now
        )
        state = Standing.REVIEW if is_asked else Standing.SHADOW
        cash.stand(tx, connection.id, present, state, at=now)

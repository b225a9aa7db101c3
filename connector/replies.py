"""What customers answer: kept word for word, and everything about them waits for a person."""

from __future__ import annotations

import structlog

from connector import agenda, audit, holds, messages
from connector.deps import Deps
from providers.email import parse

log = structlog.get_logger()


def accept(deps: Deps, raw: bytes) -> None:
    """Take one e-mail in (RFC 5322 bytes). Automatic answers are kept and change nothing; an
    answer to nothing that we sent is not ours."""
    now = deps.now()
    reply = parse.reply(raw, received_at=now)
    with deps.writing() as tx:
        place = messages.answered(tx, reply.in_reply_to)
        if place is None:
            log.info("reply to nothing of ours")
            return
        connection_id, customer_id = place
        if not messages.keep_reply(tx, connection_id, customer_id, reply):
            return
        audit.add(
            tx, connection_id, at=now, actor="customer", event="reply.received",
            about=f"customer:{customer_id}", automatic=reply.automatic,
        )  # fmt: skip
        if reply.automatic:
            return
        holds.set_hold(
            tx, connection_id, customer_id=customer_id, kind="reply", by="ledgerhand", at=now,
            reason="the customer answered; a person reads it first",
        )  # fmt: skip
        agenda.mark(tx, connection_id, [customer_id])
    deps.ring("decide", connection_id)

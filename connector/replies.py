"""What customers write: answers kept word for word, advices kept beside the money they speak of."""

from __future__ import annotations

import structlog

from connector import advices, agenda, audit, holds, messages, waiting_mail
from connector.deps import Deps
from providers.email import parcels, parse
from providers.messages import Reply

log = structlog.get_logger()


def accept(deps: Deps, raw: bytes) -> None:
    """Take one e-mail in (RFC 5322 bytes). Automatic answers are kept and change nothing; what is
    no answer to us and was sent to no remittance address is not ours.

    A remittance advice counts wherever it stands, and also if a machine sent it.
    """
    reply = parse.reply(raw, received_at=deps.now())
    parcel = parcels.parcel(raw)
    with deps.reading() as tx:
        place = messages.answered(tx, reply.in_reply_to)
        addressee = advices.addressee(tx, deps, parcel)
    if place is not None:
        keep(deps, place, reply, raw=b"" if parcel.bounces else raw)
    elif addressee is not None and not parcel.bounces:
        with deps.writing() as tx:
            waiting_mail.add(tx, addressee.id, raw, at=deps.now())
        deps.ring("decide", addressee.id)
    else:
        log.info("reply to nothing of ours")


def keep(deps: Deps, place: tuple[int, str], reply: Reply, *, raw: bytes = b"") -> None:
    """Keep what a customer answered at a place (connection id, customer id), once, and let nothing
    go out to them before a person has read it. `raw` is searched for a remittance advice."""
    connection_id, customer_id = place
    now = deps.now()
    with deps.writing() as tx:
        if not messages.keep_reply(tx, connection_id, customer_id, reply):
            return
        audit.add(
            tx, connection_id, at=now, actor="customer", event="reply.received",
            about=f"customer:{customer_id}", automatic=reply.automatic,
        )  # fmt: skip
        if raw:
            waiting_mail.add(tx, connection_id, raw, at=now, customer_id=customer_id)
        if not reply.automatic:
            holds.set_hold(
                tx, connection_id, customer_id=customer_id, kind="reply", by="ledgerhand", at=now,
                reason="the customer answered; a person reads it first",
            )  # fmt: skip
            agenda.mark(tx, connection_id, [customer_id])
    deps.ring("decide", connection_id)

"""The daily proof that no cent was made or lost: kept in the audit log, told where it fails, and
told again where all adds up since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from connector import audit
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.firm_news import notices
from connector.money import cash, naming
from connector.proof import conservation, discrepancies, signed_reports
from connector.proof.conservation import Conservation
from connector.proof.discrepancies import Discrepancy
from connector.proof.signed_reports import Keys
from connector.proof.whereabouts import NAMES
from dunning.words.lines import one_line

log = structlog.get_logger()
REASON_CHARACTERS_MAX = 500
ADDS_UP = "conservation.restored"


class CannotExplain(ValueError):
    """The explanation was not kept; the text says why and what to do."""


def accounted(deps: Deps, connection_id: int) -> list[Conservation]:
    """Where all money is at one moment, while others go on placing it."""
    with deps.snapshot() as tx:
        return conservation.conservation(tx, connection_id)


def daily(
    tx: Tx, connection: Connection, lines: Sequence[Conservation], *, keys: Keys, now: datetime
) -> None:
    """The proof of a day, and its signed report."""
    keep(tx, connection, lines, now=now)
    signed_reports.keep(tx, connection, lines, keys=keys, now=now)


def keep(tx: Tx, connection: Connection, lines: Sequence[Conservation], *, now: datetime) -> None:
    """Keep what was found, and tell the firm of every receipt that does not add up any more, once,
    and of every one that does again."""
    broken = [receipt for line in lines for receipt in line.broken]
    news = discrepancies.keep(tx, connection.id, broken, at=now)
    for line in lines:
        _log(tx, connection.id, line, now=now)
    if news.found:
        log.error("conservation.broken", connection_id=connection.id, receipts=len(news.found))
        told = [f"{naming.receipt(tx, connection.id, it.subject)}: {it.fault}" for it in news.found]
        notices.does_not_add_up(tx, connection, told, what_next=discrepancies.NEXT, at=now)
    if news.over:
        for one in news.over:
            audit.add(tx, connection.id, at=now, actor="ledgerhand", event=ADDS_UP,
                      about=one.subject, was=one.fault)  # fmt: skip
        told = [naming.receipt(tx, connection.id, one.subject) for one in news.over]
        notices.adds_up_again(tx, connection, told, at=now)
        cash.reconsider(tx, connection.id)


def again(deps: Deps, connection_id: int) -> list[Discrepancy]:
    """Look once more, because a person asks; returns what still waits for one."""
    lines = accounted(deps, connection_id)
    with deps.writing() as tx:
        cash.hold(tx, connection_id)
        keep(tx, tenants.connection(tx, connection_id), lines, now=deps.now())
        left = discrepancies.unexplained(tx, connection_id)
    deps.ring("decide", connection_id)
    return left


def explain(deps: Deps, connection_id: int, subject: str, *, by: str, reason: str) -> None:
    """A person looked at a receipt that does not add up, and says why it is right as it is: it is
    told no more, and its money is decided on again. Raises CannotExplain."""
    why = one_line(reason)[:REASON_CHARACTERS_MAX]
    if not why:
        raise CannotExplain("write why it is right as it is; who reads the report is told")
    with deps.writing() as tx:
        cash.hold(tx, connection_id)
        if not discrepancies.explain(tx, connection_id, subject, by=by, reason=why):
            raise CannotExplain("it adds up by now, or somebody explained it before")
        audit.add(tx, connection_id, at=deps.now(), actor=by, event="conservation.explained",
                  about=subject, reason=why)  # fmt: skip
        cash.reconsider(tx, connection_id)
    deps.ring("decide", connection_id)


def _log(tx: Tx, connection_id: int, line: Conservation, *, now: datetime) -> None:
    event = "conservation.broken" if line.broken else "conservation.proved"
    figures = {name: str(getattr(line.parts, name)) for name in NAMES}
    audit.add(
        tx, connection_id, at=now, actor="ledgerhand", event=event, about=line.currency,
        decision_id=None, received=str(line.received), left=str(line.left),
        faults=list(line.faults), figures=figures,
    )  # fmt: skip

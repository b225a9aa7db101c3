"""The door where QuickBooks and Xero knock: prove the sender, keep what is new, answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from flask import Blueprint, Response, request

from connector.clients import tenants
from connector.clients.tenants import State
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring import inbox
from connector.vault import Vault
from providers.ledger import Change
from providers.registry import LEDGERS
from webhooks import parts
from webhooks.answers import answered, raw_body
from webhooks.counters import EVENTS

log = structlog.get_logger()
door = Blueprint("ledger_door", __name__)

BODY_BYTES_MAX = 2_000_000
"""QuickBooks sends at most 100 events, about 1 MB, in one request."""
EVENT_ID_CHARACTERS_MAX = 200
RECORD_ID_CHARACTERS_MAX = 64
OPERATION_CHARACTERS_MAX = 20


@door.route("/webhooks/<ledger>", methods=["POST"], provide_automatic_options=False)
def receive(ledger: str) -> Response:
    """What a genuine sender says is never refused: a refused batch would be sent for ever and hold
    back all that comes after it. The sweeps find what could not be read."""
    deps, entry = parts.here(), LEDGERS.get(ledger)
    key = deps.config.vendor(ledger).webhook_key if entry else ""
    if entry is None or not key:
        return answered("other", "no such door", HTTPStatus.NOT_FOUND)
    raw = raw_body(BODY_BYTES_MAX)
    if raw is None:
        return answered(ledger, "too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not entry.is_genuine(raw, request.headers.get(entry.signature_header, ""), key):
        return answered(ledger, "forged", HTTPStatus.UNAUTHORIZED)
    try:
        changes = entry.changes(raw)
    except ValueError as error:
        log.warning("webhook not understood", ledger=ledger, why=str(error))
        return answered(ledger, "not understood", HTTPStatus.OK)
    woken = _keep(deps, ledger, changes)
    answer = answered(ledger, "accepted", HTTPStatus.OK)
    answer.call_on_close(lambda: _ring(deps, woken))
    return answer


def _keep(deps: Deps, ledger: str, changes: Sequence[Change]) -> set[int]:
    """Store what is new, company by company; returns the connections that now have work."""
    outcomes: Counter[str] = Counter()
    by_company: dict[str, list[Change]] = {}
    for change in changes:
        if _fits(change):
            by_company.setdefault(change.company_id, []).append(change)
        else:
            outcomes["malformed"] += 1
    woken: set[int] = set()
    if by_company:
        with deps.writing() as tx:
            for company_id, news in by_company.items():
                connection_id, counts = _accept(tx, deps, ledger, company_id, news)
                outcomes.update(counts)
                if counts.get("stored"):
                    woken.add(connection_id)
        deps.reached("webhooks.kept")
    for outcome, count in outcomes.items():
        EVENTS.labels(ledger, outcome).inc(count)
    return woken


def _accept(
    tx: Tx, deps: Deps, ledger: str, company_id: str, news: Sequence[Change]
) -> tuple[int, dict[str, int]]:
    """The company's connection, 0 where there is none, and how many events went which way."""
    connection = tenants.find_company(tx, Vault(deps.config.keys), ledger, company_id)
    if connection is None:
        return 0, {"unknown company": len(news)}
    if connection.state is State.DISCONNECTED:
        return connection.id, {"disconnected": len(news)}
    stored = inbox.accept(tx, connection.id, ledger, news, now=deps.now())
    return connection.id, {"stored": stored, "known": len(news) - stored}


def _fits(change: Change) -> bool:
    ids = (change.event_id, change.company_id, change.record_id, change.merged_into)
    return (
        len(change.event_id) <= EVENT_ID_CHARACTERS_MAX
        and max(len(change.record_id), len(change.merged_into)) <= RECORD_ID_CHARACTERS_MAX
        and len(change.operation) <= OPERATION_CHARACTERS_MAX
        and all(text.isprintable() for text in ids)
    )


def _ring(deps: Deps, woken: set[int]) -> None:
    """After the answer: what nobody hears now, the reconciler finds."""
    for connection_id in sorted(woken):
        deps.ring("sync", connection_id)

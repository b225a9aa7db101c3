"""The nightly comparison of the mirror with the ledger's open book and its aged receivables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from connector import audit
from connector.access.ledgers import opened
from connector.clients import sweeps, tenants
from connector.clients.meter import Purpose
from connector.clients.sweeps import Progress
from connector.db import Tx
from connector.deps import Deps
from connector.evidence import habits
from connector.firm_news import notices
from connector.learning import experience
from connector.lease import Fence
from connector.mirroring import inbox, mirror
from connector.money import cash
from connector.proof import conservation, proving
from connector.syncing import perceive
from providers.documents import Aged
from providers.errors import Refused
from providers.ledger import Kind, Record
from providers.money import Money

log = structlog.get_logger()
CUSTOMERS_ASKED_MAX = 10
"""One call each for Xero: with a sweep and the whole book they still fit into a sweep's share of
a minute. A comparison that runs out of calls begins again."""
DOUBTFUL_MAX = 20
"""Of the money that does not add up, so many records of a kind are read by themselves before it is
told of: a list may leave out what money is set against."""
COMPARED = (
    Kind.INVOICE, Kind.CREDIT_NOTE, Kind.PAYMENT, Kind.OVERPAYMENT, Kind.PREPAYMENT,
)  # fmt: skip


Owed = Mapping[tuple[str, str], Money]


@dataclass(frozen=True, slots=True)
class Difference:
    customer_id: str
    ledger: Money
    mirror: Money


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one night's look at the ledger came to; `refused` is why the ledger did not let us
    look, and `is_quiet` whether there was nothing to look at."""

    asked: Sequence[str] = ()
    differences: Sequence[Difference] = ()
    is_quiet: bool = False
    refused: str = ""


def run(deps: Deps, connection_id: int, fence: Fence) -> Sequence[Difference]:
    """Read the whole open book again, bury what is no longer in it, then hold the sums against
    the ledger's own report. Returns the differences that are left: none, on a good night.

    Where the book is what it was on the night before, and the sums were right then, the report is
    not asked for, and money that waits for a person is left alone. A ledger that refuses to be
    compared is asked again the next night, the firm is told, and all other work goes on.
    """
    with deps.reading() as tx:
        last = sweeps.progress(tx, connection_id)
    try:
        found = _compare(deps, connection_id, fence, last)
    except Refused as refused:
        log.warning("not compared", connection_id=connection_id, why=str(refused))
        found = Comparison(refused=str(refused))
    lines = proving.accounted(deps, connection_id)
    with deps.writing() as tx:
        fence.check(tx)
        cash.hold(tx, connection_id)
        _keep_result(tx, connection_id, found, last, now=deps.now())
        connection = tenants.connection(tx, connection_id)
        proving.daily(tx, connection, lines, keys=deps.config.keys, now=deps.now())
    return found.differences


def _compare(deps: Deps, connection_id: int, fence: Fence, last: Progress) -> Comparison:
    started = deps.now()
    with deps.reading() as tx:
        before = {kind: mirror.open_ids(tx, connection_id, kind) for kind in COMPARED}
    with opened(deps, connection_id, Purpose.SWEEP) as ledger:
        reader = ledger.reader()
        organisation = reader.organisation()
        with deps.writing() as tx:
            fence.check(tx)
            tenants.describe(tx, connection_id, organisation)
        missing = {kind: set(ids) for kind, ids in before.items()}
        for batch in reader.book():
            _keep(deps, fence, batch.records, read_at=started)
            for record in batch.records:
                missing.get(record.kind, set()).discard(record.id)
            fence.renew()
        for kind, ids in missing.items():
            if ids:
                _keep(deps, fence, reader.fetch(kind, sorted(ids)), read_at=started)
                fence.renew()
        with deps.snapshot() as tx:
            doubtful = conservation.doubtful(tx, connection_id)
        for kind, places in doubtful.items():
            _keep(deps, fence, reader.fetch(kind, places[:DOUBTFUL_MAX]), read_at=started)
        with deps.reading() as tx:
            owed = mirror.owed(tx, connection_id)
            gross = mirror.owed(tx, connection_id, gross=True)
            is_quiet = _is_quiet(tx, connection_id, last)
        asked = [] if is_quiet else _largest(owed)
        today = started.astimezone(ZoneInfo(organisation.time_zone)).date()
        aged = reader.aged(today, asked) if asked else []
    differences = _differences(owed, gross, aged, organisation.currency)
    return Comparison(asked, differences, is_quiet)


def _keep_result(
    tx: Tx, connection_id: int, found: Comparison, last: Progress, *, now: datetime
) -> None:
    result: dict[str, Any] = {
        "customers": len(found.asked), "differences": [
            {"customer_id": d.customer_id, "ledger": str(d.ledger), "mirror": str(d.mirror)}
            for d in found.differences
        ],
    }  # fmt: skip
    event = "mirror.compared"
    connection = tenants.connection(tx, connection_id)
    if found.refused:
        event, result = "mirror.not_compared", {"refused": found.refused}
        if not last.compare_refused:
            notices.not_compared(tx, connection, reason=found.refused, at=now)
    sweeps.keep(tx, connection_id, compared_at=now, compare_result=result)
    audit.add(tx, connection_id, at=now, actor="ledgerhand", event=event, **result)
    if not found.is_quiet:
        habits.learn(tx, connection_id, now=now)
        experience.refresh(tx, connection, now=now)
        cash.reconsider(tx, connection_id)
    inbox.prune(tx, now)


def _is_quiet(tx: Tx, connection_id: int, last: Progress) -> bool:
    if last.compared_at is None or last.compare_result is None or last.compare_refused:
        return False
    was_right = not last.compare_result["differences"]
    return was_right and not mirror.has_news(tx, connection_id, last.compared_at)


def _keep(deps: Deps, fence: Fence, records: Iterable[Record], *, read_at: datetime) -> None:
    with deps.writing() as tx:
        perceive.keep(tx, fence, records, read_at=read_at)


def _largest(owed: Owed) -> list[str]:
    """The customers who owe most: where the report is asked per customer, only they are."""
    ranked = sorted(owed, key=lambda place: owed[place].amount, reverse=True)
    return list(dict.fromkeys(customer_id for customer_id, _ in ranked))[:CUSTOMERS_ASKED_MAX]


def _differences(owed: Owed, gross: Owed, aged: Sequence[Aged], currency: str) -> list[Difference]:
    """Only customers who owe nothing in a foreign currency can be compared: the ledger's report
    turns foreign balances into the home currency at rates of its own. QuickBooks takes credits
    off in its report, Xero lists them apart: either sum is the customer's."""
    foreign = {customer_id for customer_id, other in {*owed, *gross} if other != currency}
    zero = Money.zero(currency)
    found = []
    for line in aged:
        place = (line.customer_id, currency)
        mirrored = owed.get(place, zero)
        if line.customer_id not in foreign and line.owed not in (mirrored, gross.get(place, zero)):
            found.append(Difference(line.customer_id, line.owed, mirrored))
    return found

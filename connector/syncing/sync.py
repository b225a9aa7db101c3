"""Keeping the mirror true: the first import, hints, polls, sweeps and the nightly comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from connector import audit
from connector.access.ledgers import opened
from connector.clients import sweeps, tenants
from connector.clients.meter import Purpose
from connector.clients.sweeps import Progress
from connector.clients.tenants import Connection, State
from connector.deps import Deps
from connector.evidence import habits
from connector.firm_news import notice_rounds
from connector.lease import Fence
from connector.mirroring import inbox
from connector.mirroring.inbox import Hint
from connector.past import history
from connector.recipients import domains
from connector.syncing import compare, perceive
from providers.errors import Refused
from providers.ledger import Batch, Kind, Record
from providers.registry import LEDGERS

HINTS_MAX = 200
REFUSED_WAIT = timedelta(minutes=1)
GROUPED = (Kind.CUSTOMER, Kind.INVOICE)
"""What every ledger gives many at a time."""
LONE_MAX = 20
"""Most records of other kinds, which may cost a call each, that are read before they are kept: a
budget that ends on the way must not undo so much that the next try ends there too."""


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Everything that is due for one connection's mirror. May raise what a ledger raises."""
    connection_id = connection.id
    with deps.reading() as tx:
        progress = sweeps.progress(tx, connection_id)
    if connection.state == State.IMPORTING:
        import_book(deps, connection, fence)
        domains.refresh_nightly(deps, connection.client_id)
        return
    if connection.state != State.LIVE:
        return
    now = deps.now()
    drain(deps, connection_id, fence)
    if progress.sweep_is_due(timedelta(seconds=deps.config.sweep_seconds), now):
        sweep(deps, connection_id, fence)
    elif sweeps.is_due(progress.polled_at, timedelta(seconds=deps.config.poll_seconds), now):
        poll(deps, connection_id, fence)
    if sweeps.is_due(progress.compared_at, sweeps.NIGHTLY, now):
        compare.run(deps, connection_id, fence)
        domains.refresh_nightly(deps, connection.client_id)
    if history.is_due(progress.history_at, now):
        history.refresh(deps, connection, fence, progress)


def is_due(deps: Deps, connection: Connection, progress: Progress) -> bool:
    """Whether `run` would find something to do, inbox aside."""
    if connection.state == State.IMPORTING:
        return True
    if connection.state != State.LIVE:
        return False
    now = deps.now()
    is_polled = LEDGERS[connection.ledger].polled
    polled = deps.config.poll_seconds if is_polled else deps.config.sweep_seconds
    return (
        progress.sweep_is_due(timedelta(seconds=deps.config.sweep_seconds), now)
        or sweeps.is_due(progress.polled_at, timedelta(seconds=polled), now)
        or sweeps.is_due(progress.compared_at, sweeps.NIGHTLY, now)
        or history.is_due(progress.history_at, now)
    )


def import_book(deps: Deps, connection: Connection, fence: Fence) -> None:
    """The first import: everything that is open, page by page, with progress that can be seen."""
    started = deps.now()
    mark, count = "", 0
    with opened(deps, connection.id, Purpose.SYNC) as ledger:
        reader = ledger.reader()
        organisation = reader.organisation()
        with deps.writing() as tx:
            fence.check(tx)
            tenants.describe(tx, connection.id, organisation)
            sweeps.start_over(tx, connection.id)
        for batch in reader.book():
            mark = mark or batch.mark
            count += len(batch.records)
            with deps.writing() as tx:
                perceive.keep(tx, fence, batch.records, read_at=started)
                sweeps.keep(tx, connection.id, imported=count)
            fence.renew()
    deps.reached("sync.imported")
    with deps.writing() as tx:
        fence.check(tx)
        if not tenants.set_state(tx, connection.id, State.LIVE, only_from=(State.IMPORTING,)):
            return  # somebody disconnected it meanwhile
        now = deps.now()
        sweeps.keep(
            tx, connection.id, mark=mark, poll_mark=mark, swept_at=started, polled_at=started,
            compared_at=now, imported_at=now,
        )  # fmt: skip
        habits.learn(tx, connection.id, now=now)
        notice_rounds.arrange(tx, tenants.connection(tx, connection.id), now=now)
        audit.add(
            tx, connection.id, at=now, actor="ledgerhand", event="mirror.imported", records=count
        )


def drain(deps: Deps, connection_id: int, fence: Fence) -> None:
    """Re-read every record that a hint names, grouped by kind, each record once."""
    while True:
        with deps.reading() as tx:
            hints = _affordable(inbox.due(tx, connection_id, deps.now(), HINTS_MAX))
        if not hints:
            return
        started = deps.now()
        with opened(deps, connection_id, Purpose.SYNC) as ledger:
            records, refused = _reread_each(ledger.reader().fetch, hints)
        deps.reached("sync.read")
        with deps.writing() as tx:
            read = [hint for hint in hints if hint not in refused]
            perceive.keep(tx, fence, records, read_at=started, merged=_merged(read))
            inbox.handled(tx, connection_id, [hint.id for hint in read])
            for hint, why in refused.items():
                again_at = deps.now() + REFUSED_WAIT * 2**hint.attempts
                inbox.failed(tx, connection_id, [hint], why, next_at=again_at)
        fence.renew()


def sweep(deps: Deps, connection_id: int, fence: Fence) -> None:
    """Everything that changed since the last sweep, for what webhooks lost."""
    started = deps.now()
    with deps.reading() as tx:
        progress = sweeps.progress(tx, connection_id)
    mark = progress.mark
    with opened(deps, connection_id, Purpose.SWEEP) as ledger:
        for batch in ledger.reader().changes(progress.mark):
            _keep_batch(deps, fence, batch, read_at=started)
            mark = batch.mark or mark
            fence.renew()
    with deps.writing() as tx:
        fence.check(tx)
        sweeps.keep(
            tx, connection_id, mark=mark, poll_mark=mark, swept_at=started, polled_at=started
        )


def poll(deps: Deps, connection_id: int, fence: Fence) -> None:
    """The kinds of change that this ledger never announces."""
    started = deps.now()
    with deps.reading() as tx:
        progress = sweeps.progress(tx, connection_id)
    mark = progress.poll_mark
    with opened(deps, connection_id, Purpose.SWEEP) as ledger:
        if ledger.ledger.polled:
            for batch in ledger.reader().unannounced(progress.poll_mark):
                _keep_batch(deps, fence, batch, read_at=started)
                mark = batch.mark or mark
    with deps.writing() as tx:
        fence.check(tx)
        sweeps.keep(tx, connection_id, poll_mark=mark, polled_at=started)


def _keep_batch(deps: Deps, fence: Fence, batch: Batch, *, read_at: datetime) -> None:
    with deps.writing() as tx:
        perceive.keep(tx, fence, batch.records, read_at=read_at)
    deps.reached("sync.swept")


def _affordable(hints: Sequence[Hint]) -> Sequence[Hint]:
    """The oldest hints, with no more than so many records that may cost a call each."""
    lone: set[tuple[Kind, str]] = set()
    for number, hint in enumerate(hints):
        if hint.kind not in GROUPED:
            lone.add((hint.kind, hint.record_id))
        if len(lone) > LONE_MAX:
            return hints[:number]
    return hints


def _reread_each(
    fetch: Callable[[Kind, Sequence[str]], Sequence[Record]], hints: Sequence[Hint]
) -> tuple[list[Record], dict[Hint, str]]:
    """The records, and why some hints cannot be followed: one that the ledger refuses is told
    apart from the rest by halves."""
    try:
        return _reread(fetch, hints), {}
    except Refused as refused:
        if len(hints) == 1:
            return [], {hints[0]: str(refused)}
    middle = len(hints) // 2
    first, first_refused = _reread_each(fetch, hints[:middle])
    second, second_refused = _reread_each(fetch, hints[middle:])
    return first + second, first_refused | second_refused


def _reread(
    fetch: Callable[[Kind, Sequence[str]], Sequence[Record]], hints: Sequence[Hint]
) -> list[Record]:
    wanted: dict[Kind, dict[str, None]] = {}
    for hint in hints:
        wanted.setdefault(hint.kind, {})[hint.record_id] = None
        if hint.merged_into:
            wanted[hint.kind][hint.merged_into] = None
    records: list[Record] = []
    for kind, ids in wanted.items():
        records.extend(fetch(kind, list(ids)))
    return records


def _merged(hints: Sequence[Hint]) -> dict[str, str]:
    """Customers that are gone, by id, and those that live on."""
    return {
        hint.record_id: hint.merged_into
        for hint in hints
        if hint.kind == Kind.CUSTOMER and hint.merged_into
    }

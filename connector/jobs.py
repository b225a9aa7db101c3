"""The three jobs of a connection: sync what changed (in the ledger, and what processors paid out),
decide on it, deliver what was decided.

Each finds its own work in the database and takes a lease first, so that ringing twice, running
twice or dying half-way does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

import structlog

from connector import agenda, daily, lease, waiting_work, wiring
from connector.access import grants
from connector.cash_application import placing
from connector.clients import meter, sweeps, tenants
from connector.clients.sweeps import Progress
from connector.clients.tenants import Connection, State
from connector.db import Tx
from connector.deps import Deps
from connector.inbound import suggestions
from connector.late_fees import late_charges
from connector.lease import Fence, LeaseLost, held
from connector.money import cash
from connector.next_step import collecting
from connector.outgoing import effects, intents
from connector.receiving import drop_folder, payout_sources
from connector.rules import modes
from connector.rules.modes import ACTING, Capability, Mode
from connector.sending import outbox
from connector.short_payments import deductions
from connector.syncing import sync as syncing
from connector.waiting_work import Work
from connector.wording import language
from providers.errors import Reconnect, Refused, TryLater

log = structlog.get_logger()
REFUSED_WAIT = timedelta(minutes=15)
"""How long a job rests that the ledger refuses; the other jobs of the company go on."""
TOLD_OF = (State.LIVE, State.RECONNECT)
"""The firm hears of these companies each day."""


def sync(connection_id: int) -> None:
    run_sync(wiring.the_deps(), connection_id)


def decide(connection_id: int) -> None:
    run_decide(wiring.the_deps(), connection_id)


def deliver(connection_id: int) -> None:
    run_deliver(wiring.the_deps(), connection_id)


def run_sync(deps: Deps, connection_id: int) -> None:
    def fetch_payouts(connection: Connection, fence: Fence) -> None:
        if connection.state is State.LIVE:
            payout_sources.fetch_due(deps, connection, fence)

    if _under_lease(deps, "sync", connection_id, partial(syncing.run, deps)):
        with deps.reading() as tx:
            is_wanted = agenda.due(tx, connection_id, deps.now(), 1) or cash.due(
                tx, connection_id, 1
            )
        if is_wanted:
            deps.ring("decide", connection_id)
    with deps.reading() as tx:
        are_due = payout_sources.processors_due(tx, deps.config, connection_id, deps.now())
    if are_due:
        _under_lease(deps, "payouts", connection_id, fetch_payouts)


def run_decide(deps: Deps, connection_id: int) -> None:
    def work(connection: Connection, fence: Fence) -> None:
        if connection.state is State.LIVE:
            placing.run(deps, connection, fence)
            collecting.run(deps, connection, fence)
            deductions.run(deps, connection, fence)
            late_charges.run(deps, connection, fence)
        if connection.state in TOLD_OF:
            daily.run(deps, connection, fence)

    if _under_lease(deps, "decide", connection_id, work):
        with deps.reading() as tx:
            is_wanted = intents.due(tx, connection_id, deps.now(), 1)
        if is_wanted:
            deps.ring("deliver", connection_id)
    if language.is_there(deps.config):
        # A lease of its own: a slow model holds up no decision.
        _under_lease(deps, "suggest", connection_id, partial(suggestions.run, deps))


def run_deliver(deps: Deps, connection_id: int) -> None:
    def work(connection: Connection, fence: Fence) -> None:
        if connection.state is State.LIVE:
            outbox.run(deps, connection, fence)

    _under_lease(deps, "deliver", connection_id, work)
    with deps.reading() as tx:
        is_wanted = intents.due(tx, connection_id, deps.now(), 1, names=effects.TO_OWN)
    if is_wanted:
        # A lease of its own: a slow system of the client's holds up no payment.
        _under_lease(deps, "tell", connection_id, lambda c, fence: outbox.run_own(deps, c, fence))


RUN: dict[str, Callable[[Deps, int], None]] = {
    "sync": run_sync,
    "decide": run_decide,
    "deliver": run_deliver,
}


def find_due(deps: Deps) -> list[tuple[str, int]]:
    """Every job that has work waiting, whoever forgot to ring for it."""
    now = deps.now()
    with deps.reading() as tx:
        connections = tenants.connections(tx)
        waiting = waiting_work.found(tx, now)
        paid_out = waiting[Work.PAYOUTS] | payout_sources.by_settings(
            tx, deps.config, connections, now
        )
        to_look_at = waiting[Work.ACCOUNTS] | waiting[Work.MAIL] | waiting[Work.CASES]
        progress = sweeps.progress_of_all(tx)
        found: list[tuple[str, int]] = []
        for connection in connections:
            live = connection.state is State.LIVE
            come = progress.get(connection.id, Progress())
            if (live and connection.id in waiting[Work.HINTS] | paid_out) or syncing.is_due(
                deps, connection, come
            ):
                found.append(("sync", connection.id))
            if not live:
                if connection.state in TOLD_OF and connection.id in waiting[Work.ROUNDS]:
                    found.append(("decide", connection.id))
                if connection.id in waiting[Work.NEWS]:
                    found.append(("deliver", connection.id))
                continue
            is_noted = connection.id in to_look_at | waiting[Work.ROUNDS]
            if is_noted or late_charges.is_due(come, now) or _has_money(tx, connection, waiting):
                found.append(("decide", connection.id))
            if connection.id in waiting[Work.EFFECTS]:
                found.append(("deliver", connection.id))
    return found


def _has_money(tx: Tx, connection: Connection, waiting: Mapping[Work, set[int]]) -> bool:
    """Whether any waits that the client lets us decide on, or that its bank took back."""
    is_new, is_back = (connection.id in waiting[it] for it in (Work.CASH, Work.RETURNS))
    if not is_new and not is_back:
        return False
    mode = modes.of(tx, connection.client_id)[Capability.CASH]
    return (is_new and mode is not Mode.OFF) or (is_back and mode in ACTING)


def reconcile(deps: Deps) -> int:
    """Ring for everything that is due and that nobody is at, then take in what lies in the drop
    folder; returns how often it rang."""
    with deps.reading() as tx:
        under_way = lease.all_taken(tx, deps.clock.real())
    due = [place for place in find_due(deps) if place not in under_way]
    for job, connection_id in due:
        deps.ring(job, connection_id)
    drop_folder.collect(deps)
    return len(due)


def _under_lease(
    deps: Deps, job: str, connection_id: int, work: Callable[[Connection, Fence], None]
) -> bool:
    """Whether the work was done to its end here."""
    with held(deps, job, connection_id) as fence:
        if fence is None:
            return False
        with deps.reading() as tx:
            connection = tenants.connection(tx, connection_id)
        try:
            work(connection, fence)
        except TryLater as later:
            log.info("later", job=job, connection_id=connection_id, why=str(later))
            with deps.writing() as tx:
                meter.pause(tx, connection_id, later, deps.now())
        except Refused as refused:
            log.warning("refused", job=job, connection_id=connection_id, why=str(refused))
            # A no that is about no single record would be the same no a moment later.
            fence.rest(REFUSED_WAIT)
        except Reconnect as lost:
            _lose(deps, connection_id, lost)
        except LeaseLost as lost:
            log.warning("lease lost", job=job, connection_id=connection_id, why=str(lost))
        else:
            return True
    return False


def _lose(deps: Deps, connection_id: int, error: Reconnect) -> None:
    """The ledger no longer lets us in: nothing more goes out, and the client is told."""
    with deps.writing() as tx:
        grants.lose(tx, connection_id, at=deps.now(), reason=str(error))

"""Putting together what belongs together, before money is decided on: advices and their money,
payouts and their bank lines, what a bank took back, and what stands without its money."""

from __future__ import annotations

from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.evidence import payout_clashes, payout_overdue, payout_pairs, remittances
from connector.lease import Fence
from connector.money import cash
from connector.receiving import advices
from connector.rules import modes
from connector.rules.modes import Capability
from connector.undoing import bounced, left_behind


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Whichever came first, the state afterwards is the same."""
    advices.read_waiting(deps, connection, fence)
    with deps.reading() as tx:
        now, mode = deps.now(), modes.of(tx, connection.client_id)[Capability.CASH]
        is_due = (
            payout_pairs.is_due(tx, connection.id, at=now)
            or payout_clashes.is_due(tx, connection, mode, at=now)
            or payout_overdue.is_due(tx, connection, mode, at=now)
            or remittances.is_due(tx, connection.id, at=now)
            or left_behind.is_due(tx, connection, mode, at=now)
            or bounced.is_due(tx, connection, mode, at=now)
        )
    if not is_due:
        return
    with deps.writing() as tx:
        fence.check(tx)
        cash.hold(tx, connection.id)
        mode = modes.of(tx, connection.client_id)[Capability.CASH]
        payout_pairs.pair_up(tx, connection, at=deps.now())
        payout_clashes.settle(tx, connection, mode, at=deps.now())
        payout_overdue.settle(tx, connection, mode, at=deps.now())
        remittances.pair_up(tx, connection.id, at=deps.now())
        left_behind.settle(tx, connection, mode, at=deps.now())
        bounced.settle(tx, connection, mode, at=deps.now())

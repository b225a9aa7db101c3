"""Putting together what belongs together, before money is decided on: advices and their money,
payouts and their bank lines, and what a bank took back."""

from __future__ import annotations

from connector import advices, bounced, cash, payouts, remittances
from connector.deps import Deps
from connector.lease import Fence
from connector.tenants import Connection


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Whichever came first, the state afterwards is the same."""
    advices.read_waiting(deps, connection, fence)
    with deps.reading() as tx:
        waits = (remittances.is_waiting, payouts.is_waiting)
        wanted = any(ask(tx, connection.id) for ask in waits) or bounced.is_due(tx, connection)
    if not wanted:
        return
    with deps.writing() as tx:
        fence.check(tx)
        cash.hold(tx, connection.id)
        payouts.pair_up(tx, connection, at=deps.now())
        remittances.pair_up(tx, connection.id, at=deps.now())
        bounced.settle(tx, connection, at=deps.now())

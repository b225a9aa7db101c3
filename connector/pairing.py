"""Putting together what belongs together, before money is decided on: advices and their money,
payouts and their bank lines."""

from __future__ import annotations

from connector import advices, payouts, remittances
from connector.deps import Deps
from connector.lease import Fence
from connector.tenants import Connection


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Whichever came first, the state afterwards is the same."""
    advices.read_waiting(deps, connection, fence)
    with deps.reading() as tx:
        wanted = remittances.is_waiting(tx, connection.id) or payouts.is_waiting(tx, connection.id)
    if not wanted:
        return
    with deps.writing() as tx:
        fence.check(tx)
        payouts.pair_up(tx, connection, at=deps.now())
        remittances.pair_up(tx, connection.id, at=deps.now())

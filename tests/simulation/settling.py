"""What a person decides about money, carried out as an approval is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.decided import decisions
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import Item
from connector.writing_back import applying
from providers.constructs import Difference
from providers.ledger import Allocation, CreditNote, Invoice, Kind
from providers.money import Money
from tests.simulation.universe import Universe

Parts = Mapping[str, tuple[str, Money]]
"""By invoice or credit note: whose it is, and how much of it; credits are below zero."""


def intend(
    universe: Universe, ledger: str, item: Item, parts: Parts,
    differences: Sequence[Difference] = (),
) -> None:  # fmt: skip
    """Decide on one item as it is now; `parts` must fit it."""
    deps, connection = universe.deps, universe.connection(ledger)
    with deps.writing() as tx:
        records = [
            record
            for kind in (Kind.INVOICE, Kind.CREDIT_NOTE)
            for record in mirror.fetch(tx, connection.id, kind, list(parts))
            if isinstance(record, Invoice | CreditNote)
        ]
        decision_id = decisions.record(
            tx, connection.id, at=deps.now(), capability="cash", subject=item.subject,
            mode="copilot", action="apply", rule="by hand", policy_version=0, inputs={},
            outcome={},
        )  # fmt: skip
        applying.intend(
            tx, connection, item, [Allocation(id_, amount) for id_, (_, amount) in parts.items()],
            owners={id_: owner for id_, (owner, _) in parts.items()}, records=records,
            decision_id=decision_id, now=deps.now(), why="ann chose so",
            differences=differences,
        )  # fmt: skip
    deps.ring("deliver", connection.id)


def waiting(universe: Universe, ledger: str, line: str) -> Item | None:
    """A bank line, if it waits for a person."""
    with universe.deps.reading() as tx:
        item = cash.find(tx, universe.connections[ledger], cash.BANK, line)
    return item if item and item.state is cash.Standing.REVIEW else None

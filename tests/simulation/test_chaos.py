"""Whatever fails on the way, everything is right in the end: once for each seed."""

from __future__ import annotations

import pytest

from connector import audit
from connector.clients import tenants
from connector.db import Tx
from connector.proof import conservation
from tests.simulation.chaos import lived
from tests.simulation.judge import faults

SEEDS = 200


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        only = metafunc.config.getoption("--sim-seed")
        metafunc.parametrize("seed", [only] if only is not None else range(SEEDS))


def test_whatever_fails_everything_is_right_in_the_end(seed: int) -> None:
    with lived(seed) as run:
        wrong = faults(run)
    assert wrong == [], f"replay with: pytest tests/simulation/test_chaos.py --sim-seed={seed}"


def test_the_same_seed_lives_through_the_same() -> None:
    with lived(11) as first, lived(11) as second:
        assert (first.fate.crashes, first.counted) == (second.fate.crashes, second.counted)
        assert len(first.mailbox.received) == len(second.mailbox.received)
        logs = []
        for run in (first, second):
            with run.universe.deps.reading() as tx:
                logs.append(audit.heads(tx))
        assert logs[0] == logs[1], "each hash covers the whole log before it"


@pytest.mark.parametrize("chosen", [3, 28])
def test_all_money_is_accounted_for_at_the_end_of_every_transaction(chosen: int) -> None:
    """28 reads an undo in the ledger while its outcome is unknown."""
    wrong: set[str] = set()

    def look(tx: Tx) -> None:
        for connection in tenants.connections(tx):
            for line in conservation.conservation(tx, connection.id):
                wrong.update(line.faults)

    with lived(chosen, watch=look):
        assert wrong == set()

"""What earlier messages were for, read from the decisions behind them on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connector.correspondence import messages, purposes
from connector.correspondence.messages import Asked
from connector.db import Tx
from connector.decided import decisions
from connector.deps import Deps
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from dunning.customer.purpose import Purpose
from tests.connector.office import NOW, connect

ABOUT = {"manner": {"purpose": Purpose.RETURNED, "about": ["i1"]}}
BEFORE_IT_WAS_KEPT = {"manner": {"purpose": Purpose.UNCLEAR}}
PLACE = ("c1", "USD")


def decided(tx: Tx, connection_id: int, outcome: dict[str, Any], mode: str = "autopilot") -> int:
    return decisions.record(
        tx, connection_id, at=NOW, capability="remind", subject="customer:c1/USD", mode=mode,
        action="send", rule="direct", policy_version=1, inputs={}, outcome=outcome,
    )  # fmt: skip


def asked(key: str, mode: str = "autopilot") -> Asked:
    return Asked("i1", "direct", date(2026, 3, 2), NOW, mode, Channel.EMAIL, key)


@pytest.mark.parametrize(("outcome", "wanted"), [
    (ABOUT, (Purpose.RETURNED, ("i1",))),
    ({"proposed": ABOUT}, (Purpose.RETURNED, ("i1",))),
    (BEFORE_IT_WAS_KEPT, (Purpose.UNCLEAR, ())),
    ({"manner": {"purpose": Purpose.REMIND, "about": []}}, None),
    ({"proposed": None}, None),
    ({}, None),
])  # fmt: skip
def test_it_stands_in_what_was_decided_or_proposed(
    both: Deps, outcome: dict[str, Any], wanted: purposes.For | None
) -> None:
    connection_id = connect(both)
    with both.writing() as tx:
        behind = {"k1": decided(tx, connection_id, outcome)}
        found = purposes.read(tx, connection_id, {PLACE: [asked("k1")]}, behind)
    assert found.get("k1") == wanted


def test_what_shadow_noted_is_found_by_its_moment_and_of_another_client_nothing(
    both: Deps,
) -> None:
    connection_id, other = connect(both), connect(both, "else")
    rows = {PLACE: [asked("k1", Mode.SHADOW)], ("c2", "USD"): [asked("k2", messages.TURNED_DOWN)]}
    with both.writing() as tx:
        made = decided(tx, connection_id, ABOUT, Mode.SHADOW)
        assert purposes.read(tx, connection_id, rows, {}) == {"k1": (Purpose.RETURNED, ("i1",))}
        assert purposes.read(tx, other, rows, {"k2": made}) == {}

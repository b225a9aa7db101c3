from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.ledger import Place, served


@pytest.fixture(params=["quickbooks", "xero"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with served(request.param, tmp_path / "world") as place:
        yield place


@pytest.fixture
def quickbooks(tmp_path: Path) -> Iterator[Place]:
    with served("quickbooks", tmp_path / "world") as place:
        yield place


@pytest.fixture
def xero(tmp_path: Path) -> Iterator[Place]:
    with served("xero", tmp_path / "world") as place:
        yield place

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connector.conftest import open_firm, sqlite_files
from tests.webhooks.hall import Hall, hall

__all__ = ["open_firm", "sqlite_files"]


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Hall]:
    made = hall(tmp_path)
    yield made
    made.deps.engine.dispose()

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledgers import ledger
from tests.ledgers import on_ledgers as pytest_generate_tests
from tests.ui_embed.office import Office, office

__all__ = ["ledger", "pytest_generate_tests"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(data_dir=tmp_path) as made:
        yield made

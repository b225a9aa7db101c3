from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui_embed.office import Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(data_dir=tmp_path)
    yield made
    made.universe.deps.engine.dispose()

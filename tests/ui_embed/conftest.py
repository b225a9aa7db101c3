from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui_embed.office import Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(data_dir=tmp_path) as made:
        yield made

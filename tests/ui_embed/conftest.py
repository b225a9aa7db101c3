from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui_embed.office import Office, office


@pytest.fixture
def desk() -> Iterator[Office]:
    made = office()
    yield made
    made.universe.deps.engine.dispose()

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.quickbooks.connected import Connected
from tests.providers.quickbooks.wire import Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.stop()


@pytest.fixture
def books() -> Connected:
    return Connected()

from __future__ import annotations

import pytest

from tests.providers.simulated.quickbooks.place import Place, build


@pytest.fixture
def place() -> Place:
    return build()


@pytest.fixture
def connected(place: Place) -> Place:
    place.connect()
    return place

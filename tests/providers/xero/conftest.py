from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.xero.host import Host


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host()
    yield made
    made.stop()

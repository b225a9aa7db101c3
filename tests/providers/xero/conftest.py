from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.xero.books import Books, open_books
from tests.providers.xero.host import Host


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host()
    yield made
    made.stop()


@pytest.fixture
def books() -> Iterator[Books]:
    made = open_books()
    yield made
    for http in made.https:
        http.close()

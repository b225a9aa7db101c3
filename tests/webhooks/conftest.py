from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.connector.conftest import connected, open_firm, passing_firm, sqlite_files
from tests.connector.firm import Firm
from tests.connector.telephony import Telephony, open_telephony
from tests.webhooks.hall import Hall, hall

__all__ = ["connected", "open_firm", "passing_firm", "sqlite_files"]


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Hall]:
    made = hall(tmp_path)
    yield made
    made.deps.engine.dispose()


@pytest.fixture
def phone(open_firm: Callable[..., Firm]) -> Telephony:
    """A firm with a telephone, whose callbacks come in by the product's own door."""
    return open_telephony(open_firm)

from __future__ import annotations

import pytest

from tests.connector.collecting.reading import REMIND, Opens
from tests.connector.firm import Firm


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Reminders are on autopilot; cash and notes are off."""
    return open_firm(ledger, modes=REMIND)


@pytest.fixture
def one_firm(open_firm: Opens) -> Firm:
    """The same in one ledger, for what does not depend on which it is."""
    return open_firm("quickbooks", modes=REMIND)

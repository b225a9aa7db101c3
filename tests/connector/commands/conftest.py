from __future__ import annotations

from pathlib import Path

import pytest

from tests.connector.commands.typing_in import Terminal, set_variables
from tests.connector.firm import Firm


@pytest.fixture
def terminal(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:  # fmt: skip
    """Where commands are typed about the firm that a test opened."""
    set_variables(monkeypatch, firm, tmp_path)
    return Terminal(firm, capsys)

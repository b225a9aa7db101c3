"""Commands as a person types them, against the database of a connected company."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connector import cli
from tests.connector.firm import Firm


@dataclass
class Typed:
    """What one command did: its exit code, and what it said."""

    code: int
    out: str
    error: str

    def rows(self) -> Any:
        return json.loads(self.out)


@dataclass
class Terminal:
    firm: Firm
    capsys: pytest.CaptureFixture[str]

    def type(self, *words: str) -> Typed:
        code: object = 0
        try:
            cli.main(words)
        except SystemExit as end:
            code = end.code
        said = self.capsys.readouterr()
        if isinstance(code, str):
            return Typed(1, said.out, f"{said.err}{code}")
        return Typed(int(code or 0), said.out, said.err)  # type: ignore[call-overload]


def set_variables(patch: pytest.MonkeyPatch, firm: Firm, folder: Path) -> None:
    config = firm.deps.config
    offset = firm.world.clock.now() - datetime.now(UTC)
    clock = folder / "clock.json"
    clock.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))
    told = config.model_dump() | {
        "clock_file": clock,
        "data_dir": folder, "database_url": config.database,
        "redis_url": "redis://127.0.0.1:1/0", "log_level": "error",
    }  # fmt: skip
    for name, value in told.items():
        if value:
            patch.setenv(f"LEDGERHAND_{name.upper()}", str(value))
    patch.chdir(folder)

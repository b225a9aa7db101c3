"""A folder too large to look through has a map, and nothing stands beside the map."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`([a-z_]+)/?`")


@pytest.mark.parametrize("folder", ["connector", "dunning", "matching"])
def test_every_module_stands_once_on_its_folders_map(folder: str) -> None:
    rows = [line for line in (ROOT / folder / "README.md").read_text().splitlines() if "|" in line]
    drawn = Counter(name for row in rows for name in NAMED.findall(row))
    there = {
        path.stem
        for path in (ROOT / folder).iterdir()
        if (path.suffix == ".py" or path.is_dir()) and path.stem[:2] != "__"
    }
    assert there
    assert drawn == Counter(there)

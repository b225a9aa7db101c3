"""A folder too large to look through has a map, and nothing stands beside the map."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`([a-z_]+)/?`")
ROOM = re.compile(r"`([a-z_]+)/`")


def drawn(folder: str) -> Iterator[tuple[str, str]]:
    """What the map says: (room, module), with no room for what stands in the folder itself, and no
    module for a room as a whole."""
    for row in (ROOT / folder / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in row.split("|")]
        room = next((found[1] for cell in cells if (found := ROOM.fullmatch(cell))), "")
        if room:
            yield room, ""
        names = [name for cell in cells[1:] for name in NAMED.findall(cell)]
        yield from ((room, name) for name in names if name != room)


def there(place: Path) -> set[str]:
    return {
        path.stem
        for path in place.iterdir()
        if (path.suffix == ".py" or path.is_dir()) and path.stem[:2] != "__"
    }


@pytest.mark.parametrize("folder", ["connector", "dunning", "matching"])
def test_every_module_stands_once_on_its_folders_map(folder: str) -> None:
    said = Counter(drawn(folder))
    rooms = {room for room, module in said if room and module}
    found = {(room, module) for room in rooms for module in there(ROOT / folder / room)}
    for name in there(ROOT / folder):
        found.add((name, "") if (name, "") in said else ("", name))
    assert found
    found |= {(room, "") for room in rooms}
    assert said == Counter(found)

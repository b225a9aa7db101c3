"""What differs between two policies, place by place, and whose each value is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from connector.rules.policy import Policy, Version

NOTHING = "nothing"


class Change(NamedTuple):
    """What one place said, and says, as JSON."""

    place: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.place}: {self.was} -> {self.now}"


def changes(earlier: Policy, later: Policy) -> list[Change]:
    """What differs, place by place."""
    old, new = (dict(_places("", it.model_dump(mode="json"))) for it in (earlier, later))
    return [
        Change(place, old.get(place, NOTHING), new.get(place, NOTHING))
        for place in sorted({*old, *new})
        if old.get(place) != new.get(place)
    ]


def origins(version: Version, firm: Version) -> list[tuple[str, str, str]]:
    """(place, value, whose it is) of every value of a client's policy."""
    own, start = (
        dict(_places("", document)) for document in (version.own, Policy().model_dump(mode="json"))
    )
    firms = f"firm, version {firm.number}"
    return [
        (place, value, "client" if place in own else
         firms if firm.number and start.get(place) != value else "start")
        for place, value in _places("", version.policy.model_dump(mode="json"))
    ]  # fmt: skip


def _places(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every value by its place; lists of named parts by the names."""
    is_list = isinstance(value, list) and bool(value)
    if is_list and all(isinstance(it, dict) and "name" in it for it in value):
        value = {it["name"]: it for it in value}
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _places(f"{place}.{name}".strip("."), part)
    else:
        yield place, json.dumps(value)

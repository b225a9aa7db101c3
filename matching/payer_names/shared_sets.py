"""Sets by key, which a copy shares with its original."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

NOTHING: AbstractSet[Any] = frozenset()


class SharedSets:
    """Sets by key. A copy shares them with its original, which then must not change any more."""

    def __init__(self, shared: Mapping[str, set[Any]] | None = None) -> None:
        self._sets = dict(shared or {})
        self._own: set[str] = set()

    def copy(self) -> SharedSets:
        return SharedSets(self._sets)

    def add(self, key: str, value: Any) -> None:
        self._changing(key).add(value)

    def drop(self, key: str, value: Any) -> None:
        self._changing(key).discard(value)
        if not self._sets[key]:
            del self._sets[key]
            self._own.discard(key)

    def get(self, key: str) -> AbstractSet[Any]:
        return self._sets.get(key, NOTHING)

    def __contains__(self, key: str) -> bool:
        return key in self._sets

    def _changing(self, key: str) -> set[Any]:
        if key not in self._own:
            self._sets[key] = set(self._sets.get(key, ()))
            self._own.add(key)
        return self._sets[key]

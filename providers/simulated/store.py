"""Everything that the simulated world remembers: JSON documents that survive a restart."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

Doc = dict[str, Any]
Place = tuple[str, str, str]


class Store:
    """Documents by (company, kind, id), all in memory and, with `path`, written through to SQLite.

    Work happens inside `transaction()`, one at a time: it is kept as a whole or not at all.
    A transaction inside another is a part that can fail by itself.
    A document that was handed out may be changed freely; only `put` makes a change count.
    Amounts are Decimal inside and JSON numbers on disk.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._rows: dict[tuple[str, str], dict[str, Doc]] = {}
        self._undo: list[tuple[Place, Doc | None]] = []
        self._disk: sqlite3.Connection | None = None
        if path:
            self._disk = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._disk.execute("PRAGMA journal_mode=WAL")
            self._disk.execute("PRAGMA synchronous=NORMAL")
            self._disk.execute(
                "CREATE TABLE IF NOT EXISTS doc (company TEXT, kind TEXT, id TEXT, body TEXT,"
                " PRIMARY KEY (company, kind, id))"
            )
            for company, kind, id_, body in self._disk.execute("SELECT * FROM doc ORDER BY rowid"):
                row = json.loads(body, parse_float=Decimal)
                self._rows.setdefault((company, kind), {})[id_] = row

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            self._depth += 1
            mark = len(self._undo)
            try:
                yield
            except BaseException:
                self._roll_back(mark)
                raise
            else:
                if self._depth == 1:
                    self._commit()
            finally:
                self._depth -= 1

    def get(self, company: str, kind: str, id_: str) -> Doc | None:
        with self._lock:
            doc = self._rows.get((company, kind), {}).get(id_)
            return None if doc is None else copied(doc)

    def peek(self, company: str, kind: str, id_: str) -> Doc | None:
        """The document itself, shared: copy it before changing it."""
        with self._lock:
            return self._rows.get((company, kind), {}).get(id_)

    def all(self, company: str, kind: str) -> list[Doc]:
        """Every document of a kind, oldest first, shared: copy one before changing it."""
        with self._lock:
            return list(self._rows.get((company, kind), {}).values())

    def companies(self, kind: str) -> list[str]:
        with self._lock:
            return [company for company, of_kind in self._rows if of_kind == kind]

    def documents(self) -> Iterator[tuple[Place, Doc]]:
        """All there is, each with its place, as it is now."""
        with self._lock:
            for (company, kind), of_kind in self._rows.items():
                for id_, doc in of_kind.items():
                    yield (company, kind, id_), copied(doc)

    def put(self, company: str, kind: str, id_: str, doc: Doc) -> None:
        with self.transaction():
            rows = self._rows.setdefault((company, kind), {})
            self._undo.append(((company, kind, id_), rows.get(id_)))
            rows[id_] = copied(doc)

    def delete(self, company: str, kind: str, id_: str) -> None:
        with self.transaction():
            old = self._rows.get((company, kind), {}).pop(id_, None)
            if old is not None:
                self._undo.append(((company, kind, id_), old))

    def number(self, company: str, series: str, first: int = 1) -> int:
        """The next number of a series, each given out once."""
        with self.transaction():
            row = self.get(company, "series", series) or {"next": first}
            self.put(company, "series", series, {"next": row["next"] + 1})
            return int(row["next"])

    def close(self) -> None:
        if self._disk:
            self._disk.close()

    def _commit(self) -> None:
        touched = {place for place, _ in self._undo}
        self._undo.clear()
        if not self._disk or not touched:
            return
        self._disk.execute("BEGIN")
        for company, kind, id_ in touched:
            doc = self._rows.get((company, kind), {}).get(id_)
            if doc is None:
                self._disk.execute(
                    "DELETE FROM doc WHERE company=? AND kind=? AND id=?", (company, kind, id_)
                )
            else:
                self._disk.execute(
                    "INSERT INTO doc VALUES (?, ?, ?, ?) ON CONFLICT (company, kind, id)"
                    " DO UPDATE SET body = excluded.body",
                    (company, kind, id_, json.dumps(doc, default=float)),
                )
        self._disk.execute("COMMIT")

    def _roll_back(self, mark: int) -> None:
        for (company, kind, id_), old in reversed(self._undo[mark:]):
            rows = self._rows.setdefault((company, kind), {})
            if old is None:
                rows.pop(id_, None)
            else:
                rows[id_] = old
        del self._undo[mark:]


def copied(value: Any) -> Any:
    """A JSON value with dicts and lists of its own: the fast deep copy."""
    if isinstance(value, dict):
        return {name: copied(one) for name, one in value.items()}
    if isinstance(value, list):
        return [copied(one) for one in value]
    return value

"""The names under which a company's customers pay, and which of them belong together, kept in
memory while they stay the same: putting these together takes longer than all else that is done
about a receipt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from connector.db import Tx
from connector.evidence import aliases
from connector.evidence.aliases import Sort
from connector.mirroring import mirror, name_marks
from matching.book.relations import Families
from matching.facts.items import Party
from matching.payer_names.names import Name, NameIndex

NAMES_KEPT_MAX = 200_000
"""Over all companies, some 2 kB each; the company that was asked of longest ago goes first."""


@dataclass(frozen=True, slots=True)
class _Kept:
    mark: str
    aliases: Sequence[Name]
    index: NameIndex
    families: Families


class _Shelf:
    """What one process knows of the companies of one database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def get(self, connection_id: int) -> _Kept | None:
        with self._lock:
            if connection_id in self._kept:
                self._kept.move_to_end(connection_id)
            return self._kept.get(connection_id)

    def put(self, connection_id: int, kept: _Kept) -> None:
        with self._lock:
            self._kept[connection_id] = kept
            self._kept.move_to_end(connection_id)
            names = sum(len(one.index) for one in self._kept.values())
            while names > NAMES_KEPT_MAX and len(self._kept) > 1:
                names -= len(self._kept.popitem(last=False)[1].index)


_shelves: WeakKeyDictionary[sa.Engine, _Shelf] = WeakKeyDictionary()


def index(tx: Tx, connection_id: int) -> NameIndex:
    """The names of all active customers as the mirror has them now, and the accepted aliases."""
    return _kept(tx, connection_id).index


def families(tx: Tx, connection_id: int) -> Families:
    """Which of the active customers belong together, as the mirror has them now."""
    return _kept(tx, connection_id).families


def _kept(tx: Tx, connection_id: int) -> _Kept:
    shelf = _shelves.setdefault(tx.engine, _Shelf())
    kept = shelf.get(connection_id)
    # The mark is read before the names: what comes in between is read once more the next time.
    mark = name_marks.of(tx, connection_id)
    accepted = aliases.active(tx, connection_id, Sort.NAME)
    if kept and (kept.mark, kept.aliases) == (mark, accepted):
        return kept
    customers = mirror.customers(tx, connection_id)
    names = [*((customer.id, customer.name) for customer in customers), *accepted]
    made = kept.index.renewed(names) if kept else NameIndex(names)
    parties = (Party(it.id, it.name, parent_id=it.parent_id) for it in customers)
    now = _Kept(mark, accepted, made, Families(parties))
    shelf.put(connection_id, now)
    return now

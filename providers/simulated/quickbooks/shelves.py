"""Where the records of a company are found without looking at all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from providers.simulated.quickbooks.wire import ZERO
from providers.simulated.store import Doc, Store

Ids = dict[str, None]
OPEN_AMOUNTS = ("Balance", "UnappliedAmt")


def open_amount(doc: Doc) -> object:
    """What is still open on an invoice, a credit memo or a payment."""
    for name in OPEN_AMOUNTS:
        if name in doc:
            return doc[name]
    return ZERO


def subjects(doc: Doc) -> list[str]:
    """What a record is about: its customer's id, or what an attachment hangs on."""
    customer = doc.get("CustomerRef")
    if customer:
        return [str(customer["value"])]
    refs = [ref.get("EntityRef") or {} for ref in doc.get("AttachableRef") or ()]
    return [f"{ref.get('type')}/{ref.get('value')}" for ref in refs]


@dataclass(slots=True)
class Shelf:
    """The ids of one entity: `changed` holds the least recently changed first, deleted ones too."""

    changed: Ids = field(default_factory=dict)
    open: Ids = field(default_factory=dict)
    by_subject: dict[str, Ids] = field(default_factory=dict)
    by_number: dict[str, Ids] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)

    def file(self, id_: str, old: Doc | None, new: Doc | None) -> None:
        """Note that a record changed from `old` to `new`; None where there is none."""
        self.changed.pop(id_, None)
        self.changed[id_] = None
        if old:
            self._take_out(id_, old)
        if new:
            self._put_in(id_, new)

    def _take_out(self, id_: str, doc: Doc) -> None:
        self.open.pop(id_, None)
        for subject in subjects(doc):
            self.by_subject.get(subject, {}).pop(id_, None)
        self.by_number.get(doc.get("DocNumber") or "", {}).pop(id_, None)
        self.by_name.pop(name_of(doc).lower(), None)

    def _put_in(self, id_: str, doc: Doc) -> None:
        if open_amount(doc):
            self.open[id_] = None
        for subject in subjects(doc):
            self.by_subject.setdefault(subject, {})[id_] = None
        if doc.get("DocNumber"):
            self.by_number.setdefault(doc["DocNumber"], {})[id_] = None
        if name_of(doc):
            self.by_name[name_of(doc).lower()] = id_


def name_of(doc: Doc) -> str:
    return str(doc.get("DisplayName") or doc.get("Name") or "")


class Shelves:
    """Built from the store when first asked for, and forgotten when a transaction fails."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self._revisions: dict[str, int] = {}

    def of(self, realm: str, entity: str) -> Shelf:
        shelf = self._shelves.get((realm, entity))
        if shelf is None:
            shelf = self._shelves[realm, entity] = self._build(realm, entity)
        return shelf

    def file(self, realm: str, entity: str, change: tuple[str, Doc | None, Doc | None]) -> None:
        self.of(realm, entity).file(*change)
        self._revisions[realm] = self.revision(realm) + 1

    def revision(self, realm: str) -> int:
        """A number that grows with every change of the company."""
        return self._revisions.get(realm, 0)

    def forget(self, realm: str) -> None:
        for place in [place for place in self._shelves if place[0] == realm]:
            del self._shelves[place]
        self._revisions[realm] = self.revision(realm) + 1

    def _build(self, realm: str, entity: str) -> Shelf:
        shelf = Shelf()
        gone = self._store.all(realm, deleted(entity))
        for doc in _oldest_change_first([*self._store.all(realm, entity), *gone]):
            shelf.file(doc["Id"], None, None if doc.get("status") == "Deleted" else doc)
        return shelf


def deleted(entity: str) -> str:
    """The kind under which the store keeps what is left of deleted records."""
    return f"{entity}.deleted"


def _oldest_change_first(docs: Iterable[Doc]) -> list[Doc]:
    return sorted(docs, key=lambda doc: datetime.fromisoformat(doc["MetaData"]["LastUpdatedTime"]))

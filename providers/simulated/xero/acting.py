"""The door for people who work inside Xero itself: the rules and events of the API, no HTTP."""

from __future__ import annotations

import base64
from contextlib import AbstractContextManager

from providers.simulated.store import Doc
from providers.simulated.xero import allocations, attachments, balance, contacts, writes
from providers.simulated.xero.books import ORGANISATION, Books
from providers.simulated.xero.entities import ENTITIES, Entity
from providers.simulated.xero.refusals import Invalid
from providers.simulated.xero.shown import View


class Desk:
    """One person at the books of one organisation.

    Entities are named as in the API (``Invoices``, ``Payments``), bodies are one element of a
    request, answers one element of an answer with Decimal amounts. Raises Invalid with Xero's
    sentences, and then nothing has changed.
    """

    def __init__(self, books: Books) -> None:
        self._books = books

    def create(self, entity: str, body: Doc) -> Doc:
        return self._write(_entity(entity), body, None)

    def update(self, entity: str, id_: str, body: Doc) -> Doc:
        known = _entity(entity)
        return self._write(known, body, self._need(known, id_))

    def delete(self, entity: str, id_: str) -> Doc:
        """Delete a payment, a batch or a draft; void an approved invoice or credit note."""
        known = _entity(entity)
        doc = self._need(known, id_)
        if known.kind == "contact":
            return self._write(known, {"ContactStatus": "ARCHIVED"}, doc)
        voided = known.kind in ("invoice", "creditnote") and doc["Status"] == "AUTHORISED"
        return self._write(known, {"Status": "VOIDED" if voided else "DELETED"}, doc)

    def get(self, entity: str, id_: str) -> Doc:
        known = _entity(entity)
        return known.show(View(self._books, single=True), self._need(known, id_))

    def all(self, entity: str) -> list[Doc]:
        """Every document of an entity, in full."""
        known = _entity(entity)
        view = View(self._books)
        return [known.show(view, doc) for doc in self._books.all(known.kind)]

    def allocate(self, entity: str, id_: str, body: Doc) -> str:
        """Use a credit on an invoice; the id of the allocation."""
        known = _entity(entity)
        with self._transaction():
            credit = self._need(known, id_)
            settled = balance.BY_KIND[known.kind]
            return str(allocations.allocate(self._books, settled, credit, body)["AllocationID"])

    def take_back(self, entity: str, id_: str, allocation_id: str) -> None:
        known = _entity(entity)
        with self._transaction():
            allocation = self._books.get("allocation", allocation_id)
            if allocation is None:
                raise Invalid(f"Allocation {allocation_id} could not be found")
            settled = balance.BY_KIND[known.kind]
            allocations.take_back(self._books, settled, self._need(known, id_), allocation)

    def reconcile(self, entity: str, id_: str) -> None:
        """Match a payment, batch payment or bank transaction with its line of the bank."""
        known = _entity(entity)
        with self._transaction():
            doc = self._need(known, id_) | {"IsReconciled": True}
            self._books.save(known.kind, doc[known.id_field], doc)

    def note(self, entity: str, id_: str, details: str) -> None:
        with self._transaction():
            doc = self._need(_entity(entity), id_)
            self._books.note(doc[_entity(entity).id_field], "Note", details)

    def attach(self, entity: str, id_: str, name: str, content: bytes) -> None:
        """Hang a file on a document."""
        known = _entity(entity)
        file = {
            "AttachmentID": self._books.new_id(), "FileName": name, "IncludeOnline": False,
            "MimeType": "application/octet-stream", "content": base64.b64encode(content).decode(),
        }  # fmt: skip
        with self._transaction():
            attachments.hang(self._books, known, self._need(known, id_), file)

    def merge(self, contact_id: str, into_id: str) -> Doc:
        known = _entity("Contacts")
        with self._transaction():
            contact, into = self._need(known, contact_id), self._need(known, into_id)
            return contacts.merge(self._books, contact, into)

    def set_organisation(self, **fields: object) -> None:
        """Change settings: PeriodLockDate, EndOfYearLockDate (ISO dates or None), reminders."""
        with self._transaction():
            organisation = self._books.organisation
            unknown = [name for name in fields if name not in organisation]
            if unknown:
                raise Invalid(f"An organisation has no {', '.join(unknown)}")
            self._books.put(ORGANISATION, self._books.tenant, organisation | fields)

    def _write(self, entity: Entity, body: Doc, found: Doc | None) -> Doc:
        with self._transaction():
            doc = writes.apply(self._books, entity, body, found)
            return entity.show(View(self._books), doc)

    def _need(self, entity: Entity, id_: str) -> Doc:
        found = self._books.get(entity.kind, id_)
        if found is None:
            raise Invalid(f"{entity.plural} {id_} could not be found")
        return found

    def _transaction(self) -> AbstractContextManager[None]:
        return self._books.world.store.transaction()


def _entity(name: str) -> Entity:
    known = ENTITIES.get(name.lower())
    if known is None:
        raise Invalid(f"There is no {name}; there are {', '.join(ENTITIES)}")
    return known

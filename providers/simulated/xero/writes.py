"""PUT and POST of documents: element by element, where some may fail and the others stay."""

from __future__ import annotations

from collections.abc import Callable

from providers.simulated.store import Doc
from providers.simulated.xero.books import Books
from providers.simulated.xero.calls import Call, Reply, envelope
from providers.simulated.xero.entities import Entity
from providers.simulated.xero.refusals import Invalid, invalid, not_found, not_implemented, said
from providers.simulated.xero.shown import View

Work = Callable[[Doc], Doc]
"""Does one element and returns how it is shown. Raises Invalid."""


def write(call: Call, entity: Entity) -> Reply:
    """PUT creates; POST creates, or updates what an id, number or name matches."""
    if entity.create is None:
        raise not_implemented()

    def work(element: Doc) -> Doc:
        found = None
        if call.method == "POST" and entity.match:
            found = entity.match(call.books, element)
        return _show(call, entity, apply(call.books, entity, element, found, places=call.places))

    return each(call, entity.plural, work)


def write_one(call: Call, entity: Entity, doc: Doc) -> Reply:
    """POST to one document's own address."""
    if entity.update is None:
        raise not_implemented()

    def work(element: Doc) -> Doc:
        return _show(call, entity, apply(call.books, entity, element, doc, places=call.places))

    return each(call, entity.plural, work)


def apply(books: Books, entity: Entity, element: Doc, found: Doc | None, *, places: int = 2) -> Doc:
    """Create, or update `found`; the changed document."""
    assert entity.create is not None
    assert entity.update is not None
    options = {"places": places} if entity.rounded and entity.kind != "banktransaction" else {}
    if found is None:
        more = {"places": places} if entity.rounded else {}
        return entity.create(books, element, **more)
    return entity.update(books, found, element, **options)


def each(call: Call, plural: str, work: Work) -> Reply:
    """One part per element: what fails is undone by itself and reported as Xero reports it.

    Unless summarizeErrors=false, one failure makes the whole answer a 400 that shows only the
    failed elements, although the others were done.
    """
    shown: list[Doc] = []
    failed: list[Doc] = []
    for element in call.elements(plural):
        try:
            with call.books.world.store.transaction():
                done = work(element)
        except Invalid as error:
            wrong = element | {"ValidationErrors": said(error.messages)}
            failed.append(wrong)
            shown.append({"StatusAttributeString": "ERROR", "HasValidationErrors": True} | wrong)
        else:
            ok = {} if call.summarize_errors else {"StatusAttributeString": "OK"}
            shown.append(done | ok)
    if failed and call.summarize_errors:
        raise invalid(failed)
    return Reply(envelope(call.books, plural, shown))


def need(call: Call, entity: Entity) -> Doc:
    """The document that the path names, by id or number. Raises Turned (404)."""
    key = call.path[1]
    found = call.books.get(entity.kind, key)
    if found is None and entity.number_field:
        index = "contact.number" if entity.kind == "contact" else ""
        found = call.books.find(entity.kind, key, index=index)
    if found is None:
        raise not_found()
    return found


def _show(call: Call, entity: Entity, doc: Doc) -> Doc:
    return entity.show(View(call.books, single=True, places=call.places), doc)

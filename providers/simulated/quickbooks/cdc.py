"""Change data capture: everything that changed since a moment, deleted records as stubs."""

from __future__ import annotations

from datetime import datetime, timedelta

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.moments import read_moment
from providers.simulated.quickbooks.query_names import entity_named
from providers.simulated.quickbooks.refusals import invalid_query, missing
from providers.simulated.quickbooks.shelves import deleted
from providers.simulated.store import Doc

OBJECTS_MAX = 1000
LOOK_BACK = timedelta(days=30)


def capture(book: Book, entities: str, since_text: str) -> Doc:
    """At most 1,000 records over all entities; what does not fit is left out. Raises Refusal."""
    if not entities:
        raise missing("entities")
    since = read_moment(since_text.replace(" ", "+"), book.settings["time_zone"])
    if since is None:
        raise missing("changedSince")
    if book.world.clock.now() - since > LOOK_BACK + timedelta(days=1):
        raise invalid_query("changedSince cannot be more than 30 days ago")
    answers: list[Doc] = []
    left = OBJECTS_MAX
    for name in entities.split(","):
        entity = entity_named(name.strip())
        rows = _changed(book, entity, since)[:left]
        left -= len(rows)
        answers.append({entity: rows, "startPosition": 1, "maxResults": len(rows)} if rows else {})
    return {"CDCResponse": [{"QueryResponse": answers}]}


def _changed(book: Book, entity: str, since: datetime) -> list[Doc]:
    """Earliest change first."""
    rows = []
    for id_ in reversed(book.shelf(entity).changed):
        doc = book.peek(entity, id_) or book.read(deleted(entity), id_)
        if datetime.fromisoformat(doc["MetaData"]["LastUpdatedTime"]) < since:
            break
        rows.append(doc)
    return rows[::-1]

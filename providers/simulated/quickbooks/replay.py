"""The same request id twice is one request: the first answer is given again."""

from __future__ import annotations

from datetime import datetime, timedelta

from providers.simulated.quickbooks.book import Book
from providers.simulated.store import Doc

REMEMBERED_FOR = timedelta(hours=24)
"""The vendor says nothing of how long; a day is what clients may count on at most."""
_KIND = "replay"


def remembered(book: Book, request_id: str) -> str | None:
    """The body of the first answer, as text."""
    row = book.peek(_KIND, request_id) if request_id else None
    return None if row is None or _is_past(book, row) else str(row["body"])


def remember(book: Book, request_id: str, body: bytes) -> None:
    """Keep a good answer; those of yesterday are dropped."""
    if not request_id:
        return
    with book.world.store.transaction():
        for row in book.all(_KIND):
            if not _is_past(book, row):
                break
            book.world.store.delete(book.realm, _KIND, row["id"])
        row = {"id": request_id, "body": body.decode(), "at": book.world.clock.now().isoformat()}
        book.world.store.put(book.realm, _KIND, request_id, row)


def _is_past(book: Book, row: Doc) -> bool:
    return book.world.clock.now() - datetime.fromisoformat(row["at"]) >= REMEMBERED_FOR

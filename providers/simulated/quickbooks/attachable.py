"""Notes and files that hang on other records."""

from __future__ import annotations

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.entity import Entity
from providers.simulated.quickbooks.properties import names
from providers.simulated.quickbooks.refusals import business, missing, too_long
from providers.simulated.store import Doc

NOTE_CHARACTERS_MAX = 2000
FILES = "file"
FIRST_ID = 5_000_000_000_000_000_001
_KEPT = names(
    "FileName Note Category Lat Long PlaceName Tag ContentType Size FileAccessUri TempDownloadUri"
)


def _compose(book: Book, _old: Doc | None, wish: Doc) -> Doc:
    doc = {name: value for name, value in wish.items() if name in _KEPT}
    if not doc.get("Note") and not doc.get("FileName"):
        raise missing("Note")
    if len(str(doc.get("Note") or "")) > NOTE_CHARACTERS_MAX:
        raise too_long("Note", NOTE_CHARACTERS_MAX)
    doc["AttachableRef"] = [_linked(book, ref) for ref in wish.get("AttachableRef") or ()]
    return doc


def _linked(book: Book, ref: Doc) -> Doc:
    entity = ref.get("EntityRef")
    if not isinstance(entity, dict):
        raise missing("AttachableRef.EntityRef")
    kind, id_ = str(entity.get("type") or ""), str(entity.get("value") or "")
    if book.peek(kind, id_) is None:
        raise business(
            f"The entity {kind} {id_} that you are trying to link does not exist. {kind} {id_}"
        )
    return {
        "EntityRef": {"value": id_, "type": kind},
        "IncludeOnSend": bool(ref.get("IncludeOnSend")),
    }


def _erase(_book: Book, _old: Doc) -> None:
    """Nothing depends on an attachment."""


ATTACHABLE = Entity("Attachable", _compose, "Attachable", first_id=FIRST_ID, erase=_erase)

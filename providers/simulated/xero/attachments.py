"""Files on documents: stored as they came, listed, and given back."""

from __future__ import annotations

import base64
import mimetypes
from urllib.parse import quote

from providers.simulated.store import Doc
from providers.simulated.xero.books import Books
from providers.simulated.xero.calls import Call, Reply, envelope
from providers.simulated.xero.entities import Entity
from providers.simulated.xero.refusals import bad_body, not_found, not_implemented

BYTES_MAX = 10_000_000
FILES_MAX = 10


def attach(call: Call, entity: Entity, doc: Doc) -> Reply:
    """GET lists or gives a file back; PUT and POST keep one under its name."""
    id_ = doc[entity.id_field]
    kept = call.books.get("attachments", id_) or {"files": []}
    name = call.path[3] if len(call.path) > 3 else ""
    if call.method == "GET" and not name:
        return _listed(call, entity, id_, kept["files"])
    found = next((f for f in kept["files"] if name in (f["FileName"], f["AttachmentID"])), None)
    if call.method == "GET":
        return _given_back(found)
    if call.method not in ("PUT", "POST") or not name:
        raise not_implemented()
    if len(call.body) > BYTES_MAX or (found is None and len(kept["files"]) >= FILES_MAX):
        raise bad_body(f"A document can have {FILES_MAX} files of up to {BYTES_MAX} bytes")
    fresh = _kept(call, name, found)
    hang(call.books, entity, doc, fresh)
    details = f"Attached the file {name} through the Xero API using {call.books.actor}"
    call.books.note(id_, "Attached a file", details)
    return _listed(call, entity, id_, [fresh])


def hang(books: Books, entity: Entity, doc: Doc, file: Doc) -> None:
    """Keep a file on a document, in place of one of the same name."""
    id_ = doc[entity.id_field]
    kept = books.get("attachments", id_) or {"files": []}
    same = ("FileName", "AttachmentID")
    others = [it for it in kept["files"] if all(it[name] != file[name] for name in same)]
    books.put("attachments", id_, {"files": [*others, file]})
    if "HasAttachments" in doc or entity.kind == "contact":
        books.save(entity.kind, id_, doc | {"HasAttachments": True})


def _kept(call: Call, name: str, found: Doc | None) -> Doc:
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "AttachmentID": found["AttachmentID"] if found else call.books.new_id(),
        "FileName": name, "MimeType": call.headers.get("Content-Type") or guessed,
        "IncludeOnline": call.query.get("includeonline", "").lower() == "true",
        "content": base64.b64encode(call.body).decode(),
    }  # fmt: skip


def _listed(call: Call, entity: Entity, id_: str, files: list[Doc]) -> Reply:
    base = f"https://api.xero.com/api.xro/2.0/{entity.plural}/{id_}/Attachments"
    rows: list[Doc] = [
        {key: value for key, value in file.items() if key != "content"} | {
            "Url": f"{base}/{quote(file['FileName'])}",
            "ContentLength": len(base64.b64decode(file["content"])),
        }
        for file in files
    ]  # fmt: skip
    return Reply(envelope(call.books, "Attachments", rows))


def _given_back(file: Doc | None) -> Reply:
    if file is None:
        raise not_found()
    disposition = f"attachment; filename*=UTF-8''{quote(file['FileName'])}"
    return Reply(
        base64.b64decode(file["content"]),
        headers={"Content-Disposition": disposition}, mime=file["MimeType"],
    )  # fmt: skip

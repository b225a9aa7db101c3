"""Files that are attached: taken from a multipart request, given back on download."""

from __future__ import annotations

import base64
from email import message_from_bytes
from email.message import Message

from providers.simulated.quickbooks.attachable import ATTACHABLE, FILES
from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.refusals import Refusal, missing, not_found
from providers.simulated.quickbooks.wire import read
from providers.simulated.quickbooks.writing import create
from providers.simulated.store import Doc


def upload(book: Book, content_type: str, body: bytes) -> Doc:
    """One Attachable or Fault for each file, in an answer that is a success. Raises Refusal."""
    whole = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = {_name(part): part for part in whole.walk() if not part.is_multipart()}
    places = [name.rpartition("_")[2] for name in parts if name.startswith("file_content")]
    if not places:
        raise missing("file_content_01")
    return {"AttachableResponse": [_kept(book, parts, place) for place in places]}


def download(book: Book, id_: str) -> bytes:
    """Raises Refusal when there is no such file."""
    row = book.peek(FILES, id_)
    if row is None:
        raise not_found()
    return base64.b64decode(row["content"])


def _kept(book: Book, parts: dict[str, Message], place: str) -> Doc:
    content = _bytes(parts[f"file_content_{place}"])
    described = parts.get(f"file_metadata_{place}")
    try:
        body = read(_bytes(described)) if described else {}
        if not body.get("FileName"):
            body["FileName"] = parts[f"file_content_{place}"].get_filename() or "file"
        with book.transaction():
            doc = create(book, ATTACHABLE, body | {"Size": len(content)})
            path = f"/v3/company/{book.realm}/download/{doc['Id']}"
            whole = doc | {"FileAccessUri": path, "TempDownloadUri": path}
            book.keep("Attachable", whole)
            row = {"id": doc["Id"], "content": base64.b64encode(content).decode()}
            book.world.store.put(book.realm, FILES, doc["Id"], row)
    except Refusal as refusal:
        return {"Fault": refusal.fault(inside=True)}
    return {"Attachable": whole}


def _name(part: Message) -> str:
    return str(part.get_param("name", "", "content-disposition"))


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""

"""An e-mail as a parcel: to whom, from whom, its bodies and what is attached to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import compat32
from email.utils import getaddresses

from providers.email.parse import decoded, header, parts_of, sender_of, shallow

RAW_BYTES_MAX = 25_000_000
ATTACHMENTS_MAX = 20
ADDRESSES_MAX = 100
ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """`text` and `markup` are the bodies as they came, quotes and all; empty where there is none.
    `bounces` marks a report about a message of ours."""

    recipients: tuple[str, ...]
    sender: str
    subject: str
    text: str
    markup: str
    attachments: tuple[Attachment, ...]
    bounces: bool


def parcel(raw: bytes) -> Parcel:
    """Whatever the bytes, it never fails; of at most 25 MB and 20 attachments."""
    mail = message_from_bytes(shallow(raw[:RAW_BYTES_MAX]), policy=compat32)
    parts = list(parts_of(mail))
    return Parcel(
        recipients=_recipients(mail), sender=sender_of(mail), subject=header(mail, "Subject"),
        text=_body(parts, "text/plain"), markup=_body(parts, "text/html"),
        attachments=tuple(_attachments(parts))[:ATTACHMENTS_MAX],
        bounces=mail.get_content_type() == "multipart/report",
    )  # fmt: skip


def _recipients(mail: Mail) -> tuple[str, ...]:
    lines = [str(line)[:10_000] for name in ADDRESSED for line in mail.get_all(name, [])]
    found = dict.fromkeys(address.lower() for _, address in getaddresses(lines) if address)
    return tuple(found)[:ADDRESSES_MAX]


def _body(parts: list[Mail], kind: str) -> str:
    for part in parts:
        shown = part.get_content_disposition() != "attachment" and not part.get_filename()
        if shown and part.get_content_type() == kind and (text := decoded(part)).strip():
            return text
    return ""


def _attachments(parts: list[Mail]) -> Iterator[Attachment]:
    """What has a name or is put aside, and is neither a picture nor a body."""
    for part in parts:
        named = part.get_filename() or ""
        aside = part.get_content_disposition() == "attachment"
        if part.is_multipart() or part.get_content_maintype() == "image":
            continue
        content = part.get_payload(decode=True)
        if (named or aside) and isinstance(content, bytes) and content:
            yield Attachment(str(named)[:200], content)

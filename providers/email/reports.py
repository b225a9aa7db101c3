"""What machines report about a message of ours: that it did not arrive, or that it was unwanted.

Delivery reports are RFC 3464, spam complaints RFC 5965. Servers that give no such parts are known
by structure: X-Failed-Recipients (Exim, Gmail), the paragraphs of qmail (cr.yp.to/proto/qsbmf.txt),
and, from a server's own address, an address with a status code (Exchange).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import compat32

from providers.email.parse import (
    RAW_BYTES_MAX,
    decoded,
    from_server,
    header,
    named_ids,
    parts_of,
    shallow,
)

WORDS_CHARACTERS_MAX = 300
FAILURES_MAX = 50
TEXT_CHARACTERS_MAX = 20_000

_STATUS = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])")
_CODED = re.compile(r"(?:#|\b[45]\d\d[ -]#?)([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,190}\.[a-z]{2,24}\b", re.ASCII | re.IGNORECASE
)
_QMAIL = "Hi. This is the"
_QMAIL_RECIPIENT = re.compile(r"<([^<>\s]{3,254})>:\s*(.*)", re.DOTALL)
_COPY = re.compile(
    r"(?m)^(?:--- |-{4,}|_{4,}|Original message headers:|Received: |Message-ID: )", re.IGNORECASE
)
_UNWANTED = frozenset(("abuse", "fraud", "virus", "other"))


@dataclass(frozen=True, slots=True)
class Failure:
    """An address (in lower case) that a message did not reach. `lasting` is false where the server
    still tries, or a later message may get through; `words` are the server's own."""

    address: str
    lasting: bool
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """`message_ids` are those of the message that it is about, as far as the report tells.

    `unwanted` marks a complaint; `complained` is who made it, empty where that is kept back.
    """

    message_ids: tuple[str, ...]
    failures: tuple[Failure, ...] = ()
    unwanted: bool = False
    complained: str = ""


def report(raw: bytes) -> Report | None:
    """What is reported; None where the e-mail is no report of something that went wrong. Whatever
    the bytes, it never fails."""
    mail = message_from_bytes(shallow(raw[:RAW_BYTES_MAX]), policy=compat32)
    parts = list(parts_of(mail))
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            failures = tuple(_delivery(part))[:FAILURES_MAX]
            return Report(_ids(parts), failures) if failures else None
        if kind == "message/feedback-report":
            return _complaint(part, parts)
    if not from_server(mail):
        return None
    return _unstructured(mail, parts)


def _delivery(part: Mail) -> Iterator[Failure]:
    """The failures in a delivery-status part: one block of fields for each recipient."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, Mail):
            continue
        action = header(block, "Action").casefold()
        address = _typed(block, "Original-Recipient") or _typed(block, "Final-Recipient")
        status = _STATUS.search(header(block, "Status"))
        if not address or action not in ("failed", "delayed"):
            continue
        lasting = action == "failed" and not (status and status[1] == "4")
        said = _typed(block, "Diagnostic-Code") or header(block, "Status")
        yield Failure(address.lower(), lasting, said[:WORDS_CHARACTERS_MAX])


def _typed(block: Mail, name: str) -> str:
    """The value of a field that begins with its type, such as `rfc822; ann@buyer.example`."""
    kind, has_type, value = header(block, name).partition(";")
    return (value if has_type else kind).strip().strip("<>")


def _complaint(part: Mail, parts: list[Mail]) -> Report | None:
    """The fields stand in a message of their own, or are its text."""
    blocks = part.get_payload()
    fields = blocks[0] if isinstance(blocks, list) and blocks else part
    if not isinstance(fields, Mail):
        return None
    if header(fields, "Feedback-Type").casefold() not in _UNWANTED:
        return None
    who = _typed(fields, "Original-Rcpt-To").lower()
    return Report(_ids(parts), unwanted=True, complained=who)


def _unstructured(mail: Mail, parts: list[Mail]) -> Report | None:
    text = next((decoded(p) for p in parts if p.get_content_type() == "text/plain"), "")
    text = text.replace("\r\n", "\n")[:TEXT_CHARACTERS_MAX]
    ids = (*_ids(parts), *named_ids(text))
    if text.lstrip().startswith(_QMAIL):
        failures = tuple(_qmail(text))
    else:
        said = _COPY.split(text, maxsplit=1)[0]
        failures = tuple(_told(said, header(mail, "X-Failed-Recipients")))
    return Report(ids, failures[:FAILURES_MAX]) if failures else None


def _qmail(text: str) -> Iterator[Failure]:
    """One paragraph for each recipient, up to the copy, which begins with a dash."""
    for paragraph in re.split(r"\n{2,}", text):
        if paragraph.startswith("-"):
            return
        if found := _QMAIL_RECIPIENT.match(paragraph):
            yield _judged(found[1], found[2])


def _told(said: str, named: str) -> Iterator[Failure]:
    """The addresses that are named as failed, or else those beside a status code."""
    if named:
        for address in _ADDRESS.findall(named):
            yield _judged(address, said)
    elif _CODED.search(said):
        for address in dict.fromkeys(_ADDRESS.findall(said)):
            yield _judged(address, said)


def _judged(address: str, said: str) -> Failure:
    """Where no code tells otherwise, a returned message was given up."""
    code = _CODED.search(said)
    words = " ".join(said.split())
    return Failure(
        address.lower(), not (code and code[1].startswith("4")), words[:WORDS_CHARACTERS_MAX]
    )


def _ids(parts: list[Mail]) -> tuple[str, ...]:
    """The ids that the returned copy gives, whole or its head alone."""
    copies = [p for p in parts[1:] if p.get_content_type() != "text/rfc822-headers"]
    heads = [decoded(p) for p in parts if p.get_content_type() == "text/rfc822-headers"]
    texts = [f"Message-ID: {header(part, 'Message-ID')}" for part in copies]
    return tuple(dict.fromkeys(id_ for text in (*texts, *heads) for id_ in named_ids(text)))

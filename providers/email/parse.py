"""An e-mail that came in, from raw bytes to a reply; whatever the bytes, it never fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message as Mail
from email.policy import compat32
from email.utils import parseaddr
from hashlib import sha256
from itertools import islice

from providers.email.bodies import TEXT_CHARACTERS_MAX, plain
from providers.email.own_words import bare, own_words
from providers.messages import Reply

RAW_BYTES_MAX = 2_000_000
HEADER_CHARACTERS_MAX = 2_000
REFERENCES_MAX = 100
PARTS_MAX = 200
DEPTH_MAX = 30
NAMES_MAX = 20
HEADS = ("From", "Date", "To", "Subject")
PROOFS = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
)
CUT = "[The message goes on; read the rest in the mailbox that it was sent to.]"

_ID = re.compile(r"<[^<>\s]{1,400}>")
_SERVERS = re.compile(r"(?:mailer-daemon|postmaster|microsoftexchange[0-9a-f]+)@", re.IGNORECASE)
_ROBOTS = re.compile(r"(?:no-?reply|do-?not-?reply)@", re.IGNORECASE)
_AWAY = (
    r"auto(?:matic)?[ -]?reply|out of (?:the )?office(?: auto[ -]?reply)?|"
    r"abwesenheits(?:notiz|nachricht|meldung|benachrichtigung)|automatische antwort|"
    r"r[ée]ponse automatique(?: d['’]absence du bureau)?|"
    r"respuesta autom[áa]tica(?: por ausencia de la oficina)?|fuera de (?:la )?oficina|"
    r"automatisch antwoord|afwezig(?:heidsbericht)?"
)
_WHOLE = (
    r"away from my mail|failure notice|undelivered mail returned to sender|"
    r"mail delivery failed: returning message to sender|returned mail: see transcript for details|"
    r"delivery status notification \((?:failure|delay)\)"
)
_MACHINES = re.compile(rf"(?:(?:{_AWAY}) ?(?::.*)?|{_WHOLE})", re.IGNORECASE)
"""Subjects that only servers write, from end to end. What may be about goods is a person's
("Undeliverable: two pallets", "Absence du bureau : facture 12"): of such mail the head tells."""
_GENERATED = "auto-generated"
_BY_PERSONS_TOO = ("", "no", _GENERATED)
"""What Auto-Submitted says of mail that a person may have written: help desks send what an agent
answered as generated."""
_RESPONDERS = ("x-autoreply", "x-autorespon")


def reply(raw: bytes, *, received_at: datetime) -> Reply:
    """The e-mail in neutral words: of at most 2 MB, its text of at most 20,000 characters and
    without what it marks as quoted. An e-mail without an id gets one made of its bytes.
    `received_at` is aware."""
    mail = message_from_bytes(shallow(raw[:RAW_BYTES_MAX]), policy=compat32)
    parts = list(parts_of(mail))
    own = _ID.search(header(mail, "Message-ID"))
    said = _shortened("\n\n".join(islice(_texts(mail), PARTS_MAX)), _names(mail, parts))
    words = own_words(said, sender=sender_of(mail))
    return Reply(
        message_id=own.group() if own else f"<{sha256(raw).hexdigest()}@no-message-id>",
        in_reply_to=_references(mail, parts),
        sender=sender_of(mail),
        subject=header(mail, "Subject"),
        text=words.text,
        whole=words.whole,
        bare=bare(said, name=parseaddr(header(mail, "From"))[0]),
        received_at=received_at,
        automatic=_automatic(mail),
        notice=_notice(mail),
    )


def shallow(raw: bytes) -> bytes:
    """The e-mail, or its head alone where parts are nested deeper than anybody means them."""
    if len(re.findall(rb"(?i)content-type:\s*(?:multipart|message)/", raw)) <= DEPTH_MAX:
        return raw
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    return re.sub(rb"(?im)^content-[^\n]*(?:\n[ \t][^\n]*)*\n?", b"", head) + b"\r\n\r\n"


def parts_of(mail: Mail) -> Iterator[Mail]:
    """The e-mail's parts, itself first, up to a limit."""
    for count, part in enumerate(mail.walk()):
        if count >= PARTS_MAX:
            return
        yield part


def _texts(part: Mail) -> Iterator[str]:
    """All that is written in it, part by part: of alternatives the first that says something, of a
    report what it says itself, of a mail within it who wrote it, too."""
    kind, below = part.get_content_type(), _below(part)
    if kind == "multipart/alternative":
        said = ("\n\n".join(islice(_texts(one), PARTS_MAX)) for one in below)
        yield next((text for text in said if text), "")
    elif kind == "message/rfc822":
        for one in below:
            heads = (f"{name}: {header(one, name)}" for name in HEADS if name in one)
            yield "\n".join(["[Attached message]", *heads])
            yield from _texts(one)
    elif below:
        for one in below[:1] if kind == "multipart/report" else below:
            yield from _texts(one)
    elif kind in ("text/plain", "text/html") and not _is_attached(part):
        text = decoded(part)
        text = text.strip("\r\n") if kind == "text/plain" else plain(text).strip()
        yield from [text] if text.strip() else []


def _below(part: Mail) -> Sequence[Mail]:
    payload = part.get_payload() if part.is_multipart() else ()
    return [one for one in payload if isinstance(one, Mail)]


def _is_attached(part: Mail) -> bool:
    return part.get_content_disposition() == "attachment"


def _names(mail: Mail, parts: Sequence[Mail]) -> list[str]:
    """What is attached to it, but for the pictures of its page and the proofs of its sender."""
    if mail.get_content_type() == "multipart/report":
        return []
    return [
        header_text(part.get_filename("") or part.get_content_type())
        for part in parts
        if not part.is_multipart() and part.get_content_type() not in PROOFS
        if _is_attached(part) or part.get_filename()
        if not (part.get_content_maintype() == "image" and "Content-ID" in part)
    ][:NAMES_MAX]


def _shortened(text: str, attached: Sequence[str]) -> str:
    """At most 20,000 characters with what is attached; where something is missing it says so."""
    notes = [f"[Attached: {', '.join(attached)}]"] if attached else []
    left = TEXT_CHARACTERS_MAX - sum(map(len, notes)) - len(CUT) - 4
    kept = text if len(text) <= left else f"{text[:left]}\n\n{CUT}"
    return "\n\n".join(it for it in (kept, *notes) if it)


def decoded(part: Mail) -> str:
    """The text of a part, whatever its encoding claims."""
    found = part.get_payload(decode=True)
    payload = found if isinstance(found, bytes) else b""
    try:
        text = payload.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = payload.decode("utf-8", "replace")
    return text.replace("\x00", "")


def header(mail: Mail, name: str) -> str:
    """A header as one line of text, whatever its encoding claims."""
    return header_text(str(mail.get(name, "")))


def header_text(value: str) -> str:
    """The same of a header's value."""
    value = value[:HEADER_CHARACTERS_MAX]
    try:
        pieces = decode_header(value)
    except (MessageError, ValueError):
        pieces = [(value, None)]
    text = "".join(_piece(piece, charset) for piece, charset in pieces)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "ascii", "replace")
    except (LookupError, ValueError):
        return piece.decode("utf-8", "replace")


def sender_of(mail: Mail) -> str:
    """The address alone, read before anything is decoded: a name may hold another address."""
    return parseaddr(str(mail.get("From", ""))[:HEADER_CHARACTERS_MAX])[1]


def _references(mail: Mail, parts: list[Mail]) -> tuple[str, ...]:
    """What it answers, the nearest first; a bounce names what it returns."""
    texts = [_long(mail, "In-Reply-To"), " ".join(reversed(_long(mail, "References").split()))]
    if mail.get_content_type() == "multipart/report":
        texts += [_long(part, "Message-ID") for part in parts[1:]]
        heads = [p for p in parts if p.get_content_type() == "text/rfc822-headers"]
        texts += [found for part in heads for found in named_ids(decoded(part))]
    ids = dict.fromkeys(found for text in texts for found in _ID.findall(text))
    return tuple(ids)[:REFERENCES_MAX]


def _long(mail: Mail, name: str) -> str:
    return str(mail.get(name, ""))[: 20 * HEADER_CHARACTERS_MAX]


def named_ids(head: str) -> list[str]:
    """The ids that stand in the heads of messages within a text."""
    return re.findall(r"(?im)^message-id:\s*(<[^<>\s]{1,400}>)", head)


def from_server(mail: Mail) -> bool:
    """Whether a mail server speaks for itself: no way back (RFC 5321, 4.5.5), or its own name."""
    return header(mail, "Return-Path") == "<>" or bool(_SERVERS.match(sender_of(mail)))


def _automatic(mail: Mail) -> bool:
    """Whether nobody wrote it: by RFC 3834, and by the signs that older machines give. List-Id and
    Precedence tell how it travelled: a group's mailbox adds both to what a person wrote."""
    return (
        _submitted(mail) not in _BY_PERSONS_TOO
        or header(mail, "Precedence").casefold() == "auto_reply"
        or any(name.casefold().startswith(_RESPONDERS) for name in mail)
        or from_server(mail)
        or mail.get_content_type() == "multipart/report"
        or bool(_ROBOTS.match(sender_of(mail)))
        or bool(_MACHINES.fullmatch(header(mail, "Subject")))
    )


def _notice(mail: Mail) -> bool:
    """Whether it went to subscribers (RFC 8058), or a program made it and wants no machine to
    answer ([MS-OXCMAIL], Auto Response Suppress)."""
    is_generated = _submitted(mail) == _GENERATED
    return "List-Unsubscribe-Post" in mail or (is_generated and "X-Auto-Response-Suppress" in mail)


def _submitted(mail: Mail) -> str:
    return header(mail, "Auto-Submitted").split(";")[0].strip().casefold()

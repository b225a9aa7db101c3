"""From the bytes of a bank file to its text, whatever encoding the bank chose."""

from __future__ import annotations

import re
import unicodedata

from providers.bank.refusal import BadStatement

BYTES_MAX = 10_000_000
LEGACY = ("cp1252", "cp852", "cp437")
"""Tried in this order where a file is not Unicode; the one that reads as most letters is taken."""
NOT_TEXT = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook; unpack it, or save it as CSV"),
    (b"PK\x05\x06", "an empty ZIP archive; export the statement again"),
    (b"\x1f\x8b", "compressed with gzip; unpack it"),
    (b"%PDF", "a PDF; ask the bank for CAMT.053, MT940, BAI2, OFX or CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV"),
)
ASCII = bytes(range(128))
TELLING_MAX = 10_000
"""So many bytes beyond ASCII show which code page it is."""
CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")


def refuse_what_is_no_text(raw: bytes) -> None:
    """Raises BadStatement for what cannot be a statement at all."""
    if not raw.strip():
        raise BadStatement("the file is empty; export the statement again")
    if len(raw) > BYTES_MAX:
        raise BadStatement(f"the file is larger than {BYTES_MAX:,} bytes; split it by month")
    for start, what in NOT_TEXT:
        if raw.startswith(start):
            raise BadStatement(f"the file is {what}")


def decode(raw: bytes, encoding: str = "") -> str:
    """The text with line ends made equal and control characters left out.

    `encoding` is what a person named; without it Unicode is tried before older code pages.
    Raises BadStatement.
    """
    text = _named(raw, encoding) if encoding else _guessed(raw)
    if "\0" in text:
        raise BadStatement("the file holds NUL characters; export it again as plain text")
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tidy(text: str) -> str:
    """One line without doubled spaces."""
    return " ".join(text.split())


def joined(*parts: str) -> str:
    """The parts that say something, once each, as one line."""
    found: dict[str, None] = {}
    for part in map(tidy, parts):
        if part:
            found[part] = None
    return " ".join(found)


def _named(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except (LookupError, ValueError):
        raise BadStatement(
            f"the file is not {encoding[:40]}; leave the encoding out, or name another"
        ) from None


def _guessed(raw: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _named(raw, encoding)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        telling = raw.translate(None, ASCII)[:TELLING_MAX]
        best = max(LEGACY, key=lambda name: _letters(telling.decode(name, "replace")))
        return raw.decode(best, "replace")


def _letters(text: str) -> int:
    """How much of what is not ASCII are letters of the Latin languages."""
    found = 0
    for sign in text:
        if sign > "\x7f" and sign.isalpha() and "LATIN" in unicodedata.name(sign, ""):
            found += 1
        elif sign == "\ufffd" or "\x80" <= sign <= "\x9f":
            found -= 1
    return found

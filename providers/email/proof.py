"""Whether the server that received an e-mail vouches for its sender.

Reference: RFC 8601, Authentication-Results. Only the header of one's own server says anything, and
the topmost: whoever sends the mail can write others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import compat32

from providers.email.parse import sender_of, shallow

HEAD_BYTES_MAX = 200_000
HEADERS_MAX = 20
RESULTS_MAX = 50
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(dmarc|dkim|spf)(?:/\d+)?\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_NAMED = {"dmarc": "header.from", "dkim": "header.[di]", "spf": "smtp.mailfrom"}
"""What names the domain; of DKIM it is its own (d) or the one of the signed address (i)."""


def is_vouched_for(raw: bytes, server: str) -> bool:
    """Whether `server` found the domain of From proven, by DMARC, or by DKIM or SPF for that domain
    or one above it. With no server named a mail passes unless its topmost header says that DMARC
    failed. Whatever the bytes, it never fails."""
    mail = message_from_bytes(shallow(raw[:HEAD_BYTES_MAX]), policy=compat32)
    sender = sender_of(mail).rpartition("@")[2].lower()
    found = next((it for it in _headers(mail) if not server or it[0] == server.lower()), None)
    if found is None:
        return not server
    results = [match.groups() for part in found[1] if (match := _RESULT.match(part))]
    dmarc = [(said, rest) for method, said, rest in results if method.lower() == "dmarc"]
    if not server:
        return not any(said.lower() == "fail" for said, _ in dmarc)
    if any(said.lower() == "fail" for said, _ in dmarc):
        return False
    passed = ((m.lower(), rest) for m, said, rest in results if said.lower() == "pass")
    return any(_is_of(sender, _named(method, rest)) for method, rest in passed)


def _headers(mail: Mail) -> Iterator[tuple[str, list[str]]]:
    """Each server by its own name, and what it found."""
    for line in mail.get_all("Authentication-Results", [])[:HEADERS_MAX]:
        text = str(line)[:10_000]
        while (plain := _COMMENT.sub(" ", text)) != text:
            text = plain
        server, *parts = text.split(";")[:RESULTS_MAX]
        yield (server.split() or [""])[0].lower(), parts


def _named(method: str, rest: str) -> str:
    """The domain that was proven."""
    found = re.search(rf"{_NAMED[method]}\s*=\s*\"?([^\s\";]+)", rest, re.IGNORECASE)
    return found.group(1).rpartition("@")[2].lower() if found else ""


def _is_of(sender: str, proven: str) -> bool:
    return bool(proven) and (sender == proven or sender.endswith(f".{proven}"))

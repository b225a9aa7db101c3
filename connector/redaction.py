"""Taking a person out of stored values: who it is, what was said, and what must stay readable."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

ERASED = "[erased]"
DIGEST = "sha256:"
WORDS_MIN = 3
CHARACTERS_MIN = 4
"""Shorter than this, a name would be found in other people's words."""
WORDS = frozenset({
    "text", "html", "words", "subject", "difference", "answer", "answers", "transcript", "script",
    "summary", "payer", "remark", "detail", "outcome",
})  # fmt: skip
"""Under these names values hold what somebody said, wherever they stand."""


def digest(connection_id: int, address: str) -> str:
    """What stays of an address or number, so that it is known again and cannot be read."""
    text = f"{connection_id}\0{address}"
    return f"{DIGEST}{hashlib.sha256(text.encode()).hexdigest()}"


def emptied(value: Any) -> Any:
    """The same shape without words; amounts, flags and dates of their own stay."""
    match value:
        case str():
            return value if not value or value.startswith((ERASED, DIGEST)) else ERASED
        case bytes():
            return b""
        case list():
            return []
        case dict():
            return {name: emptied(part) for name, part in value.items()}
        case _:
            return value


@dataclass(frozen=True)
class Redactor:
    """`names` are who the person is: its names, addresses, numbers and accounts. `said` are words
    that are erased in its own rows and may stand in another of its rows, too."""

    customer_id: str
    names: frozenset[str]
    said: frozenset[str] = field(default_factory=frozenset)

    def value(self, value: Any, *, own: bool) -> Any:
        """A column's value; `own` tells that the row is the person's."""
        match value:
            case str() if value.startswith("{"):
                return self._document(value, own=own)
            case str():
                return self._text(value, own=own)
            case list():
                return [self.value(part, own=own) for part in value]
            case dict():
                return self._fields(value, own=own)
            case _:
                return value

    def draft(self, kept: dict[str, Any] | None) -> dict[str, Any] | None:
        """A frozen write, whose body is in base64: looked into, so that it can still be undone."""
        if kept is None:
            return None
        try:
            body = base64.b64decode(kept["body"], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return kept
        redacted = self._pattern.sub(ERASED, body).encode() if self.names else body.encode()
        return kept | {"body": base64.b64encode(redacted).decode()}

    @property
    def searched(self) -> Iterator[str]:
        """The spellings by which a database finds who the person is, also in JSON."""
        for name in self._spellings:
            cases = {name} if name.isascii() else {name, name.lower(), name.upper()}
            for cased in cases:  # databases know capitals of ASCII alone
                yield from {cased, json.dumps(cased)[1:-1]}

    def _fields(self, fields: dict[str, Any], *, own: bool) -> dict[str, Any]:
        own = own or fields.get("customer_id") == self.customer_id
        return {
            name: emptied(part) if own and name in WORDS and _is_said(part)
            else self.value(part, own=own)
            for name, part in fields.items()
        }  # fmt: skip

    def _document(self, text: str, *, own: bool) -> str:
        """JSON that is kept as text."""
        try:
            content = json.loads(text)
        except ValueError:
            return self._text(text, own=own)
        redacted = self.value(content, own=own)
        return text if redacted == content else json.dumps(redacted, ensure_ascii=False)

    def _text(self, text: str, *, own: bool) -> str:
        if own:
            for words in self._longest_first:
                text = text.replace(words, ERASED)
        return self._pattern.sub(ERASED, text) if self.names else text

    @cached_property
    def _longest_first(self) -> list[str]:
        return sorted(self.said, key=len, reverse=True)

    @cached_property
    def _spellings(self) -> frozenset[str]:
        return self.names | {html.escape(name) for name in self.names}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        ordered = sorted(self._spellings, key=lambda name: (-len(name), name))
        return re.compile("|".join(map(_whole, ordered)), re.IGNORECASE)


def _whole(name: str) -> str:
    """Not as a part of a longer word, nor of a longer address."""
    before, after = (r"[\w.+-]", r"[\w-]|\.\w") if "@" in name else (r"\w", r"\w")
    return f"(?<!{before}){re.escape(name)}(?!{after})"


def _is_said(part: Any) -> bool:
    """Whether a field holds words itself, rather than an object that only has such a name."""
    return isinstance(part, str) or (
        isinstance(part, list) and all(isinstance(one, str | dict) for one in part)
    )


def leaves(value: Any) -> Iterator[str]:
    """Every text in a value."""
    match value:
        case str():
            yield value
        case list():
            for part in value:
                yield from leaves(part)
        case dict():
            for part in value.values():
                yield from leaves(part)


def searchable(texts: Collection[str]) -> frozenset[str]:
    """Those that are long enough to mean one person only; not what was erased before."""
    stripped = {text.strip() for text in texts}
    return frozenset(
        text for text in stripped
        if len(text) >= CHARACTERS_MIN and ERASED not in text and not text.startswith(DIGEST)
    )  # fmt: skip


def sentences(texts: Collection[str]) -> frozenset[str]:
    """Those of several words: fewer also stand in amounts, states and other people's words."""
    return frozenset(
        text for text in texts if len(text.split()) >= WORDS_MIN and ERASED not in text
    )

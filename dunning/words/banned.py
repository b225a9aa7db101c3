"""What no reminder says: threats of law, shame, urgency, shouting, promotion, offers, other terms,
and other places to pay to.

Transactional mail must not read as an advertisement (16 CFR 316.3), and what threatens or shames
is not ours to say at any stage: a formal step is a person's. A changed account number is how
payments are stolen, so where to pay to is never a matter of wording.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

OWN = ("terms:", "payee:")
"""What a client may say in a template of its own, and nobody who puts a letter into other words."""
SHOUTED = re.compile(r"\b[^\W\d_]{4,}\b(?:\W+\b[^\W\d_]{4,}\b)+|\b[^\W\d_]{6,}\b")
"""Two words in a row, or one long word, in a text whose other words are taken out."""
WORD = re.compile(r"[^\W\d_]+")

_LISTS: dict[str, dict[str, list[str]]] = tomllib.loads(
    (files("dunning") / "templates" / "banned.toml").read_text("utf-8")
)


def banned(
    text: str, language: str, *, facts: Iterable[str] = (), own: bool = False
) -> tuple[str, ...]:
    """What a text says that it must not, each as ``kind: words``; empty if it may be sent.

    `facts` are names, numbers and links that stand in it as they are: a company may be called
    Court Street Ltd. With `own` it is the client's own template, which may speak of instalments and
    percents, and say where to pay to; less than what is owed no template offers. A language without
    a list of its own is judged by its capitals alone.
    """
    for fact in sorted(filter(None, facts), key=len, reverse=True):
        text = text.replace(fact, " \u2026 ")
    found = dict.fromkeys(_found(text, language))
    return tuple(it for it in found if not (own and it.startswith(OWN)))


def _found(text: str, language: str) -> Iterator[str]:
    for kind, pattern in _patterns(language):
        yield from (f"{kind}: {match.group().casefold()}" for match in pattern.finditer(text))
    capitals = WORD.sub(lambda word: word[0] if word[0].isupper() else "0", text)
    yield from (f"capitals: {match.group()}" for match in SHOUTED.finditer(capitals))
    if "!" in text:
        yield "capitals: !"


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile("|".join(map(_pattern, phrases)), re.IGNORECASE))
        for kind, phrases in _LISTS.get(language, {}).items()
    )


def _pattern(phrase: str) -> str:
    """A whole word or phrase; `*` is any ending of a word, and alone any word."""
    words = r"\s+".join(
        r"\w+" if word == "*" else re.escape(word.removesuffix("*")) + r"\w*" * word.endswith("*")
        for word in phrase.split()
    )
    return rf"\b{words}\b"

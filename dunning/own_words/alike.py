"""Whether two texts say the same: word for word, but for courtesies and phrases that mean the same.

No list of what must not be said can be complete, so what may differ is a list: of courtesies, and
of phrases of which one may stand for another (templates/alike.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

COURTESIES_MORE_MAX = 1
SHOWN_MAX = 12
PIECE = re.compile(r"\[\[\d+\]\]|[^\W_]+(?:['-][^\W_]+)*|\S")
"""A token that stands for a fact, a word, or any other sign."""
ENDS = (".", "?")
SAME_SIGNS = str.maketrans({"\u2019": "'", "\u00bf": None})

_LISTS = tomllib.loads((files("dunning") / "templates" / "alike.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Alike:
    """What may be exchanged in a language."""

    courtesies: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()


@cache
def alike_of(language: str) -> Alike:
    """Nothing for a language that has no list."""
    found = _LISTS.get(language, {})
    groups = tuple(tuple(group) for group in found.get("alike", ()))
    return Alike(tuple(found.get("courtesy", ())), groups)


def differences(old: str, new: str, language: str) -> Iterator[str]:
    """What a text says otherwise than another, in words; nothing where both say the same."""
    alike = alike_of(language)
    polite = _pattern(alike.courtesies)
    before, after = _pieces(old), _pieces(new)
    more = len(polite.findall(" ".join(after))) - len(polite.findall(" ".join(before)))
    if more > COURTESIES_MORE_MAX:
        yield f"{more} courtesies more"
    if any(piece[0].islower() for piece in _first(after)):
        yield "a sentence that begins with a small letter"
    one, other = (_meant(it, alike).split() for it in (before, after))
    changes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for kind, a, b, c, d in changes:
        if kind != "equal":
            yield f'"{_shown(other[c:d])}" instead of "{_shown(one[a:b])}"'


def _shown(pieces: Sequence[str]) -> str:
    more = ("\u2026",) if len(pieces) > SHOWN_MAX else ()
    return " ".join((*pieces[:SHOWN_MAX], *more))


def _pieces(text: str) -> list[str]:
    return PIECE.findall(text.translate(SAME_SIGNS))


def _first(pieces: Sequence[str]) -> Iterator[str]:
    """The pieces with which sentences begin."""
    for before, piece in zip((ENDS[0], *pieces), pieces, strict=False):
        if before in ENDS:
            yield piece


def _meant(pieces: Sequence[str], alike: Alike) -> str:
    """The text without courtesies, of each group its first phrase; a question is a sentence."""
    text = _pattern(alike.courtesies).sub("", _begun_small(pieces))
    text = _begun_small(text.split())
    for first, *others in alike.groups:
        text = _pattern(others, re.NOFLAG).sub(first, text)
    return text.replace("?", ".")


def _begun_small(pieces: Sequence[str]) -> str:
    """In one line; the first word of a sentence small, whichever it is."""
    befores = (ENDS[0], *pieces)
    return " ".join(
        piece[:1].lower() + piece[1:] if before in ENDS else piece
        for before, piece in zip(befores, pieces, strict=False)
    )


def _pattern(phrases: Iterable[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """Whole phrases, the longest first, in a line of pieces with a space between."""
    found = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    return re.compile(rf"(?<!\S)(?:{found or '(?!)'})(?!\S)", flags)

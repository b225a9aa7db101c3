"""Whether a name in a text stands by itself, or may be a part of a longer one: Star Inc in Northern
Star Inc."""

from __future__ import annotations

import re

from matching.facts.vocabulary import (
    AFTER_A_NAME,
    BEFORE_A_NAME,
    CHANNELS,
    INVOICE_WORDS,
    LEGAL_FORMS,
    MONTHS,
    NUMBER_WORDS,
    OF_MONEY,
    OF_WHOM,
    OTHER_WORDS,
    RECEIVER,
)

INSIDE = "the customer's name may be a part of a longer one in the text"
GOES_ON = "the customer's name may be the beginning of a longer one in the text"
RECEIVING = "the customer's name stands where banks write who got the money"
BEFORE_MAX = 40
LAST = LEGAL_FORMS - {"co", "company", "group", "holding", "holdings", "spa"}
"""Legal forms behind which no name goes on."""


def _any(words: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _words(words: frozenset[str]) -> str:
    return rf"(?<![^\W_])(?:{_any(words)})(?![^\W_])"


_SIGN = "[:;|*]"
_MONTH = rf"\b(?:{_any(frozenset(MONTHS))})\b\.?"
_COUNTED = rf"\b(?:{_any(INVOICE_WORDS | OTHER_WORDS)})\b"
_NUMBER = rf"\W{{0,3}}(?:(?:{_any(NUMBER_WORDS)})\b\W{{0,3}})?(?:[^\W\d_]{{1,4}}\W?)?\d"
_LONGER = rf"(?:\s[^\W\d_]+){{0,2}}\s(?:{_any(LAST)})\b"
_MONEY = rf"(?:{_words(OF_MONEY)}|{_words(OF_WHOM)}(?:\s(?:de|du|da|di|von|van))?)"
_OPENING = rf"(?<!c/o){_SIGN}"
_PARTING = "".join(rf"(?<!{label})" for label in sorted(BEFORE_A_NAME)) + _OPENING
"""Signs behind which a name may begin, and those that do not announce one, as NAME: does."""
_REFERENCE = (
    rf"(?:\d{{5}}|[^\W\d_][/.-]?\d{{3,}}|\d{{3}}(?:\s+[^\w\s]|[,.)\]])|#\d+"
    rf"|\d\d[/.-]\d\d|\d[/.-]\d{{3,}}|{_MONTH}\W(?:20)?\d\d|\b(?:{_any(INVOICE_WORDS)})\W{{0,3}}\d+)"
)
"""Digits that begin no name, as those of 24/7 Security or 365 Security do."""
_BEFORE = re.compile(
    rf"(?:^|{_OPENING}|{_REFERENCE}|{_words(BEFORE_A_NAME | CHANNELS)}"
    rf"|(?:^|\d|{_PARTING}|{_words(CHANNELS)})(?:[\W_]*{_MONEY})+)(?:[\W_]*\bthe)?[\W_]*$"
)
_RECEIVER = re.compile(rf"{_words(RECEIVER)}\W*$")
_AFTER = re.compile(
    rf"[^\w&+]*(?:$|(?<={_SIGN})|#|\w*\d{{3}}|\d{{1,2}}[/.-]\d|{_MONTH}\W*(?:\d|$)"
    rf"|(?:{_any(AFTER_A_NAME)})\b(?!{_LONGER})"
    rf"|{_COUNTED}(?:[:#]|{_NUMBER})|(?:{_any(INVOICE_WORDS)})\W*$)"
)
_ON = re.compile(rf"\W{{0,3}}[&+]|\W{{1,3}}(?:and|und|et|en|y|of)\b|\.?{_LONGER}")
"""With what a name goes on behind a legal form."""


def doubt_of(text: str, start: int, end: int) -> str:
    """Why what stands around a name in lower-case text may make another's of it; empty where it
    cannot belong to it: the text's edge, signs, numbers, and words that banks and payers write
    around names."""
    if _RECEIVER.search(text, max(0, start - BEFORE_MAX), start):
        return RECEIVING
    if not _BEFORE.search(text, max(0, start - BEFORE_MAX), start):
        return INSIDE
    last = re.findall(r"[^\W_]+", text[start:end])[-1]
    is_apart = not _ON.match(text, end) if last in LAST else _AFTER.match(text, end)
    return "" if is_apart else GOES_ON

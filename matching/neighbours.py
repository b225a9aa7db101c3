"""Whether a name in a text stands by itself, or may be a part of a longer one: Star Inc in Northern
Star Inc."""

from __future__ import annotations

import re

from matching.vocabulary import (
    AFTER_A_NAME,
    BEFORE_A_NAME,
    INVOICE_WORDS,
    LEGAL_FORMS,
    MONTHS,
    NUMBER_WORDS,
    OF_WHOM,
    OTHER_WORDS,
)

BEFORE_MAX = 40
LAST = LEGAL_FORMS - {"co", "company", "group", "holding", "holdings", "spa"}
"""Legal forms behind which no name goes on."""


def _any(words: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_SIGN = "[:;|*]"
_MONTH = rf"\b(?:{_any(frozenset(MONTHS))})\b\.?"
_COUNTED = rf"\b(?:{_any(INVOICE_WORDS | OTHER_WORDS)})\b"
_NUMBER = rf"\W{{0,3}}(?:(?:{_any(NUMBER_WORDS)})\b\W{{0,3}})?(?:[^\W\d_]{{1,4}}\W?)?\d"
_LONGER = rf"(?:\s[^\W\d_]+){{0,2}}\s(?:{_any(LAST)})\b"
_BEFORE = re.compile(
    rf"(?:^|{_SIGN}|\d{{3}}|\d[/.-]\d{{1,2}}|#\d+|{_MONTH}\W\d\d"
    rf"|\b(?:{_any(INVOICE_WORDS)})\W{{0,3}}\d+|\b(?:{_any(BEFORE_A_NAME)}|b/o|by order of)"
    rf"|\b(?:{_any(OF_WHOM)})(?:\s(?:de|du|da|di|von|van))?)(?:[\W_]*\bthe)?[\W_]*$"
)
_AFTER = re.compile(
    rf"[^\w&+]*(?:$|(?<={_SIGN})|#|\w*\d{{3}}|\d{{1,2}}[/.-]\d|{_MONTH}\W*(?:\d|$)"
    rf"|(?:{_any(AFTER_A_NAME)})\b(?!{_LONGER})"
    rf"|{_COUNTED}(?:[:#]|{_NUMBER})|(?:{_any(INVOICE_WORDS)})\W*$)"
)
_ON = re.compile(rf"\s*[&+]|\s(?:and|und|et|en|y|of)\b|{_LONGER}")
"""With what a name goes on behind a legal form."""


def is_apart(text: str, start: int, end: int) -> bool:
    """Whether what stands around a name in lower-case text cannot belong to it: the text's edge,
    signs, numbers, and words that banks and payers write around names."""
    if not _BEFORE.search(text, max(0, start - BEFORE_MAX), start):
        return False
    last = re.findall(r"[^\W_]+", text[start:end])[-1]
    if last in LAST:
        return not _ON.match(text, end)
    return bool(_AFTER.match(text, end))

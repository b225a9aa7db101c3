"""Numbers of another kind that are told by their shape: accounts, cards, telephones, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from providers.iban import is_iban

_IBAN = re.compile(
    r"(\biban\W{0,3})?\b([a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){2,7}(?:\s?[a-z0-9]{1,3})?)\b"
)
_MASKED = re.compile(r"(?<![^\W\d_])\d{0,6}[x*•]{2}[x*•\s-]{0,24}\d{1,6}(?!\d|\s?\*)")
_DOTTED = re.compile(r"(?<![^\W_])(?:\.{2,}|…)\d{1,6}(?!\d)")
_ENDING = re.compile(
    r"\b(?:(?:end(?:s|ing)|last\s(?:4|four)(?:\sdigits)?)(?:\s(?:in|with|on))?|ende(?:nd|t)(?:\s(?:auf|mit))?"
    r"|endziffern?|(?:terminant|termin[ée]e?)\spar|eindigend(?:\sop)?|terminad[ao]\s(?:en|con))"
    r"\W{0,3}\d{1,6}(?!\d)"
)
_NUMBER = r"(?:\s?(?:no|nr|num|number|nummer)\b)?[\s.:#-]{0,3}"
_TELEPHONE = re.compile(
    r"\b(?:tel|telephone|phone|fax|mob|mobile|cell|call|whatsapp|handy|telefon|telefoon|t[ée]l"
    rf"|t[ée]l[ée]phone|tel[ée]fono|m[óo]vil){_NUMBER}"
    r"\+?\(?\d{1,5}\)?[\s./()-]{1,3}\d{1,8}(?!\d)(?:[\s./()-]{1,3}\d{1,4}(?!\d)){0,4}"
    r"|(?<![\w+])\+(?:\d{9,15}|\d{1,3}(?:[\s./()-]{1,3}\d{1,8}){2,5})(?!\d)"
    r"|\(\d{3}\)\s?\d{3}[\s.-]\d{4}(?!\d)"
)
_ACCOUNT = re.compile(
    r"\b(?:a/c|acc|acct|account|card|visa|mastercard|amex|konto|kto|kontonr|kontonummer|karte|compte"
    rf"|cpte|carte|rekening|kaart|cuenta|cta|tarjeta|aba|blz){_NUMBER}"
    r"\d{2,4}(?:[\s-]\d{2,4}(?!\d)){2,5}"
)
_GAP = re.compile(r"\s")
_THREE_GROUPS = re.compile(r"(?<![\w.-])\d{3}([-.])\d{3}\1\d{4}(?![\w-])")
_GROUPS = re.compile(r"\d+")
_STREET_AFTER = re.compile(
    r",?\s(?:(?:\w{1,20}\.?\s){1,3}(?:street|st|road|rd|avenue|ave|boulevard|blvd|drive|dr|lane|ln"
    r"|court|crescent|parkway|pkwy|highway|hwy|terrace|square|plaza)\b|(?:bis\s)?(?:rue|avenue"
    r"|boulevard|chemin|impasse|quai)\s)"
)
_STREET_BEFORE = re.compile(
    r"(?:\w(?:stra(?:ss|ß)e|str|weg|platz|gasse|allee|straat|laan|plein|gracht)"
    r"|\b(?:rue|calle|avenida|paseo)(?:\s\w{1,20}){1,3})[.,]?\s$"
)
BEFORE_MAX = 90


def elsewhere(text: str) -> Iterator[tuple[int, int]]:
    """The places in lower-case text that are accounts, cards or telephones, from start to end."""
    for pattern in (_MASKED, _DOTTED, _ENDING, _TELEPHONE, _ACCOUNT):
        for found in pattern.finditer(text):
            yield found.span()
    for found in _IBAN.finditer(text):
        yield from _iban(text, found)


def inside_telephones(text: str) -> set[int]:
    """Where the later groups begin of what is written like a telephone number: 555-010-2001. All
    of it may be the number of an invoice, but not a part."""
    return {
        group.start()
        for found in _THREE_GROUPS.finditer(text)
        for group in list(_GROUPS.finditer(text, *found.span()))[1:]
    }


def is_of_address(text: str, start: int, end: int) -> bool:
    """Whether a number in lower-case text stands in a street."""
    before = text[max(0, start - BEFORE_MAX) : start]
    return bool(_STREET_AFTER.match(text, end) or _STREET_BEFORE.search(before))


def _iban(text: str, found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """As far as the check digits are right, since more digits may follow; else all of it, where it
    is called so."""
    start, end = found.span(2)
    ends = [end, *(start + gap.start() for gap in reversed(list(_GAP.finditer(found[2]))))]
    right = next((place for place in ends if is_iban(text[start:place])), 0)
    if right or found[1]:
        yield start, right or end

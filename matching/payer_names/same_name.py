"""Whether two names that look alike are one, written otherwise, or those of two customers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from matching.facts.vocabulary import COMPASS, JOINING, LEGAL_FORMS
from matching.payer_names.spellings import (
    NUMBERS,
    counted,
    is_compass,
    spelt,
    tell_people_apart,
    tell_places_apart,
    without_umlauts,
)

PAIRS_KEPT_MAX = 50_000
CUT_LETTERS_MIN, ABBREVIATED_MIN, INITIAL_OF_MIN = 3, 3, 3
SLIPS = ((5, 0), (10, 1))
"""Below so many letters a word may have so many slips of the pen."""
SLIPS_OF_LONG = 2
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivx]{1,5}")


@lru_cache(maxsize=PAIRS_KEPT_MAX)
def is_another(one: str, other: str) -> bool:
    """Whether each of two names in lower case has a number or a word that the other does not have,
    in whatever order; a slip of the pen, what is cut off, an initial and an abbreviation are the
    same word."""
    one, other = counted(one), counted(other)
    words, others = _words(one), _words(other)
    for mine, theirs in (
        (_numbers(one, words), _numbers(other, others)),
        (_written(words), _written(others)),
    ):
        if mine - theirs and theirs - mine:
            return True
    left, right = _apart(words, others)
    return bool(left and right) and not _is_slip("".join(left), "".join(right))


def tells_apart(word: str) -> bool:
    """Whether a word in lower case is there to tell one from another of the same name: a number,
    one letter, a point of the compass."""
    if len(word) == 1 or _DIGITS.search(word) or _ROMAN.fullmatch(word):
        return True
    return word in COMPASS or word in NUMBERS or is_compass(word)


def _numbers(name: str, words: Sequence[str]) -> Counter[str]:
    """What the numbers in a name come to, also those that are written out."""
    digits = [it.lstrip("0") for it in _DIGITS.findall(name)]
    return Counter([*digits, *(NUMBERS[word] for word in _written(words).elements())])


def _written(words: Sequence[str]) -> Counter[str]:
    return Counter(word for word in words if word in NUMBERS)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    words = (without_umlauts(word) for word in _LETTERS.findall(bare))
    return [word for word in words if word not in LEGAL_FORMS and word not in JOINING]


def _apart(one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words of each for which the other has none."""
    both = Counter(one) & Counter(other)
    right = list((Counter(other) - both).elements())
    left: list[str] = []
    for word in (Counter(one) - both).elements():
        meant = next((it for it in right if _is_slip(word, it)), None)
        if meant is None:
            left.append(word)
        else:
            right.remove(meant)
    return left, right


def _is_slip(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if _ROMAN.fullmatch(short) and _ROMAN.fullmatch(long):
        return short == long
    if tell_places_apart(short, long) or tell_people_apart(short, long):
        return False
    if spelt(short) == spelt(long) or _is_shortened(short, long):
        return True
    most = next((slips for letters, slips in SLIPS if len(short) < letters), SLIPS_OF_LONG)
    return OSA.distance(short, long, score_cutoff=most) <= most


def _is_shortened(short: str, long: str) -> bool:
    """Whether the one is cut off, an initial, or left without letters in between: intl."""
    if len(short) == 1:
        return long.startswith(short) and len(long) >= INITIAL_OF_MIN
    if long.startswith(short):
        return len(short) >= CUT_LETTERS_MIN
    rest = iter(long)
    ends = short[0] == long[0] and short[-1] == long[-1]
    return len(short) >= ABBREVIATED_MIN and ends and all(letter in rest for letter in short)

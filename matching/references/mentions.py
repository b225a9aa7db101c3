"""Which invoices a text names: every place, how well it fits, and what role it has there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from matching.facts.items import Numbering, OpenItem
from matching.facts.vocabulary import (
    ANNOUNCING,
    CALLED_INVOICE,
    INVOICE_WORDS,
    LEFT_OUT_AFTER,
    LEFT_OUT_BEFORE,
)
from matching.reading_texts.numbering import (
    SERIAL_DIGITS_MIN,
    Pattern,
    is_year,
    keys_of,
    pattern_of,
    plain,
)
from matching.reading_texts.reading import Reading, Run

RUNS_TOGETHER_MAX = 4
MENTIONS_MAX, UNKNOWN_MAX = 120, 120
CONTEXT_CHARACTERS = 40
SURE_DIGITS_MIN = 4
BROKEN_RUNS_MAX = 2
"""Into so many pieces a short number may be broken."""
_JOINING = re.compile(r"[-/.\s_#]{1,3}")
_LISTED = re.compile(r"\s*(?:[,;&+/]|\b(?:and|und|et|en|y)\b)\s*#?\s*")
_LAST_WORD = re.compile(r"[^\W\d_]*[\W_]?$")


class Fit(IntEnum):
    """How a text agrees with an invoice number, from hardly to letter by letter."""

    WEAK = 1
    SERIAL = 2
    DIGITS = 3
    EXACT = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text that names one of `options`, which fit it equally well.

    `start` and `end` count characters of the readable text. `left_out` tells that the text says
    that this one is not paid now, `other` that a word announces another kind of number. `bare` are
    digits with neither letters of an invoice number nor a word for one before them, and `behind` is
    the word that stands there instead. `how` is empty for a number that is written out, else how it
    was read.
    """

    start: int
    end: int
    digits: str
    fit: Fit
    options: tuple[OpenItem, ...]
    left_out: bool = False
    other: bool = False
    bare: bool = False
    behind: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`unknown` are the runs that name nothing, as many as are worth a second look."""

    mentions: tuple[Mention, ...]
    unknown: tuple[Run, ...]


Index = Mapping[str, Sequence[OpenItem]]


def index_of(items: Iterable[OpenItem], numbering: Numbering) -> Index:
    """The items by each key that a text may say for their number."""
    index: dict[str, list[OpenItem]] = {}
    for item in items:
        for key in keys_of(item.number, numbering):
            index.setdefault(key, []).append(item)
    return index


def keys_in(reading: Reading) -> set[str]:
    """Every key under which a number of the text may stand in an index."""
    return {
        plain("".join(run.digits for run in window))
        for start in range(len(reading.runs))
        for window in _windows(reading, start)
    }


def find(reading: Reading, index: Index, numbering: Numbering) -> Found:
    """Every mention of an indexed item, the longest reading first."""
    mentions: list[Mention] = []
    unknown: list[Run] = []
    place = 0
    while place < len(reading.runs) and len(mentions) < MENTIONS_MAX:
        mention, width = _at(reading, place, index, numbering)
        if mention is None:
            unknown.append(reading.runs[place])
        else:
            mentions.append(_in_list(reading, mention, mentions[-1:]))
        place += width
    return Found(tuple(mentions), tuple(unknown[:UNKNOWN_MAX]))


def _in_list(reading: Reading, mention: Mention, before: Sequence[Mention]) -> Mention:
    """The mention; behind an invoice and a sign of a list, it is announced as that one is."""
    listed = before and _LISTED.fullmatch(reading.text[before[0].end : mention.start])
    return replace(mention, bare=False) if listed and not before[0].bare else mention


def left_out(text: str, start: int, end: int) -> bool:
    """Whether the words around a number say that it is not paid now."""
    before = text[max(0, start - CONTEXT_CHARACTERS) : start]
    without_prefix = _LAST_WORD.sub("", before)
    after = text[end : end + CONTEXT_CHARACTERS]
    said = any(LEFT_OUT_BEFORE.search(words.rstrip(" (")) for words in (before, without_prefix))
    return said or bool(LEFT_OUT_AFTER.match(after))


def is_own(run: Run, numbering: Numbering) -> bool:
    """Whether a run is written like an invoice number of the client's: with their letters, or
    called an invoice."""
    called = run.letters in numbering.prefixes or run.letters in CALLED_INVOICE
    return called and len(run.digits) >= SERIAL_DIGITS_MIN


def is_called(run: Run, numbering: Numbering) -> bool:
    """Whether letters of an invoice number, or a word or sign for one, stand before a run."""
    return run.letters in ANNOUNCING or run.letters in numbering.prefixes or "#" in run.gap


def _windows(reading: Reading, start: int) -> list[Sequence[Run]]:
    """The runs from `start` that may be one number, the longest first."""
    found: list[Sequence[Run]] = [reading.runs[start : start + 1]]
    for end in range(start + 1, min(len(reading.runs), start + RUNS_TOGETHER_MAX)):
        gap = reading.text[reading.runs[end - 1].end : reading.runs[end].start]
        if not _JOINING.fullmatch(gap):
            break
        found.insert(0, reading.runs[start : end + 1])
    return found


def _at(
    reading: Reading, place: int, index: Index, numbering: Numbering
) -> tuple[Mention | None, int]:
    for window in _windows(reading, place):
        key = plain("".join(run.digits for run in window))
        best: list[OpenItem] = []
        level: Fit | None = None
        for item in index.get(key, ()):
            fits = _fit(window, pattern_of(item.number), numbering)
            if fits is None or (level is not None and fits < level):
                continue
            if level is None or fits > level:
                level, best = fits, []
            best.append(item)
        if level is not None:
            return _mention(reading, window, level, best, numbering), len(window)
    return None, 1


def _mention(
    reading: Reading,
    window: Sequence[Run],
    fit: Fit,
    options: Sequence[OpenItem],
    numbering: Numbering,
) -> Mention:
    start, end = window[0].start, window[-1].end
    first = window[0]
    return Mention(
        start=start, end=end, digits="".join(run.digits for run in window), fit=fit,
        options=tuple(options), left_out=left_out(reading.text, start, end),
        other=first.other and fit < Fit.EXACT,
        bare=fit < Fit.EXACT and not is_called(first, numbering), behind=first.behind,
    )  # fmt: skip


def _fit(window: Sequence[Run], pattern: Pattern, numbering: Numbering) -> Fit | None:
    """How well these runs fit a number of which the digits are known to agree."""
    first = window[0]
    digits = "".join(run.digits for run in window)
    whole = plain(digits) == plain(pattern.digits) or digits == _joined(pattern)
    if len(window) > BROKEN_RUNS_MAX and not whole:
        return None
    if is_year(digits) and not whole:
        return None if digits in pattern.groups else Fit.WEAK
    if pattern.prefix and first.letters == pattern.prefix:
        return Fit.EXACT if whole else Fit.DIGITS
    known = first.letters in INVOICE_WORDS and first.letters not in numbering.prefixes
    if first.attached and not known:
        return None
    return _fit_of_digits(first, digits, whole=whole)


def _fit_of_digits(first: Run, digits: str, *, whole: bool) -> Fit:
    """How much the digits alone say: few of them, or a year, may stand for anything."""
    significant = len(plain(digits))
    if whole and significant >= SURE_DIGITS_MIN and not is_year(digits):
        return Fit.DIGITS
    announced = first.letters in INVOICE_WORDS or "#" in first.gap
    enough = len(digits) if announced else significant
    vague = is_year(digits) and not announced
    return Fit.SERIAL if enough >= SERIAL_DIGITS_MIN and not vague else Fit.WEAK


def _joined(pattern: Pattern) -> str:
    return "".join(plain(group) for group in pattern.groups)

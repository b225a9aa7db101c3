"""Which open invoices a remittance text names, and where it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from matching.digits import Group, groups_of, numbers_of, plain_digits
from matching.items import OpenItem
from matching.shapes import Fit, fit, numbered, said

TEXT_CHARACTERS_MAX = 2_000
WORDS_CHARACTERS_MAX = 256
GROUPS_MAX = 4
KEYS_KEPT_MAX = 100_000
GAP_CHARACTERS_MAX = 6
WORD_BREAKS = " \t\n\r+&;#"
WORD_LETTERS_MIN = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A text names an invoice in the characters from `start` to `end`.

    `sure` is False where another reading is possible: the digits fit several invoices, are part
    of a longer number, stand behind another kind of word, or are too few.
    """

    item: OpenItem
    start: int
    end: int
    sure: bool


@lru_cache(maxsize=KEYS_KEPT_MAX)
def number_key(number: str) -> str:
    """The digit groups of an invoice number without leading zeros: INV-2024-01234 is 2024-1234.

    A number without digits gives its letters, casefolded.
    """
    groups = groups_of(number)
    if groups:
        return "-".join(group.plain for group in groups)
    return "".join(_words(number))


def keys_in(text: str) -> frozenset[str]:
    """Every `number_key` that the first 2,000 characters of a text can name."""
    text = text[:TEXT_CHARACTERS_MAX]
    numbers = numbers_of(text)
    keys = {
        _key(span) for start in range(len(numbers)) for span in _spans(text, numbers, start=start)
    }
    words = _words(text[:WORDS_CHARACTERS_MAX])
    runs = ("".join(words[i : i + n]) for i in range(len(words)) for n in range(1, GROUPS_MAX + 1))
    return frozenset(keys | {run for run in runs if len(run) >= WORD_LETTERS_MIN})


def named_in(text: str, items: Sequence[OpenItem]) -> tuple[Named, ...]:
    """The items that the text names, in the order of the text; each item once, surest first."""
    text = plain_digits(text[:TEXT_CHARACTERS_MAX])
    best: dict[str, Named] = {}
    for named in (*_by_digits(text, items), *_by_letters(text, items)):
        known = best.get(named.item.invoice_id)
        if known is None or (named.sure and not known.sure):
            best[named.item.invoice_id] = named
    return tuple(sorted(best.values(), key=lambda n: (n.start, n.item.age)))


def _by_digits(text: str, items: Sequence[OpenItem]) -> Iterator[Named]:
    by_key: dict[str, list[OpenItem]] = {}
    for item in items:
        by_key.setdefault(number_key(item.number), []).append(item)
    numbers = numbers_of(text)
    hits: list[tuple[Sequence[Group], list[tuple[Fit, OpenItem]]]] = []
    position = 0
    while position < len(numbers):
        span, fits = _longest(text, numbers, start=position, by_key=by_key)
        if fits:
            hits.append((span, fits))
        position += len(span)
    words = list(accumulate((char in WORD_BREAKS for char in text), initial=0))
    taken = {group.start for span, _ in hits for group in span}
    mixed = {words[g.start] for g in groups_of(text) if g.start not in taken}
    for span, fits in hits:
        within = range(words[span[0].start], words[span[-1].end] + 1)
        whole = mixed.isdisjoint(within)
        top = max(level for level, _ in fits)
        chosen = [item for level, item in fits if level == top]
        sure = whole and len(chosen) == 1 and top > Fit.UNSURE
        yield from (Named(item, span[0].start, span[-1].end, sure) for item in chosen)


def _longest(
    text: str, numbers: Sequence[Group], *, start: int, by_key: dict[str, list[OpenItem]]
) -> tuple[Sequence[Group], list[tuple[Fit, OpenItem]]]:
    for span in reversed(list(_spans(text, numbers, start=start))):
        near = by_key.get(_key(span), [])
        judged = ((fit(said(text, span), numbered(item.number)), item) for item in near)
        fits = [(level, item) for level, item in judged if level > Fit.NOT]
        if fits:
            return span, fits
    return numbers[start : start + 1], []


def _spans(text: str, numbers: Sequence[Group], *, start: int) -> Iterator[Sequence[Group]]:
    """The runs of one to four groups from `start` that stand close together."""
    for count in range(1, GROUPS_MAX + 1):
        span = numbers[start : start + count]
        if len(span) < count:
            return
        if count > 1 and not _close(text[span[-2].end : span[-1].start]):
            return
        yield span


def _close(gap: str) -> bool:
    return len(gap) <= GAP_CHARACTERS_MAX and not re.search(r"[0-9]", gap)


def _by_letters(text: str, items: Sequence[OpenItem]) -> Iterator[Named]:
    """Numbers without digits are words, and a word may mean anything: never sure."""
    for item in items:
        key = number_key(item.number)
        if len(key) < WORD_LETTERS_MIN or key[0].isdigit():
            continue
        words = _words(item.number)
        pattern = r"\b" + r"[\W_]+".join(map(re.escape, words)) + r"\b"
        if found := re.search(pattern, text[:WORDS_CHARACTERS_MAX], re.IGNORECASE):
            yield Named(item, found.start(), found.end(), sure=False)


def _key(span: Sequence[Group]) -> str:
    return "-".join(group.plain for group in span)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[^\W\d_]+", text)]

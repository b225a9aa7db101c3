"""What a mail's sender wrote, told from what the mail certainly quotes; in doubt it is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from providers.email import headings
from providers.email.bodies import TEXT_CHARACTERS_MAX, answer, lines_of, tidy
from providers.email.headings import is_marked, unmarked

SURE_WORDS_MIN = 4
"""So many words in a row are ours wherever they stand in what we wrote; fewer only where they go on
from the line before."""
OURS_MAX = 20

_ADDRESS = re.compile(r"<?\b(?:https?://|mailto:)[^\s<>]*>?")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Words:
    """`text` is what the sender may have written; `whole` the message with all that it quotes,
    empty where that is nothing more."""

    text: str
    whole: str = ""


def own_words(text: str, *, sender: str = "", ours: Sequence[str] = ()) -> Words:
    """Left out is what is marked as quoted under a mail program's heading, unless the heading names
    the sender's own domain, and under a heading or a mark whatever stands in one of `ours`, the
    messages that may be quoted, line by line and in their order. What was passed on is kept, and
    all where nothing else is there."""
    lines = lines_of(text)
    out: set[int] = set()
    for section in _sections(lines, sender):
        out |= section.left_out(lines, [_Ours(it) for it in ours[:OURS_MAX]])
    own = tidy([line for at, line in enumerate(lines) if at not in out])
    whole = tidy(lines)
    return Words(own, whole) if own and own != whole else Words(whole)


def bare(text: str, *, name: str = "") -> str:
    """What stands above the signature and is not quoted, in doubt less; `name` is the sender's."""
    lines = answer(text).split("\n")
    end = next((at for at, it in enumerate(lines) if headings.is_signature(it, name)), len(lines))
    return "\n".join(lines[:end]).strip()


@dataclass(frozen=True, slots=True)
class _Section:
    """The lines from `start` to `end`, of which the first `head` are its heading. Of the sender's
    own words there is none; `is_theirs` marks what somebody of their domain wrote before."""

    start: int
    end: int
    head: int = 0
    is_theirs: bool = False

    def left_out(self, lines: Sequence[str], ours: Sequence[_Ours]) -> set[int]:
        told = [at for at in range(self.start + self.head, self.end) if lines[at].strip()]
        found = {at: max([0, *(it.takes(unmarked(lines[at])) for it in ours)]) for at in told}
        marked = {at for at in told if is_marked(lines[at])}
        same = {at for at, words in found.items() if words or not unmarked(lines[at])}
        is_ours = any(words >= SURE_WORDS_MIN for words in found.values())
        if not self.head:
            return marked & same if is_ours else set()
        is_quoted = not self.is_theirs and told[:1] == sorted(marked)[:1] and bool(marked)
        if not (is_ours or is_quoted):
            return set()
        return (
            set(range(self.start, self.start + self.head)) | same | (marked if is_quoted else set())
        )


class _Ours:
    """The words of one of our messages, how far a quotation has come in them, and its rules."""

    def __init__(self, text: str) -> None:
        text = text[:TEXT_CHARACTERS_MAX]
        self._words = _words(text)
        self._rules = {it.strip() for it in text.split("\n") if not _words(it).strip()}
        self._at = 0

    def takes(self, line: str) -> int:
        """How many words of a line are ours: all, none, or one for a rule of ours."""
        words = _words(line)
        if not words.strip():
            return int(line.strip() in self._rules)
        count = len(words.split())
        found = self._at if self._words.startswith(words, self._at) else -1
        if found < 0 and count >= SURE_WORDS_MIN:
            found = self._words.find(words, self._at)
        if found < 0:
            return 0
        self._at = found + len(words) - 1
        return count


def _words(text: str) -> str:
    """Its words in small letters, a space around each; without addresses, which servers change."""
    return f" {' '.join(_WORD.findall(_ADDRESS.sub(' ', text).casefold()))} "


def _sections(lines: Sequence[str], sender: str) -> Iterator[_Section]:
    """The mail in parts: what stands above all headings, then each heading with what follows it, up
    to what was passed on. A heading within a quotation is part of it."""
    domain = sender.casefold().rpartition("@")[2]
    now, place = _Section(0, 0), 0
    while place < len(lines):
        within = bool(now.head) and is_marked(lines[place])
        if not within and headings.is_forward(unmarked(lines[place])):
            yield replace(now, end=place)
            return
        count = 0 if within else headings.quotation(lines, place)
        if count:
            yield replace(now, end=place)
            writer = headings.writer(lines[place : place + count])
            now = _Section(place, place, count, is_theirs=bool(domain) and domain in writer)
        place += count or 1
    yield replace(now, end=len(lines))

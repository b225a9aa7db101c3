"""What a mail's sender wrote, told from what the mail certainly quotes; in doubt it is theirs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from providers.email import headings, signatures
from providers.email.bodies import TEXT_CHARACTERS_MAX, answer, lines_of, tidy
from providers.email.headings import is_marked, unmarked

SURE_WORDS_MIN = 4
"""So many words in a row are ours wherever they stand in what we wrote; fewer only where they go on
from the line before."""
IS_OURS_MIN = 0.5
"""Where so much of a quoted mail stands in one of ours, or of that in it, what else it holds was
put there."""
PART_WORDS_MIN = 8
"""So many of a line's last words, where its last four stand in several places of ours."""
OURS_MAX = 20
NEXT_MAX = 8
"""At so many places of a message of ours a quotation may go on where something was put into it."""

_ADDRESS = re.compile(r"<?\b(?:https?://|mailto:)[^\s<>]*>?")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Words:
    """`text` is what the sender may have written; `whole` the message with all that it quotes,
    empty where that is nothing more."""

    text: str
    whole: str = ""


def own_words(text: str, *, sender: str = "", ours: Sequence[str] = ()) -> Words:
    """Left out is under a heading or a mark whatever stands in one of `ours`, the messages that may
    be quoted, in their order, wherever a mail program broke its lines; and what is marked as quoted
    under a mail program's heading, unless that names the sender's own domain or most of the quoted
    mail is one of `ours`: other words in it are the sender's. What was passed on is kept, and all
    where nothing else is there."""
    lines = lines_of(text)
    known = [_Ours(it) for it in ours[:OURS_MAX]]
    out: set[int] = set()
    for section in _sections(lines, sender):
        out |= section.left_out(lines, known)
    out |= {at for at, line in enumerate(lines) if out and is_marked(line) and not unmarked(line)}
    own = tidy([line for at, line in enumerate(lines) if at not in out])
    whole = tidy(lines)
    return Words(own, whole) if own and own != whole else Words(whole)


def bare(text: str, *, name: str = "") -> str:
    """What stands above the signature and is not quoted, in doubt less; `name` is the sender's."""
    lines = answer(text).split("\n")
    end = next((at for at, it in enumerate(lines) if signatures.is_signature(it, name)), len(lines))
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
        marked = {at for at in told if is_marked(lines[at])}
        is_begun = told[:1] == sorted(marked)[:1] and bool(marked)
        is_quoted = bool(self.head) and not self.is_theirs and is_begun
        out: set[int] = set()
        for head, mail in _mails(lines, told):
            quoted = [at for at in mail if at in marked] if is_quoted else mail
            same, part = _taken(lines, mail, quoted, ours)
            if part or is_quoted:
                out |= {*head, *same} if self.head else same & marked
            if is_quoted and part < IS_OURS_MIN:
                out |= set(quoted)
        return out | set(range(self.start, self.start + self.head)) if out else out


def _mails(lines: Sequence[str], told: Sequence[int]) -> Iterator[tuple[set[int], list[int]]]:
    """The lines by the mail that is quoted, with its heading: a marked heading begins another."""
    plain = [unmarked(line) for line in lines]
    head: set[int] = set()
    now: list[int] = []
    for at in told:
        if at in head:
            continue
        count = headings.quotation(plain, at) if is_marked(lines[at]) else 0
        if count:
            yield head, now
            head, now = set(range(at, at + count)), []
        else:
            now.append(at)
    yield head, now


def _taken(
    lines: Sequence[str], mail: Sequence[int], quoted: Sequence[int], ours: Sequence[_Ours]
) -> tuple[set[int], float]:
    """Of the lines of a quoted mail those that are ours, and how much of it stands in the nearest
    of ours, or of that in it: from 0 to 1. Whole lines of that are known in any order, each as
    often as it stands there."""
    for one in ours:
        one.begin()
    found = {at: [one.takes(unmarked(lines[at])) for one in ours] for at in mail}
    same = {at for at in mail if any(found[at]) or not unmarked(lines[at])}
    told = _rows("\n".join(unmarked(lines[at]) for at in quoted))
    common = [(told & one.rows).total() for one in ours]
    if not any(common):
        return same, 0
    nearest = ours[common.index(max(common))]
    part = max(common) / min(told.total(), nearest.rows.total())
    plain = {at: _words(unmarked(lines[at])) for at in mail}
    count = Counter(plain.values())
    return same | {at for at in mail if count[plain[at]] <= nearest.lines[plain[at]]}, part


class _Ours:
    """The words of one of our messages, how far a quotation has come in them, and its rules and
    addresses."""

    def __init__(self, text: str) -> None:
        text = text[:TEXT_CHARACTERS_MAX]
        self._words = _words(text)
        self.lines = Counter(words for it in text.split("\n") if (words := _words(it)).strip())
        self.rows = _rows(text)
        self._rules = {it.strip() for it in text.split("\n") if not _words(it).strip()}
        self._addresses = {it.strip("<>") for it in _ADDRESS.findall(text)}
        self.begin()

    def begin(self) -> None:
        """From here on another mail is quoted."""
        self._at = 0
        self._next = [0]

    def takes(self, line: str) -> bool:
        """Whether a line is ours as a whole; it may be broken elsewhere than ours are."""
        words = _words(line)
        if not words.strip():
            return line.strip() in self._rules or self._is_address(line)
        count = len(words.split())
        found = next((at for at in self._next if self._words.startswith(words, at)), -1)
        if found < 0 and count >= SURE_WORDS_MIN:
            found = self._words.find(words, self._at)
        if found < 0:
            self._pass(words.split())
            return False
        self._at = found + len(words) - 1
        self._next = [self._at]
        return True

    def _is_address(self, line: str) -> bool:
        """Whether it is a link of ours, also where a server leads by way of its own."""
        told = unquote(line)
        return any(one in told for one in self._addresses)

    def _pass(self, told: Sequence[str]) -> None:
        """A line that may be ours in part, as something was put into it: ours goes on behind it."""
        if len(told) <= SURE_WORDS_MIN:
            return
        first = self._words.find(_spaced(told[:SURE_WORDS_MIN]), self._at)
        ends = [self._end(told, at) for at in (*self._next, first) if at >= 0]
        for count in (SURE_WORDS_MIN, PART_WORDS_MIN):
            last = _spaced(told[-count:])
            if len(told) > count and (at := self._words.find(last, self._at)) >= 0:
                ends.append((at + len(last) - 1, count))
        places = dict.fromkeys((self._at, *(at for at, count in ends if count), *self._next))
        self._next = list(places)[:NEXT_MAX]

    def _end(self, told: Sequence[str], at: int) -> tuple[int, int]:
        """How far a line's first words are those at a place, and how many of them."""
        for count, word in enumerate(told):
            if not self._words.startswith(f" {word} ", at):
                return at, count
            at += len(word) + 1
        return at, len(told)


def _words(text: str) -> str:
    """Its words in small letters, a space around each; without addresses, which servers change."""
    plain = unicodedata.normalize("NFKC", _ADDRESS.sub(" ", text)).casefold()
    return _spaced(_WORD.findall(plain))


def _rows(text: str) -> Counter[tuple[str, ...]]:
    words = _words(text).split()
    return Counter(zip(*(words[at:] for at in range(SURE_WORDS_MIN)), strict=False))


def _spaced(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


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

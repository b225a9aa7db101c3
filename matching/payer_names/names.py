"""Names of payers and customers: their core without legal forms and bank words, and likeness."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.utils import default_process

from matching.facts.vocabulary import LEGAL_FORMS
from matching.payer_names.neighbours import doubt_of
from matching.payer_names.same_name import is_another, tells_apart
from matching.payer_names.shared_sets import NOTHING, SharedSets
from matching.payer_names.spellings import all_spelt

NAME_CHARACTERS_MAX = 256
NAMES_KEPT_MAX = 50_000
WINDOW_WORDS_MAX, TEXT_WORDS_MAX = 8, 200
"""How long a name may be that is looked for in a text, and how far into it, in words."""
BEGUN_POINTS, BEGUN_CHARACTERS_MIN = 90.0, 4
"""A name that is another's but for its last word is as good as one with a slip of the pen."""
SPELT_POINTS = 98.0
"""What a name is worth that is another's, with words in another of their spellings."""
SHARED_BY_MIN = 4
"""A last word that so many different names share says nothing about whose name it is."""
SHORT_FORMS = {
    "company": "co", "corporation": "corp", "incorporated": "inc", "limited": "ltd",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_BANK_WORDS = re.compile(
    r"^(?:(?:ach credit|ach|b/o|by order of|from|ordp|orig|payment from|bacs|sepa|wire from|/ordp/"
    r"|cr|credit from)[\s:*-]+)+"
)


Name = tuple[str, str]
"""(customer id, name)"""


@lru_cache(maxsize=NAMES_KEPT_MAX)
def full_words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, letters of full width as the plain ones, without signs
    and what banks put before."""
    plain = unicodedata.normalize("NFKC", name[:NAME_CHARACTERS_MAX]).strip().lower()
    words = default_process(_BANK_WORDS.sub("", plain).replace("_", " ")).split()
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return tuple(words)


@lru_cache(maxsize=NAMES_KEPT_MAX)
def words_of(name: str) -> tuple[str, ...]:
    """The same without the legal forms at the end."""
    return tuple(_without(full_words(name), LEGAL_FORMS))


def _without(words: Sequence[str], endings: AbstractSet[str]) -> Sequence[str]:
    """The words up to these at their end: never none."""
    while len(words) > 1 and words[-1] in endings:
        words = words[:-1]
    return words


def common_endings(names: Iterable[str]) -> frozenset[str]:
    """Last words that many different names of a book share, as legal forms that we do not know, but
    for those that tell one of a name from another."""
    begun: dict[str, set[str]] = defaultdict(set)
    for name in names:
        words = words_of(name)
        if len(words) > 1 and not tells_apart(words[-1]):
            begun[words[-1]].add(words[0])
    return frozenset(word for word, firsts in begun.items() if len(firsts) >= SHARED_BY_MIN)


def core(name: str, endings: frozenset[str] = frozenset()) -> str:
    """What is left of a name without legal forms and common endings: never nothing."""
    return " ".join(_without(words_of(name), endings))


def likeness(one: str, other: str) -> float:
    """Points from 0 to 100; legal forms, case, signs and the order of words do not count.

    A name that is only part of the other does not score 100, as it would by a token set.
    """
    first, second = " ".join(words_of(one)), " ".join(words_of(other))
    if not first or not second:
        return 0.0
    return round(token_sort_ratio(first, second, processor=None), 1)


@dataclass(frozen=True, slots=True)
class InText:
    """A name that stands in a text, with its ending. `is_telling` where it has several words, or an
    ending behind it; one word alone may mean anything. `doubt` says why what stands around it may
    make another's of it; empty where it cannot."""

    name: str
    is_telling: bool
    doubt: str


class NameIndex:
    """The customers of a book by the core of their names; a payer is looked up, not searched for.

    Names that are not there to the letter are compared with those that share a word or begin
    alike.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        """`names` are (customer id, name), several for a customer that has aliases."""
        self._names = frozenset(names)
        self._endings = common_endings(name for _, name in self._names)
        self._by_core, self._whole = SharedSets(), SharedSets()
        self._near, self._longer = SharedSets(), SharedSets()
        self._spelt = SharedSets()
        for one in self._names:
            self._add(one)

    def renewed(self, names: Iterable[Name]) -> NameIndex:
        """The index of these names; what they have in common with this one is not worked out
        again, unless other endings are common now. This one stays as it is."""
        wanted = frozenset(names)
        if common_endings(name for _, name in wanted) != self._endings:
            return NameIndex(wanted)
        new = copy(self)
        new._names = wanted
        new._by_core, new._whole = self._by_core.copy(), self._whole.copy()
        new._near, new._longer = self._near.copy(), self._longer.copy()
        new._spelt = self._spelt.copy()
        for one in self._names - wanted:
            new._drop(one)
        for one in wanted - self._names:
            new._add(one)
        return new

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._names)

    def called(self, payer: str, *, points_min: float) -> tuple[set[str], float]:
        """The customers that a payer's name may mean, and how alike the best is (0 to 100)."""
        wanted = core(payer, self._endings)
        if not wanted:
            return set(), 0.0
        if wanted in self._by_core:
            return self._owners([wanted]), 100.0
        if same := self._spelt.get(all_spelt(wanted)):
            return self._owners(same), SPELT_POINTS
        if begun := self._begun(wanted):
            return begun, BEGUN_POINTS
        scored = self._scored(wanted, points_min)
        return self._best({text: it for text, it in scored.items() if not is_another(wanted, text)})

    def looking_like(self, payer: str, *, points_min: float) -> tuple[set[str], float]:
        """The customers whose names look like the payer's and are not the same, and how alike the
        best is (0 to 100)."""
        return self._best(self._scored(core(payer, self._endings), points_min))

    def _scored(self, wanted: str, points_min: float) -> dict[str, float]:
        """How alike the cores are that share a word with this one or begin or end alike."""
        near = {text for key in _near_keys(wanted) for text in self._near.get(key)}
        scored = {text: token_sort_ratio(wanted, text, score_cutoff=points_min) for text in near}
        return {text: points for text, points in scored.items() if points}

    def _best(self, scored: dict[str, float]) -> tuple[set[str], float]:
        best = max(scored.values(), default=0.0)
        return self._owners(text for text, it in scored.items() if it == best), round(best, 1)

    def is_whole(self, payer: str) -> set[str]:
        """The customers whose whole name or alias this is."""
        return {id_ for id_, _ in self._whole.get(" ".join(words_of(payer)))}

    def is_full(self, payer: str) -> set[str]:
        """The customers of whom that is the whole name or alias down to its legal form; nobody
        where it has none, as payers leave it out."""
        words = words_of(payer)
        if full_words(payer) == words:
            return set()
        owners = self._whole.get(" ".join(words))
        return {id_ for id_, name in owners if _shortened(name) == _shortened(payer)}

    def in_text(self, text: str) -> list[InText]:
        """The names and aliases that stand whole in a text, up to their endings, in its order; of
        each place the longest."""
        plain = unicodedata.normalize("NFKC", text).lower()
        places = list(islice(_WORD.finditer(plain), TEXT_WORDS_MAX))
        words = [one.group() for one in places]
        found: list[InText] = []
        place = 0
        while place < len(words):
            width = self._width(words[place : place + WINDOW_WORDS_MAX])
            if width:
                start, end = places[place].start(), places[place + width - 1].end()
                name = " ".join(words[place : place + width])
                found.append(InText(name, width > 1, doubt_of(plain, start, end)))
            place += width or 1
        return found

    def _width(self, words: Sequence[str]) -> int:
        """How many of these words are the longest name that begins here with its ending, 0 where
        none does."""
        if words[0] not in self._by_core and words[0] not in self._longer:
            return 0
        for end in range(len(words), 0, -1):
            name = _without(words[:end], LEGAL_FORMS)
            if " ".join(name) in self._whole:
                return end
            is_ended = len(name) < end or name[-1] in self._endings
            if is_ended and " ".join(_without(name, self._endings)) in self._by_core:
                return end
        return 0

    def _begun(self, wanted: str) -> set[str]:
        """Customers of whom the payer's name is one word longer or shorter; where it is shorter,
        all whose names begin so may be meant."""
        shorter = wanted.rpartition(" ")[0]
        if len(shorter) >= BEGUN_CHARACTERS_MIN and shorter in self._by_core:
            return self._owners([shorter])
        longer = self._longer.get(wanted) if len(wanted) >= BEGUN_CHARACTERS_MIN else NOTHING
        if all(text.rpartition(" ")[0] != wanted for text in longer):
            return set()
        return self._owners(longer)

    def _owners(self, cores: Iterable[str]) -> set[str]:
        return {id_ for text in cores for id_, _ in self._by_core.get(text)}

    def _add(self, one: Name) -> None:
        text = core(one[1], self._endings)
        if text not in self._by_core:
            for groups, key in self._places(text):
                groups.add(key, text)
        self._by_core.add(text, one)
        self._whole.add(" ".join(words_of(one[1])), one)

    def _drop(self, one: Name) -> None:
        text = core(one[1], self._endings)
        self._by_core.drop(text, one)
        self._whole.drop(" ".join(words_of(one[1])), one)
        if text not in self._by_core:
            for groups, key in self._places(text):
                groups.drop(key, text)

    def _places(self, text: str) -> Iterator[tuple[SharedSets, str]]:
        """Under what a core is found by names that are not the same to the letter."""
        words = text.split()
        yield self._spelt, all_spelt(text)
        for count in range(1, len(words)):
            yield self._longer, " ".join(words[:count])
        for key in _near_keys(text):
            yield self._near, key


def _shortened(name: str) -> list[str]:
    """The words of a name with its legal form in the short way."""
    return [SHORT_FORMS.get(word, word) for word in full_words(name)]


def _near_keys(text: str) -> set[str]:
    words = text.split()
    long = {word for word in words if len(word) >= BEGUN_CHARACTERS_MIN}
    return long | {text[:BEGUN_CHARACTERS_MIN], text[-BEGUN_CHARACTERS_MIN:]}

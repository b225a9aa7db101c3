"""Which lines that are known a file tells of once more, by their words: each stands for one. The
words of each line are worked out once, however many are of one day and sum."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from connector.money.cash import Item
from connector.redaction import DIGEST, ERASED
from connector.taken_back.bank_returns import BankReturn
from providers.bank.identity import is_reference, plain
from providers.money import Money
from providers.receipts import Receipt

FACTS = ("payer_account", "end_to_end_id", "bank_reference")
Key = tuple[str, date, Money]


@dataclass(frozen=True, slots=True)
class Pair:
    """A line that is known, and what is said of it now."""

    line: Item
    receipt: Receipt

    @property
    def is_agreed(self) -> bool:
        """Whether no fact contradicts the other."""
        return _agree(_facts(self.line), _facts(self.receipt))

    @property
    def lost(self) -> Counter[str]:
        """The words that are said no more."""
        return _words(self.line) - _words(self.receipt)

    @property
    def won(self) -> Counter[str]:
        """The words that are said now and were not."""
        return _words(self.receipt) - _words(self.line)


def found(
    lines: Sequence[Item], receipts: Sequence[Receipt], *, is_same_file: bool
) -> Iterator[Pair]:  # fmt: skip
    """Of one account, day and amount the lines of which more is said now, then those of which less
    is; in the same file whatever is left, too."""
    known, said = defaultdict[Key, list[Item]](list), defaultdict[Key, list[Receipt]](list)
    for line in lines:
        known[line.id.rpartition(":")[0], line.received, line.total].append(line)
    for one in receipts:
        said[one.account, one.received, one.amount].append(one)
    for key, now in said.items():
        if key in known:
            yield from _of_one_sum(known[key], now, is_same_file=is_same_file)


def places(
    lines: Sequence[Item | BankReturn], receipts: Sequence[Receipt]
) -> Iterator[tuple[int, int]]:
    """By their places, the pairs of one account, day and amount of which one says all of the other:
    first those of which more is said now; none that name different payers. A fact that one alone
    has is no word of its text."""
    before, now = ({n: _Said.of(it, facts=False) for n, it in enumerate(some)}
                   for some in (lines, receipts))  # fmt: skip
    for n, m in _places(before, now):
        if len({*map(plain, (lines[n].payer, receipts[m].payer))} - {""}) <= 1:
            yield n, m


def _of_one_sum(
    lines: Sequence[Item], receipts: Sequence[Receipt], *, is_same_file: bool
) -> Iterator[Pair]:  # fmt: skip
    before, now = (dict(enumerate(map(_Said.of, some))) for some in (lines, receipts))
    yield from (Pair(lines[n], receipts[m]) for n, m in _places(before, now))
    if is_same_file:
        both = zip(before, now, strict=False)
        yield from (Pair(lines[n], receipts[m]) for n, m in both)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a line: all the words, those of them that have to stand in the other's, and
    the facts."""

    words: Counter[str]
    own: Counter[str]
    facts: tuple[str, ...]

    @classmethod
    def of(cls, line: Item | BankReturn | Receipt, *, facts: bool = True) -> Self:
        words = _words(line)
        return cls(words, words if facts else _words(line, ()), _facts(line))

    @property
    def count(self) -> int:
        return self.words.total()

    def is_in(self, other: _Said) -> bool:
        return not self.own - other.words and _agree(self.facts, other.facts)


def _places(before: dict[int, _Said], now: dict[int, _Said]) -> Iterator[tuple[int, int]]:
    yield from _inside(before, now)
    yield from ((n, m) for m, n in _inside(now, before))


def _inside(less: dict[int, _Said], more: dict[int, _Said]) -> Iterator[tuple[int, int]]:
    """Each with the one that says all of it and fewest besides; both are taken out. Those go first
    of which most is said, so that an empty one takes nobody's place."""
    every = dict.fromkeys(sorted(more, key=lambda n: more[n].count))
    saying: dict[str, dict[int, None]] = defaultdict(dict)
    for place in every:
        for word in more[place].words:
            saying[word][place] = None
    for m in sorted(less, key=lambda m: -less[m].count):
        rarest = min((saying.get(it, {}) for it in less[m].own), key=len, default=every)
        n = next((it for it in rarest if less[m].is_in(more[it])), None)
        if n is None:
            continue
        for word in more[n].words:
            del saying[word][n]
        del every[n], more[n], less[m]
        yield m, n


def _agree(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    return all(
        not one or not other or one == other for one, other in zip(ours, theirs, strict=True)
    )


def _facts(of: Item | BankReturn | Receipt) -> tuple[str, ...]:
    return tuple(
        plain(text) if is_reference(text) and not was_erased(text) else ""
        for text in (str(getattr(of, name, "")) for name in FACTS)
    )


def _words(
    of: Item | BankReturn | Receipt, facts: Sequence[str] = FACTS
) -> Counter[str]:  # fmt: skip
    text = of.reference if isinstance(of, Receipt) else of.text
    told = (of.payer, text, *(str(getattr(of, name, "")) for name in facts))
    kept = " ".join(it for it in told if not was_erased(it))
    return Counter(filter(None, map(plain, kept.split())))


def was_erased(text: str) -> bool:
    return ERASED in text or text.startswith(DIGEST)

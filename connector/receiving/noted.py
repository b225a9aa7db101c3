"""Lines of a CSV that differ in their notes alone: each keeps the id under which it is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.money import cash, cash_rows, line_questions
from connector.money.cash import Item
from connector.redaction import ERASED
from providers.bank.identity import counted_id, plain
from providers.bank.states import is_state
from providers.money import Money
from providers.receipts import Receipt

Lines = Sequence[tuple[int, Receipt]]
CUT_MIN = 15
"""Letters and digits of a note, of which banks cut off none that is shorter (Bacs: 18 signs)."""
NOTED_MIN = 2
"""Of another sum or text: that so many lines have notes now and had none is no chance."""


def as_known(
    tx: Tx, connection: Connection, found: Sequence[Receipt], *, is_known: bool, at: datetime
) -> tuple[list[Receipt], list[str], set[str]]:  # fmt: skip
    """The receipts in their order; in sentences how many have another note than they had, and what
    a person is asked; and the ids of the known lines that this is about.

    A note is no part of an id, so that the ids of lines that are equal but for it follow their
    order in the file, and a later file may list them otherwise: the one that says what a known line
    says is that line. So is one to whose note words were added, or from which some were taken.
    Where it is otherwise, or there was no note, it may be another's money: both count, and a person
    is asked. Not so in a file that lists the day anew, as that has the known line as well; one
    that `is_known`, or whose columns are read otherwise than before, has the same lines, whatever
    is said of them.
    """
    if not any(one.note for one in found):
        return list(found), [], set()
    days = [one.received for one in found]
    file = _File.of(found, cash.of_days(tx, connection.id, min(days), max(days)), is_known=is_known)
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        alike[_but_for_notes(one)].append(place)
    settled, unsure = list(found), dict[int, Item]()
    for places in alike.values():
        for place, (id_, line) in file.settled([(it, found[it]) for it in places]).items():
            settled[place] = replace(found[place], bank_id=id_)
            if line:
                unsure[place] = line
    anew = sum(_is_noted_anew(file.known.get(_place(one)), one) for one in settled)
    lines = "line has" if anew == 1 else "lines have"
    told = [f"{anew} {lines} another note than before: not received again"] if anew else []
    told += [
        line_questions.ask_by_texts(tx, connection, settled[place], line, at=at)
        for place, line in unsure.items()
    ]
    return settled, told, {line.id for line in unsure.values()}


@dataclass(frozen=True, slots=True)
class _Day:
    """Ids of what is known of a day: what a file has `as_was`, what is `noted` in it and was not,
    with its note, what has `another` one, and what it is `lacking`, whatever the note."""

    as_was: set[str] = field(default_factory=set)
    noted: dict[str, str] = field(default_factory=dict)
    another: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _File:
    """What is `known` of the days of a file, by ids; which of it the file has, by accounts and
    days, the latest first; the ids that the file gives its lines; whether all of these are known.
    """

    known: Mapping[str, Item]
    days: Mapping[str, Mapping[date, _Day]]
    listed: frozenset[str]
    is_known: bool

    @classmethod
    def of(cls, found: Sequence[Receipt], items: Sequence[Item], *, is_known: bool) -> _File:
        said = {(one.account, one.received, *_said(one.amount, one.payer, one.reference))
                for one in found}  # fmt: skip
        listed = {_place(one): one for one in found}
        days: dict[str, dict[date, _Day]] = {}
        for item in sorted(items, key=lambda it: it.received, reverse=True):
            account = item.id.rpartition(":")[0]
            day = days.setdefault(account, {}).setdefault(item.received, _Day())
            one = listed.get(item.id)
            if (account, item.received, *_said(item.total, item.payer, item.text)) in said:
                day.as_was.add(item.id)
            elif one is None:
                day.lacking.add(item.id)
            elif plain(item.text) == plain(_bare(one)):
                day.noted[item.id] = plain(one.note)
            else:
                day.another.add(item.id)
        return cls({item.id: item for item in items}, days, frozenset(listed), is_known)

    def settled(self, lines: Lines) -> dict[int, tuple[str, Item | None]]:
        """By the place of each of some lines that differ in their notes alone: its id, and the
        known line that it may be."""
        ids = [one.bank_id for _, one in lines]
        more = self._more_ids(lines[0][1])
        account = lines[0][1].account
        while f"{account}:{(following := next(more))}" in self.known:
            ids.append(following)
        free = {id_: item for id_ in ids if (item := self.known.get(f"{account}:{id_}"))}
        unused = iter([*(id_ for id_ in ids if id_ not in free), following])
        found = self._known_ids(lines, free)
        taken = set(found.values())
        older = next((item for id_, item in free.items() if id_ not in taken), None)
        settled: dict[int, tuple[str, Item | None]] = {}
        for place, _ in lines:
            if place in found:
                settled[place] = found[place], None
            else:
                settled[place] = next(unused, None) or next(more), older
        return settled

    def _known_ids(self, lines: Lines, free: Mapping[str, Item]) -> dict[int, str]:
        """By places, the ids of lines that are known: what says the same goes first."""
        left: dict[str, list[str]] = defaultdict(list)
        for id_, item in free.items():
            left[plain(item.text)].append(id_)
        found = {
            place: left[_told(line)].pop(0) for place, line in lines if left.get(_told(line))
        }  # fmt: skip
        one = lines[0][1]
        rest = {id_: _Note.of(free[id_].text, one) for ids in left.values() for id_ in ids}
        alike = {item.id for item in free.values()}
        is_sure = self.is_known or bool(one.bank_reference) or self._is_whole(one, alike)
        is_noted = self._is_noted(one, alike)
        now = {it: _Note.of(line.reference, one) for it, line in lines if it not in found}
        for is_any in (False, True) if is_sure else (False,):
            for place in sorted(now.keys() - found, key=lambda it: (-len(now[it].words), it)):
                note = now[place]
                like = [
                    id_ for id_, before in rest.items()
                    if is_any or before.became(note, is_noted=is_noted)
                ]  # fmt: skip
                if like:
                    found[place] = max(like, key=lambda id_: len(rest[id_].words & note.words))
                    del rest[found[place]]
        return found

    def _is_whole(self, one: Receipt, alike: set[str]) -> bool:
        """Whether the file lists the day of a line anew: but for those `alike` it has a known
        one as it was, of that day or the last before of which it has any, and lacks none since."""
        for when, day in self.days.get(one.account, {}).items():
            if when <= one.received and (day.lacking - alike or day.as_was - alike):
                return not day.lacking - alike
        return False

    def _is_noted(self, one: Receipt, alike: set[str]) -> bool:
        """Whether the lines of a day have notes now, not those `alike` alone: the bank added them,
        or they were the same on all lines of the file before, and not read."""
        day = self.days.get(one.account, {}).get(one.received, _Day())
        is_odd = bool((day.lacking | day.another) - alike)
        others = day.noted.keys() - alike
        is_same = bool(others) and len(set(day.noted.values())) == 1
        return not is_odd and (len(others) >= NOTED_MIN or is_same)

    def _more_ids(self, one: Receipt) -> Iterator[str]:
        """The ids of further lines that are equal but for their notes."""
        for number in count(1):
            if f"{one.account}:{(id_ := counted_id(one, number))}" not in self.listed:
                yield id_


def _is_noted_anew(item: Item | None, one: Receipt) -> bool:
    if item is None or one.bank_reference or ERASED in item.text:
        return False
    return plain(item.text) != _told(one)


@dataclass(frozen=True, slots=True)
class _Note:
    """What a line says, and the words of its note; a longer text than `cuttable` may be cut off."""

    text: str
    words: frozenset[str]
    cuttable: int
    was_erased: bool

    @classmethod
    def of(cls, text: str, one: Receipt) -> _Note:
        """By the text of a line that is equal to this one but for its note."""
        bare = _bare(one)
        words = _words(text) - _words(bare)
        return cls(plain(text), words, len(plain(bare)) + CUT_MIN, ERASED in text)

    def became(self, now: _Note, *, is_noted: bool) -> bool:
        """Whether the other is surely this note, changed: words were added, or some taken away, or
        it was cut off within a word. Where none was, nothing says whose money it is, but where the
        day `is_noted` since."""
        if self.was_erased or now.words <= self.words:
            return True
        if not self.words:
            return is_noted
        return self.words <= now.words or _is_cut(self, now)


def _is_cut(one: _Note, other: _Note) -> bool:
    """Whether one is the other's beginning; digits that go on are another number."""
    less, more = sorted((one.text, other.text), key=len)
    if len(less) < one.cuttable or not more.startswith(less):
        return False
    return not (less[-1].isdigit() and more[len(less) :][:1].isdigit())


def _words(text: str) -> frozenset[str]:
    """Without those that say whether a line is booked, as they change when it is."""
    found = (plain(word) for word in text.split())
    return frozenset(word for word in found if word and not is_state(word))


def _told(one: Receipt) -> str:
    """What is said of a line, as it would be kept."""
    return _said(one.amount, one.payer, one.reference)[-1]


def _said(amount: Money, payer: str, text: str) -> tuple[Money, str, str]:
    kept = cash_rows.shortened({"payer": payer, "text": text})
    return amount, plain(kept["payer"]), plain(kept["text"])


def _place(one: Receipt) -> str:
    return f"{one.account}:{one.bank_id}"


def _bare(one: Receipt) -> str:
    return one.reference.removesuffix(one.note)


def _but_for_notes(one: Receipt) -> tuple[object, ...]:
    texts = (one.payer, one.payer_account, one.bank_reference, _bare(one))
    return (one.account, one.received, one.amount, *map(plain, texts))

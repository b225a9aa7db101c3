"""Lines of a CSV that differ in their notes alone: each keeps the id under which it is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count

from connector import cash, cash_rows, line_questions
from connector.cash import Item
from connector.db import Tx
from connector.redaction import ERASED
from connector.tenants import Connection
from providers.bank.identity import counted_id, plain
from providers.money import Money
from providers.receipts import Receipt

Lines = Sequence[tuple[int, Receipt]]
Day = tuple[str, date]
"""Of an account."""


def as_known(
    tx: Tx, connection: Connection, found: Sequence[Receipt], *, is_known: bool, at: datetime
) -> tuple[list[Receipt], list[str], set[str]]:  # fmt: skip
    """The receipts in their order; in sentences how many have another note than they had, and what
    a person is asked; and the ids of the known lines that this is about.

    A note is no part of an id, so that the ids of lines that are equal but for it follow their
    order in the file, and a later file may list them otherwise: the one that says what a known line
    says is that line. Else it is one whose note was changed, but where that has no word of the note
    before, or another number: then both count, and a person is asked. A file that has all else that
    is known of the day lists the whole day, and that line among it; one that `is_known`, or whose
    columns are read otherwise than before, has the same lines, whatever is said of them.
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
class _File:
    """What is `known` of the days of a file, by ids; by days which of it is in the file as it was,
    and which is not; the ids that the file gives its lines; and whether all of these are known."""

    known: Mapping[str, Item]
    kept: Mapping[Day, set[str]]
    lacking: Mapping[Day, set[str]]
    listed: frozenset[str]
    is_known: bool

    @classmethod
    def of(cls, found: Sequence[Receipt], items: Sequence[Item], *, is_known: bool) -> _File:
        said = {(one.account, one.received, *_said(one.amount, one.payer, one.reference))
                for one in found}  # fmt: skip
        kept, lacking = defaultdict[Day, set[str]](set), defaultdict[Day, set[str]](set)
        for item in items:
            day = (item.id.rpartition(":")[0], item.received)
            is_kept = (*day, *_said(item.total, item.payer, item.text)) in said
            (kept if is_kept else lacking)[day].add(item.id)
        known = {item.id: item for item in items}
        return cls(known, kept, lacking, frozenset(map(_place, found)), is_known)

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
        before = {id_: _words(free[id_].text) for ids in left.values() for id_ in ids}
        is_sure = self._is_sure(lines[0][1], free)
        for place, line in lines:
            if place in found:
                continue
            bare, now = _words(_bare(line)), _words(line.note)
            edited = (
                id_ for id_, words in before.items()
                if is_sure or ERASED in free[id_].text or _is_edited(words - bare, now - bare)
            )  # fmt: skip
            if id_ := next(edited, ""):
                found[place] = id_
                del before[id_]
        return found

    def _is_sure(self, one: Receipt, alike: Mapping[str, Item]) -> bool:
        """Whether the file has all that is known of the day besides the lines `alike`, or is known
        itself, or the bank numbers its lines."""
        day = (one.account, one.received)
        besides = {item.id for item in alike.values()}
        is_all = self.lacking.get(day, set()) <= besides
        is_whole = is_all and bool(self.kept.get(day, set()) - besides)
        return self.is_known or bool(one.bank_reference) or is_whole

    def _more_ids(self, one: Receipt) -> Iterator[str]:
        """The ids of further lines that are equal but for their notes."""
        for number in count(1):
            if f"{one.account}:{(id_ := counted_id(one, number))}" not in self.listed:
                yield id_


def _is_noted_anew(item: Item | None, one: Receipt) -> bool:
    if item is None or one.bank_reference or ERASED in item.text:
        return False
    return plain(item.text) != _told(one)


def _is_edited(before: set[str], now: set[str]) -> bool:
    """Whether the note of a line may have been changed, by its words: to more or fewer, or to some
    of the same with no other number."""
    numbers = {word for word in now if any(map(str.isdigit, word))}
    is_like = bool(before & now) and (not numbers or bool(before & numbers))
    return is_like or before <= now or now <= before


def _words(text: str) -> set[str]:
    return set(filter(None, map(plain, text.split())))


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

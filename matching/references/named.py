"""What the text names: taken to be meant, or open to another reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matching.facts.items import OpenItem
from matching.facts.sums import Entry
from matching.facts.vocabulary import AHEAD
from matching.reading_texts.reading import Reading, Run, read
from matching.references.bare import doubt_of
from matching.references.expanding import expanded
from matching.references.explanations import Desk
from matching.references.mentions import Fit, Found, Mention, find, index_of, is_called, is_own
from matching.references.other_years import OtherYears
from matching.references.typos import Slips

COSTS = {
    "left_out": 4.0, "other": 1.0, "weak": 1.0, "ambiguous": 0.7, "amount": 0.7, "date": 0.7,
    "stranger": 0.7, "word": 0.7, "year": 2.0, "typo": 2.2, "credit": 2.0, "drop": 3.0,
    "drop_serial": 1.8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """What the text names. `base` is taken to be meant, in the order of the text; `open_to` are
    other readings of single places; `settled` was named and is paid already; `unheard` is written
    like the client's own numbers, or goes on where the payer's end, and no document of the book has
    it; `alike` are digits alone, as many as the payer's numbers have. `ahead` tells that the text
    speaks of money before an invoice; `years` holds, by invoice id, what the text says instead of a
    number that differs from it by its year."""

    reading: Reading
    base: tuple[tuple[Mention, Entry], ...]
    open_to: tuple[Edit, ...]
    settled: tuple[OpenItem, ...]
    foreign: tuple[OpenItem, ...]
    unheard: tuple[str, ...]
    ahead: bool = False
    alike: tuple[str, ...] = ()
    years: Mapping[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        return list({e.item.invoice_id: e for _, e in self.base}.values())

    @property
    def total(self) -> int:
        return sum(entry.minor for entry in self.entries)

    @property
    def names_something(self) -> bool:
        """Whether an amount alone would speak against the text."""
        return bool(self.base or self.settled or self.foreign or self.is_unknown)

    @property
    def is_unknown(self) -> bool:
        """Whether it may name an invoice that the book does not have: no amount is paid against
        that."""
        return bool(self.unheard or self.alike)

    @property
    def denied(self) -> tuple[OpenItem, ...]:
        """What the text says not to be paid now, and nowhere else names."""
        held = {entry.item.invoice_id for _, entry in self.base}
        said = (edit.add.item for edit in self.open_to if edit.kind == "left_out" and edit.add)
        return tuple(item for item in said if item.invoice_id not in held)

    @property
    def is_announced(self) -> bool:
        """Whether letters or a word of an invoice stand before every number."""
        return not any(mention.bare for mention, _ in self.base)

    @property
    def weakest(self) -> Fit:
        return min((m.fit for m, _ in self.base), default=Fit.WEAK)

    @property
    def is_short_form(self) -> bool:
        return any(m.how for m, _ in self.base)


@dataclass(frozen=True, slots=True)
class Edit:
    """One other reading of a place: what it takes away, what it adds, and how far-fetched it is.
    `bare` tells that no word or letters of an invoice stand before the digits."""

    slot: int
    kind: str
    cost: float
    add: Entry | None = None
    drop: Entry | None = None
    bare: bool = False

    @property
    def delta(self) -> int:
        return (self.add.minor if self.add else 0) - (self.drop.minor if self.drop else 0)


def named(desk: Desk) -> Named:
    """Read the text, once as it is and once with letters read as digits; the better one counts."""
    case = desk.case
    index = index_of(case.items, case.numbering)
    best: tuple[Reading, Found] | None = None
    for seen in (False, True):
        reading = read(case.cash.text, seen=seen)
        found = expanded(reading, find(reading, index, case.numbering), case.items, case.numbering)
        if best is None or _worth(found) > _worth(best[1]):
            best = (reading, found)
    assert best is not None
    short = frozenset(one.start for one in best[1].mentions if one.how == "abbreviated")
    said = _placed(desk, *best, listed=short)
    if short and said.total != desk.target:
        return _placed(desk, *best)
    return said


def _worth(found: Found) -> int:
    return sum(int(mention.fit) for mention in found.mentions)


def _placed(desk: Desk, reading: Reading, found: Found, *, listed: Collection[int] = ()) -> Named:
    """`listed` is where short numbers of a list begin, which else may be years: 124/25."""
    base: list[tuple[Mention, Entry]] = []
    edits: list[Edit] = []
    settled: list[OpenItem] = []
    foreign: list[OpenItem] = []
    focus = _focus(desk, found)
    near = focus.union(desk.relatives)
    slips = Slips(_may_be_meant(desk, near), desk.case.numbering)
    years = OtherYears(reading, desk.case.items, desk.case.numbering, listed=listed)
    alone = len({one.digits for one in found.mentions if one.fit >= Fit.SERIAL}) <= 1
    for slot, mention in enumerate(found.mentions):
        options = _narrowed(mention, focus, desk.relatives)
        meant = [o for o in options if not years.written(mention.start, mention.end, o)]
        entries = [e for o in meant or options if (e := desk.by_id.get(o.invoice_id)) and e.minor]
        settled += [o for o in meant if not o.open.amount]
        foreign += [o for o in meant if o.invoice_id not in desk.by_id]
        kind = _kind(mention, entries, near) if meant else "year"
        if entries and not kind:
            kind = doubt_of(desk, mention, entries, alone=alone)
        if not kind and entries:
            base.append((mention, entries[0]))
        edits += _read_as(kind, slot, entries) if kind else ()
        if mention.fit is Fit.WEAK or _are_over(desk, mention.options):
            nearly = years.without_others(mention, slips.near(mention.digits))
            edits += _read_as("typo", slot, nearly, bare=mention.bare)
    for slot, run in enumerate(found.unknown, start=len(found.mentions)):
        if not run.other:
            bare = not is_called(run, desk.case.numbering)
            nearly = years.without_others(run, slips.near(run.digits))
            edits += _read_as("typo", slot, nearly, bare=bare)
            edits += _read_as("other", slot, years.without_others(run, slips.same(run.digits)))
    unheard = [run.digits for run in found.unknown if _is_unheard(desk, slips, run)]
    return Named(
        reading, tuple(base), tuple(edits), tuple(settled), tuple(foreign),
        (*years.unheard, *unheard),
        ahead=bool(AHEAD.search(reading.text)),
        alike=tuple(run.digits for run in found.unknown if _is_alike(desk, slips, run)),
        years=years.named,
    )  # fmt: skip


def _are_over(desk: Desk, options: Sequence[OpenItem]) -> bool:
    """Whether each of these was paid before, and none by such an amount: the money is for none of
    them, also not for a second time."""
    amount = desk.case.cash.amount.amount
    return all(not it.open.amount and abs(it.total.amount) != amount for it in options)


def _is_unheard(desk: Desk, slips: Slips, run: Run) -> bool:
    return is_own(run, desk.case.numbering) or (not run.other and slips.is_next(run.digits))


def _is_alike(desk: Desk, slips: Slips, run: Run) -> bool:
    """Whether digits alone look like a number of the payer's, and are no slip of one that has the
    amount."""
    if run.other or run.attached or not slips.is_as_long(run.digits):
        return False
    return all(entry.minor != desk.target for entry in slips.near(run.digits))


def _focus(desk: Desk, found: Found) -> frozenset[str]:
    """The customers in question: the payers, and whose invoices are named beyond doubt."""
    owners = set(desk.payers)
    for mention in found.mentions:
        mine = {o.customer_id for o in mention.options}
        if mention.fit >= Fit.DIGITS and len(mine) == 1:
            owners |= mine
    return frozenset(owners)


def _narrowed(
    mention: Mention, focus: Collection[str], relatives: Collection[str]
) -> list[OpenItem]:
    """The options of the customers in question, or else of their relatives, if there are such."""
    for customers in (focus, relatives):
        if inside := [o for o in mention.options if o.customer_id in customers]:
            return inside
    return list(mention.options) if mention.fit >= Fit.SERIAL else []


def _kind(mention: Mention, entries: Sequence[Entry], focus: Collection[str]) -> str:
    """Why a place is not simply taken as meant; empty if it is."""
    if mention.left_out:
        return "left_out"
    if mention.other:
        return "other"
    if len({e.item.invoice_id for e in entries}) > 1:
        return "ambiguous"
    if mention.fit is Fit.WEAK:
        return "weak"
    if mention.fit is Fit.SERIAL and entries and entries[0].item.customer_id not in focus:
        return "ambiguous"
    return ""


def _may_be_meant(desk: Desk, focus: frozenset[str]) -> list[Entry]:
    """What a number that is written almost right may stand for."""
    if not focus:
        return [e for e in desk.entries if e.minor == desk.target]
    return [e for e in desk.entries if e.minor > 0 and e.item.customer_id in focus]


def _read_as(kind: str, slot: int, entries: Iterable[Entry], *, bare: bool = False) -> list[Edit]:
    return [Edit(slot, kind, COSTS[kind], add=entry, bare=bare) for entry in entries]

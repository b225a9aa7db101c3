"""Exact sums of what the text names: as written, with a slip of the pen, or all but some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, islice

from matching.facts.sums import Entry, granules
from matching.facts.vocabulary import REDUCED
from matching.references.explanations import Desk, Explanation, whole
from matching.references.mentions import Fit, Mention
from matching.references.named import COSTS, Edit, Named

EDITS_MAX = 80
EDITS_TOGETHER_MAX = 3
READINGS_MAX, LOOKED_AT_MAX = 100, 10_000
"""Where more readings than these add up, none of them is beyond doubt."""
CREDITS_MAX = 6
QUOTED_MAX = 4
RARE = 0.002
NAMED_EXACT = "named_exact"
SHORT_FORM_COST = 0.3
NEVER_SURE = {"drop", "left_out", "amount", "date", "stranger", "word", "year"}
BY_ACCIDENT = {"typo", "weak", "other", "drop_serial"}
"""Readings that any digits may hit: the sum and the payer must speak for them."""
OTHERWISE = ("fee", "discount", "withholding")
"""Words by which the payer explains what is missing otherwise than by a credit note."""


def exact_sums(desk: Desk, said: Named) -> Iterator[Explanation]:
    """Every reading, the plainest first, by which what is named is exactly the amount."""
    gap = desk.target - said.total
    if gap == 0 and said.base:
        yield _explained(desk, said, ())
        return
    edits = sorted((*said.open_to, *_drops(said), *_credits(desk, said)), key=lambda e: e.cost)
    held = frozenset(entry.item.invoice_id for entry in said.entries)
    looked_at = list(islice(_bridging(edits[:EDITS_MAX], gap), LOOKED_AT_MAX))
    readings = [chosen for chosen in looked_at if _independent(chosen, held)]
    few = len(readings) <= READINGS_MAX and len(looked_at) < LOOKED_AT_MAX
    for chosen in readings[:READINGS_MAX]:
        one = _explained(desk, said, chosen)
        yield replace(one, sure=one.sure and few)
    yield from _only_one(desk, said)


def _drops(said: Named) -> Iterator[Edit]:
    for slot, (mention, entry) in enumerate(said.base):
        kind = "drop" if mention.fit >= Fit.DIGITS else "drop_serial"
        yield Edit(-1 - slot, kind, COSTS[kind], drop=entry)


def _credits(desk: Desk, said: Named) -> Iterator[Edit]:
    """Credit notes of those whose invoices are named, which the payer may have taken off."""
    named_ids = {e.item.invoice_id for e in said.entries}
    owners = {e.item.customer_id for e in said.entries} or desk.payers
    free = [e for e in desk.credits(owners) if e.item.invoice_id not in named_ids]
    for place, entry in enumerate(free[:CREDITS_MAX]):
        yield Edit(-1000 - place, "credit", COSTS["credit"], add=entry)


def _bridging(edits: Sequence[Edit], gap: int) -> Iterator[tuple[Edit, ...]]:
    """Sets of up to three readings that make up for the gap; the last is looked up."""
    by_delta: dict[int, list[Edit]] = {}
    for edit in edits:
        by_delta.setdefault(edit.delta, []).append(edit)
    place = {id(edit): number for number, edit in enumerate(edits)}
    for size in range(EDITS_TOGETHER_MAX):
        for first in combinations(edits, size):
            rest = gap - sum(edit.delta for edit in first)
            for last in by_delta.get(rest, ()):
                if first and place[id(last)] <= place[id(first[-1])]:
                    continue
                yield (*first, last)


def _independent(edits: Sequence[Edit], held: frozenset[str]) -> bool:
    """Whether no place is read twice, and nothing is added that is there already."""
    dropped = {edit.drop.item.invoice_id for edit in edits if edit.drop}
    if any(e.add and e.add.item.invoice_id in held - dropped for e in edits):
        return False
    slots = [edit.slot for edit in edits]
    touched = [e.item.invoice_id for edit in edits for e in (edit.add, edit.drop) if e is not None]
    return len(set(slots)) == len(slots) and len(set(touched)) == len(touched)


def _only_one(desk: Desk, said: Named) -> Iterator[Explanation]:
    """Of many named, one has the amount."""
    if len(said.entries) <= EDITS_TOGETHER_MAX + 1:
        return
    for entry in said.entries:
        if entry.minor == desk.target:
            drops = tuple(e for e in _drops(said) if e.drop is not entry)
            yield _explained(desk, said, drops)


def _explained(desk: Desk, said: Named, edits: Sequence[Edit]) -> Explanation:
    chosen = {e.item.invoice_id: e for e in said.entries}
    for edit in edits:
        if edit.drop:
            chosen.pop(edit.drop.item.invoice_id, None)
        if edit.add:
            chosen[edit.add.item.invoice_id] = edit.add
    entries = list(chosen.values())
    rule = _rule(said, edits)
    cost = sum(edit.cost for edit in edits) + (SHORT_FORM_COST if said.is_short_form else 0.0)
    return Explanation(
        parts=whole(entries), rule=rule, reason=_reason(desk, said, entries, edits), cost=cost,
        sure=_is_sure(desk, said, edits, entries),
    )  # fmt: skip


def _rule(said: Named, edits: Sequence[Edit]) -> str:
    kinds = {edit.kind for edit in edits}
    if "typo" in kinds:
        return "named_typo"
    if "credit" in kinds:
        return "named_less_credit"
    if kinds & {"left_out", "drop", "drop_serial"}:
        return "named_some"
    if said.is_short_form:
        return "named_short_form"
    return "named_unsure" if kinds else NAMED_EXACT


def _is_sure(desk: Desk, said: Named, edits: Sequence[Edit], entries: Sequence[Entry]) -> bool:
    kinds = [edit.kind for edit in edits]
    owners = {e.item.customer_id for e in entries}
    inside = bool(desk.payers) and owners <= desk.payers
    near = bool(desk.payers) and owners <= desk.payers.union(desk.relatives)
    if _is_doubtful(said, kinds) or (edits and not near and desk.owes_just_that):
        return False
    if BY_ACCIDENT & set(kinds):
        return inside and len(edits) == 1 and not _may_be_equal(desk, said, edits[0])
    if said.weakest < Fit.DIGITS and said.base:
        short = all(m.how for m, _ in said.base if m.fit < Fit.DIGITS)
        return near or short or _is_rare(desk, said, edits)
    return near or bool(said.base) or _is_rare(desk, said, edits)


def _may_be_equal(desk: Desk, said: Named, edit: Edit) -> bool:
    """Whether the same customer owes just as much on another invoice, so that the sum says nothing
    of whether the digits are meant; a slip behind the word for an invoice, or beside another
    number, is meant all the same."""
    if edit.add is None or (edit.kind == "typo" and (said.base or not edit.bare)):
        return False
    return desk.has_equal(edit.add)


def _is_doubtful(said: Named, kinds: Sequence[str]) -> bool:
    """Whether a person must look, whoever paid."""
    if kinds.count("typo") > 1 or kinds.count("credit") > 1 or NEVER_SURE & set(kinds):
        return True
    if said.ahead and not (said.is_announced and {"other", "weak"}.isdisjoint(kinds)):
        return True
    text = said.reading.text
    return "credit" in kinds and any(REDUCED[kind].search(text) for kind in OTHERWISE)


def _is_rare(desk: Desk, said: Named, edits: Sequence[Edit]) -> bool:
    """Whether it would be a strange accident that one of all these readings has the amount."""
    readings: int = len(said.open_to) ** len(edits)
    return readings <= RARE * granules(desk.target)


def _reason(desk: Desk, said: Named, entries: Sequence[Entry], edits: Sequence[Edit]) -> str:
    once = {entry.item.invoice_id: (mention, entry) for mention, entry in reversed(said.base)}
    places = sorted(once.values(), key=lambda place: place[0].start)[:QUOTED_MAX]
    quoted = [quote(desk, said, mention, entry) for mention, entry in places]
    parts = [f"the text names {', '.join(quoted)}" if quoted else ""]
    parts += [told(edit) for edit in edits]
    total = desk.case.cash.amount
    count = "it" if len(entries) == 1 else f"these {len(entries)}"
    parts.append(f"{total} is exactly what is open on {count}")
    return "; ".join(filter(None, parts))


def quote(desk: Desk, said: Named, mention: Mention, entry: Entry) -> str:
    """An item with the characters of the text that name it, and where they stand."""
    start, end = said.reading.source.span(mention.start, mention.end)
    return f'{entry.item.number} ("{desk.case.cash.text[start:end]}" at {start})'


def told(edit: Edit) -> str:
    """An edit in words."""
    added = edit.add.item.number if edit.add else ""
    dropped = edit.drop.item.number if edit.drop else ""
    words = {
        "typo": f"{added} is written almost so",
        "credit": f"the credit note {added} is taken off without being named",
        "left_out": f"{added} is named as not paid now, and is needed for the amount",
        "other": f"{added} stands behind the word of another kind of number",
        "amount": f"{added} is named by digits that are the amount as well",
        "date": f"{added} is named by digits that may be a date",
        "stranger": f"{added} is another's, named by digits alone, and the payer owes just as much",
        "word": f"{added} is named by digits behind a word that may be for another kind of number,"
        " and as much is owed on another",
        "weak": f"{added} is named by few digits",
        "year": f"{added} is named but for its year",
        "ambiguous": f"{added} is one of several invoices that these digits may mean",
    }
    return words.get(edit.kind, f"{dropped} is named too, and not needed for the amount")

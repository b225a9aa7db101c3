"""Explanations by named invoices and another amount: line by line, in part, short, or over."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from matching.by_reference.reductions import reduction
from matching.facts.sums import Entry
from matching.references.cut_off import cut_off, rest_of
from matching.references.explanations import Desk, Explanation, Parts, money, shown, whole
from matching.references.mentions import Fit, Mention
from matching.references.named import Named
from providers.money import minor_unit

OVER_SHARE_MAX = Decimal("0.25")
OVER_MINOR_MAX = 10_000
"""What is paid too much without anybody being asked: of the whole, or in minor units."""
LINE_GAP_MAX = 4
LINES_MIN = 2
LINE_COST, SHORT_COST, PARTIAL_COST, OVER_COST = 0.5, 3.0, 4.0, 3.6


def by_line(desk: Desk, said: Named) -> Iterator[Explanation]:
    """Each number has its own amount behind it, and these add up."""
    lines: list[tuple[Entry, int]] = []
    for mention, entry in said.base:
        minor = _amount_behind(desk, said, mention)
        if minor is None or not 0 < minor <= entry.minor:
            return
        lines.append((entry, minor))
    together = sum(minor for _, minor in lines)
    if len(lines) < LINES_MIN or len(said.entries) != len(lines) or said.total == desk.target:
        return
    if together == desk.target:
        yield Explanation(
            parts=tuple((entry.item, minor) for entry, minor in lines), rule="named_amounts",
            reason=f"the text says an amount for each of {shown(said.entries)}, and they add up",
            cost=LINE_COST, sure=said.weakest >= Fit.SERIAL,
        )  # fmt: skip


def differing(desk: Desk, said: Named) -> Iterator[Explanation]:
    """What is named is more, or less, than what came."""
    if said.total <= 0 or any(entry.minor < 0 for entry in said.entries):
        return
    if said.total > desk.target:
        yield _short(desk, said)
    elif said.total < desk.target:
        rest = rest_of(desk, said)
        if rest:
            yield cut_off(desk, said, rest)
        yield _over(desk, said, is_explained=bool(rest))


def _short(desk: Desk, said: Named) -> Explanation:
    currency = desk.case.cash.amount.currency
    owed = money(said.total, currency)
    less = reduction(said.reading.text, owed, desk.case.cash.amount)
    parts, fair = _shares(desk, said, less.kind)
    missing = owed - desk.case.cash.amount
    return Explanation(
        parts=parts, rule=f"named_short_{less.kind}",
        reason=f"the text names {shown(said.entries)}; {missing} stays open: {less.why}",
        cost=SHORT_COST if less.usual else PARTIAL_COST,
        sure=fair and _is_plain(desk, said) and not desk.owes_just_that,
    )  # fmt: skip


def _shares(desk: Desk, said: Named, kind: str) -> tuple[Parts, bool]:
    """The money on the entries, and whether that is beyond doubt: all on one, by share where the
    same part was taken off all of them, and else the oldest first."""
    entries = said.entries
    if len(entries) == 1:
        return ((entries[0].item, desk.target),), True
    if kind in {"discount", "withholding"}:
        taken = [entry.minor * desk.target // said.total for entry in entries]
        more = desk.target - sum(taken)
        return tuple(
            (entry.item, minor + (place < more))
            for place, (entry, minor) in enumerate(zip(entries, taken, strict=True))
        ), True
    rest, parts = desk.target, []
    for entry in sorted(entries, key=lambda entry: entry.item.age):
        part = min(rest, entry.minor)
        if part > 0:
            parts.append((entry.item, part))
        rest -= part
    return tuple(parts), False


def _over(desk: Desk, said: Named, *, is_explained: bool) -> Explanation:
    over = desk.target - said.total
    excess = money(over, desk.case.cash.amount.currency)
    small = over <= said.total * OVER_SHARE_MAX or over <= OVER_MINOR_MAX
    clean = not said.settled and not said.reading.cut and not said.ahead
    return Explanation(
        parts=whole(said.entries), rule="named_over", cost=OVER_COST,
        reason=f"the text names {shown(said.entries)}; {excess} more came and stays unapplied",
        sure=small and clean and not is_explained and _is_plain(desk, said),
    )  # fmt: skip


def _is_plain(desk: Desk, said: Named) -> bool:
    """Whether what is named is of the payer and beyond doubt."""
    owners = {entry.item.customer_id for entry in said.entries}
    known = owners <= desk.payers if desk.payers else _is_nameless(desk, said)
    meant = all(edit.kind in {"typo", "left_out", "other"} for edit in said.open_to)
    return known and said.weakest >= Fit.SERIAL and meant and len(owners) == 1 and not said.unheard


def _is_nameless(desk: Desk, said: Named) -> bool:
    """Whether nothing says who paid, and the numbers are written out."""
    return not desk.case.cash.payer.strip() and said.weakest >= Fit.DIGITS


def _amount_behind(desk: Desk, said: Named, mention: Mention) -> int | None:
    unit = minor_unit(desk.case.cash.amount.currency)
    for value, start, _ in said.reading.amounts:
        if 0 <= start - mention.end <= LINE_GAP_MAX:
            return int(value / unit)
    return None

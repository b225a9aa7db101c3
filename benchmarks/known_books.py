"""How well money is placed on sellers' books of which the truth is known, seller by seller.

`python -m benchmarks.known_books FOLDER`: a folder with customers.jsonl, invoices.jsonl,
payments.jsonl and truth.jsonl (ledger, ids, ISO dates, amounts in major units; truth has for each
`payment_id` its `allocations`, the `label` must_apply, may_apply or must_not, `alternatives` that
are as good, and `flex` where only the invoices and the sum count). Every rule is on.

The halves, the first sellers and the last, are shown apart: what was made for one shows there. The
margin, the figure that decides how much is posted, is chosen on one half and tried on the other,
both ways. Then money that is nobody's: known names with amounts by chance and no text, where every
post is wrong.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks import measures
from connector.learning import book_files, offline
from connector.learning.book_files import Rows
from matching.book.gather import gather
from matching.book.shelf import Shelf
from matching.deciding.decide import decide
from matching.facts.items import Cash, MatchDecision
from matching.facts.policy import MatchPolicy
from providers import exact
from providers.ledger import Allocation
from providers.money import Money, minor_unit

Placed = dict[str, Decimal]
Names = Sequence[str]
COLUMNS = ("book", "payments", "posted", "right of these", "wrong money", "must not, left alone",
           "asked, first right")  # fmt: skip
CENT = Decimal("0.01")
MARGINS = (0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5)
CHANCE_PAYMENTS, CHANCE_MAGNITUDE = 1_000, (3.0, 6.5)
"""So many for each book, of 10.00 to some 31,600.00, where a unit has hundredths."""


@dataclass
class Score:
    """Counts of payments, and sums of money whatever its currency, over one or several books."""

    payments: int = 0
    posted: int = 0
    right: int = 0
    forbidden: int = 0
    left_alone: int = 0
    asked: int = 0
    first_right: int = 0
    money: Decimal = Decimal(0)
    wrong_money: Decimal = Decimal(0)

    @property
    def wrong(self) -> int:
        return self.posted - self.right

    def add(self, other: Score) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def main(folder: Path) -> None:
    book = book_files.read(folder)
    truth = list(_truth(folder))
    scores = scored(book, truth)
    names = sorted(scores)
    half = len(names) // 2
    rows = [_row(name, scores[name]) for name in names]
    rows += [
        _row(_called(part), _together(scores[name] for name in part))
        for part in (names[:half], names[half:], names) if part
    ]  # fmt: skip
    measures.show("Money placed on books of which the truth is known", COLUMNS, rows)
    if half:
        rows = list(_tried_on_the_other(book, truth, (names[:half], names[half:])))
        measures.show("The margin chosen on one half, tried on the other", COLUMNS, rows)
    posted = list(posted_by_chance(book))
    tries = CHANCE_PAYMENTS * len(names)
    print(f"Amounts by chance, known names, no text: {len(posted)} of {tries} posted")
    print(*posted, sep="\n")


def _tried_on_the_other(
    book: Mapping[str, Rows], truth: Iterable[Mapping[str, Any]], halves: tuple[Names, Names]
) -> Iterator[tuple[str, ...]]:
    """Of the margins with the fewest wrong posts on one half the one that posts most, as it does on
    the other."""
    by_margin = {margin: scored(book, truth, margin=margin) for margin in MARGINS}

    def of(margin: float, half: Names) -> Score:
        return _together(by_margin[margin][name] for name in half)

    for seen, unseen in (halves, halves[::-1]):
        best = min(MARGINS, key=lambda it: (of(it, seen).wrong, -of(it, seen).posted, -it))
        yield _row(f"{best} by {_called(seen)}, on {_called(unseen)}", of(best, unseen))


def _called(names: Names) -> str:
    return f"{names[0]} to {names[-1]}"


def posted_by_chance(book: Mapping[str, Rows]) -> Iterator[str]:
    """What was posted of money that pays for nothing, with the reason of each. Raises BadBook."""
    for name in sorted(book["payments"]):
        chance, policy = random.Random(name), MatchPolicy.every_rule()
        parties = offline.parties_of(book["customers"][name], name)
        items = offline.items_of(book["invoices"][name], parties, name)
        shelf, today = Shelf(items, parties), max(item.issued for item in items)
        for _ in range(CHANCE_PAYMENTS):
            minor = round(10 ** chance.uniform(*CHANCE_MAGNITUDE))
            amount = Money(minor * minor_unit(items[0].open.currency), items[0].open.currency)
            cash = Cash("", "", amount, today, chance.choice(parties).name, "")
            decision = decide(gather(cash, shelf, policy), policy)
            if decision.action == "apply":
                yield f"  {name}, {cash.payer}, {amount}: {decision.reasons[0]}"


def scored(
    rows: Mapping[str, Rows], known: Iterable[Mapping[str, Any]], **more: Any
) -> dict[str, Score]:
    """The score of each seller's book; `more` is said to the policy. Raises BadBook."""
    policy = MatchPolicy.every_rule().model_copy(update=more)
    truth = {row["payment_id"]: row for row in known}
    ledger_of = {row["id"]: name for name, own in rows["payments"].items() for row in own}
    scores = {name: Score() for name in rows["payments"]}
    for made in offline.matched(rows, policy):
        judge(scores[ledger_of[made.payment_id]], made.decision, truth[made.payment_id])
    return scores


def judge(score: Score, decision: MatchDecision, truth: Mapping[str, Any]) -> None:
    """Count one decision. A suggestion is judged where the money does belong to invoices."""
    score.payments += 1
    right, forbidden = _placed_as_known(truth), truth["label"] == "must_not"
    score.forbidden += forbidden
    if decision.action == "apply":
        placed = _placed(decision.allocations)
        score.posted += 1
        score.right += not forbidden and _is(placed, right, flex=truth["flex"])
        score.money += sum(amount for amount in placed.values() if amount > 0)
        score.wrong_money += sum(
            max(Decimal(0), amount - (0 if forbidden else right.get(id_, Decimal(0))))
            for id_, amount in placed.items()
        )
        return
    score.left_alone += forbidden
    if decision.action == "review" and right and truth["expected"] != "ignore":
        first = _placed(decision.candidates[0].allocations) if decision.candidates else {}
        alike = [_placed_as_known({"allocations": one}) for one in truth.get("alternatives", ())]
        score.asked += 1
        score.first_right += _is(first, right, flex=truth["flex"]) or first in alike


def _is(placed: Placed, right: Placed, *, flex: bool) -> bool:
    if not right or not flex:
        return bool(right) and placed == right
    apart = sum(placed.values(), Decimal(0)) - sum(right.values(), Decimal(0))
    return placed.keys() == right.keys() and abs(apart) <= CENT


def _placed(allocations: Sequence[Allocation]) -> Placed:
    return {one.invoice_id: one.amount.amount for one in allocations}


def _placed_as_known(truth: Mapping[str, Any]) -> Placed:
    return {
        row["invoice_id"]: Decimal(str(row["amount"])).quantize(CENT)
        for row in truth["allocations"]
    }


def _truth(folder: Path) -> Iterable[dict[str, Any]]:
    lines = (folder / "truth.jsonl").read_bytes().splitlines()
    return (dict(exact.load(line)) for line in lines if line.strip())


def _together(scores: Iterable[Score]) -> Score:
    whole = Score()
    for one in scores:
        whole.add(one)
    return whole


def _row(name: str, score: Score) -> tuple[str, ...]:
    return (
        name, str(score.payments), f"{score.posted / score.payments:.1%}",
        f"{score.right} of {score.posted}", f"{score.wrong_money / (score.money or 1):.3%}",
        f"{score.left_alone} of {score.forbidden}", f"{score.first_right} of {score.asked}",
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))

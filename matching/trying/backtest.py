"""The result of trying the matcher on a client's own past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matching.facts.policy import MatchPolicy
from matching.trying.hindsight import Judged, Outcome, Question, Verdict, judged
from matching.trying.past import Line, Past
from matching.trying.scoring import (
    Bin,
    Case,
    Row,
    Share,
    calibration,
    family_of,
    money_of,
    reviews,
    rows,
    total,
)
from providers.ledger import Allocation
from providers.money import Money

DISPUTED = (Outcome.OTHER, Outcome.UNAPPLIED)
ALWAYS_UNKNOWN = """\
Texts are those of the ledger, which the bookkeeper may have written or shortened; what the bank \
said is not there.
Where only a name is told, it is the customer's name in the ledger; a bank may spell it otherwise.
What was deleted since is not told by the ledger."""
SILENT = """\
Receipts without a text in the ledger: {}. What the payer wrote is lost; there were only the \
amount and the payer to go by."""
UNCLEAR = """\
Receipts of one customer and day with neither a batch nor a reference: {}. Whether they were one \
line at the bank cannot be told, and each was looked at by itself."""
LATE = """\
Receipts set against documents that were issued later: {}. What could have been done on the day \
is not known; they were left out."""
OWN = "Receipts that Ledgerhand itself applied: {}. They were left out."
VOIDED = "Documents voided since: {}. That they were open for a while is not counted."
VOIDED_RECEIPTS = "Receipts voided or deleted since: {}. They were left out."
UNEXPLAINED = """\
Documents settled by something that is no receipt and no credit, such as a journal entry: {}. What \
was open on them is not certain."""


@dataclass(frozen=True, slots=True)
class Part:
    document_id: str
    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What was decided and what the bookkeeper did, for a person to look at; either may be wrong.
    `policies` are those that decided so: every, present or both."""

    question: Question
    policies: tuple[str, ...]
    outcome: Outcome
    receipts: tuple[str, ...]
    received: date
    amount: Money
    customer_id: str
    customer: str
    text: str
    rule: str
    confidence: float
    decided: tuple[Part, ...]
    bookkeeper: tuple[Part, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """What one policy decided. `suggestions` is how often the likeliest suggestion was right
    among what it left to a person and the bookkeeper applied."""

    all: Row
    rules: tuple[Row, ...]
    families: tuple[Row, ...]
    left_to_person: int
    suggestions: Share


@dataclass(frozen=True, slots=True)
class Side:
    """One question: with every rule on, and under the policy of the day it was tried."""

    question: Question
    every: Scores
    present: Scores
    calibration: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`receipts` came in between the days, `looked_at` are those that were judged; `unapplied` of
    them the bookkeeper has set against nothing. `unknown` says what cannot be known, and why."""

    since: date
    until: date
    policy_version: int
    receipts: int
    looked_at: int
    unapplied: int
    money: Mapping[str, Decimal]
    sides: tuple[Side, ...]
    disagreements: tuple[Disagreement, ...]
    unknown: tuple[str, ...]


def tried(
    past: Past,
    window: tuple[date, date],
    present: MatchPolicy,
    *,
    version: int,
    is_own: Callable[[Line], bool],
) -> Result:
    """Judge every line between the days that the bookkeeper, not we, could have applied then."""
    lines = [line for line in past.lines if window[0] <= line.received <= window[1]]
    wanted = [line for line in lines if not line.late and not is_own(line)]
    kept = frozenset(line.receipts for line in wanted)
    found = list(judged(past, window, present, lambda line: line.receipts in kept))
    return Result(
        since=window[0], until=window[1], policy_version=version, receipts=len(lines),
        looked_at=len(wanted), unapplied=sum(not line.applied for line in wanted),
        money=money_of((line, found[0].every) for line in wanted) if found else {},
        sides=tuple(
            _side(question, [one for one in found if one.question is question])
            for question in Question
        ),
        disagreements=tuple(_disputed(past, found)),
        unknown=tuple(_unknown(past, window, lines, wanted, sum(map(is_own, lines)))),
    )  # fmt: skip


def _side(question: Question, found: Sequence[Judged]) -> Side:
    every = [(one.line, one.every) for one in found]
    present = [(one.line, one.present) for one in found]
    return Side(question, _scores(every), _scores(present), tuple(calibration(every)))


def _scores(cases: Sequence[Case]) -> Scores:
    left, suggestions = reviews(cases)
    return Scores(
        total(cases), tuple(rows(cases, lambda rule: rule)), tuple(rows(cases, family_of)), left,
        suggestions,
    )  # fmt: skip


def _disputed(past: Past, found: Iterable[Judged]) -> Iterator[Disagreement]:
    for one in found:
        decided = {"every": one.every, "present": one.present}
        same = _is_same(one.every, one.present)
        for policy, verdict in decided.items():
            if verdict.outcome in DISPUTED and not (same and policy == "present"):
                yield _disagreement(past, one, verdict, tuple(decided) if same else (policy,))


def _is_same(one: Verdict, other: Verdict) -> bool:
    return (one.outcome, one.decision.rule, one.decision.allocations) == (
        other.outcome, other.decision.rule, other.decision.allocations,
    )  # fmt: skip


def _disagreement(
    past: Past, one: Judged, verdict: Verdict, policies: tuple[str, ...]
) -> Disagreement:
    line, decision = one.line, verdict.decision
    return Disagreement(
        question=one.question, policies=policies, outcome=verdict.outcome, receipts=line.receipts,
        received=line.received, amount=line.amount, customer_id=line.customer_id,
        customer=past.names.get(line.customer_id, ""), text=line.text, rule=decision.rule,
        confidence=decision.confidence, decided=_parts(past, decision.allocations),
        bookkeeper=_parts(past, line.applied), reasons=decision.reasons,
    )  # fmt: skip


def _parts(past: Past, allocations: Iterable[Allocation]) -> tuple[Part, ...]:
    found = []
    for part in allocations:
        item = past.documents.get(part.invoice_id)
        found.append(Part(part.invoice_id, item.number if item else "", part.amount))
    return tuple(sorted(found, key=lambda part: part.document_id))


def _unknown(
    past: Past, window: tuple[date, date], lines: Sequence[Line], wanted: Sequence[Line], own: int
) -> Iterator[str]:
    counted = (
        (sum(not line.text for line in wanted), SILENT),
        (past.unclear(*window), UNCLEAR),
        (sum(line.late for line in lines), LATE),
        (own, OWN),
        (past.voided, VOIDED),
        (past.voided_receipts, VOIDED_RECEIPTS),
        (past.unexplained(window[0]), UNEXPLAINED),
    )
    yield from (what.format(count) for count, what in counted if count)
    yield from ALWAYS_UNKNOWN.splitlines()

"""What a person reads of each candidate: how sure, what speaks for it, and what against it."""

from __future__ import annotations

import pytest

from matching.deciding.weighing import doubted
from matching.facts.items import Candidate, MatchDecision
from matching.facts.policy import MatchPolicy
from tests.matching.books import cash, decided, item, line

BOOK = [
    item("INV-10411", "1240.50", due_days=-40),
    item("INV-10412", "387.15", due_days=-20),
    item("INV-10413", "387.15", due_days=-10),
    item("CN-10415", "-40.15", due_days=-10),
]
MAPLE = "MAPLE LANDSCAPING"


def words(one: Candidate, kind: str) -> str:
    return "; ".join(it.words for it in one.evidence if it.kind == kind)


def test_evidence_quotes_the_text_the_sum_the_name_and_what_went_before() -> None:
    best = decided(line("387.15", "INV-10412", MAPLE), BOOK).candidates[0]
    assert words(best, "text") == 'the text names INV-10412 ("10412" at 4)'
    assert words(best, "sum") == "USD 387.15 is exactly what is open on it"
    assert words(best, "name") == "the payer has the customer's name"
    assert words(best, "habit") == "by this rule 99.95% were right on books in general"
    assert best.against == ()
    assert best.confidence == pytest.approx(0.9995)


def test_candidates_that_are_as_good_are_as_sure_and_neither_is_believed() -> None:
    decision = decided(cash("387.15", "thank you"), BOOK)
    first, second = decision.candidates[:2]
    assert first.confidence == second.confidence == decision.confidence <= 0.5
    assert "nothing fixes that just this is meant" in first.against


def test_what_speaks_against_a_candidate_stands_with_it() -> None:
    decision = decided(line("300.00", "INV-10412 9999", "Zebra Quarry"), BOOK)
    (best, *_) = decision.candidates
    assert "USD 87.15 stays open on INV-10412" in best.against
    assert "who paid is not known" in best.against
    rival = decided(line("387.15", "INV-10412", MAPLE), BOOK).candidates[1]
    assert "the text names INV-10412, which this leaves out" in rival.against
    over = decided(line("1300.00", "INV-10411", MAPLE), BOOK).candidates[0]
    assert "USD 59.50 would stay unapplied" in over.against


def test_what_only_the_policy_holds_back_is_as_sure_as_it_is() -> None:
    held = decided(line("387.15", "INV-10412", MAPLE), BOOK, MatchPolicy(apply_by=frozenset()))
    assert held.action == "review"
    assert held.candidates[0].confidence > 0.99


@pytest.mark.parametrize("text", ["", "INV-10412", "INV-10411 less credit", "INV-1041", "INV-999"])
@pytest.mark.parametrize("amount", ["387.15", "1240.50", "774.30", "1200.35", "50.00"])
def test_together_candidates_are_no_surer_than_sure(text: str, amount: str) -> None:
    shares = [it.confidence for it in decided(line(amount, text, MAPLE), BOOK).candidates]
    assert all(0 <= share <= 1 for share in shares)
    assert sum(shares) <= 1 + 1e-9


def test_a_doubt_from_outside_lowers_all_and_is_said_of_the_first() -> None:
    sure = decided(line("387.15", "INV-10412", MAPLE), BOOK)
    left = doubted(sure, "this money was applied before")
    assert isinstance(left, MatchDecision)
    assert (left.action, left.allocations, left.reasons) == (
        "review", (), ("this money was applied before",),
    )  # fmt: skip
    assert left.candidates[0].against[0] == "this money was applied before"
    assert left.candidates[0].confidence <= 0.5

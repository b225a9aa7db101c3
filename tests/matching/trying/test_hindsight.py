"""Decisions on the past beside what was done, and what so few cases can tell."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.facts.items import Candidate, MatchDecision
from matching.facts.policy import MatchPolicy
from matching.trying.backtest import Result, tried
from matching.trying.hindsight import Outcome, Question, Verdict, cash_of, judged
from matching.trying.past import Line, Past
from matching.trying.scoring import BINS, Share, calibration, family_of, reviews, rows, total
from providers.ledger import Allocation, CreditNote, Invoice, Record
from providers.past import PastReceipt
from tests.matching.books import usd
from tests.matching.trying.test_past import (
    END,
    START,
    Story,
    customer,
    day,
    invoice,
    receipt,
    stories,
)

OPEN = MatchPolicy()


def test_the_interval_is_wilsons() -> None:
    assert Share.of(0, 0) == Share(0, 0, None, 0.0, 1.0)
    assert (Share.of(9, 10).low, Share.of(9, 10).high) == (0.5958, 0.9821)
    assert (Share.of(10, 10).low, Share.of(10, 10).high) == (0.7225, 1.0)


@given(st.integers(1, 400), st.data())
def test_the_interval_holds_the_share_and_its_ends_solve_the_equation(
    judged_: int, data: st.DataObject
) -> None:
    right = data.draw(st.integers(0, judged_))
    found, share = Share.of(right, judged_), right / judged_
    assert 0 <= found.low <= round(share, 4) <= found.high <= 1
    for end in (found.low, found.high):
        reach = 1.96 * math.sqrt(end * (1 - end) / judged_)
        assert abs(abs(share - end) - reach) < 0.01 or end in {0.0, 1.0}


def line(*applied: tuple[str, str], amount: str = "10", text: str = "t") -> Line:
    done = tuple(Allocation(id_, usd(part)) for id_, part in applied)
    return Line(("payment:1",), "maple", START, usd(amount), text, done, late=False)


def verdict(
    outcome: Outcome, rule: str = "named_exact", *, said: float = 0.9995,
    suggestion: bool | None = None,
) -> Verdict:  # fmt: skip
    action = "review" if outcome is Outcome.PERSON else "apply"
    offer = Candidate((), rule, "", 1.0)
    return Verdict(MatchDecision(action, (), rule, (), (offer,), said), outcome, suggestion)  # type: ignore[arg-type]


def test_rows_count_by_name_and_share_receipts_and_money() -> None:
    cases = [
        (line(("a", "10")), verdict(Outcome.EQUAL)),
        (line(("a", "10"), amount="30"), verdict(Outcome.OTHER)),
        (line(), verdict(Outcome.UNAPPLIED)),
        (line(("a", "10")), verdict(Outcome.EQUAL, "sum_all_open")),
        (line(("a", "10"), amount="40"), verdict(Outcome.PERSON, suggestion=True)),
    ]
    first, second = rows(cases, lambda rule: rule)
    assert (first.name, first.decided, first.equal, first.other, first.unapplied) == (
        "named_exact", 3, 1, 1, 1,
    )  # fmt: skip
    assert (first.right.right, first.right.judged, first.of_receipts) == (1, 2, 0.6)
    assert (first.money["USD"], str(first.of_money["USD"])) == (50, "0.5000")
    assert (second.name, second.decided) == ("sum_all_open", 1)
    assert {row.name for row in rows(cases, family_of)} == {"exact", "sum"}
    assert total(cases).decided == 4
    assert reviews(cases) == (1, Share.of(1, 1))


def test_calibration_puts_what_was_said_beside_what_was_right() -> None:
    cases = [
        (line(), verdict(Outcome.EQUAL, said=0.999, suggestion=True)),
        (line(), verdict(Outcome.OTHER, said=1.0, suggestion=False)),
        (line(), verdict(Outcome.PERSON, said=0.25, suggestion=True)),
        (line(), verdict(Outcome.UNAPPLIED, said=0.999, suggestion=None)),
    ]
    low, high = calibration(cases)
    assert (low.low, low.high, low.confidence, low.right.judged) == (0.2, 0.3, 0.25, 1)
    assert (high.low, high.high, high.right) == (0.998, 1.0, Share.of(1, 2))
    assert list(BINS) == sorted(BINS)


def told(*more: Record | PastReceipt) -> list[Record | PastReceipt]:
    return [customer("maple"), customer("oak"), *more]


def result_of(
    records: Iterable[Record | PastReceipt], *, present: MatchPolicy = OPEN, own: str = "",
    since: date = START,
) -> Result:  # fmt: skip
    return tried(
        Past(records), (since, END), present, version=1, is_own=lambda one: own in one.receipts
    )


def test_the_customer_is_bound_or_only_named() -> None:
    bound = cash_of(line(), Question.CUSTOMER, "Maple")
    named = cash_of(line(), Question.NAME, "Maple")
    assert (bound.customer_id, bound.payer, bound.bound) == ("maple", "", True)
    assert (named.customer_id, named.payer, named.bound) == ("", "Maple", False)
    nobody = cash_of(replace(line(), customer_id=""), Question.CUSTOMER, "")
    assert (nobody.customer_id, nobody.bound) == ("", False)


def test_the_next_receipt_finds_what_the_bookkeeper_did_not_what_was_decided() -> None:
    records = told(
        invoice("1001", 50, issued=1, left=0), invoice("1002", 50, issued=1, left=0),
        receipt("1", 5, {"1002": 50}, text="INV-1001"),
        receipt("2", 6, {"1001": 50}, text="INV-1001"),
    )  # fmt: skip
    found = list(judged(Past(records), (START, END), OPEN))
    assert [one.every.outcome for one in found] == [
        Outcome.OTHER, Outcome.OTHER, Outcome.EQUAL, Outcome.EQUAL,
    ]  # fmt: skip


def test_what_nobody_could_have_applied_then_and_our_own_is_left_out() -> None:
    records = told(
        invoice("1001", 50, issued=1, left=0), invoice("1002", 50, issued=9, left=0),
        receipt("1", 5, {"1002": 50}), receipt("2", 6, {"1001": 50}, text="INV-1001"),
        receipt("3", 7, {}, total=5),
    )  # fmt: skip
    result = result_of(records, own="payment:2")
    assert (result.receipts, result.looked_at, result.unapplied) == (3, 1, 1)
    assert result.money == {"USD": 5}


def test_receipts_before_the_days_count_for_balances_only() -> None:
    records = told(
        invoice("1001", 50, issued=1, left=0), receipt("1", 5, {"1001": 20}, text="INV-1001"),
        receipt("2", 20, {"1001": 30}, text="INV-1001"),
    )  # fmt: skip
    result = result_of(records, since=day(10))
    assert result.receipts == 1
    assert [side.every.all.equal for side in result.sides] == [1, 1]


def test_a_present_policy_that_dares_more_is_listed_by_itself() -> None:
    records = told(
        invoice("1001", 50, issued=1, left=50), invoice("1002", 50, issued=2, left=0),
        receipt("1", 20, {"1002": 50}, text="thanks"),
    )  # fmt: skip
    bold = MatchPolicy.every_rule().model_copy(update={"oldest_of_equal": True})
    disputed = {one.question: one for one in result_of(records, present=bold).disagreements}
    assert {one.policies for one in disputed.values()} == {("present",)}
    assert {one.rule for one in disputed.values()} == {"oldest_of_equal"}


def test_without_a_receipt_there_is_nothing_to_tell() -> None:
    result = result_of(told())
    assert (result.receipts, result.money, result.disagreements) == (0, {}, ())
    assert all(side.every.all.right.share is None for side in result.sides)


@pytest.mark.parametrize("text", ["", "INV-1001"])
def test_receipts_without_a_text_are_told(text: str) -> None:
    records = told(invoice("1001", 50, issued=1, left=0), receipt("1", 5, {"1001": 50}, text=text))
    silent = [one for one in result_of(records).unknown if "without a text" in one]
    assert len(silent) == (0 if text else 1)


@settings(max_examples=100, deadline=None)
@given(stories(), st.integers(0, 60), st.integers(-30, 30))
def test_whatever_a_ledger_tells_every_receipt_has_one_outcome(
    story: Story, since: int, off: int
) -> None:
    """Also where its balances of today do not agree with its receipts."""
    records = [
        replace(one, open=usd(str(max(0, int(one.open.amount) + off))))
        if isinstance(one, (Invoice, CreditNote))
        else one
        for one in story.told(0)
    ]
    result = result_of(records, since=day(since))
    for side in result.sides:
        for scores in (side.every, side.present):
            whole = scores.all
            assert whole.decided + scores.left_to_person == result.looked_at
            assert whole.equal + whole.other + whole.unapplied == whole.decided
            assert sum(row.decided for row in scores.rules) == whole.decided
            assert sum(row.decided for row in scores.families) == whole.decided
    assert result_of(records, since=day(since)) == result

"""The matcher on a month of the past, read from both simulated ledgers by the real readers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from connector import schema
from connector.clients import meter
from connector.learning import backtest, calibration_plot
from connector.learning.backtest import CannotTry, Kept
from connector.rules import policy
from matching.facts.items import Tally
from matching.facts.policy import MatchPolicy
from matching.trying.backtest import Disagreement, Side
from matching.trying.hindsight import Outcome, Question
from tests.connector.firm import AUTOPILOT, Firm, open_firm
from tests.connector.past_month import SINCE, UNTIL, fill
from tests.engines import borrowed

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
CALLS_MAX = 12


@pytest.fixture(name="firm")
def past_firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, fill=fill)


def tried(firm: Firm, since: date = SINCE, until: date = UNTIL) -> Kept:
    return backtest.run(firm.deps, firm.connection, since, until)


def side(kept: Kept, question: Question) -> Side:
    return next(side for side in kept.result.sides if side.question is question)


def disputed(kept: Kept, question: Question) -> dict[str, Disagreement]:
    return {one.text: one for one in kept.result.disagreements if one.question is question}


def parts(found: Any) -> dict[str, str]:
    return {part.number: str(part.amount.amount) for part in found}


@pytest.mark.parametrize("question", list(Question))
def test_a_month_is_judged_receipt_by_receipt(firm: Firm, question: Question) -> None:
    kept = tried(firm)
    result, scores = kept.result, side(kept, question).every
    assert (result.receipts, result.looked_at, result.unapplied) == (8, 7, 1)
    assert result.money == {"USD": 100 + 250 + 150 + 480 + 250 + 75 + 60}
    assert (scores.all.equal, scores.all.other, scores.all.unapplied) == (5, 1, 1)
    assert scores.left_to_person == 0
    rules = {row.name: (row.equal, row.other, row.unapplied) for row in scores.rules}
    assert rules["named_exact"] == (2, 1, 1)
    assert rules["named_less_credit"] == (1, 0, 0)
    assert sum(row.decided for row in scores.rules) == sum(row.decided for row in scores.families)
    assert (scores.all.right.right, scores.all.right.judged) == (5, 6)
    assert scores.all.right.low < 5 / 6 < scores.all.right.high


@pytest.mark.parametrize("question", list(Question))
def test_every_disagreement_can_be_looked_at(firm: Firm, question: Question) -> None:
    found = disputed(tried(firm), question)
    wrong = next(one for text, one in found.items() if "INV-3001" in text)
    assert (wrong.outcome, wrong.rule, wrong.customer) == (
        Outcome.OTHER, "named_exact", "Cedar Haulage",
    )  # fmt: skip
    assert parts(wrong.decided) == {"INV-3001": "75.00"}
    assert parts(wrong.bookkeeper) == {"INV-3002": "75.00"}
    assert wrong.policies == ("every", "present")
    assert wrong.receipts
    assert all("INV-3001" in reason for reason in wrong.reasons)
    left = next(one for text, one in found.items() if "INV-3003" in text)
    assert (left.outcome, parts(left.bookkeeper)) == (Outcome.UNAPPLIED, {})
    assert len(found) == 2


def test_the_present_policy_is_judged_beside_every_rule(firm: Firm) -> None:
    present = side(tried(firm), Question.NAME).present
    assert [row.name for row in present.families] == ["exact"]
    assert (present.all.equal, present.all.other, present.all.unapplied) == (2, 1, 1)
    assert present.left_to_person == 3
    assert (present.suggestions.right, present.suggestions.judged) == (3, 3)
    with firm.deps.writing() as tx:
        none = policy.Policy(matching=MatchPolicy(apply_by=frozenset()))
        policy.save(tx, firm.connection.client_id, none, at=firm.deps.now(), by="tests")
    again = tried(firm)
    assert again.result.policy_version == 1
    assert side(again, Question.NAME).present.all.decided == 0


def test_it_says_what_it_cannot_know(firm: Firm) -> None:
    told = "\n".join(tried(firm).result.unknown)
    assert "Receipts set against documents that were issued later: 1." in told
    assert "Documents voided since: 1." in told
    assert "what the bank said is not there" in told
    assert "journal entry" not in told


def test_twice_gives_the_same_and_the_newest_is_kept(firm: Firm) -> None:
    first = tried(firm)
    firm.pass_time(minutes=5)
    second = tried(firm)
    assert first.result == second.result
    assert (first.number, second.number) == (1, 2)
    with firm.deps.reading() as tx:
        assert backtest.last(tx, firm.connection_id) == second


def test_nothing_is_written_to_the_ledger_and_nothing_but_the_result_is_kept(firm: Firm) -> None:
    before, tables = len(firm.requests()), rows(firm)
    tried(firm)
    made = firm.requests(before)
    assert made
    assert {row["method"] for row in made} == {"GET"}
    assert len(made) <= CALLS_MAX
    changed = {name for name, kept in rows(firm).items() if kept != tables[name]}
    assert changed <= {"backtest", "api_slot", "api_day", "api_pace", "token_grant", "oauth_grant"}
    assert not firm.writes()


def test_the_calls_count_as_those_of_a_sweep(firm: Firm) -> None:
    day = firm.deps.now().date()
    with firm.deps.reading() as tx:
        before = sum(meter.totals(tx, [firm.connection_id], day)[firm.connection_id].values())
    asked = len(firm.requests())
    tried(firm)
    with firm.deps.reading() as tx:
        after = sum(meter.totals(tx, [firm.connection_id], day)[firm.connection_id].values())
    assert after - before == len(firm.requests(asked))


def test_a_rule_shows_how_often_it_agreed(firm: Firm) -> None:
    with firm.deps.reading() as tx:
        assert backtest.agreement(tx, firm.connection_id) == {}
    tried(firm)
    with firm.deps.reading() as tx:
        found = backtest.agreement(tx, firm.connection_id)
        assert found["named_exact"] == Tally(3, 2)
        assert "period" not in found
        later = UNTIL + timedelta(days=1)
        assert backtest.agreement(tx, firm.connection_id, since=later) == {}


def test_both_databases_keep_it_whole(both_urls: str) -> None:
    with (
        borrowed(both_urls) as engine,
        closing(open_firm("quickbooks", engine=engine, fill=fill)) as firm,
    ):
        kept = [tried(firm), tried(firm)]
        with firm.deps.reading() as tx:
            assert backtest.last(tx, firm.connection_id) == kept[1]
            assert backtest.agreement(tx, firm.connection_id)["named_exact"] == Tally(3, 2)


def test_what_we_applied_ourselves_is_left_out(firm: Firm) -> None:
    firm.switch(**AUTOPILOT)
    firm.settle()
    result = tried(firm).result
    assert result.looked_at == 6
    assert any("Ledgerhand itself applied: 1" in sentence for sentence in result.unknown)


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (UNTIL, SINCE, "swap"),
        (SINCE, date(2026, 3, 3), "still to come"),
        (date(2020, 1, 1), UNTIL, "at most"),
        (date(2025, 6, 1), date(2025, 6, 30), "received no money"),
    ],
)
def test_days_that_cannot_be_tried_are_refused(
    firm: Firm, since: date, until: date, told: str
) -> None:
    with pytest.raises(CannotTry, match=told):
        tried(firm, since, until)
    with firm.deps.reading() as tx:
        assert backtest.last(tx, firm.connection_id) is None


def test_the_picture_says_in_words_what_it_shows(firm: Firm) -> None:
    root = ET.fromstring(calibration_plot.drawn(tried(firm).result, "Ash & <Sons>"))  # noqa: S314
    ids = {node.get("id"): node.text for node in root.iter() if node.get("id")}
    assert root.get("aria-labelledby") == "title desc"
    assert "Ash & <Sons>" in str(ids["title"])
    assert "customer known: at a confidence of" in str(ids["desc"])
    assert "only a name known: at a confidence of" in str(ids["desc"])


def rows(firm: Firm) -> dict[str, list[Any]]:
    with firm.deps.reading() as tx:
        return {
            table.name: sorted(
                tx.execute(
                    sa.select(table), execution_options={"across": "a test looks at all"}
                ).all(),
                key=str,
            )
            for table in schema.metadata().sorted_tables
        }


class Waits:
    """A budget that is used up for a number of tries."""

    def __init__(self, tries: int, wait: timedelta) -> None:
        self.left, self.wait, self.spent = tries, wait, 0

    def __call__(self, kind: str) -> None:
        if self.left:
            self.left -= 1
            raise meter.OutOfBudget(kind, wait=self.wait)
        self.spent += 1


def test_patience_waits_for_the_next_minute_but_not_for_the_next_day(firm: Firm) -> None:
    soon = Waits(3, timedelta(seconds=10))
    meter.patiently(firm.deps, soon)("read")
    assert soon.spent == 1
    for tries, wait in ((1, timedelta(hours=5)), (100, timedelta(seconds=10))):
        never = Waits(tries, wait)
        with pytest.raises(meter.OutOfBudget):
            meter.patiently(firm.deps, never)("read")
        assert never.spent == 0

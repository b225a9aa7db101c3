"""What a client decides about money in two records, and money that the bank converted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.answering import answers
from connector.deps import Deps
from connector.money.cash import Standing
from connector.rules.modes import Mode
from matching.facts.policy import MatchPolicy
from matching.facts.rules import SAME_MONEY
from providers.ledger import Allocation, Payment
from providers.money import Money
from tests.connector.office import customer, invoice, payment, usd
from tests.connector.pairs import Pairs, line

LINE, MONEY = line("b1"), "payment:p1"
ASH = customer(name="Ash Ltd")
HUNDRED = Money(Decimal(100), "EUR")


def both_known(deps: Deps, **rules: object) -> Pairs:
    """A placed payment and the line that names it."""
    pairs = Pairs.opened(deps, **rules)
    pairs.keep(ASH, invoice(left="0"), payment(
        left="0", allocations=(Allocation("i1", usd(100)),), reference="TRANSFER 4711",
    ))  # fmt: skip
    pairs.bring("b1", "TRANSFER 4711")
    pairs.decide()
    return pairs


def test_what_is_certain_counts_once_by_itself(deps: Deps) -> None:
    assert both_known(deps).counted() == {LINE: MONEY}


def test_a_client_that_switches_the_rule_off_is_asked_each_time(deps: Deps) -> None:
    pairs = both_known(deps, rules_off=[SAME_MONEY])
    assert pairs.counted() == {}
    asked = pairs.asked(LINE)
    assert asked
    assert "it may be the same money" in asked.summary
    answers.approve(deps, asked.id, 0, "ann")
    assert pairs.counted() == {LINE: MONEY}


def test_switching_it_on_again_is_to_do_more_without_a_person() -> None:
    off, on = MatchPolicy(rules_off=frozenset({SAME_MONEY})), MatchPolicy()
    assert on.freer_than(off) == [SAME_MONEY]
    assert off.freer_than(on) == on.freer_than(on) == []


def test_it_has_no_share_of_right_decisions_to_ask_for() -> None:
    with pytest.raises(ValueError, match="'same_money' is no rule"):
        MatchPolicy(confidence_min_of={SAME_MONEY: 0.99})


def in_euro(**fields: object) -> Payment:
    given = {
        "total": HUNDRED, "unapplied": Money(Decimal(0), "EUR"),
        "allocations": (Allocation("i1", HUNDRED),), "reference": "by hand",
    }  # fmt: skip
    return payment(**{**given, **fields})


def test_what_was_sent_in_another_currency_is_held_against_records_in_that(deps: Deps) -> None:
    pairs = Pairs.opened(deps)
    pairs.keep(ASH, in_euro(), invoice("i2", "108"))
    pairs.bring("b1", "thank you", amount="108", original=HUNDRED)
    pairs.decide()
    asked = pairs.asked(LINE)
    assert asked
    assert "the ledger already holds EUR 100.00" in asked.summary
    assert pairs.counted() == {}, "another currency is never certain"
    answers.approve(deps, asked.id, 0, "ann")
    assert pairs.counted() == {LINE: MONEY}
    assert pairs.proved() == {"USD": "108.00"}
    pairs.keep(in_euro(memo="a note", changed=5))
    assert pairs.counted() == {LINE: MONEY}
    pairs.delete(MONEY)
    assert pairs.counted() == {}
    assert pairs.stands(LINE) == (Standing.NEW, "USD 108.00")


def test_a_question_about_what_was_sent_is_put_anew_when_the_record_goes(deps: Deps) -> None:
    pairs = Pairs.opened(deps, Mode.COPILOT)
    pairs.keep(ASH, in_euro(), invoice("i2", "108"))
    pairs.bring("b1", "thank you", amount="108", original=HUNDRED)
    pairs.decide()
    pairs.delete(MONEY)
    pairs.decide()
    asked = pairs.asked(LINE)
    assert asked
    assert "already holds" not in asked.summary

"""What is done in every state of the table, and what holds for the table as a whole."""

from __future__ import annotations

import pytest

from dunning.checking import shipped
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Send
from dunning.rules.steps import Do
from providers.money import Money
from tests.dunning import states, states_of_signals, states_of_steps
from tests.dunning.accounts import at, invoice, message, pays, promise
from tests.dunning.states import CHRONIC, NEW, RELIABLE, SERVICES, Row, on, owes

ROWS = states.ROWS + states_of_steps.ROWS + states_of_signals.ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_done(row: Row) -> None:
    decision = next_step(row.who, row.policy, at(row.day))

    assert isinstance(decision, row.does), decision
    assert row.says in "; ".join((decision.reason if not isinstance(decision, Send) else "",
                                  *decision.reasons))  # fmt: skip
    if isinstance(decision, Ask):
        assert decision.matter is row.matter
        beside = decision.meanwhile
        assert (beside.step if isinstance(beside, Send) else "") == row.meanwhile
    step = decision.proposed if isinstance(decision, Ask) else decision
    if row.covers:
        assert isinstance(step, Send)
        assert step.invoice_ids == tuple(f"id:{number}" for number in row.covers)
    if isinstance(decision, Send):
        asked = decision.step, decision.tone, decision.channel, decision.manner.purpose
        assert asked == (row.step, row.tone, row.by, row.purpose)
        assert not row.total or decision.total == Money.of(row.total, "USD")


def test_the_table_is_long_enough_to_be_a_specification() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS) >= 60


def test_the_same_age_in_six_states_has_six_answers() -> None:
    """Seven days late: no contact, promise, dispute, short payment, key account, unapplied cash."""
    states = [
        owes(),
        owes(promises=(promise("2026-03-20"),)),
        owes(invoice(disputed="100", case="17")),
        owes(invoice(disputed="20", case="18")),
        owes(credits="100"),
    ]
    answers = [next_step(who, SERVICES, at(on(7))) for who in states]
    key = SERVICES.model_copy(update={"with_a_person": "a key account"})
    answers.append(next_step(owes(), key, at(on(7))))
    told = [(type(it), getattr(it, "reason", ""), getattr(it, "total", "")) for it in answers]
    assert len(set(told)) == 6


def test_what_only_a_person_decides_is_never_sent() -> None:
    """Every action of every shipped policy, for everybody, at any age."""
    seen: set[Do] = set()
    for name in shipped.NAMES:
        for standing in (RELIABLE, CHRONIC, NEW, pays(8)):
            for days in range(-10, 200):
                sent = [message("upcoming", on(-3), "INV-1")]
                if days > 100:
                    sent.append(message("demand letter", on(70), "INV-1"))
                who = owes(standing=standing, sent=tuple(sent))
                decision = next_step(who, shipped.policy(name), at(on(days)))
                proposed = decision.proposed if isinstance(decision, Ask) else decision
                if isinstance(proposed, Send):
                    seen.add(proposed.do)
                if isinstance(decision, Send):
                    assert decision.do in (Do.MESSAGE, Do.LETTER)
    assert seen == set(Do)

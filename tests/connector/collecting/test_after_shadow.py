"""What shadow only noted is sent once reminders go out, as a first message and never in a burst."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from connector.answering import answers
from connector.correspondence import messages
from connector.correspondence.messages import TURNED_DOWN, asked_table
from connector.deps import Deps
from connector.rule_changes import preview
from connector.rules import policy
from connector.rules.modes import Mode
from tests.connector import office
from tests.connector.collecting.reading import Opens, steps
from tests.connector.firm import Firm

SHADOW = {"remind": Mode.SHADOW}
DAY = date(2026, 2, 1)


def owing(firm: Firm, number: int, *, late_days: int) -> str:
    customer = firm.books.customer(f"Buyer{number}")
    firm.owe(customer, f"INV-{number}", late_days=late_days)
    return customer


def noted(firm: Firm, customer: str) -> list[tuple[str, str]]:
    with firm.deps.reading() as tx:
        rows = messages.asked(tx, firm.connection_id, [customer]).get((customer, "USD"), [])
    return [(row.step, row.mode) for row in rows]


@pytest.mark.either_ledger
def test_the_first_message_that_a_customer_gets_is_the_first_step(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=SHADOW)
    customer = owing(firm, 1, late_days=3)
    firm.pass_time(hours=3)
    assert noted(firm, customer) == [("friendly", "shadow")]
    firm.switch(remind=Mode.AUTOPILOT)
    firm.pass_time(hours=1)
    assert [step for step, _ in steps(firm)] == ["friendly"]
    assert noted(firm, customer) == [("friendly", "autopilot")]
    firm.pass_days(11)
    assert [step for step, _ in steps(firm)] == ["friendly", "reminder"]


def test_whoever_was_noted_long_ago_gets_one_message_and_as_many_a_day_as_the_ramp_allows(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes=SHADOW, dunning={"ramp_per_day": 2})
    for number in range(5):
        owing(firm, number, late_days=3)
    firm.pass_days(28)
    firm.switch(remind=Mode.AUTOPILOT)
    with firm.deps.reading() as tx:
        rules = policy.current(tx, firm.connection.client_id).policy.dunning
    first = preview.first_day(firm.deps, firm.connection, rules)
    assert (first.customers, first.rest_waits) == (2, 3)
    sent = []
    for _ in range(3):
        firm.pass_time(hours=1)
        sent.append(len(firm.mails()))
        firm.pass_days(1)
    assert sent == [2, 4, 5]
    assert len({to for _, to in steps(firm)}) == 5


@pytest.mark.parametrize("kept_as", ["its own word", "shadow's word, as it was before"])
def test_what_a_person_turned_down_does_not_go_out_when_the_mode_changes(
    open_firm: Opens, kept_as: str
) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.COPILOT})
    customer = owing(firm, 1, late_days=3)
    firm.pass_time(hours=3)
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    if kept_as != "its own word":
        with firm.deps.writing() as tx:
            tx.execute(
                sa.update(asked_table)
                .where(asked_table.c.connection_id == firm.connection_id)
                .values(mode="shadow")
            )
    firm.switch(remind=Mode.AUTOPILOT)
    firm.pass_days(1)
    assert firm.mails() == []
    assert [step for step, _ in noted(firm, customer)] == ["friendly"]


def claim(deps: Deps, connection_id: int, mode: str, key: str) -> bool:
    with deps.writing() as tx:
        return messages.claim_steps(
            tx, connection_id, [("i1", "friendly", DAY), ("i2", "friendly", DAY)], mode=mode,
            customer_id="c1", currency="USD", intent_key=key, at=deps.now(),
        )  # fmt: skip


def test_only_what_shadow_noted_is_taken_over_and_by_one_alone(both: Deps) -> None:
    id_ = office.connect(both)
    assert claim(both, id_, "shadow", "noted")
    assert not claim(both, id_, "shadow", "again")
    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda key: claim(both, id_, "autopilot", key), map(str, range(4))))
    assert sorted(won) == [False, False, False, True]
    assert not claim(both, id_, "shadow", "later")
    with both.reading() as tx:
        (rows,) = messages.asked(tx, id_, ["c1"]).values()
    assert {(row.mode, row.intent_key) for row in rows} == {("autopilot", str(won.index(True)))}


def test_what_was_turned_down_is_not_taken_over(both: Deps) -> None:
    id_ = office.connect(both)
    assert claim(both, id_, "shadow", "noted")
    assert claim(both, id_, TURNED_DOWN, "no")
    assert not claim(both, id_, "autopilot", "all the same")

"""Whether two records are one money is asked anew when one of them is another, or gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.answering import answers
from connector.deps import Deps
from connector.money.cash import Standing
from connector.rules.modes import Mode
from providers.ledger import Allocation, Gone, Kind, Record, Status
from tests.connector.office import TODAY, customer, invoice, payment, usd
from tests.connector.pairs import Pairs, line

LINE, MONEY = line("b1"), "payment:p1"
ASH = customer(name="Ash Ltd")
NOTHING = {"left": "0", "allocations": (Allocation("i1", usd(100)),)}


def on_account(**fields: object) -> Record:
    return payment(**{"reference": "on account", **fields})


def placed(**fields: object) -> Record:
    return payment(**{"reference": "by hand", **NOTHING, **fields})


def asked_whether(deps: Deps) -> Pairs:
    """The bookkeeper's payment of the first invoice may be the line, which explains the second."""
    pairs = Pairs.opened(deps)
    pairs.keep(ASH, invoice(left="0"), invoice("i2"), placed())
    pairs.bring("b1", "thank you")
    pairs.decide()
    asked = pairs.asked(LINE)
    assert asked
    assert "it may be the same money" in asked.summary
    return pairs


@pytest.mark.parametrize("news", [
    [Gone(Kind.PAYMENT, "p1")],
    [placed(status=Status.VOID, changed=9)],
    [placed(status=Status.VOID, total=usd(0), allocations=(), changed=9)],
    [placed(total=usd(50), allocations=(Allocation("i1", usd(50)),), changed=9)],
    [customer("c2", name="Birch"), placed(customer_id="c2", changed=9)],
    [placed(received=TODAY - timedelta(days=30), changed=9)],
], ids=["deleted", "voided", "voided to nothing", "another sum", "another's", "day"])  # fmt: skip
def test_a_line_is_no_longer_held_back_by_a_record_that_is_gone_or_another(
    deps: Deps, news: list[Record]
) -> None:
    pairs = asked_whether(deps)
    pairs.keep(*news)
    pairs.decide()
    assert pairs.money(LINE).state is Standing.APPLYING
    assert pairs.asked(LINE) is None


def test_a_record_that_takes_the_sum_of_a_line_is_asked_about(deps: Deps) -> None:
    pairs = Pairs.opened(deps, Mode.COPILOT)
    pairs.keep(ASH, invoice(left="0"), invoice("i2"), placed(total=usd(90), allocations=()))
    pairs.bring("b1", "thank you")
    pairs.decide()
    asked = pairs.asked(LINE)
    assert asked
    assert "same money" not in asked.summary
    pairs.keep(placed(changed=9))
    pairs.decide()
    asked = pairs.asked(LINE)
    assert asked
    assert "it may be the same money" in asked.summary


def test_only_what_may_be_the_record_is_decided_again(deps: Deps) -> None:
    pairs = asked_whether(deps)
    owed = [invoice(id_, customer_id="c2") for id_ in ("i3", "i4")]
    pairs.keep(customer("c2", name="Birch GmbH"), *owed)
    pairs.bring("b2", "one of two", payer="Birch GmbH")
    pairs.decide()
    before = pairs.money(line("b2")).decision_id
    pairs.keep(Gone(Kind.PAYMENT, "p1"))
    pairs.decide()
    assert pairs.money(line("b2")).decision_id == before
    assert pairs.money(LINE).state is Standing.APPLYING


def test_a_customer_that_comes_after_its_line_is_known_by_its_name(deps: Deps) -> None:
    pairs = Pairs.opened(deps, Mode.COPILOT)
    pairs.bring("b1", "thank you")
    pairs.decide()
    pairs.keep(ASH)
    pairs.keep(on_account())
    pairs.decide()
    asked = pairs.asked(LINE)
    assert asked
    assert "same money" in asked.summary


@pytest.mark.parametrize(("days", "held"), [(-9, True), (-60, True), (-61, False), (7, False)])
def test_money_on_account_holds_its_line_back_however_late_that_comes(
    deps: Deps, days: int, *, held: bool
) -> None:
    pairs = Pairs.opened(deps)
    day = TODAY + timedelta(days=days)
    pairs.keep(ASH, on_account(received=day))
    pairs.decide()
    pairs.keep(invoice())
    pairs.bring("b1", "thank you")
    pairs.decide_once()
    pairs.decide()
    if not held:
        assert pairs.money(LINE).state is Standing.APPLYING
        return
    asked = pairs.asked(LINE)
    assert asked
    assert f"the ledger already holds {usd(100)}" in asked.summary
    assert pairs.counted() == {}, "nobody but a person says so"
    answers.approve(deps, asked.id, 0, "ann")
    assert pairs.counted() == {LINE: MONEY}
    assert pairs.proved() == {"USD": "100.00"}


def test_a_reference_in_both_closes_no_line_that_comes_late(deps: Deps) -> None:
    pairs = Pairs.opened(deps)
    pairs.keep(ASH, on_account(received=TODAY - timedelta(days=9), reference="4711-0815"))
    pairs.bring("b1", "4711 0815", end_to_end_id="4711 0815")
    pairs.decide()
    assert pairs.asked(LINE)
    assert pairs.counted() == {}


def test_money_that_is_partly_placed_is_asked_about_for_as_long(deps: Deps) -> None:
    pairs = Pairs.opened(deps)
    part = (Allocation("i1", usd(40)),)
    day = TODAY - timedelta(days=20)
    pairs.keep(ASH, invoice(), on_account(received=day, left="60", allocations=part))
    pairs.bring("b1", "thank you")
    pairs.decide()
    asked = pairs.asked(LINE)
    assert asked
    assert "same money" in asked.summary


def entered(deps: Deps, *, day: int) -> Pairs:
    """A line so many days ago that we entered in the ledger for the first of two invoices."""
    pairs = Pairs.opened(deps)
    pairs.keep(ASH, invoice())
    pairs.bring("b1", "INV-i1", day=TODAY - timedelta(days=day))
    pairs.decide()
    (ours,) = pairs.enter()
    pairs.keep(
        invoice(left="0", changed=5), placed(id_=ours.removeprefix("payment:")), invoice("i2")
    )
    return pairs


@pytest.mark.parametrize(("days", "held"), [(9, True), (60, True), (61, False), (-7, False)])
def test_money_that_waited_in_the_ledger_is_held_against_lines_that_came_later(
    deps: Deps, days: int, *, held: bool
) -> None:
    pairs = entered(deps, day=5)
    pairs.keep(on_account(received=TODAY - timedelta(days=5 + days)))
    pairs.decide()
    asked = pairs.asked(MONEY)
    assert bool(asked and "was entered from the bank already" in asked.summary) is held


def test_where_our_entry_is_deleted_the_question_about_the_other_record_is_put_anew(
    deps: Deps,
) -> None:
    pairs = entered(deps, day=0)
    pairs.keep(on_account())
    pairs.decide()
    asked = pairs.asked(MONEY)
    assert asked
    assert "was entered from the bank already" in asked.summary
    pairs.delete("payment:x1")
    pairs.decide()
    assert pairs.counted() == {LINE: MONEY}
    assert pairs.proved() == {"USD": "100.00"}

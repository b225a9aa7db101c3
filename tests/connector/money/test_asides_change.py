"""Money that is set aside, and what becomes of that when the money or its other record changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from connector.deps import Deps
from connector.money.cash import Standing
from connector.money.set_aside import As, CannotSetAside
from connector.rules.modes import Mode
from providers.ledger import Allocation, Payment, Status
from tests.connector.office import TODAY, customer, invoice, payment, usd
from tests.connector.pairs import Pairs, line

LINE, MONEY = line("b1"), "payment:p1"
ASH, BIRCH = customer(name="Ash Ltd"), customer("c2", name="Birch GmbH")
CLOSED, REVIEW, IGNORED = Standing.CLOSED, Standing.REVIEW, Standing.IGNORED
Change = Callable[[Pairs], None]


def held(left: str = "100", amount: str = "100", **fields: object) -> Payment:
    parts = (Allocation("i9", usd(amount) - usd(left)),) if left != amount else ()
    given = {"reference": "deposit", "allocations": parts, "changed": 9}
    return payment("p1", amount, left=left, **{**given, **fields})  # type: ignore[arg-type]


def told(record: Payment) -> Change:
    return lambda pairs: pairs.keep(record)


def deleted(subject: str) -> Change:
    return lambda pairs: pairs.delete(subject)


CHANGES = {
    "placed whole": (told(held("0")), CLOSED, "USD 0.00"),
    "placed in part": (told(held("60")), REVIEW, "USD 60.00"),
    "more, as much left": (told(held("100", "120")), REVIEW, "USD 100.00"),
    "another sum": (told(held("80", "80")), REVIEW, "USD 80.00"),
    "another customer's": (told(held(customer_id="c2")), REVIEW, "USD 100.00"),
    "voided": (told(held(status=Status.VOID)), CLOSED, "USD 0.00"),
    "voided to nothing": (told(held("0", "0", status=Status.VOID)), CLOSED, "USD 0.00"),
    "deleted": (deleted(MONEY), CLOSED, "USD 0.00"),
}


@pytest.mark.parametrize("mode", [Mode.COPILOT, Mode.AUTOPILOT])
@pytest.mark.parametrize("change", CHANGES)
def test_money_of_the_ledger_that_is_another_now_is_set_aside_no_more(
    deps: Deps, change: str, mode: Mode
) -> None:
    pairs = Pairs.opened(deps, mode)
    pairs.keep(ASH, BIRCH, held(changed=0))
    pairs.decide()
    pairs.aside(MONEY)
    assert pairs.stands(MONEY) == (IGNORED, "USD 100.00")
    act, state, left = CHANGES[change]
    act(pairs)
    assert pairs.counted() == {}
    pairs.keep(invoice("i1", "60"), invoice("i2", "80", customer_id="c2"), invoice("i3"))
    pairs.decide()
    assert pairs.stands(MONEY) == (state, left), "nothing is applied without a person"
    assert bool(pairs.asked(MONEY)) is (state is REVIEW)
    pairs.proved()
    with pytest.raises(CannotSetAside, match=r"placed or gone|is not set aside"):
        pairs.back(MONEY)


def test_a_note_in_the_ledger_changes_nothing(deps: Deps) -> None:
    pairs = Pairs.opened(deps)
    pairs.keep(ASH, held(changed=0))
    pairs.decide()
    pairs.aside(MONEY)
    pairs.keep(held(memo="asked the owner", received=TODAY))
    pairs.decide()
    assert pairs.stands(MONEY) == (IGNORED, "USD 100.00")
    assert pairs.counted() == {MONEY: ""}
    pairs.back(MONEY)
    pairs.decide()
    assert pairs.stands(MONEY) == (REVIEW, "USD 100.00")


RECORDS = {
    "placed whole": (told(held("0")), True),
    "placed in part": (told(held("60")), True),
    "another customer's": (told(held(customer_id="c2")), True),
    "more": (told(held("100", "120")), False),
    "another sum": (told(held("80", "80")), False),
    "voided": (told(held(status=Status.VOID)), False),
    "voided to nothing": (told(held("0", "0", status=Status.VOID)), False),
    "deleted": (deleted(MONEY), False),
}


@pytest.mark.parametrize("change", RECORDS)
def test_a_line_counts_with_a_record_for_as_long_as_that_is_there_with_its_sum(
    deps: Deps, change: str
) -> None:
    pairs = Pairs.opened(deps, Mode.COPILOT)
    pairs.keep(ASH, BIRCH, held(changed=0))
    pairs.bring("b1", "thank you")
    pairs.decide()
    pairs.same(LINE, MONEY)
    act, stays = RECORDS[change]
    act(pairs)
    assert pairs.counted() == ({LINE: MONEY} if stays else {})
    pairs.decide()
    assert pairs.stands(LINE) == ((CLOSED, "USD 0.00") if stays else (REVIEW, "USD 100.00"))
    pairs.proved()


def entered(deps: Deps) -> tuple[Pairs, str]:
    """A line that we entered, and a second record of it that a person set aside."""
    pairs = Pairs.opened(deps)
    pairs.keep(ASH, BIRCH, invoice())
    pairs.bring("b1", "INV-i1")
    pairs.decide()
    (ours,) = pairs.enter()
    pairs.keep(invoice(left="0", changed=5), payment(
        ours.removeprefix("payment:"), left="0", allocations=(Allocation("i1", usd(100)),),
    ))  # fmt: skip
    pairs.keep(held(changed=0))
    pairs.decide()
    pairs.same(MONEY, LINE)
    assert pairs.counted() == {MONEY: LINE}
    assert pairs.proved() == {"USD": "100.00"}
    return pairs, ours


@pytest.mark.parametrize("change", CHANGES)
def test_a_second_record_that_is_another_now_counts_for_itself(deps: Deps, change: str) -> None:
    pairs, _ = entered(deps)
    act, state, left = CHANGES[change]
    act(pairs)
    assert pairs.counted() == {}
    pairs.decide()
    assert pairs.stands(MONEY) == (state, left)
    pairs.proved()


PLACED = ("placed whole", "placed in part")
"""The record is there with its sum still, and of the customer that the line comes from."""


@pytest.mark.parametrize("order", ["entry first", "record first"])
@pytest.mark.parametrize("change", CHANGES)
def test_whichever_of_the_two_goes_first_nothing_is_lost(
    deps: Deps, change: str, order: str
) -> None:
    pairs, ours = entered(deps)
    acts = [lambda: pairs.delete(ours), lambda: CHANGES[change][0](pairs)]
    for act in acts if order == "entry first" else acts[::-1]:
        act()
        pairs.decide()
        pairs.proved()
    assert pairs.stands(MONEY) == CHANGES[change][1:]
    is_one = change in PLACED or (change, order) == ("another customer's", "entry first")
    assert pairs.counted() == ({LINE: MONEY} if is_one else {})
    assert pairs.stands(LINE) == ((CLOSED, "USD 0.00") if is_one else (REVIEW, "USD 100.00"))


def test_where_our_entry_goes_the_other_record_is_the_money_of_the_line(deps: Deps) -> None:
    pairs, ours = entered(deps)
    pairs.delete(ours)
    assert pairs.counted() == {}
    assert pairs.stands(LINE) == (Standing.NEW, "USD 100.00")
    pairs.decide()
    assert pairs.counted() == {LINE: MONEY}
    assert pairs.proved() == {"USD": "100.00"}


@pytest.mark.parametrize("first", ["the record", "the entry"])
def test_what_a_person_told_apart_is_not_put_together_again(deps: Deps, first: str) -> None:
    pairs, ours = entered(deps)
    if first == "the record":
        pairs.back(MONEY)
    pairs.delete(ours)
    pairs.decide()
    if first == "the entry":
        pairs.back(LINE)
    pairs.decide()
    assert pairs.counted() == {}
    assert pairs.stands(LINE) == (REVIEW, "USD 100.00")
    assert pairs.proved() == {"USD": "200.00"}


def in_two_parts(deps: Deps) -> tuple[Pairs, list[str]]:
    """A line that is two payments in the ledger, of two customers."""
    pairs = Pairs.opened(deps)
    second = invoice("i2", "40", customer_id="c2", number="INV-1002")
    pairs.keep(ASH, BIRCH, invoice("i1", "60", number="INV-1001"), second)
    pairs.bring("b1", "INV-1001 INV-1002")
    pairs.decide()
    entries = pairs.enter()
    assert len(entries) == 2
    return pairs, entries


@pytest.mark.parametrize("as_", [As.RETURNED, As.NO_CUSTOMER])
def test_what_comes_back_to_a_line_that_is_partly_set_aside_opens_it(deps: Deps, as_: As) -> None:
    pairs, (first, second) = in_two_parts(deps)
    left = pairs.money(LINE).left
    pairs.delete(first)
    pairs.decide()
    part = pairs.money(LINE).left
    pairs.aside(LINE, as_)
    pairs.proved()
    pairs.delete(second)
    assert pairs.counted() == {}
    pairs.decide()
    assert pairs.stands(LINE) == (REVIEW, "USD 100.00")
    assert (left, part < usd(100)) == (usd(0), True)
    pairs.proved()
    pairs.aside(LINE, as_)
    pairs.proved()
    pairs.back(LINE)
    assert pairs.money(LINE).left == usd(100)


@pytest.mark.parametrize("as_", [As.RETURNED, As.NO_CUSTOMER])
def test_what_was_brought_back_before_is_counted_once(deps: Deps, as_: As) -> None:
    pairs, (first, second) = in_two_parts(deps)
    pairs.delete(first)
    pairs.decide()
    pairs.aside(LINE, as_)
    pairs.back(LINE)
    pairs.delete(second)
    pairs.decide()
    assert pairs.stands(LINE) == (REVIEW, "USD 100.00")
    pairs.proved()


@pytest.mark.parametrize("as_", [As.RETURNED, As.NO_CUSTOMER])
def test_an_undo_of_what_is_left_in_the_ledger_opens_the_line(deps: Deps, as_: As) -> None:
    pairs, (first, _) = in_two_parts(deps)
    pairs.delete(first)
    pairs.decide()
    part = pairs.money(LINE).left
    pairs.aside(LINE, as_)
    pairs.undo(LINE)
    assert pairs.counted() == {}
    assert pairs.stands(LINE) == (Standing.APPLYING, str(part))
    with pytest.raises(CannotSetAside, match="is not set aside"):
        pairs.back(LINE)
    pairs.proved()


def test_a_voided_record_is_no_money_that_a_line_can_be(deps: Deps) -> None:
    pairs = Pairs.opened(deps, Mode.COPILOT)
    pairs.keep(ASH, held(changed=0))
    pairs.bring("b1", "thank you")
    pairs.decide()
    pairs.keep(held(status=Status.VOID))
    with pytest.raises(CannotSetAside, match="there is no money 'payment:p1'"):
        pairs.same(LINE, MONEY)
    assert pairs.counted() == {}


def test_a_line_that_is_not_in_the_ledger_gives_way_to_the_record(deps: Deps) -> None:
    pairs = Pairs.opened(deps, Mode.COPILOT)
    pairs.keep(ASH, held(changed=0))
    pairs.bring("b1", "thank you")
    pairs.decide()
    with pytest.raises(CannotSetAside, match="is not in the ledger; set that aside"):
        pairs.same(MONEY, LINE)
    assert pairs.offered(MONEY) == []
    assert pairs.offered(LINE) == [MONEY]


def test_only_what_would_be_accepted_is_offered(deps: Deps) -> None:
    pairs, ours = entered(deps)
    day = TODAY - timedelta(days=3)
    pairs.keep(payment("p2", received=day), payment("p3", "70"), payment("p4", status=Status.VOID))
    pairs.bring("b2", "thank you", payer="Nobody")
    pairs.decide()
    for subject in (line("b2"), "payment:p2"):
        for of in pairs.offered(subject):
            assert pairs.refusal(subject, of) == ""
    assert pairs.offered(line("b2")) == ["payment:p2"]
    assert pairs.offered("payment:p2") == []
    assert "was entered from the bank; name that line" in pairs.refusal(line("b2"), ours)
    pairs.back(MONEY)
    assert pairs.offered(MONEY) == [LINE, "payment:p2"]

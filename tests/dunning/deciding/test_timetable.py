"""How far the invoices of an account are: the same as by going through all of it for each, and with
work that grows with the account and no faster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.contact_hours.hours import Hours, hours_of
from dunning.customer.account import Account, DueInvoice, SentMessage
from dunning.customer.channels import Channel
from dunning.deciding.decide import next_step
from dunning.deciding.earlier import by_invoice
from dunning.deciding.sequence import Progress, Timetable, exclusion
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import FIRST, Do, Step, Tone
from providers.money import Money
from tests.dunning.accounts import account, at, invoice, message

NAMES = ("friendly", "call", "demand", "last", "hold", "second demand", "referral")
NUMBERS = ("A", "B", "C", "D", "E")
NOW = at("2026-05-04")


def policy(*least: int) -> DunningPolicy:
    """With two demand letters, taken for no less than these."""
    first, second = ({"USD": Decimal(amount)} if amount else {} for amount in least)
    formal = {"tone": Tone.FINAL}
    return DunningPolicy(
        bank_lag_days_max=None,
        steps=(
            Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY),
            Step(name="call", offset_days=8, tone=Tone.DIRECT, do=Do.CALL),
            Step(name="demand", offset_days=12, do=Do.DEMAND_LETTER, minimum=first, **formal),
            Step(name="last", offset_days=20, tone=Tone.FINAL),
            Step(name="hold", offset_days=30, do=Do.CREDIT_HOLD, **formal),
            Step(name="second demand", offset_days=40, do=Do.DEMAND_LETTER, minimum=second,
                 **formal),
            Step(name="referral", offset_days=50, do=Do.REFERRAL, **formal),
        ),
    )  # fmt: skip


def owed(number: str) -> st.SearchStrategy[DueInvoice]:
    return st.builds(
        lambda days, amount, paused: invoice(
            number, str(amount), due=NOW.date() - timedelta(days=days), paused=paused
        ),
        st.integers(-5, 70), st.integers(1, 200), st.sampled_from((False, False, False, True)),
    )  # fmt: skip


def told() -> st.SearchStrategy[SentMessage]:
    """About some of the invoices, each at a step of its own."""
    about = st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from(NAMES), min_size=1)
    return st.builds(
        lambda stages, days, is_written: replace(
            message(
                max(stages.values(), key=NAMES.index), str(NOW.date() - timedelta(days=days)),
                *stages, stages=tuple(stages.values()), channel=Channel.LETTER,
            ),
            is_written=is_written,
        ),
        about, st.integers(1, 60), st.booleans(),
    )  # fmt: skip


accounts = st.builds(
    lambda invoices, sent, credit, emails: account(
        *invoices, sent=tuple(sent), credits=str(credit), emails=emails
    ),
    st.tuples(*map(owed, NUMBERS)), st.lists(told(), max_size=5), st.sampled_from((0, 0, 50)),
    st.sampled_from(((), ("a@maple.example",))),
)  # fmt: skip
LEAST = st.sampled_from((0, 1, 60, 150, 300, 600))


def reached(one: DueInvoice, rules: DunningPolicy, hours: Hours) -> list[Step]:
    assert one.due is not None
    moments = ((step, one.due + timedelta(days=step.offset_days)) for step in rules.steps)
    return [step for step, day in moments if hours.opening(day) <= NOW]


def due_step(one: DueInvoice, who: Account, rules: DunningPolicy, hours: Hours) -> Step | None:
    """By the rule as it is told: the demand that was not made, unless it is forgone, before which
    nobody has to be written to."""
    so_far = reached(one, rules, hours)
    left = after_the_last_taken(one, who, so_far)
    if not left:
        return None
    demand = next((step for step in reversed(so_far) if step.do is Do.DEMAND_LETTER), None)
    step = left[-1]
    if demand and not is_taken(one, who, demand) and not forgone(demand, who, rules, hours):
        step = demand
    return first_message(one, who, left, step) or step


def forgone(demand: Step, who: Account, rules: DunningPolicy, hours: Hours) -> bool:
    least = demand.minimum.get("USD")
    asked = Money.zero("USD")
    for one in who.invoices:
        if exclusion(one, rules) or not one.due:
            continue
        left = after_the_last_taken(one, who, reached(one, rules, hours))
        is_late = one.due + timedelta(days=demand.offset_days) <= hours.today(NOW)
        waits = left and first_message(one, who, left, left[-1])
        if is_late and not is_taken(one, who, demand) and not waits:
            asked += one.asked
    return least is not None and (asked - who.credits).amount < least


def first_message(one: DueInvoice, who: Account, left: list[Step], step: Step) -> Step | None:
    if step.do in FIRST or any(it.is_written for it in who.sent if one.id in it.invoice_ids):
        return None
    mails = (it for it in reversed(left) if it.do is Do.MESSAGE)
    return next(mails, None) if who.emails else None


def is_taken(one: DueInvoice, who: Account, step: Step) -> bool:
    return any(it.stage_of(one.id) == step.name for it in who.sent)


def after_the_last_taken(one: DueInvoice, who: Account, so_far: list[Step]) -> list[Step]:
    stages = {it.stage_of(one.id) for it in who.sent}
    done = max((place for place, name in enumerate(NAMES) if name in stages), default=-1)
    return so_far[done + 1 :]


def progress(who: Account, rules: DunningPolicy) -> Iterator[Progress]:
    table = Timetable(who, rules, hours_of(rules, who.time_zone), NOW, by_invoice(who))
    for one in who.invoices:
        if one.due and not exclusion(one, rules):
            yield table.progress(one, one.due)


@settings(max_examples=400, deadline=None)
@given(accounts, LEAST, LEAST)
def test_each_invoice_is_where_it_is_by_going_through_all_of_the_account(
    who: Account, first: int, second: int
) -> None:
    rules = policy(first, second)
    hours = hours_of(rules, who.time_zone)
    for one in progress(who, rules):
        assert one.step == due_step(one.invoice, who, rules, hours), one.invoice.number


def calls(who: Account, rules: DunningPolicy, now: datetime) -> int:
    """How many functions are called for one decision."""
    count = 0

    def watch(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(watch)
    try:
        next_step(who, rules, now)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("least", [0, 5, 10_000_000])
def test_the_work_for_a_large_account_grows_with_it_and_no_faster(least: int) -> None:
    def large(size: int) -> Account:
        numbers = [f"INV-{number}" for number in range(size)]
        sent = (message("friendly", "2026-03-05", *numbers[place::10]) for place in range(10))
        days = (date(2026, 3, 2) - timedelta(days=number % 9) for number in range(size))
        owing = (invoice(number, due=due) for number, due in zip(numbers, days, strict=True))
        return account(*owing, sent=tuple(sent))

    rules = policy(least, least)
    next_step(large(10), rules, NOW)
    small, twice = (calls(large(size), rules, NOW) for size in (200, 400))
    assert twice < 2.5 * small

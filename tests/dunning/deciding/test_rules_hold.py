"""Whatever the account, the policy and the clocks: every message is one that the policy allows, and
none comes at night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.contact_hours.hours import WEEKDAYS
from dunning.contact_law.budget import Budget, spent
from dunning.contact_law.law import Allowed, next_allowed
from dunning.customer.account import Account, DueInvoice, Promise, SentMessage
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send, Wait
from dunning.rules.policy import DunningPolicy
from dunning.rules.segments import Segment
from dunning.rules.steps import Step, Tone
from providers.ledger import Status
from providers.money import Money
from tests.dunning.accounts import pays

DAY = date(2026, 3, 2)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATE = Segment.model_validate(
    {"name": "late", "when": {"payer": ["chronic"]}, "change": {"min_days_between_messages": 1}}
)
ZONES = ("America/New_York", "Europe/London", "Australia/Sydney", "Pacific/Auckland", "UTC")
PLACES = (
    ("", ""), ("", ""), ("US", ""), ("US", "HI"), ("US", "NY"), ("AU", "WA"), ("NZ", ""),
    ("IN", ""), ("NP", ""), ("WS", ""), ("GB", ""), ("BR", ""), ("RU", ""), ("KI", ""), ("AQ", ""),
)  # fmt: skip
"""(country, region); nobody knows of some where they are, and in one it is never day everywhere."""
NOWS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 5, 1), timezones=st.just(UTC))


@st.composite
def policies(draw: st.DrawFn) -> DunningPolicy:
    offsets = sorted(draw(st.sets(st.integers(-10, 40), min_size=1, max_size=6)))
    steps = tuple(
        Step(
            name=f"s{place}",
            offset_days=days,
            tone=Tone.UPCOMING if days <= 0 else draw(st.sampled_from(list(Tone)[1:])),
        )
        for place, days in enumerate(offsets)
    )
    start = draw(st.integers(0, 22))
    limits = st.dictionaries(st.just("USD"), st.integers(0, 300).map(Decimal))
    return DunningPolicy(
        steps=steps,
        business_start=time(start),
        business_end=time(draw(st.integers(start + 1, 23))),
        working_days=tuple(draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))),
        min_days_between_messages=draw(st.integers(1, 10)),
        minimum=draw(limits),
        remind_at_most=draw(limits),
        budget=Budget(contacts_per_7_days=draw(st.integers(1, 3)), contacts_per_30_days=5),
        segments=draw(st.sampled_from([(), (LATE,)])),
        require_sent=draw(st.booleans()),
    )


@st.composite
def owing(draw: st.DrawFn) -> Account:
    invoices = []
    for number in range(draw(st.integers(0, 5))):
        money = Money(Decimal(draw(st.integers(-1, 200))), "USD")
        days = draw(st.none() | st.integers(-60, 60))
        due = None if days is None else DAY + timedelta(days=days)
        invoices.append(
            DueInvoice(
                f"i{number}",
                f"INV-{number}",
                (due or DAY) - timedelta(days=draw(st.integers(0, 40))),
                due,
                money,
                money,
                draw(st.sampled_from([Status.OPEN] * 6 + list(Status))),
                draw(st.booleans()),
                draw(st.sampled_from([None, None, None, None, money, Money.of("1", "USD")])),
                paused=draw(st.integers(0, 5)) == 0,
            )
        )
    ids = [i.id for i in invoices] or ["gone"]
    sent = tuple(
        SentMessage(
            f"s{draw(st.integers(0, 5))}",
            NOON + timedelta(days=draw(st.integers(0, 90))),
            tuple(draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))),
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    promises = tuple(
        Promise((i.id,), i.open, DAY + timedelta(days=draw(st.integers(-30, 50))), DAY, i.open)
        for i in invoices
        if draw(st.integers(0, 4)) == 0
    )
    contacts = tuple(
        Contact(draw(st.sampled_from(Channel)), NOON + timedelta(days=draw(st.integers(0, 90))))
        for _ in range(draw(st.integers(0, 3)))
    )
    country, region = draw(st.sampled_from(PLACES))
    return Account(
        "c", "Maple", draw(st.sampled_from([("a@b.example",)] * 4 + [()])), "USD", tuple(invoices),
        Money(Decimal(draw(st.sampled_from([0, 0, 0, 50, 500]))), "USD"),
        draw(st.sampled_from(ZONES)), sent,
        unread_reply=draw(st.integers(0, 9)) == 0, waiting_cash=draw(st.integers(0, 9)) == 0,
        standing=draw(st.sampled_from([pays(0), pays(40), pays(8)])), promises=promises,
        contacts=contacts, country=country, region=region,
    )  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(owing(), policies(), NOWS)
def test_every_message_is_allowed_by_the_policy(
    account: Account, policy: DunningPolicy, now: datetime
) -> None:
    decision = next_step(account, policy, now)
    if not isinstance(decision, Send):
        assert decision.reason
        return
    local = now.astimezone(ZoneInfo(account.time_zone))
    segment, policy = policy.applying_to(account, local.date())
    assert decision.segment == segment
    check_person(account, policy, now)
    assert not account.unread_reply
    assert not account.waiting_cash
    assert account.emails
    check_clocks(account, policy, now)
    for message in account.sent:
        apart = local.date() - message.at.astimezone(local.tzinfo).date()
        assert apart.days >= policy.min_days_between_messages
    asked = {i.id: i for i in account.invoices if i.id in decision.invoice_ids}
    assert len(asked) == len(decision.invoice_ids) == len(decision.stages) > 0
    owed = Money.total((i.asked for i in asked.values()), "USD")
    assert decision.total == owed - account.credits
    assert decision.total.amount > 0
    assert decision.total.amount >= policy.minimum.get("USD", Decimal(0))
    assert decision.total.amount <= policy.remind_at_most.get("USD", decision.total.amount)
    for invoice_id, stage in zip(decision.invoice_ids, decision.stages, strict=True):
        check_stage(asked[invoice_id], stage, account=account, policy=policy, today=local.date())


def check_person(account: Account, policy: DunningPolicy, now: datetime) -> None:
    """One more contact keeps the budget of the person, at an hour that the law allows."""
    sent = [Contact(m.channel, m.at) for m in account.sent]
    contacts = [*account.contacts, *sent]
    zone = ZoneInfo(account.time_zone)
    for days, cap in policy.budget.caps():
        assert spent(contacts, now, days=days, zone=zone) < cap
    person = policy.person(account)
    assert isinstance(next_allowed(Channel.EMAIL, person, contacts, now), Allowed)


def check_clocks(account: Account, policy: DunningPolicy, now: datetime) -> None:
    """It is day wherever the person may be, and business is open: by the client's clock, or on a
    working day on which the two do not meet by one of the person's."""
    zones, client = policy.person(account).zones, ZoneInfo(account.time_zone)
    here = now.astimezone(client)
    assert is_day(now, zones)
    assert WEEKDAYS[here.weekday()] in policy.working_days
    if is_open(policy, here):
        return
    assert any(is_open(policy, now.astimezone(zone)) for zone in zones)
    for minutes in range(0, 24 * 60, 15):
        moment = datetime.combine(here.date(), time(minutes // 60, minutes % 60), client)
        assert not (is_open(policy, moment) and is_day(moment.astimezone(UTC), zones))


def is_day(moment: datetime, zones: Sequence[ZoneInfo]) -> bool:
    return all(time(7) <= moment.astimezone(zone).time() < time(21) for zone in zones)


def is_open(policy: DunningPolicy, local: datetime) -> bool:
    on_day = WEEKDAYS[local.weekday()] in policy.working_days
    return on_day and policy.business_start <= local.time() < policy.business_end


def check_stage(
    invoice: DueInvoice, stage: str, *, account: Account, policy: DunningPolicy, today: date
) -> None:
    assert invoice.status is Status.OPEN
    assert invoice.due is not None
    assert invoice.asked.amount > 0
    assert not invoice.paused
    assert invoice.sent or not policy.require_sent
    assert stage not in {m.stage_of(invoice.id) for m in account.sent}
    pending = [p for p in account.promises if invoice.id in p.invoice_ids]
    assert all(today > p.on or p.on < invoice.due for p in pending)
    if stage.startswith("promise "):
        return
    step = next(s for s in policy.steps if s.name == stage)
    assert today >= invoice.due + timedelta(days=step.offset_days)
    assert step.offset_days > 0 or today <= invoice.due


@settings(max_examples=200, deadline=None)
@given(owing(), policies(), NOWS, st.randoms())
def test_nothing_goes_out_before_until_and_waiting_ends_there(
    account: Account, policy: DunningPolicy, now: datetime, random: st.DataObject
) -> None:
    decision = next_step(account, policy, now)
    if not isinstance(decision, Wait) or decision.until is None:
        return
    assert decision.until > now
    last = decision.until - timedelta(microseconds=1)
    for part in (0.0, random.random(), random.random(), 1.0):
        moment = min(now + (decision.until - now) * part, last)
        assert not isinstance(next_step(account, policy, moment), Send)
    assert next_step(account, policy, decision.until) != decision


@settings(max_examples=200, deadline=None)
@given(owing(), policies(), NOWS)
def test_a_message_is_never_sent_twice_and_silence_has_a_reason(
    account: Account, policy: DunningPolicy, now: datetime
) -> None:
    taken: list[tuple[str, str]] = []
    moment = now
    for _ in range(500):
        decision = next_step(account, policy, moment)
        if isinstance(decision, Send):
            taken += zip(decision.invoice_ids, decision.stages, strict=True)
            sent = SentMessage(decision.step, moment, decision.invoice_ids, decision.stages)
            account = replace(account, sent=(*account.sent, sent))
        elif decision.until:
            moment = decision.until
        else:
            break
    else:
        raise AssertionError("the sequence never ends")

    assert len(taken) == len(set(taken))
    assert decision.reason
    silent = " ".join((decision.reason, *decision.reasons))
    for one in account.invoices if decision.reason.startswith("INV") else ():
        assert one.number in silent

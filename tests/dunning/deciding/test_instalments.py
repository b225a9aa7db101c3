"""Payment plans: only what is due of them is asked for, and no cent is asked twice or forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.customer.account import DueInvoice
from dunning.customer.purpose import Purpose
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send, Wait
from dunning.deciding.instalments import Every, Instalment, PaymentPlan, in_parts, under
from dunning.letter.letters import compose, drafted
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Step, Tone
from dunning.spoken.speech import brief, facts_of
from dunning.words.phrases import phrases_of
from providers.ledger import Status
from providers.money import Money
from tests.dunning.accounts import DUE, account, at, invoice
from tests.dunning.letter_accounts import HEAD

FIRST = date(2026, 4, 1)
RULES = DunningPolicy()


def usd(amount: str | int) -> Money:
    return Money.of(amount, "USD")


def plan_for(*bills: DueInvoice, parts: int = 3) -> PaymentPlan:
    total = Money.total((bill.open for bill in bills), "USD")
    return PaymentPlan("7", tuple(b.id for b in bills), in_parts(total, parts, FIRST, Every.MONTH))


def left(bill: DueInvoice, amount: str) -> DueInvoice:
    status = Status.OPEN if usd(amount) else Status.PAID
    return replace(bill, open=usd(amount), status=status)


def test_equal_parts_are_a_month_apart_and_the_last_takes_the_odd_cent() -> None:
    found = in_parts(usd("100"), 3, date(2026, 1, 31), Every.MONTH)
    assert [str(one.on) for one in found] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert [str(one.amount) for one in found] == ["USD 33.33", "USD 33.33", "USD 33.34"]
    weekly = in_parts(usd("10"), 2, FIRST, Every.FORTNIGHT)
    assert weekly[1].on - weekly[0].on == timedelta(days=14)


def test_an_invoice_is_due_with_its_next_instalment_and_only_that_is_asked_for() -> None:
    bill = invoice("INV-1", "900")
    (planned,) = under(plan_for(bill), [bill], date(2026, 3, 10))
    assert (planned.due, planned.asked) == (FIRST, usd(300))
    (second,) = under(plan_for(bill), [left(bill, "600")], date(2026, 4, 2))
    assert (second.due, second.asked) == (date(2026, 5, 1), usd(300))
    (both,) = under(plan_for(bill), [bill], date(2026, 5, 3))
    assert (both.due, both.asked) == (FIRST, usd(600)), "two are late"


def test_a_part_payment_leaves_the_rest_of_the_instalment() -> None:
    bill = invoice("INV-1", "900")
    (planned,) = under(plan_for(bill), [left(bill, "700")], date(2026, 4, 5))
    assert (planned.due, planned.asked) == (FIRST, usd(100))


def test_the_oldest_invoice_is_paid_by_the_first_instalments() -> None:
    old, new = invoice("OLD", "250"), invoice("NEW", "350", due=DUE + timedelta(days=9))
    first, second = under(plan_for(old, new, parts=2), [new, old], FIRST)
    assert (first.number, first.due, first.asked) == ("NEW", FIRST, usd(50))
    assert (second.number, second.due, second.asked) == ("OLD", FIRST, usd(250))


def test_a_disputed_part_is_not_asked_for_under_a_plan_either() -> None:
    bill = invoice("INV-1", "900", disputed="800", case="4")
    (planned,) = under(plan_for(bill), [bill], FIRST)
    assert planned.asked == usd(100)


def test_other_invoices_are_left_as_they_are() -> None:
    bill, other = invoice("INV-1", "900"), invoice("INV-2", "50")
    assert under(plan_for(bill), [bill, other], FIRST)[1] == other


@pytest.mark.parametrize(
    ("instalments", "said"),
    [
        ((), "1 to 60"),
        ((Instalment(FIRST, usd(0)),), "above zero"),
        ((Instalment(FIRST, usd(1)), Instalment(FIRST, usd(1))), "later day"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    instalments: tuple[Instalment, ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        PaymentPlan("7", ("i",), instalments)


@given(
    opens=st.lists(st.integers(1, 10_000), min_size=1, max_size=4),
    paid=st.integers(0, 40_000), parts=st.integers(1, 12), day=st.integers(-40, 500),
)  # fmt: skip
def test_what_is_asked_is_what_is_due_of_what_is_open(
    opens: list[int], paid: int, parts: int, day: int
) -> None:
    today = FIRST + timedelta(days=day)
    bills = [invoice(f"I{n}", str(amount)) for n, amount in enumerate(opens)]
    plan, rest, now = plan_for(*bills, parts=parts), paid, []
    for bill in bills:
        part = min(usd(rest), bill.open)
        rest -= int(part.amount)
        now.append(left(bill, str((bill.open - part).amount)))
    found = under(plan, now, today)
    still_open = Money.total((i.open for i in now), "USD")
    unpaid = plan.unpaid(still_open)
    assert Money.total((one.amount for one in unpaid), "USD") == still_open
    due_by_now = Money.total((one.amount for one in unpaid if one.on <= today), "USD")
    late = [i for i in found if i.plan and i.due and i.due <= today]
    assert Money.total((i.asked for i in late), "USD") == due_by_now
    assert all(i.asked.amount > 0 for i in found if i.status is Status.OPEN)


def test_before_an_instalment_is_due_the_customer_is_told_and_after_it_asked() -> None:
    bill = invoice("INV-1", "900")
    plan = plan_for(bill)
    early = account(*under(plan, [bill], date(2026, 3, 10)))
    assert isinstance(next_step(early, RULES, at("2026-03-10")), Wait)
    ahead = next_step(early, RULES, at("2026-03-27"))
    assert isinstance(ahead, Send)
    assert (ahead.step, ahead.total, ahead.manner.purpose) == (
        "upcoming", usd(300), Purpose.INSTALMENT,
    )  # fmt: skip
    late = account(*under(plan, [bill], date(2026, 4, 6)))
    asked = next_step(late, RULES, at("2026-04-06"))
    assert isinstance(asked, Send)
    assert (asked.step, asked.total, asked.manner.later) == ("friendly", usd(300), usd(600))
    assert "USD 300.00 due 2026-04-01 by payment plan 7" in asked.reasons[0]


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "fr_FR", "es_ES", "nl_NL"])
def test_the_letter_asks_for_the_instalment_and_says_what_is_for_later(locale: str) -> None:
    bill = invoice("INV-1", "900")
    late = account(*under(plan_for(bill), [bill], date(2026, 4, 6)))
    rules = DunningPolicy(locale=locale)
    step = next_step(late, rules, at("2026-04-06"))
    assert isinstance(step, Send)
    text = compose(late, step, rules, HEAD, {}).text
    asked, later = (
        money.shown(locale).replace("\u202f", "\u00a0") for money in (usd(300), usd(600))
    )
    assert text.count(asked.replace(" ", "\u00a0")) >= 2
    assert text.count(later.replace(" ", "\u00a0")) == 2, "in a sentence and among the sums"


SEVERAL = {
    "en_US": (
        "Several of them are due and have not reached us, together $600.00, the oldest since April",
        "$600.00 of your payment plan is due, the oldest part since April 1, 2026, and has not",
        "a part: 12 days overdue",
    ),
    "de_DE": (
        "Mehrere davon sind fällig und noch nicht eingegangen, zusammen 600,00 $, der älteste seit",
        "600,00 $ aus Ihrem Zahlungsplan sind fällig, der älteste Teil seit dem 1. April 2026, und",
        "ein Teil: seit 12 Tagen überfällig",
    ),
    "fr_FR": (
        "ne nous sont pas parvenus, 600,00 $US au total, le plus ancien depuis le 1er avril 2026.",
        "600,00 $US sont à régler, le plus ancien versement depuis le 1er avril 2026, et ne nous",
        "une part : échue depuis 12 jours",
    ),
    "es_ES": (
        "Han vencido varios plazos que todavía no nos han llegado, 600,00 US$ en total, el más",
        "De su plan de pagos han vencido 600,00 US$, el primer plazo el 1 de abril de 2026, y no",
        "una parte: vencida desde hace 12 días",
    ),
    "nl_NL": (
        "Meerdere delen zijn nog niet binnen, samen US$ 600,00; het oudste had op 1 april 2026",
        "US$ 600,00 van uw betalingsregeling is niet binnen; het oudste deel moest op 1 april 2026",
        "deel: 12 dagen over de vervaldatum",
    ),
}


@pytest.mark.parametrize("locale", SEVERAL)
def test_of_several_instalments_that_are_due_only_the_oldest_is_as_old(locale: str) -> None:
    bill = invoice("INV-1", "900")
    plan = PaymentPlan("7", (bill.id,), in_parts(bill.open, 3, date(2026, 4, 1), Every.WEEK))
    one = account(*under(plan, [bill], date(2026, 4, 13)))
    assert one.invoices[0].instalment_days == (date(2026, 4, 1), date(2026, 4, 8))
    rules = DunningPolicy(locale=locale)
    step = next_step(one, rules, at("2026-04-13"))
    assert isinstance(step, Send)
    assert step.total == usd(600)
    parts = drafted(one, step, rules, HEAD, {})
    letter, text, row = SEVERAL[locale]
    assert letter in parts.before[0].replace("\u00a0", " ")
    assert text in brief(facts_of(one, step, rules, "Cedar"))
    assert parts.rows[0].when == row
    day = phrases_of(locale).day(date(2026, 4, 1))
    assert day in parts.subject


def test_of_several_instalments_ahead_only_the_first_falls_due_then() -> None:
    bills = [invoice("INV-1", "300"), invoice("INV-2", "600")]
    plan = PaymentPlan("7", tuple(i.id for i in bills), in_parts(usd(900), 3, FIRST, Every.WEEK))
    one = account(*under(plan, bills, date(2026, 3, 27)))
    step = next_step(one, RULES, at("2026-03-27"))
    assert isinstance(step, Send)
    assert step.invoice_ids == ("id:INV-1",)
    assert "The next one, $300.00, is due on April 1, 2026." in compose(
        one, step, RULES, HEAD, {}
    ).text.replace("\n", " ")
    early = Step(name="early", offset_days=-20, tone=Tone.UPCOMING)
    rules = DunningPolicy(steps=(early,))
    step = next_step(one, rules, at("2026-03-20"))
    assert isinstance(step, Send)
    text = compose(one, step, rules, HEAD, {}).text.replace("\n", " ")
    assert "The next ones, together $600.00, fall due from April 1, 2026 on." in text

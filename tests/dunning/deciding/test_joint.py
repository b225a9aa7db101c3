"""One message for a customer who owes in several currencies, and never more than one."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from dunning.customer.account import Account, side_by_side
from dunning.customer.channels import Channel
from dunning.customer.purpose import Purpose
from dunning.deciding.decision import Ask, Matter, Send, Wait
from dunning.deciding.joint import next_step
from dunning.letter.letters import Letterhead, compose, drafted, laid_out
from dunning.own_words import editing
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do, Step, Tone
from providers.money import Money
from providers.rates import Rate
from tests.dunning.accounts import account, at, invoice, message, promise

POLICY = DunningPolicy(
    bank_lag_days_max=None,
    steps=(
        Step(name="upcoming", offset_days=-3, tone=Tone.UPCOMING),
        Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY),
        Step(name="direct", offset_days=14, tone=Tone.DIRECT),
        Step(name="last", offset_days=30, tone=Tone.FINAL),
    ),
)
NOW = at("2026-03-18")
HEAD = Letterhead("Cedar & Pine Joinery Ltd")
DOLLARS = account(invoice("INV-1", "100"), invoice("INV-2", "50"))


def euros(**changes: object) -> Account:
    given = {
        "currency": "EUR", "credits": Money.zero("EUR"),
        "invoices": (invoice("INV-3", "70", currency="EUR"),),
    }  # fmt: skip
    return replace(DOLLARS, **{**given, **changes})


def decided(*accounts: Account) -> list[Send | Wait | Ask]:
    return [next_step(one, POLICY, NOW) for one in side_by_side(accounts)]


def test_what_is_due_in_two_currencies_is_one_message_with_a_total_for_each() -> None:
    dollars, euro = side_by_side([DOLLARS, euros()])
    waits, sends = next_step(dollars, POLICY, NOW), next_step(euro, POLICY, NOW)
    assert isinstance(sends, Send)
    assert isinstance(waits, Wait)
    assert "the message about EUR 70.00" in waits.reason
    assert [(one.total, one.invoice_ids) for one in (sends, *sends.besides)] == [
        (Money.of("70", "EUR"), ("id:INV-3",)),
        (Money.of("150", "USD"), ("id:INV-1", "id:INV-2")),
    ]
    letter = compose(euro, sends, POLICY, HEAD, {})
    for said in ("INV-1", "INV-2", "INV-3", "$100.00", "$50.00", "\u20ac70.00", "$150.00"):
        assert said in letter.text
        assert said in letter.html
    assert drafted(euro, sends, POLICY, HEAD, {}).values["total"] == "\u20ac70.00 + $150.00"
    assert "220" not in letter.text + letter.html


def test_it_has_the_tone_of_the_furthest_stage_whatever_the_currency() -> None:
    late = invoice("INV-9", "10", due=at("2026-02-10").date())
    heard = (message("direct", "2026-02-24", "INV-9"),)
    dollars, euro = side_by_side([replace(DOLLARS, invoices=(late,), sent=heard), euros()])
    sends = next_step(dollars, POLICY, NOW)
    assert isinstance(sends, Send)
    assert (sends.tone, sends.step, [one.step for one in sends.besides]) == (
        Tone.FINAL, "last", ["direct"],
    )  # fmt: skip
    assert isinstance(next_step(euro, POLICY, NOW), Wait)


def test_what_is_not_due_or_is_a_persons_is_not_in_it() -> None:
    young = invoice("INV-3", "70", currency="EUR", due=at("2026-03-20").date())
    sends, waits = decided(DOLLARS, euros(invoices=(young,)))
    assert isinstance(sends, Send)
    assert isinstance(waits, Wait)
    assert sends.besides == ()
    covered = euros(credits=Money.of("70", "EUR"))
    sends, asks = decided(DOLLARS, covered)
    assert isinstance(sends, Send)
    assert isinstance(asks, Ask)
    assert sends.besides == ()
    by_text = POLICY.model_copy(
        update={"steps": tuple(
            one.model_copy(update={"channels": (Channel.TEXT,)}) for one in POLICY.steps
        )}
    )  # fmt: skip
    both = side_by_side([one_with_number(DOLLARS), one_with_number(euros())])
    for step in (next_step(one, by_text, NOW) for one in both):
        assert isinstance(step, Send)
        assert step.besides == ()


def one_with_number(one: Account) -> Account:
    return replace(one, text_to="+12125550100")


def test_a_draft_of_either_makes_it_one() -> None:
    steps = (*POLICY.steps[:2], POLICY.steps[2].model_copy(update={"draft": True}))
    policy = POLICY.model_copy(update={"steps": steps})
    _, euro = side_by_side([DOLLARS, euros()])
    sends = next_step(euro, policy, NOW)
    assert isinstance(sends, Send)
    assert sends.draft


@pytest.mark.parametrize(
    ("limits", "asked"),
    [
        ({"USD": "234"}, ""),
        ({"USD": "233.99"}, "EUR 70.00 and USD 150.00, USD 234.00 together at the recorded rate"),
        ({"USD": "150", "EUR": "70"}, "EUR 195.00 together at the recorded rate, is more"),
        ({"USD": "1000", "EUR": "195"}, ""),
    ],
)
def test_a_limit_holds_for_what_goes_out_together(limits: dict[str, str], asked: str) -> None:
    policy = POLICY.model_copy(
        update={"remind_at_most": {name: Decimal(most) for name, most in limits.items()}}
    )
    rates = (Rate("EUR", Decimal("1.20"), "USD"),)
    _, euro = side_by_side([replace(DOLLARS, rates=rates), euros(rates=rates)])
    step = next_step(euro, policy, NOW)
    if not asked:
        assert isinstance(step, Send)
        return
    assert isinstance(step, Ask)
    assert asked in step.reason
    assert step.proposed is not None
    assert step.proposed.besides, "a person may order it as it is"


def test_each_currency_tells_what_is_taken_off_in_it() -> None:
    disputed = invoice("INV-1", "100", disputed="30", case="7")
    _, euro = side_by_side([
        replace(DOLLARS, invoices=(disputed,), credits=Money.of("20", "USD")), euros()
    ])  # fmt: skip
    sends = next_step(euro, POLICY, NOW)
    assert isinstance(sends, Send)
    draft = drafted(euro, sends, POLICY, HEAD, {})
    amounts = [amount for _, amount in draft.sums]
    assert amounts == ["\u20ac70.00", "$100.00", "$30.00", "$20.00", "$50.00"]
    assert draft.totals == ("\u20ac70.00", "$50.00")
    html = laid_out(draft).html
    bold = re.findall(r'<tr style="font-weight:bold;">.*?class="figure">([^<]*)<', html, re.DOTALL)
    assert tuple(bold) == draft.totals
    assert any("$30.00" in paragraph for paragraph in draft.before)


def test_a_person_may_name_either_total_and_no_other() -> None:
    _, euro = side_by_side([DOLLARS, euros()])
    sends = next_step(euro, POLICY, NOW)
    assert isinstance(sends, Send)
    draft = drafted(euro, sends, POLICY, HEAD, {})
    told = editing.wording(draft)
    named = replace(told, text=f"{told.text}\n\nThat is $150.00 and \u20ac70.00.")
    assert editing.objections(draft, named) == ()
    added_up = replace(told, text=f"{told.text}\n\nThat is $220.00.")
    assert any("220.00" in why for why in editing.objections(draft, added_up))


def test_what_is_not_due_yet_waits_for_what_is_late() -> None:
    soon = invoice("INV-3", "70", currency="EUR", due=at("2026-03-20").date())
    sends, waits = decided(DOLLARS, euros(invoices=(soon,)))
    assert isinstance(sends, Send)
    assert isinstance(waits, Wait)
    assert (sends.step, sends.besides) == ("direct", ())
    assert waits.reason == "it waits for the message about USD 150.00"
    both = decided(
        replace(DOLLARS, invoices=(invoice("INV-1", due=soon.due),)), euros(invoices=(soon,))
    )
    assert [isinstance(one, Send) for one in both] == [False, True]
    assert isinstance(both[1], Send)
    assert [one.step for one in both[1].besides] == ["upcoming"]


def test_a_broken_promise_goes_alone() -> None:
    heard = (message("friendly", "2026-03-05", "INV-1", "INV-2"),)
    kept_not = (promise("2026-03-09", "150", "INV-1", "INV-2"),)
    promised = replace(DOLLARS, promises=kept_not, sent=heard)
    both = side_by_side([promised, euros()])
    sends, waits = (next_step(one, POLICY, at("2026-03-13")) for one in both)
    assert isinstance(sends, Send)
    assert isinstance(waits, Wait)
    assert sends.manner.purpose is Purpose.PROMISE_BROKEN
    assert sends.besides == ()


@pytest.mark.parametrize("disputed_in", ["EUR", "USD"])
def test_a_final_notice_with_a_dispute_in_either_currency_is_a_persons(disputed_in: str) -> None:
    old = at("2026-02-10").date()
    heard = (message("direct", "2026-02-24", "INV-9"),)
    part = {"USD": "", "EUR": ""} | {disputed_in: "30"}
    late = invoice("INV-9", "100", due=old, disputed=part["USD"], case="7")
    young = invoice("INV-3", "70", currency="EUR", disputed=part["EUR"], case="8")
    dollars, euro = side_by_side([
        replace(DOLLARS, invoices=(late,), sent=heard), euros(invoices=(young,))
    ])  # fmt: skip
    step = next_step(dollars, POLICY, NOW)
    assert isinstance(step, Ask)
    assert step.matter is Matter.DISPUTED
    rest = next_step(euro, POLICY, NOW)
    assert isinstance(rest, Send)
    assert (rest.step, rest.besides) == ("direct", ())


def test_nobody_is_told_of_a_message_that_was_about_the_other_currency() -> None:
    late = invoice("INV-9", "10", due=at("2026-02-10").date())
    heard = (message("direct", "2026-02-24", "INV-9"),)
    for sent, said in (
        ((), False),
        ((message("friendly", "2026-03-05", "INV-3"),), False),
        ((message("friendly", "2026-02-24", "INV-3"),), True),
    ):
        dollars, _ = side_by_side([
            replace(DOLLARS, invoices=(late,), sent=heard), euros(sent=sent)
        ])  # fmt: skip
        step = next_step(dollars, POLICY, NOW)
        assert isinstance(step, Send)
        text = compose(dollars, step, POLICY, HEAD, {}).text
        assert ("we wrote to you" in " ".join(text.split())) is said


@pytest.mark.parametrize(
    ("due", "do", "is_held"),
    [
        ("2026-02-10", Do.MESSAGE, True),
        ("2026-02-10", Do.DEMAND_LETTER, True),
        ("2026-02-10", Do.CREDIT_HOLD, True),
        ("2026-02-10", Do.REFERRAL, True),
        ("2026-03-12", Do.MESSAGE, False),
    ],
)
def test_a_dispute_in_another_currency_holds_what_is_formal_and_nothing_else(
    due: str, do: Do, is_held: bool
) -> None:
    last = POLICY.steps[-1].model_copy(update={"do": do})
    policy = POLICY.model_copy(update={"steps": (*POLICY.steps[:-1], last)})
    june = at("2026-06-01").date()
    whole = invoice("INV-3", "70", currency="EUR", due=june, disputed="70", case="8")
    disputing = euros(invoices=(whole,))
    told = message(POLICY.steps[0].name, "2026-02-20", "INV-9")
    late = replace(DOLLARS, invoices=(invoice("INV-9", "100", due=at(due).date()),), sent=(told,))
    dollars, _ = side_by_side([late, disputing])
    step = next_step(dollars, policy, NOW)
    assert isinstance(next_step(replace(late, beside=()), policy, NOW), Send | Ask)
    if not is_held:
        assert isinstance(step, Send)
        return
    assert isinstance(step, Ask)
    assert step.matter is Matter.DISPUTED
    assert "a dispute about INV-3, in EUR, is open, and 'last' is a final notice" in step.reason

"""What a letter says of the next step is of its own invoices, of a later day, and happens."""

from __future__ import annotations

from datetime import date

import pytest

from dunning.ahead.coming import Coming, Next, coming
from dunning.customer.account import Account
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send
from dunning.letter.letters import compose
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do, Step, StepMode, Tone
from tests.dunning.accounts import account, at, invoice, message
from tests.dunning.letter_accounts import HEAD, policy

FIRST = Step(name="first", offset_days=7, tone=Tone.REMINDER)
SECOND = Step(name="second", offset_days=14, tone=Tone.DIRECT)
CALL = Step(name="call", offset_days=21, tone=Tone.DIRECT, do=Do.CALL)
OLD = invoice("OLD", due=date(2025, 12, 1))
ENDED = (message("call", "2026-01-05", "OLD"),)
TODAY = "2026-03-09"


def after(one: Account, *steps: Step) -> tuple[Coming | None, str]:
    """What comes after the step of today, and the letter."""
    rules: DunningPolicy = policy(steps=steps)
    step = next_step(one, rules, at(TODAY))
    assert isinstance(step, Send), step
    assert step.invoice_ids == ("id:INV-1",)
    return coming(one, step, rules), " ".join(compose(one, step, rules, HEAD, {}).text.split())


@pytest.mark.parametrize(("_case", "one", "steps", "expected"), [
    ("the next message", account(invoice()), (FIRST, SECOND),
     Coming(Next.MESSAGE, date(2026, 3, 16))),
    ("a call", account(invoice()), (FIRST, CALL), Coming(Next.CALL, date(2026, 3, 23))),
    ("the end of the steps", account(invoice()), (FIRST,), Coming(Next.PERSON, date(2026, 3, 16))),
    ("another invoice is with a person since today",
     account(invoice(), OLD, sent=ENDED), (FIRST, SECOND, CALL), None),
    ("another invoice is with a person, and the steps of this one end too",
     account(invoice(), OLD, sent=ENDED), (FIRST, CALL), None),
    ("a call about another invoice comes first",
     account(invoice(), invoice("INV-0", due=date(2026, 2, 23)),
             sent=(message("first", "2026-03-02", "INV-0"),)),
     (FIRST, CALL.model_copy(update={"offset_days": 17})), None),
    ("the next step is noted only",
     account(invoice()), (FIRST, SECOND.model_copy(update={"mode": StepMode.SHADOW})), None),
    ("a call that is noted only",
     account(invoice()), (FIRST, CALL.model_copy(update={"mode": StepMode.SHADOW})), None),
])  # fmt: skip
def test_what_comes_next_is_about_these_invoices_and_another_day(
    _case: str, one: Account, steps: tuple[Step, ...], expected: Coming | None
) -> None:
    found, letter = after(one, *steps)
    assert found == expected
    assert ("If this is still open on" in letter) is (expected is not None)
    assert f"still open on {date.fromisoformat(TODAY):%B} 9" not in letter


def test_a_later_message_about_another_invoice_is_not_the_next_step() -> None:
    other = invoice("INV-2", due=date(2026, 3, 12))
    found, _ = after(account(invoice(), other), FIRST, CALL)
    # The message of the 19th puts off the call of the 23rd.
    assert found == Coming(Next.CALL, date(2026, 3, 24))

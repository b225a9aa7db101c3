"""State, act, undo: whatever was done with whatever was owed, the ledger is as it was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connector.money.cash import Standing
from connector.outgoing.intents import Step
from tests.connector.firm import Firm
from tests.connector.undoing.test_undo import COPILOT, ledger_state, on_account, take_back
from tests.connector.writing_back.test_applying import (
    banked,
    cash_intents,
    conserved,
    settle_by,
    usd,
)

CENTS = st.integers(1, 9_000)


@settings(
    max_examples=12, deadline=None, phases=[Phase.generate, Phase.shrink], derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    owed=st.lists(st.tuples(st.sampled_from("AB"), CENTS, CENTS), min_size=1, max_size=4),
    credit=st.integers(0, 9_000), rest=st.sampled_from([0, 0, 1, 4_999]),
    from_bank=st.booleans(),
)  # fmt: skip
def test_state_act_undo_is_the_state_before(
    ledger: str, passing_firm: Callable[..., AbstractContextManager[Firm]],
    owed: list[tuple[str, int, int]], credit: int, rest: int, *, from_bank: bool,
) -> None:  # fmt: skip
    """Whatever is paid of whatever is owed, with a credit and a rest, or not."""
    with passing_firm(ledger, modes=COPILOT) as firm:
        customers = {name: firm.books.customer(name) for name in "AB"}
        own = [row for row in owed if from_bank or row[0] == "A"] or [("A", *owed[0][1:])]
        parts = []
        for number, (name, open_, paid) in enumerate(own):
            invoice = firm.owe(customers[name], f"INV-{number}", _amount(open_))
            parts.append((invoice, _amount(min(open_, paid))))
        share = sum(min(o, p) for name, o, p in own if name == own[0][0])
        taken = min(credit, share)
        note = firm.books.credit(customers[own[0][0]], Decimal(credit or 1) / 100, firm.today)
        parts += [(note, _amount(-taken))] if taken else []
        total = sum(min(o, p) for _, o, p in own) - taken + rest
        if not total:
            return
        item = (
            banked(firm, _amount(total)) if from_bank
            else on_account(firm, customers["A"], _amount(total))
        )  # fmt: skip
        before = ledger_state(firm)
        settle_by(firm, item, *parts)
        assert {i.state for i in cash_intents(firm)} == {Step.CONFIRMED}
        assert conserved(firm).left == usd(_amount(rest))
        take_back(firm, item.subject)
        assert ledger_state(firm) == before
        assert conserved(firm).left == usd(_amount(total))
        again = firm.money(item.kind, item.id)
        assert (again.state, again.left) == (Standing.REVIEW, item.left)


def _amount(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"

"""A customer that was reminded and pays, and the thanks that it gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.outgoing.effects import SendReminder, SendThanks
from connector.outgoing.intents import Intent, Step
from connector.rules import policy
from connector.rules.modes import Mode
from providers.simulated.store import Doc
from tests.connector.firm import Firm
from tests.connector.notified import Opens, switch_on

ON = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
AMOUNT = Decimal("120.00")
MORNING = timedelta(hours=23)


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Ash was reminded of 120.00; thank-yous are on."""
    return reminded(open_firm, ledger)


def reminded(open_firm: Opens, ledger: str, *, thank_you: bool = True, **how: Any) -> Firm:
    firm = open_firm(ledger, **{"modes": ON, **how})
    switch_on(firm, thank_you=thank_you)
    firm.owe(firm.books.customer("Ash"), "INV-1", str(AMOUNT), late_days=4)
    firm.pass_time(minutes=20)
    firm.pass_time(minutes=5)
    return firm


def pay(firm: Firm, amount: Decimal = AMOUNT) -> None:
    """The bookkeeper enters it in the ledger."""
    (intent,) = [i for i in firm.intents() if isinstance(i.effect, SendReminder)]
    assert isinstance(intent.effect, SendReminder)
    invoice = intent.effect.invoice_ids[0]
    firm.books.pay_by_hand(intent.effect.customer_id, invoice, amount, firm.today)
    firm.sweep()


def thanks(firm: Firm) -> list[Intent]:
    return [intent for intent in firm.intents() if isinstance(intent.effect, SendThanks)]


def thanked(firm: Firm) -> list[Doc]:
    return [mail for mail in firm.mails() if "Thank you" in mail["subject"]]


def before_it_goes_out(firm: Firm, act: Callable[[], None]) -> None:
    """The payment is known and its thanks intended; then `act`, and only then it is delivered."""
    firm.world.clock.advance(timedelta(hours=9))
    pay(firm)
    (intent,) = thanks(firm)
    assert intent.state is Step.INTENDED
    assert "waits for an hour at which it may go out" in intent.error
    act()
    firm.pass_time(hours=16)
    firm.sweep()


def thanks_customer(firm: Firm) -> str:
    (intent,) = [i for i in firm.intents() if isinstance(i.effect, SendReminder)]
    assert isinstance(intent.effect, SendReminder)
    return intent.effect.customer_id


def address_of(firm: Firm) -> str:
    return str(firm.mails()[0]["recipients"][0])


def policy_of(firm: Firm) -> Any:
    with firm.deps.reading() as tx:
        return policy.current(tx, firm.connection.client_id).policy

"""Payment plans as a bookkeeper types them: only instalments that are due are asked for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connector.correspondence import messages
from connector.mirroring import mirror
from connector.rules.modes import Mode
from providers.ledger import Invoice, Kind
from tests.connector.collecting.reading import Opens, steps
from tests.connector.commands.typing_in import Terminal, set_variables
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

CLIENT = "1"
ON = {"remind": Mode.AUTOPILOT, "cash": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger, modes=ON)
    firm.owe(firm.books.customer("Ash"), "INV-1", "900.00", late_days=1)
    firm.pass_time(minutes=20)
    return firm


def agreed(terminal: Terminal, first: date) -> None:
    told = terminal.type(
        "payment-plan", "add", CLIENT, "Ash", "--parts", "3", "--first", str(first),
        "--words", "can we pay in three",
    )  # fmt: skip
    assert told.error == ""
    terminal.firm.settle()


def row(terminal: Terminal) -> dict[str, object]:
    (found,) = terminal.type("payment-plan", "list", CLIENT, "--json").rows()
    return found


def test_only_the_instalment_that_is_late_is_asked_for_and_then_the_next(
    terminal: Terminal, firm: Firm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = firm.today + timedelta(days=14)
    agreed(terminal, first)
    firm.pass_days(8)
    assert not firm.mails(), "nothing is due before the first day"
    firm.pass_days(3)
    assert [step for step, _ in steps(firm)] == ["upcoming"]
    _paid_in_the_ledger(firm, "300.00")
    firm.pass_days(20)
    assert [step for step, _ in steps(firm)] == ["upcoming"], "the first was paid"
    firm.pass_days(20)
    assert [step for step, _ in steps(firm)][:2] == ["upcoming", "upcoming"]
    firm.pass_days(10)
    assert "friendly" in [step for step, _ in steps(firm)]
    with firm.deps.reading() as tx:
        newest = messages.sent(tx, firm.connection_id)[0]
    assert "$300.00" in newest.text
    assert "Less what is due later" in newest.text
    assert "$600.00" in newest.text
    set_variables(monkeypatch, firm, tmp_path)
    assert row(terminal)["behind"] == "USD 300.00"


def _paid_in_the_ledger(firm: Firm, amount: str) -> None:
    with firm.deps.reading() as tx:
        (invoice,) = mirror.open_records(tx, firm.connection_id, [Kind.INVOICE])
    assert isinstance(invoice, Invoice)
    firm.books.pay_by_hand(invoice.customer_id, invoice.id, Decimal(amount), firm.today)


def test_what_was_paid_as_agreed_is_kept_and_the_ledger_tells_of_the_plan(
    terminal: Terminal, firm: Firm
) -> None:
    agreed(terminal, firm.today + timedelta(days=20))
    assert any("agreed to payment plan 1" in str(intent.effect) for intent in firm.intents())
    assert [entry.event for entry in firm.log("payment_plan")] == ["payment_plan.agreed"]
    _paid_in_the_ledger(firm, "900.00")
    firm.pass_days(1)
    assert row(terminal)["state"] == "kept"
    assert not firm.mails()


def test_an_ended_plan_leaves_the_invoice_due_as_it_says(terminal: Terminal, firm: Firm) -> None:
    agreed(terminal, firm.today + timedelta(days=20))
    firm.pass_days(5)
    assert not firm.mails()
    assert terminal.type("payment-plan", "end", CLIENT, "1").error == ""
    firm.pass_days(3)
    with firm.deps.reading() as tx:
        (sent,) = messages.sent(tx, firm.connection_id)
    assert "$900.00" in sent.text
    assert "payment-plan list" in terminal.type("payment-plan", "end", CLIENT, "x").error
    assert "no running payment plan 1" in terminal.type("payment-plan", "end", CLIENT, "1").error


def test_a_promise_ends_when_a_plan_takes_its_place(terminal: Terminal, firm: Firm) -> None:
    on = str(firm.today + timedelta(days=30))
    terminal.type("promise", "add", CLIENT, "Ash", "--on", on)
    agreed(terminal, firm.today + timedelta(days=3))
    (promise,) = terminal.type("promise", "list", CLIENT, "--json").rows()
    assert promise["state"] == "cancelled"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "either --parts with --first, or --instalment"),
        (("--parts", "0", "--first", "2030-01-01"), "from 1 to 60"),
        (("--parts", "2", "--first", "2020-01-01"), "is past"),
        (("--parts", "2"), "--first is missing"),
        (("--instalment", "2030-01-01"), "write it as 2026-01-31=120.50"),
        (("--instalment", "2030-01-01=9.999"), "no amount above 0 in USD"),
        (("--instalment", "2030-01-01=100"), "and USD 900.00 is open"),
        (("--instalment", "2030-01-02=500", "--instalment", "2030-01-01=400"), "later day"),
        (("--parts", "2", "--first", "2030-01-01", "--invoice", "INV-9"), "nothing on INV-9"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_agreed(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    assert said in terminal.type("payment-plan", "add", CLIENT, "Ash", *words).error
    assert terminal.type("payment-plan", "list", CLIENT, "--json").rows() == []


def test_two_plans_do_not_run_for_one_invoice(terminal: Terminal, firm: Firm) -> None:
    agreed(terminal, firm.today + timedelta(days=3))
    told = terminal.type(
        "payment-plan", "add", CLIENT, "Ash", "--parts", "2", "--first", "2030-01-01"
    )
    assert "payment plan 1 runs for one of these invoices" in told.error

"""A company whose terms charge for being late, and what became of the fees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.answering import answers
from connector.decided import approvals
from connector.late_fees import charges
from connector.late_fees.charges import Charge
from connector.outgoing.intents import Intent, Step
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Mode
from dunning.fees.late_fees import FeeState
from providers.charging import Charging
from providers.ledger import AddNote
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
ON = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
MONTHLY = {"percent": "1.5"}


def open_charging(
    open_firm: Opens, ledger: str, *, modes: dict[str, Mode] | None = None, **dunning: Any
) -> Firm:
    firm = open_firm(ledger, modes=ON if modes is None else modes, **dunning.pop("how", {}))
    set_terms(firm, **{"late_fees": MONTHLY, "customers_are": "business"} | dunning)
    return firm


def set_terms(firm: Firm, **dunning: Any) -> None:
    """The policy as a person saves it, without reminders in the way."""
    account = {"accounts": {"": account_of(firm)}}
    rules = policies.Policy.model_validate({"dunning": {
        "billing": account, "bank_lag_days_max": None, "steps": [NEVER], **dunning,
    }})  # fmt: skip
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann")
    firm.settle()


def account_of(firm: Firm) -> str:
    """What charges are booked to; a company has it once."""
    known = firm.ledger == "quickbooks" and firm.hand.find("Account", "Name = 'Bank Fees'")
    return str(known[0]["Id"]) if known else firm.books.account("Bank Fees")


NEVER = {"name": "never", "offset_days": 300, "tone": "reminder"}


def found(firm: Firm, *states: FeeState) -> list[Charge]:
    """Oldest first."""
    with firm.deps.reading() as tx:
        return charges.listed(tx, firm.connection_id, states=states or tuple(FeeState))[::-1]


def only(firm: Firm) -> Charge:
    (one,) = found(firm)
    return one


def asked(firm: Firm) -> list[approvals.Approval]:
    return [one for one in firm.asked() if one.subject.startswith("charge:")]


def approve(firm: Firm) -> Charge:
    (question,) = asked(firm)
    answers.approve(firm.deps, question.id, 0, "ann")
    firm.settle()
    return only(firm)


def writes(firm: Firm) -> list[Intent]:
    return [i for i in firm.intents() if isinstance(i.effect, Charging)]


def owing(firm: Firm, amount: str = "200.00", late_days: int = 10) -> str:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1", amount, late_days=late_days)
    firm.pass_time(days=1)
    return invoice


def notes(firm: Firm) -> list[AddNote]:
    return [i.effect for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, AddNote)]

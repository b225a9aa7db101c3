"""Letters that wait to be printed, whether they are right, and what may hold them."""

from __future__ import annotations

from collections.abc import Callable

from connector import agenda
from connector.correspondence import letters
from connector.correspondence.letters import Letter, LetterState
from connector.decided import holds
from connector.paper import tray
from connector.rules.modes import Mode
from tests.connector.by_post import customer_at
from tests.connector.firm import Firm
from tests.connector.formal import STEPS

Opens = Callable[..., Firm]
AUTOPILOT = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
BY_POST = [
    {"name": "notice", "offset_days": 3, "tone": "reminder", "do": "letter"},
    {"name": "second", "offset_days": 30, "tone": "reminder", "do": "letter"},
]


def late(firm: Firm) -> str:
    customer = customer_at(firm, "Smith & Sons <Co>")
    for number in (1, 2):
        firm.owe(customer, f"INV-{number}", late_days=4)
    firm.settle()
    return customer


def ordered_demand(open_firm: Opens, ledger: str) -> Firm:
    """A demand that a person ordered waits to be printed, ten days before a credit hold."""
    rules = {"steps": STEPS, "min_days_between_messages": 2}
    firm = open_firm(ledger, modes=AUTOPILOT, dunning=rules)
    customer = customer_at(firm, "Ash")
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(7)
    firm.approve()
    return firm


def waiting(firm: Firm) -> list[Letter]:
    with firm.deps.reading() as tx:
        return letters.listed(tx, firm.connection_id, (LetterState.QUEUED,))


def changed(firm: Firm) -> str:
    """Why the letter that waits should not be posted."""
    with firm.deps.reading() as tx:
        (why,) = tray.changed(tx, firm.connection, waiting(firm), firm.deps.now()).values()
    return why


def about(firm: Firm) -> tuple[str, list[str]]:
    (letter,) = waiting(firm)
    return letter.customer_id, [name.partition(":")[2] for name in letter.facts]


def pause(firm: Firm) -> None:
    customer, _ = about(firm)
    with firm.deps.writing() as tx:
        holds.set_hold(
            tx, firm.connection_id, customer_id=customer, kind="pause", by="ann",
            at=firm.deps.now(), reason="we talk",
        )  # fmt: skip


def resume(firm: Firm, customer: str) -> None:
    with firm.deps.writing() as tx:
        ended = holds.end(
            tx, firm.connection_id, customer_id=customer, by="ann", at=firm.deps.now()
        )
        agenda.mark(tx, firm.connection_id, [customer])
    assert ended == 1

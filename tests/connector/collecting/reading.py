"""What tests of collecting read off a firm."""

from __future__ import annotations

from collections.abc import Callable

from connector.correspondence import messages
from connector.rules.modes import Mode
from providers.simulated.store import Doc
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
REMIND = {"remind": Mode.AUTOPILOT}
HOURS = {"business_start": "09:00", "business_end": "17:00"}


def steps(firm: Firm) -> list[tuple[str, str]]:
    """(step, first recipient) of every message, oldest first."""
    with firm.deps.reading() as tx:
        found = messages.sent(tx, firm.connection_id)
    return [(sent.step, sent.recipients[0]) for sent in reversed(found)]


def reason(firm: Firm, customer: str) -> str:
    return firm.plan()[customer].reason


def header(mail: Doc, name: str) -> str:
    return str(dict(mail["headers"])[name])

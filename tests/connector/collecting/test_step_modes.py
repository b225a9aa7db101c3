"""A step's own mode: the stricter of it and the client's holds."""

from __future__ import annotations

import pytest

from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens


@pytest.mark.parametrize(
    ("step", "of_client", "sent", "asked"),
    [
        ("shadow", Mode.AUTOPILOT, 0, 0),
        ("copilot", Mode.AUTOPILOT, 0, 1),
        ("shadow", Mode.COPILOT, 0, 0),
        ("autopilot", Mode.COPILOT, 0, 1),
        ("copilot", Mode.SHADOW, 0, 0),
    ],
)
def test_the_stricter_of_both_modes_holds(
    open_firm: Opens, step: str, of_client: Mode, sent: int, asked: int
) -> None:
    steps = [
        {"name": "friendly", "offset_days": 3, "tone": "friendly", "mode": step},
        {"name": "direct", "offset_days": 20, "tone": "direct"},
    ]
    firm = open_firm("quickbooks", modes={"remind": of_client}, dunning={"steps": steps})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=4)
    firm.pass_time(hours=2)
    assert (len(firm.mails()), len(firm.asked())) == (sent, asked)

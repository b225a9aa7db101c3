"""A letter refers to what really reached the customer in writing, and to nothing else."""

from __future__ import annotations

import pytest

from connector.answering import answers
from tests.connector.collecting.reading import REMIND, Opens
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

CALL = {"name": "call", "offset_days": 3, "tone": "friendly", "do": "call"}
MAIL = {"name": "direct", "offset_days": 10, "tone": "direct"}
FIRST = {"name": "friendly", "offset_days": 3, "tone": "friendly"}
WROTE = "wrote to you"


def owing(open_firm: Opens, ledger: str, first: dict[str, object]) -> Firm:
    firm = open_firm(ledger, modes=REMIND, dunning={"steps": [first, MAIL]})
    firm.owe(firm.books.customer("Ash"), "INV-1", "100.00", late_days=3)
    firm.pass_time(hours=2)
    return firm


@pytest.mark.parametrize("first", [FIRST, CALL], ids=["a mail", "a call"])
def test_only_a_mail_before_is_spoken_of(
    open_firm: Opens, ledger: str, first: dict[str, object]
) -> None:
    firm = owing(open_firm, ledger, first)
    for asked in firm.asked():
        answers.approve(firm.deps, asked.id, 0, "ann")
    firm.pass_days(9)
    last = firm.mails()[-1]["text"]
    assert "INV-1" in last
    assert (WROTE in last) is (first is FIRST), last

"""From whom and to whom each kind of message goes that a person approves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.answering import envelopes
from connector.answering.envelopes import NOBODY, Envelope
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from tests.connector import telephony
from tests.connector.by_post import STREET, move_to
from tests.connector.firm import Firm
from tests.connector.telephony import PHONE, SETTINGS
from tests.connector.thankful import pay, reminded

Opens = Callable[..., Firm]
COPILOT = {"remind": Mode.COPILOT}


def asking(open_firm: Opens, ledger: str, **step: object) -> Firm:
    """A question about this step."""
    usual = {"name": "first", "offset_days": 3, "tone": "friendly"}
    firm = open_firm(ledger, dunning={"steps": [usual | step]}, **SETTINGS)
    phone = telephony.equip(firm, text=Mode.AUTOPILOT)
    customer = firm.books.customer("Ash")
    move_to(firm, customer, STREET)
    phone.agree(customer, Channel.TEXT)
    firm.owe(customer, "INV-1", late_days=4)
    firm.switch(**COPILOT)
    firm.pass_time(hours=2)
    return firm


def envelope(firm: Firm) -> Envelope | None:
    (asked,) = firm.asked()
    with firm.deps.reading() as tx:
        return envelopes.of(tx, firm.deps.config, firm.connection, asked, firm.deps.now())


@pytest.mark.either_ledger
def test_a_mail(open_firm: Opens, ledger: str) -> None:
    firm = asking(open_firm, ledger)
    found = envelope(firm)
    assert found is not None
    assert (found.by, found.to, found.copies) == ("e-mail", "pay@ash.example", NOBODY)
    firm.approve()
    (mail,) = firm.mails()
    assert mail["recipients"] == [found.to]
    headers = dict(mail["headers"])
    assert found.sender.partition("<")[2].rstrip(">") in headers["From"]
    assert found.answers_to in headers["Reply-To"]
    assert "Cc" not in headers


def test_a_text_message(open_firm: Opens) -> None:
    found = envelope(asking(open_firm, "quickbooks", channels=["text"]))
    assert found is not None
    assert (found.by, found.to) == ("text message", PHONE)
    assert found.sender.startswith("+")


@pytest.mark.either_ledger
def test_a_letter_on_paper(open_firm: Opens, ledger: str) -> None:
    firm = asking(open_firm, ledger, do="letter")
    found = envelope(firm)
    assert found is not None
    assert (found.by, found.sender) == ("letter on paper", firm.connection.name)
    assert found.to.startswith("Ash, 1 Quay Street, ")


def test_what_a_person_does_has_none(open_firm: Opens) -> None:
    assert envelope(asking(open_firm, "quickbooks", do="call")) is None


@pytest.mark.either_ledger
def test_a_thank_you(open_firm: Opens, ledger: str) -> None:
    firm = reminded(open_firm, ledger)
    firm.switch(remind=Mode.COPILOT)
    pay(firm)
    found = envelope(firm)
    assert found is not None
    assert (found.by, found.to) == ("e-mail", "pay@ash.example")

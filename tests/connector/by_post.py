"""Letters on their way: what the decision hands over, and what stands on the paper."""

from __future__ import annotations

import io
from typing import Any

import pdfplumber

from connector.correspondence import letters
from connector.correspondence.letters import Letter
from connector.decided import approvals
from connector.outgoing import effects
from connector.outgoing.effects import LetterKind, PrintLetter, SendReminder
from connector.rules.modes import Mode
from tests.connector.firm import Firm

PAPER = {"remind": Mode.COPILOT, "note": Mode.AUTOPILOT}
STREET = ("1 Quay Street", "Portland", "ME", "04101", "US")


def customer_at(
    firm: Firm, name: str, place: tuple[str, str, str, str, str] | None = STREET, parent: str = ""
) -> str:
    """A customer with an address: line, city, region, postal code, country."""
    if firm.ledger == "quickbooks":
        doc: dict[str, Any] = {
            "DisplayName": name, "PrimaryEmailAddr": {"Address": "pay@buyer.example"},
        }  # fmt: skip
        doc |= _address(firm, place) if place else {}
        if parent:
            doc["ParentRef"] = {"value": parent}
        return str(firm.hand.create("Customer", doc)["Id"])
    doc = {"Name": name, "EmailAddress": "pay@buyer.example"}
    doc |= _address(firm, place) if place else {}
    return str(firm.hand.create("Contacts", doc)["ContactID"])


def move_to(firm: Firm, customer: str, place: tuple[str, str, str, str, str]) -> None:
    """The bookkeeper enters another address."""
    if firm.ledger == "quickbooks":
        firm.hand.update("Customer", {"Id": customer, **_address(firm, place)})
    else:
        firm.hand.update("Contacts", customer, _address(firm, place))


def _address(firm: Firm, place: tuple[str, str, str, str, str]) -> dict[str, Any]:
    """The fields of an address in the ledger's words."""
    if firm.ledger == "quickbooks":
        fields = ("Line1", "City", "CountrySubDivisionCode", "PostalCode", "Country")
        return {"BillAddr": dict(zip(fields, place, strict=True))}
    fields = ("AddressLine1", "City", "Region", "PostalCode", "Country")
    return {"Addresses": [{"AddressType": "POBOX", **dict(zip(fields, place, strict=True))}]}


def approve_as_letter(firm: Firm, kind: LetterKind = LetterKind.REMINDER) -> None:
    """The message that waits for a person is decided to be a letter, and approved."""
    offer_letter(firm, kind)
    firm.approve()


def offer_letter(firm: Firm, kind: LetterKind = LetterKind.REMINDER) -> None:
    (asked,) = [one for one in firm.asked() if one.options]
    (option,) = asked.options
    reminder = effects.load(option["reminder"])
    assert isinstance(reminder, SendReminder)
    letter = effects.dump(
        PrintLetter(
            reminder.customer_id, reminder.step, reminder.invoice_ids, reminder.stages,
            reminder.total, kind,
        )
    )  # fmt: skip
    with firm.deps.writing() as tx:
        approvals.ask(
            tx, firm.connection_id, decision_id=asked.decision_id, capability=asked.capability,
            subject=asked.subject, summary=asked.summary, at=firm.deps.now(),
            options=[option | {"reminder": letter}],
        )  # fmt: skip


def queued(firm: Firm) -> list[Letter]:
    with firm.deps.reading() as tx:
        return letters.listed(tx, firm.connection_id)


def pdf_of(firm: Firm, letter: Letter) -> bytes:
    with firm.deps.reading() as tx:
        return letters.content(tx, letter)


def text_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [page.extract_text() for page in document.pages]
